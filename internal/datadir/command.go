package datadir

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"
)

const (
	// keyCommandLimit is how long a command may take to give the key: it may ask a person.
	keyCommandLimit = time.Minute
	// keyCommandEnd is how long it may hold its output open after it was told to end.
	keyCommandEnd = time.Second
	// maxKeyOutput is the most that it may print, in bytes.
	maxKeyOutput = 4096
)

// runKeyCommand runs a command line and returns what it printed. No error holds a part of
// that.
func runKeyCommand(ctx context.Context, line string, stderr io.Writer) (string, error) {
	words, err := splitCommand(line)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, keyCommandLimit)
	defer cancel()
	out := &bounded{limit: maxKeyOutput}
	cmd := exec.CommandContext(ctx, words[0], words[1:]...)
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = out, stderr, keyCommandEnd
	err = cmd.Run()
	switch {
	case ctx.Err() != nil && errors.Is(ctx.Err(), context.DeadlineExceeded):
		return "", fmt.Errorf("the key command %s did not end within %v", words[0], keyCommandLimit)
	case out.over:
		return "", fmt.Errorf("the key command %s printed more than %d bytes", words[0], maxKeyOutput)
	case err != nil:
		return "", fmt.Errorf("the key command %s: %w", words[0], err)
	}
	return strings.TrimSpace(out.kept.String()), nil
}

// bounded keeps what is written to it, up to a limit.
type bounded struct {
	kept  bytes.Buffer // not embedded: its ReadFrom knows no limit
	limit int
	over  bool
}

// Write implements io.Writer.
func (b *bounded) Write(p []byte) (int, error) {
	if b.kept.Len()+len(p) > b.limit {
		b.over = true
		return 0, errors.New("more than a key")
	}
	return b.kept.Write(p)
}

// splitCommand splits a command line into words at spaces. What stands in quotes, single
// or double, is one word, and a backslash, but in single quotes, takes the next character
// as it is. Nothing else of what a shell does is done.
func splitCommand(line string) ([]string, error) {
	var (
		words []string
		word  strings.Builder
		in    bool // in a word
		quote rune // the one that is open
		taken bool // the next character is taken as it is
	)
	for _, c := range line {
		switch {
		case taken:
			word.WriteRune(c)
			taken = false
		case c == '\\' && quote != '\'':
			taken, in = true, true
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote, in = c, true
		case quote == 0 && strings.ContainsRune(" \t\n", c):
			if in {
				words = append(words, word.String())
				word.Reset()
			}
			in = false
		default:
			word.WriteRune(c)
			in = true
		}
	}
	if in {
		words = append(words, word.String())
	}
	switch {
	case quote != 0 || taken:
		return nil, errors.New("the key command ends within quotes or after a backslash")
	case len(words) == 0 || words[0] == "":
		return nil, errors.New("the key command is empty")
	}
	return words, nil
}
