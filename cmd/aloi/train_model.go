package main

import (
	"fmt"
	"os"
	"runtime"

	"aloi/matcher"
)

// defaultSeed chooses the pairs of strangers where no seed is given; 'aloi train' has it as
// a default too, so that it writes the model that 'aloi dedupe' learns.
const defaultSeed = 1

// shippedModel stands for the shipped model where a file is asked for.
const shippedModel = "shipped"

// loadModel compiles the model of a file, or the shipped one when path is empty or says so.
func loadModel(path string) (*matcher.Matcher, error) {
	if path == "" || path == shippedModel {
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

// trainProgress returns options that show how far the training is, and what ends that.
func trainProgress(e *env, o matcher.TrainOptions) (matcher.TrainOptions, func()) {
	var bar *progress
	o.Workers = runtime.GOMAXPROCS(0)
	o.Progress = func(done, total int) {
		if bar == nil {
			bar = e.progress("learning", "steps", int64(total))
		}
		bar.at(int64(done), int64(done))
	}
	return o, func() { bar.done() }
}
