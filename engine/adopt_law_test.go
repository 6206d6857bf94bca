package engine

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"testing"

	"aloi"
	"aloi/matcher"
	"aloi/store"
	"aloi/store/kv"
	"aloi/store/memory"
	"aloi/store/storetest"
)

// lawModels are models under which the people of the laws resolve otherwise than under
// the shipped one: a miser that joins little, a spendthrift that joins much, and one
// that compares an attribute, so that records prepare to something else.
func lawModels() []*matcher.Model {
	miser, spendthrift, curious := matcher.Default(), matcher.Default(), matcher.Default()
	miser.Version, miser.Prior = "miser", miser.Prior-6*matcher.Bit
	spendthrift.Version, spendthrift.Prior, spendthrift.Household = "spendthrift", spendthrift.Prior+8*matcher.Bit, spendthrift.Household+5*matcher.Bit
	curious.Version = "curious"
	curious.Comparisons = append(curious.Comparisons, matcher.ModelComparison{Name: "attribute.occupation", Levels: []matcher.Level{
		{Name: "exact", M: .9, U: .001, H: .1}, {Name: "close", M: .05, U: .001, H: .1}, {Name: "different", M: .05, U: .998, H: .8},
	}})
	return []*matcher.Model{miser, spendthrift, curious}
}

// smallCommits makes commits of an adoption as small as the stores of the laws.
func smallCommits(t *testing.T) {
	was := commitRecords
	commitRecords = 8
	t.Cleanup(func() { commitRecords = was })
}

// under returns what a new store under a model holds of a script.
func under(t *testing.T, model *matcher.Model, script *script, facts *facts, rng *rand.Rand) *state {
	t.Helper()
	s := &subject{db: newMemory(t), blocks: map[store.BlockID]bool{}}
	s.openUnder(t, model)
	defer s.close(t)
	s.apply(t, script.order(rng, 1), 1+rng.IntN(100))
	return s.read(t, facts)
}

// TestAdopt is the law of adoption: a store that adopts a model is as one that had it
// from the beginning, whatever it was resolved under before; ids lead to where most of
// their records went, and the journal adds up to what is.
func TestAdopt(t *testing.T) {
	smallCommits(t)
	moved := 0
	forSeeds(t, 10, func(t *testing.T, seed uint64) {
		s, script, facts, rng := settled(t, seed, 11)
		defer func() { s.close(t) }()
		shipped, past := s.read(t, facts), newLedger()
		past.look(t, s, facts)
		for _, model := range append(lawModels(), matcher.Default()) {
			adoption, err := s.engine.Adopt(context.Background(), model, nil)
			if err != nil {
				t.Fatalf("seed %d: adopt %s: %v", seed, model.Version, err)
			}
			moved += int(adoption.Changed)
			want := shipped
			if model.Version != lawMatcher.Model().Version {
				want = under(t, model, script, facts, rng)
			}
			if d := s.read(t, facts).differences(want); d != "" {
				t.Errorf("seed %d, adopted %s:\n%s", seed, model.Version, d)
			}
			past.look(t, s, facts)
			if past.sequence != s.engine.Sequence() || adoption.Changed > 0 && adoption.LastSequence != past.sequence {
				t.Errorf("seed %d: the journal ends at %d, the engine at %d, the adoption says %d", seed, past.sequence, s.engine.Sequence(), adoption.LastSequence)
			}
			s.verify(t, seed)
			s.close(t)
			s.open(t)
			if got := s.engine.Model().Version; got != model.Version {
				t.Errorf("seed %d: opened again under %s, want %s", seed, got, model.Version)
			}
		}
	})
	if moved < 50 && *lawSeed == 0 {
		t.Errorf("%d entities changed in all: the models are too much alike to show anything", moved)
	}
}

// A store goes on under the model that it adopted: what is sent afterwards is resolved
// as if it had always been there.
func TestAdoptThenApply(t *testing.T) {
	smallCommits(t)
	forSeeds(t, 6, func(t *testing.T, seed uint64) {
		rng := lawRand(seed, 12)
		script := scriptOf(rng, seed)
		facts := script.of()
		model := lawModels()[seed%3]
		_, open := lawStore(seed)
		s := open(t)
		defer s.close(t)
		ops := script.order(rng, 1)[0]
		half := len(ops) / 2
		s.apply(t, [][]Operation{ops[:half]}, 1+rng.IntN(40))
		must(s.engine.Adopt(context.Background(), model, nil))
		s.apply(t, [][]Operation{ops[half:]}, 1+rng.IntN(40))
		if d := s.read(t, facts).differences(under(t, model, script, facts, rng)); d != "" {
			t.Errorf("seed %d:\n%s", seed, d)
		}
		s.verify(t, seed)
	})
}

