package main

import (
	"fmt"
	"os"

	"aloi/matcher"
)

// loadModel compiles the model of a file, or the shipped one when path is empty.
func loadModel(path string) (*matcher.Matcher, error) {
	if path == "" {
		return matcher.New(matcher.Default())
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	model, err := matcher.Load(f)
	if err != nil {
		return nil, usage(fmt.Errorf("%s: %w", path, err))
	}
	m, err := matcher.New(model)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}
