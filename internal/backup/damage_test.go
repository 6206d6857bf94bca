package backup

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"aloi/store/kv"
)

// chunkBytes is how age cuts up what it encrypts.
const chunkBytes = 64<<10 + 16

// damages are ways to change a file, each by a generator.
var damages = map[string]func(file []byte, rng *rand.Rand) []byte{
	"flip":     func(f []byte, rng *rand.Rand) []byte { f[rng.IntN(len(f))] ^= 1 << rng.IntN(8); return f },
	"byte":     func(f []byte, rng *rand.Rand) []byte { f[rng.IntN(len(f))] += byte(1 + rng.IntN(255)); return f },
	"truncate": func(f []byte, rng *rand.Rand) []byte { return f[:rng.IntN(len(f))] },
	"append":   func(f []byte, rng *rand.Rand) []byte { return append(f, make([]byte, 1+rng.IntN(1000))...) },
	"drop": func(f []byte, rng *rand.Rand) []byte {
		at := rng.IntN(len(f) - 1)
		return slices.Delete(f, at, at+1+rng.IntN(min(5000, len(f)-at-1)))
	},
	"insert": func(f []byte, rng *rand.Rand) []byte {
		return slices.Insert(f, rng.IntN(len(f)), make([]byte, 1+rng.IntN(100))...)
	},
	"swap chunks": func(f []byte, rng *rand.Rand) []byte {
		chunks := len(f)/chunkBytes - 1
		a := rng.IntN(chunks)
		b := (a + 1 + rng.IntN(chunks-1)) % chunks
		start := len(f) - len(f)%chunkBytes - chunks*chunkBytes
		x, y := f[start+a*chunkBytes:][:chunkBytes], f[start+b*chunkBytes:][:chunkBytes]
		keep := slices.Clone(x)
		copy(x, y)
		copy(y, keep)
		return f
	},
	"zero page": func(f []byte, rng *rand.Rand) []byte {
		clear(f[rng.IntN(len(f)-4096):][:4096])
		return f
	},
	"twice": func(f []byte, _ *rand.Rand) []byte { return append(f, f...) },
}

// Every damage to the file is seen.
func TestDamagedFile(t *testing.T) {
	const rounds = 60 // of each kind
	rng := rand.New(rand.NewPCG(3, 3))
	tried := 0
	for i, s := range []sample{full(t, 700), increment(t, 400)} {
		for name, damage := range damages {
			for range rounds / 2 {
				file := damage(slices.Clone(s.file), rng)
				if bytes.Equal(file, s.file) {
					continue
				}
				tried++
				if _, _, _, err := read(file, s.ids); err == nil {
					t.Errorf("sample %d: %s is taken", i, name)
				} else if !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrIdentity) {
					t.Errorf("sample %d: %s: %v", i, name, err)
				}
			}
		}
	}
	if tried < 500 {
		t.Errorf("only %d damages", tried)
	}
}

// inside returns the frames of a backup, as they are inside of its encryption.
func inside(t testing.TB, s sample) [][]byte {
	t.Helper()
	plain, err := age.Decrypt(bytes.NewReader(s.file), s.ids.list...)
	if err != nil {
		t.Fatal(err)
	}
	packed, err := zstd.NewReader(plain)
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	all, err := io.ReadAll(packed)
	if err != nil {
		t.Fatal(err)
	}
	return splitFrames(all)
}

// splitFrames returns the frames of the inside of a backup that is whole.
func splitFrames(all []byte) (frames [][]byte) {
	for len(all) > 0 {
		n := frameHeadBytes + int(binary.BigEndian.Uint32(all[9:]))
		frames, all = append(frames, all[:n:n]), all[n:]
	}
	return frames
}

// packer compresses as a writer does. One is enough: it takes megabytes.
var packer = sync.OnceValue(func() *zstd.Encoder {
	w, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithWindowSize(windowBytes), zstd.WithEncoderConcurrency(1))
	if err != nil {
		panic(err)
	}
	return w
})

// readPlain reads the inside of a backup.
func readPlain(plain []byte) error {
	r, err := newReader(bytes.NewReader(packer().EncodeAll(plain, nil)), newSource(nil))
	if err != nil {
		return err
	}
	defer r.Close()
	_, err = r.Each(context.Background(), func(_, _ []byte) error { return nil }, func(kv.Commit) error { return nil })
	return err
}