// brittle is a database that fails at one of its commits.
type brittle struct {
	kv.DB
	left int // commits before the one that fails
}

var errBrittle = errors.New("brittle")

func (b *brittle) Update(ctx context.Context, fn func(kv.Txn) error) error {
	wrote := false
	return b.DB.Update(ctx, func(tx kv.Txn) error {
		if err := fn(&noting{tx, &wrote}); err != nil || !wrote {
			return err
		}
		if b.left--; b.left < 0 {
			return errBrittle
		}
		return nil
	})
}

// UpdateAhead implements kv.DB.
func (b *brittle) UpdateAhead(ctx context.Context, fn func(kv.Txn) error) (kv.Pending, error) {
	return storetest.Over(b.Update(ctx, fn))
}

// noting is a transaction that notes that it writes.
type noting struct {
	kv.Txn
	wrote *bool
}

func (n *noting) Set(key, value []byte) error {
	*n.wrote = true
	return n.Txn.Set(key, value)
}

// contents returns all that a database holds.
func contents(t *testing.T, db kv.DB) (pairs [][2][]byte) {
	t.Helper()
	err := db.View(context.Background(), func(r kv.Reader) error {
		return r.Scan(kv.Range{}, func(key, value []byte) error {
			pairs = append(pairs, [2][]byte{bytes.Clone(key), bytes.Clone(value)})
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return pairs
}

func filled(t *testing.T, pairs [][2][]byte) kv.DB {
	t.Helper()
	db := memory.New()
	err := db.Update(context.Background(), func(tx kv.Txn) error {
		for _, p := range pairs {
			if err := tx.Set(p[0], p[1]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func equalContents(x, y [][2][]byte) bool {
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		if !bytes.Equal(x[i][0], y[i][0]) || !bytes.Equal(x[i][1], y[i][1]) {
			return false
		}
	}
	return true
}

// TestAdoptBreaksOff breaks an adoption off at each of its commits. Nobody can use the
// store until it is opened again; opening finishes the adoption, and what is then
// stored is, byte for byte, what is stored when nothing goes wrong.
func TestAdoptBreaksOff(t *testing.T) {
	smallCommits(t)
	someRef := aloi.RecordRef{Source: "store", ID: "none"}
	const fewest = 10 // commits, so that there is something in between
	for i, model := range lawModels() {
		s := openSubject(t, newMemory(t))
		s.apply(t, generate(lawRand(uint64(i), 13), 100).order(lawRand(uint64(i), 14), 1), 50)
		before := contents(t, s.db)
		must(s.engine.Adopt(context.Background(), model, nil))
		want := contents(t, s.db)
		s.close(t)
		commits := 0
		for ; ; commits++ {
			db := &brittle{DB: filled(t, before), left: 1 << 30}
			b := openSubject(t, db)
			db.left = commits
			_, err := b.engine.Adopt(context.Background(), model, nil)
			if err == nil {
				b.close(t)
				break
			}
			if !errors.Is(err, errBrittle) {
				t.Fatal(err)
			}
			if _, err := b.engine.Apply(context.Background(), []Operation{{Delete: &someRef}}); commits > 0 && err == nil {
				t.Errorf("%s, commit %d: an operation was carried out on half a store", model.Version, commits)
			}
			b.close(t)
			db.left = 1 << 30
			b.open(t)
			if commits == 0 { // of which nothing is left, not even the wish
				must(b.engine.Adopt(context.Background(), model, nil))
			}
			if got := contents(t, db); !equalContents(got, want) {
				t.Errorf("%s, broken off at commit %d and opened again: another store", model.Version, commits)
			}
			b.verify(t, uint64(commits))
			b.close(t)
		}
		if commits < fewest {
			t.Errorf("%s: %d commits, want %d at least", model.Version, commits, fewest)
		}
	}
}
