package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"aloi/store/badger"
	"aloi/store/kv"
)

// damagePerTemplate is how many copies of one store are damaged before another is made.
const damagePerTemplate = 50

// damageChild is the variable that makes a run print its outcomes as JSON: see damageElsewhere.
const damageChild = "ALOI_TORTURE_DAMAGE_CHILD"

// runDamage damages files of stores, one fault in each, and holds the database to this: it
// names the fault, at the opening or when it is read, or answers as if nothing had happened.
// A round that it takes for undamaged and that answers otherwise is a failure.
func runDamage(ctx context.Context, j *job) error {
	return j.rounds(ctx, damagePerTemplate, func(ctx context.Context, dir string, seed uint64, n int) error {
		if os.Getenv(damageChild) != "" {
			outcomes, err := damageCopies(ctx, dir, seed, n)
			return errors.Join(err, json.NewEncoder(os.Stdout).Encode(outcomes))
		}
		outcomes, err := damageElsewhere(ctx, seed, n)
		for _, what := range slices.Sorted(maps.Keys(outcomes)) {
			j.add(what, outcomes[what])
		}
		return err
	})
}

// damageElsewhere is damageCopies in a process of its own: where Badger refuses to open it
// keeps what it has taken for that, some 50 MB, until the process ends.
func damageElsewhere(ctx context.Context, seed uint64, n int) (outcomes map[string]int, err error) {
	child := exec.CommandContext(ctx, os.Args[0], "-only", "damage", "-seed", fmt.Sprint(seed), "-count", fmt.Sprint(n))
	child.Env = append(os.Environ(), damageChild+"=1")
	out, err := child.CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("%w:\n%s", err, out)
	}
	line, _, _ := bytes.Cut(out, []byte("\n"))
	return outcomes, json.Unmarshal(line, &outcomes)
}

// damageCopies damages n copies of a store, and counts what became of them.
func damageCopies(ctx context.Context, dir string, seed uint64, n int) (map[string]int, error) {
	t, err := newTemplate(filepath.Join(dir, "template"), chance(seed, 0))
	if err != nil {
		return nil, err
	}
	var g errgroup.Group
	g.SetLimit(2)
	var mu sync.Mutex
	outcomes := map[string]int{}
	for i := range n {
		g.Go(func() error {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			copyDir := filepath.Join(dir, fmt.Sprint("copy", i))
			defer os.RemoveAll(copyDir)
			outcome, err := t.damage(ctx, copyDir, chance(seed, uint64(i)+1))
			if err != nil {
				return fmt.Errorf("part %d: %w", i, err)
			}
			mu.Lock()
			defer mu.Unlock()
			outcomes[outcome]++
			return nil
		})
	}
	return outcomes, g.Wait()
}

// damage copies a state of the template, harms it, and looks at what becomes of it.
func (t *template) damage(ctx context.Context, dir string, rng *rand.Rand) (outcome string, err error) {
	s := t.states[rng.IntN(len(t.states))]
	if err := copyTree(s.dir, dir); err != nil {
		return "", err
	}
	for {
		h := harms[rng.IntN(len(harms))]
		what, err := h.do(t, &s, dir, rng)
		if err != nil {
			return "", err
		}
		if what == "" { // there is no such file: draw again
			continue
		}
		verdict, err := t.judge(ctx, dir, s.holds)
		if err != nil {
			return "", fmt.Errorf("%s store, %s %s: %w", s.name, what, h.name, err)
		}
		return verdict, nil
	}
}

// judge opens a damaged store and compares. It returns an error for a wrong answer.
func (t *template) judge(ctx context.Context, dir string, holds map[string]string) (string, error) {
	db, err := badger.Open(filepath.Join(dir, "store"), t.options(dir))
	switch {
	case errors.Is(err, badger.ErrDamaged), errors.Is(err, badger.ErrWitness):
		return "faults named when the store is opened", nil
	case err != nil:
		return "", fmt.Errorf("refused, and not for its damage: %w", err)
	}
	verdict, err := compareStore(ctx, db, holds)
	return verdict, errors.Join(err, db.Close())
}

// compareStore reads all that a database holds.
func compareStore(ctx context.Context, db *badger.DB, holds map[string]string) (string, error) {
	left := maps.Clone(holds)
	err := db.View(ctx, func(r kv.Reader) error {
		return r.Scan(kv.Range{}, func(key, value []byte) error {
			if want, ok := left[string(key)]; !ok || want != string(value) {
				return errWrong
			}
			delete(left, string(key))
			return nil
		})
	})
	switch {
	case errors.Is(err, kv.ErrCorrupt):
		return "faults named when the value is read", nil
	case err != nil:
		return "", err
	case len(left) > 0:
		return "", fmt.Errorf("%d of %d values are missing, and nobody says so", len(left), len(holds))
	}
	err = db.Commits(ctx, 0, func(kv.Commit) error { return nil })
	switch {
	case errors.Is(err, kv.ErrCorrupt):
		return "faults named when the archive is read", nil
	case err != nil && !errors.Is(err, kv.ErrNoArchive):
		return "", err
	}
	return "without effect", nil
}

var errWrong = errors.New("a wrong value was served")
