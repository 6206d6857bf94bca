package main

import (
	"errors"
	"os"
	"runtime"
	"runtime/pprof"
)

// profiles are where a command writes what it spent, for go tool pprof.
type profiles struct {
	CPUProfile string `name:"cpuprofile" placeholder:"FILE" help:"Write where the processor time goes, for 'go tool pprof'."`
	MemProfile string `name:"memprofile" placeholder:"FILE" help:"Write what memory is allocated, and what is still held at the end."`
}

// during runs a command and writes the profiles of it. A profile holds names of functions
// and no data.
func (p profiles) during(command func() error) (err error) {
	if p.CPUProfile != "" {
		f, err := os.Create(p.CPUProfile)
		if err != nil {
			return usage(err)
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	err = command()
	if p.MemProfile == "" {
		return err
	}
	return errors.Join(err, writeMemory(p.MemProfile))
}

func writeMemory(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return usage(err)
	}
	runtime.GC() // what is held is known as of the last collection
	return errors.Join(pprof.Lookup("allocs").WriteTo(f, 0), f.Close())
}
