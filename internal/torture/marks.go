package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// mark is a place in the sources that package failpoint can make end, wait or fail.
type mark struct {
	name string
	// fails says that it can fail, and not only end the process.
	fails bool
}

// marked finds marks: they are given by name, so that a list of them can be made.
var marked = regexp.MustCompile(`failpoint\.(Hit|Pass)\("([^"]+)"\)`)

// anyMark finds every use of a mark, also one that is not given by name.
var anyMark = regexp.MustCompile(`failpoint\.(Hit|Pass)\(`)

// quotesMarks finds the sources that speak of marks and have none.
var quotesMarks = regexp.MustCompile(`internal/(failpoint|planted|torture)/`)

// marks lists the marks in the sources of the module, by name.
func marks(ctx context.Context) ([]mark, error) {
	root, err := moduleRoot(ctx)
	if err != nil {
		return nil, err
	}
	var list []mark
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && strings.HasPrefix(d.Name(), ".") && path != root:
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || quotesMarks.MatchString(filepath.ToSlash(path)):
			return nil
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		found := marked.FindAllStringSubmatch(string(source), -1)
		if len(found) != len(anyMark.FindAll(source, -1)) {
			return fmt.Errorf("%s: a mark without a name in quotes", path)
		}
		for _, m := range found {
			list = append(list, mark{name: m[2], fails: m[1] == "Hit"})
		}
		return nil
	})
	slices.SortFunc(list, func(a, b mark) int { return strings.Compare(a.name, b.name) })
	for i := 1; i < len(list); i++ {
		if list[i].name == list[i-1].name {
			err = errors.Join(err, fmt.Errorf("two marks are called %s", list[i].name))
		}
	}
	return list, err
}

// moduleRoot is where the sources of the module are.
func moduleRoot(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}").Output()
	return strings.TrimSpace(string(out)), err
}
