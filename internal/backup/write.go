package backup

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"aloi/internal/audit"
	"aloi/store/kv"
)

// windowBytes is how far back compression looks, and what its reader needs in memory.
const windowBytes = 1 << 20

// Writer writes one backup. Nothing that it has written is a backup before Close has
// returned nil.
type Writer struct {
	header Header
	sign   string
	out    *counter
	sealed io.WriteCloser
	packed *zstd.Encoder
	frames *frameWriter

	page     []byte          // of the next data frame
	last     []byte          // key
	families map[byte]uint64 // keys that were put
	commit   uint64          // the last one
}

// NewWriter begins a backup. signer is the private key that signs its manifest.
func NewWriter(to io.Writer, r Recipients, h Header, signer string) (*Writer, error) {
	key, err := audit.PublicKey(signer)
	if err != nil {
		return nil, err
	}
	h.Format, h.Key = format, key
	if err := h.check(); err != nil {
		return nil, err
	}
	head, err := json.Marshal(h)
	if err != nil {
		return nil, err
	}
	w := &Writer{header: h, sign: signer, out: &counter{to: to, digest: sha256.New()}, families: map[byte]uint64{}, commit: h.After}
	if w.sealed, err = age.Encrypt(w.out, r.list...); err != nil {
		return nil, errors.New("the recipients can't be mixed: age encrypts to post-quantum keys (age1pq1…) alone, or to none of them")
	}
	w.packed, err = zstd.NewWriter(w.sealed, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithWindowSize(windowBytes), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	w.frames = newFrameWriter(w.packed)
	return w, w.frames.write(frameHeader, head)
}

// Put adds a key of a full backup, which must come after the one before.
func (w *Writer) Put(key, value []byte) error {
	if w.header.Kind != Full || kv.CheckKey(key) != nil || len(value) > kv.MaxValueBytes || slices.Compare(w.last, key) >= 0 {
		return errors.New("backup: a key that can't be put there")
	}
	w.last = append(w.last[:0], key...)
	w.families[key[0]]++
	w.page = appendPair(w.page, key, value)
	return w.turn(frameData, fillBytes)
}

// turn writes the page when it is as full.
func (w *Writer) turn(kind byte, full int) error {
	if len(w.page) == 0 || len(w.page) < full {
		return nil
	}
	page := w.page
	w.page = w.page[:0]
	return w.frames.write(kind, page)
}

// Commit adds a commit of an increment, which must be the next.
func (w *Writer) Commit(c kv.Commit) error {
	if w.header.Kind != Increment || c.Number != w.commit+1 || c.Number > w.header.Commit {
		return errors.New("backup: a commit that can't be put there")
	}
	w.commit = c.Number
	head := binary.BigEndian.AppendUint64(nil, c.Number)
	head = binary.BigEndian.AppendUint64(head, uint64(c.Time.UnixNano()))
	head = binary.BigEndian.AppendUint32(head, uint32(len(c.Writes)))
	if err := w.frames.write(frameCommit, head); err != nil {
		return err
	}
	for _, x := range c.Writes {
		w.page = appendWrite(w.page, x)
		if err := w.turn(frameWrites, fillBytes); err != nil {
			return err
		}
	}
	return w.turn(frameWrites, 0)
}

// Close ends the backup and returns its signed manifest. Of state it takes what is not in
// the header; a state that holds other keys than were put is an error.
func (w *Writer) Close(state Manifest) (manifest string, err error) {
	if err := w.turn(frameData, 0); err != nil {
		return "", err
	}
	if w.header.Kind == Increment && w.commit != w.header.Commit {
		return "", fmt.Errorf("backup: commits %d to %d are missing", w.commit+1, w.header.Commit)
	}
	if err := sameFamilies(w.header.Kind, state.Families, w.families); err != nil {
		return "", err
	}
	m := w.header.manifest(state)
	m.Digest = w.frames.sum()
	inside, err := audit.SignStatement(w.sign, m.Text())
	if err != nil {
		return "", err
	}
	if err := errors.Join(w.frames.write(frameTrailer, []byte(inside)), w.packed.Close(), w.sealed.Close()); err != nil {
		return "", err
	}
	m.SHA256, m.Size = w.out.sum()
	return audit.SignStatement(w.sign, m.Text())
}

// manifest is a state with what the header says.
func (h *Header) manifest(state Manifest) *Manifest {
	state.Store, state.Kind, state.After, state.Commit = h.Store, h.Kind, h.After, h.Commit
	state.Time, state.Made, state.Key = h.Time, h.Made, h.Key
	return &state
}

// fits reports whether a manifest says what the header does.
func (h *Header) fits(m *Manifest) bool { return h.manifest(*m).Text() == m.Text() }

// sameFamilies compares the keys of a full backup with what its state says that it has.
func sameFamilies(kind Kind, want []Family, put map[byte]uint64) error {
	if kind != Full {
		return nil
	}
	n := 0
	for _, f := range want {
		if put[f.Prefix] != f.Keys {
			return damaged(fmt.Sprintf("family %c has %d keys, and should have %d", f.Prefix, put[f.Prefix], f.Keys))
		}
		if f.Keys > 0 {
			n++
		}
	}
	if n != len(put) {
		return damaged("there are keys of a family that should have none")
	}
	return nil
}

// counter passes bytes on, and keeps their digest and count.
type counter struct {
	to     io.Writer
	digest hash.Hash
	n      uint64
}

func (c *counter) Write(b []byte) (int, error) {
	n, err := c.to.Write(b)
	c.digest.Write(b[:n])
	c.n += uint64(n)
	return n, err
}

func (c *counter) sum() ([sha256.Size]byte, uint64) {
	return [sha256.Size]byte(c.digest.Sum(nil)), c.n
}
