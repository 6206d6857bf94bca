package badger

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"syscall"

	"github.com/dgraph-io/badger/v4"
)

// logger sends Badger's warnings and errors to slog. Badger prints keys in some of
// them, and keys may come from personal values: only the format, which is a constant
// of Badger's, is passed on, with the system error when there is one.
type logger struct{ to *slog.Logger }

// newLogger returns nil, which silences Badger, when to is nil.
func newLogger(to *slog.Logger) badger.Logger {
	if to == nil {
		return nil
	}
	return logger{to}
}

func (l logger) Errorf(format string, args ...any)   { l.log(slog.LevelError, format, args) }
func (l logger) Warningf(format string, args ...any) { l.log(slog.LevelWarn, format, args) }
func (l logger) Infof(string, ...any)                {}
func (l logger) Debugf(string, ...any)               {}

func (l logger) log(level slog.Level, format string, args []any) {
	attrs := []slog.Attr{slog.String("message", strings.TrimSpace(format))}
	for _, arg := range args {
		if err, ok := arg.(error); ok {
			attrs = append(attrs, slog.String("cause", cause(err)))
		}
	}
	l.to.LogAttrs(context.Background(), level, "badger", attrs...)
}

// withoutKeys returns an error with the cause of err and without its text.
func withoutKeys(err error) error {
	return fmt.Errorf("badger: %s", cause(err))
}

// cause names what is known about err without repeating its text: the system error or
// the error value of Badger's in it. Badger formats the errors that it wraps, so that
// errors.As finds few of them; what stands at the end of the text is then compared.
func cause(err error) string {
	for _, known := range []error{badger.ErrDBClosed, badger.ErrBlockedWrites,
		badger.ErrDiscardedTxn, badger.ErrInvalidKey, badger.ErrEmptyKey} {
		if errors.Is(err, known) {
			return known.Error()
		}
	}
	for _, known := range []error{syscall.ENOSPC, syscall.EIO, syscall.EROFS, syscall.EMFILE,
		syscall.ENOMEM, syscall.EDQUOT, fs.ErrNotExist, fs.ErrPermission} {
		if errors.Is(err, known) || strings.HasSuffix(strings.TrimSpace(err.Error()), known.Error()) {
			return known.Error()
		}
	}
	return "internal error"
}