// Who knows the public key of a recipient can encrypt what he likes: what is inside shows
// its damage by itself, too.
func TestDamagedInside(t *testing.T) {
	for i, s := range []sample{full(t, 1200), increment(t, 100)} {
		frames := inside(t, s)
		if err := readPlain(slices.Concat(frames...)); err != nil {
			t.Fatal(err)
		}
		rng := rand.New(rand.NewPCG(4, uint64(i)))
		renumber := func(list [][]byte) [][]byte {
			for n, f := range list {
				list[n] = slices.Clone(f)
				binary.BigEndian.PutUint64(list[n][1:], uint64(n))
			}
			return list
		}
		for name, change := range map[string]func() [][]byte{
			"no trailer":     func() [][]byte { return frames[:len(frames)-1] },
			"no header":      func() [][]byte { return renumber(slices.Clone(frames[1:])) },
			"two trailers":   func() [][]byte { return renumber(append(slices.Clone(frames), frames[len(frames)-1])) },
			"trailer early":  func() [][]byte { return renumber([][]byte{frames[0], frames[len(frames)-1]}) },
			"dropped":        func() [][]byte { return renumber(slices.Delete(slices.Clone(frames), 1, 2)) },
			"dropped, a gap": func() [][]byte { return slices.Delete(slices.Clone(frames), 1, 2) },
			"doubled":        func() [][]byte { return renumber(slices.Insert(slices.Clone(frames), 2, frames[1])) },
			"swapped": func() [][]byte {
				list := slices.Clone(frames)
				list[1], list[3] = list[3], list[1]
				return renumber(list)
			},
			"a byte behind": func() [][]byte { return append(slices.Clone(frames), []byte{0}) },
		} {
			if err := readPlain(slices.Concat(change()...)); !errors.Is(err, ErrDamaged) {
				t.Errorf("sample %d: %s: %v", i, name, err)
			}
		}
		all := slices.Concat(frames...)
		for range 300 {
			changed := slices.Clone(all)
			at := rng.IntN(len(all))
			changed[at] ^= 1 << rng.IntN(8)
			if err := readPlain(changed); err == nil {
				t.Fatalf("sample %d: a bit of byte %d is taken", i, at)
			}
		}
	}
}

// A length that is a lie is refused.
func TestLyingLength(t *testing.T) {
	frame := []byte{frameHeader}
	frame = binary.BigEndian.AppendUint64(frame, 0)
	frame = binary.BigEndian.AppendUint32(frame, maxHeaderBytes)
	r := newFrameReader(bytes.NewReader(frame))
	if _, _, err := r.next(); !errors.Is(err, ErrDamaged) {
		t.Error(err)
	}
	binary.BigEndian.PutUint32(frame[9:], 1<<32-1)
	if _, _, err := newFrameReader(bytes.NewReader(frame)).next(); !errors.Is(err, ErrDamaged) {
		t.Error(err)
	}
}

// An error of the disk is no damage.
func TestSourceError(t *testing.T) {
	s := full(t, 3000)
	broken := fmt.Errorf("the disk is gone")
	for _, at := range []int{0, 50, len(s.file) / 2, len(s.file) - 1} {
		r, err := NewReader(io.MultiReader(bytes.NewReader(s.file[:at]), &failing{broken}), s.ids)
		if err == nil {
			_, err = r.Each(context.Background(), func(_, _ []byte) error { return nil }, nil)
			r.Close()
		}
		if !errors.Is(err, broken) || errors.Is(err, ErrDamaged) {
			t.Errorf("at %d: %v", at, err)
		}
	}
}

type failing struct{ err error }

func (f *failing) Read([]byte) (int, error) { return 0, f.err }

// FuzzInside reads anything as the inside of a backup: it must never crash, and take only
// what a writer has written.
func FuzzInside(f *testing.F) {
	// Each process of a run signs with a key of its own; what it writes is the same.
	genuine := map[string]bool{}
	body := func(frames [][]byte) string { return string(slices.Concat(frames[1 : len(frames)-1]...)) }
	for _, s := range []sample{full(f, 20), increment(f, 3)} {
		frames := inside(f, s)
		all := slices.Concat(frames...)
		genuine[body(frames)] = true
		f.Add(all)
		f.Add(all[:len(all)/2])
		f.Add(frames[0])
	}
	f.Fuzz(func(t *testing.T, plain []byte) {
		if err := readPlain(plain); err == nil && !genuine[body(splitFrames(plain))] {
			// Whoever holds a signing key may sign anything; a fuzzer holds none.
			t.Error("taken, and nobody wrote it")
		}
	})
}
