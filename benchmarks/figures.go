package main

import (
	"encoding/json"
	"errors"
	"os"
)

// figures are what one part leaves for another that compares with it, now or in a later
// run. What was not measured is 0.
type figures struct {
	Comparisons int     // of a batch
	CPUSeconds  float64 // of a batch with a saved model

	RecordsPerSecond float64 // of a whole ingest
	ServerMicros     float64 // CPU of the server per record
	BytesPerRecord   float64 // of the store on disk, compacted
	Used, Left       int     // messages that were sent, and those that are left, both counted from the first
}

func (b *bench) figuresPath(kind string, records int) string {
	return b.path(kind, records) + ".json"
}

func (b *bench) keep(kind string, records int, f figures) error {
	text, err := json.Marshal(f)
	if err != nil {
		return err
	}
	return os.WriteFile(b.figuresPath(kind, records), text, 0o644)
}

// kept returns what a part left; ok is false when it did not run.
func (b *bench) kept(kind string, records int) (f figures, ok bool, err error) {
	text, err := os.ReadFile(b.figuresPath(kind, records))
	if errors.Is(err, os.ErrNotExist) {
		return f, false, nil
	}
	if err != nil {
		return f, false, err
	}
	return f, true, json.Unmarshal(text, &f)
}
