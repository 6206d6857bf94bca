package datadir

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"

	"aloi/internal/durable"
	"aloi/store/seal"
)

// MasterSource says where the master key comes from. With none of them it is in MasterFile,
// which Open makes with a new directory.
type MasterSource struct {
	Text    string // the key itself, of an environment variable
	File    string // a file that holds it
	Command string // a command line whose output it is; no shell reads it
	// Stderr takes what Command says besides; nil discards.
	Stderr io.Writer
}

// isDefault reports whether the key is in the data directory.
func (s MasterSource) isDefault() bool { return s.Text == "" && s.File == "" && s.Command == "" }

// name says where the key comes from, for people.
func (s MasterSource) name(dir string) string {
	switch {
	case s.Text != "":
		return "the environment"
	case s.File != "":
		return s.File
	case s.Command != "":
		return "the key command"
	}
	return filepath.Join(dir, MasterFile)
}

// read gets the key. All its errors are ErrKey.
func (s MasterSource) read(ctx context.Context, dir string) (seal.Master, error) {
	text, err := s.text(ctx, dir)
	if err != nil {
		return seal.Master{}, fmt.Errorf("%w: %w", ErrKey, err)
	}
	m, err := seal.ParseMaster(text)
	if err != nil {
		return m, fmt.Errorf("%w: %s: %w", ErrKey, s.name(dir), err)
	}
	return m, nil
}

func (s MasterSource) text(ctx context.Context, dir string) (string, error) {
	given := 0
	for _, source := range []string{s.Text, s.File, s.Command} {
		if source != "" {
			given++
		}
	}
	switch {
	case given > 1:
		return "", errors.New("it is given in more than one way")
	case s.Text != "":
		return s.Text, nil
	case s.Command != "":
		return runKeyCommand(ctx, s.Command, s.Stderr)
	}
	text, err := readPrivate(s.name(dir))
	if errors.Is(err, fs.ErrNotExist) && s.isDefault() {
		return "", fmt.Errorf("%s is missing: put it back, or say where the key is; without it nothing can be read", s.name(dir))
	}
	return string(text), err
}

// readOrMake is read for a directory that has no keyring yet: a key that is nowhere else is
// made beside it.
func (s MasterSource) readOrMake(ctx context.Context, dir string) (seal.Master, error) {
	if s.isDefault() {
		path := s.name(dir)
		there, err := is(path)
		if err == nil && !there {
			err = durable.WriteFile(path, []byte(seal.NewMaster().String()+"\n"), privateFile)
		}
		if err != nil {
			return seal.Master{}, err
		}
	}
	return s.read(ctx, dir)
}
