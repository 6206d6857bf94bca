package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"aloi/internal/mapping"
)

// loadMappings reads the mapping of each input. An argument is a file, for all inputs,
// or input=file, for the input of that path or file name; the latter comes first. An
// input without a mapping is not in the result.
func loadMappings(args, inputs []string) (map[string]*mapping.Mapping, error) {
	all, own := map[string]*mapping.Mapping{}, map[string]*mapping.Mapping{}
	for _, arg := range args {
		input, file := splitMapping(arg, inputs)
		m, err := loadMapping(file)
		if err != nil {
			return nil, err
		}
		for _, in := range inputs {
			if input == "" {
				all[in] = m
			} else if in == input {
				own[in] = m
			}
		}
	}
	for in, m := range own {
		all[in] = m
	}
	return all, nil
}

// splitMapping splits input=file where the first part is an input; a file name may
// hold an equals sign.
func splitMapping(arg string, inputs []string) (input, file string) {
	name, file, ok := strings.Cut(arg, "=")
	for _, in := range inputs {
		if ok && (in == name || filepath.Base(in) == name) {
			return in, file
		}
	}
	return "", arg
}

// loadMapping reads a mapping file.
func loadMapping(path string) (*mapping.Mapping, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	m, err := mapping.Load(f)
	if err != nil {
		return nil, usage(fmt.Errorf("%s: %w", path, err))
	}
	return m, nil
}
