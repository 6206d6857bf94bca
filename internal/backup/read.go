package backup

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"hash"
	"io"
	"time"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"aloi/internal/audit"
	"aloi/store/kv"
)

// maxTxnBytes is the most that the writes of a commit may hold: what a transaction may.
const maxTxnBytes = kv.MaxTxnBytes

// Reader reads one backup.
type Reader struct {
	Header Header
	source *source
	packed *zstd.Decoder
	frames *frameReader
}

// NewReader begins to read a backup with the private keys of one of its recipients. Close it.
func NewReader(from io.Reader, ids Identities) (*Reader, error) {
	s := newSource(from)
	plain, err := age.Decrypt(s, ids.list...)
	var none *age.NoIdentityMatchError
	var broken *sourceError
	switch {
	case errors.As(err, &broken):
		return nil, broken.err
	case errors.As(err, &none):
		return nil, ErrIdentity
	case err != nil:
		return nil, damaged("it is no file of age, or its beginning was changed")
	}
	return newReader(plain, s)
}

// newReader begins to read what is inside of the encryption.
func newReader(plain io.Reader, s *source) (*Reader, error) {
	packed, err := zstd.NewReader(plain, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(windowBytes))
	if err != nil {
		return nil, readError(err)
	}
	r := &Reader{source: s, packed: packed, frames: newFrameReader(packed)}
	if err := r.readHeader(); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

// Close releases what the reader holds, not what it reads from.
func (r *Reader) Close() { r.packed.Close() }

func (r *Reader) readHeader() error {
	kind, payload, err := r.frames.next()
	switch {
	case err != nil:
		return err
	case kind != frameHeader || json.Unmarshal(payload, &r.Header) != nil:
		return damaged("it has no header")
	}
	if err := r.Header.check(); err != nil || r.Header.Kind == Increment {
		return err
	}
	if key, err := audit.PublicKey(r.Header.Audit); err != nil || key != r.Header.Key {
		return damaged("its header contradicts itself")
	}
	return nil
}

// Each calls put with every key of a full backup, ascending, or commit with every commit of
// an increment, in order; what they are given is theirs. It returns the manifest, with
// SHA256 and Size as they were read, once all of it was there and as it was written: until
// then nothing that was given may be relied on.
func (r *Reader) Each(ctx context.Context, put func(key, value []byte) error, commit func(kv.Commit) error) (*Manifest, error) {
	b := &body{r: r, put: put, commit: commit, families: map[byte]uint64{}, at: r.Header.After}
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		kind, payload, err := r.frames.next()
		if err != nil {
			return nil, err
		}
		if kind == frameTrailer {
			return b.end(payload, r.frames.sum())
		}
		if err := b.frame(kind, payload); err != nil {
			return nil, err
		}
	}
}

// body is what was read between header and trailer.
type body struct {
	r        *Reader
	put      func(key, value []byte) error
	commit   func(kv.Commit) error
	last     []byte // key
	families map[byte]uint64
	at       uint64     // the last commit that was begun
	open     *kv.Commit // the commit whose writes are being read
	left     int        // writes that it has still to come
	bytes    int        // that its writes hold so far
}

// frame takes one frame.
func (b *body) frame(kind byte, payload []byte) error {
	full := b.r.Header.Kind == Full
	switch {
	case kind == frameData && full:
		return b.data(payload)
	case kind == frameCommit && !full && b.open == nil:
		return b.begin(payload)
	case kind == frameWrites && !full && b.open != nil:
		return b.writes(payload)
	}
	return damaged("a frame that does not belong there")
}

func (b *body) data(payload []byte) error {
	for len(payload) > 0 {
		key, value, rest, err := cutPair(payload)
		if err != nil {
			return err
		}
		if bytes.Compare(b.last, key) >= 0 {
			return damaged("its keys are not in order")
		}
		b.last, payload = append(b.last[:0], key...), rest
		b.families[key[0]]++
		if err := b.put(key, value); err != nil {
			return err
		}
	}
	return nil
}

const commitBytes = 8 + 8 + 4

func (b *body) begin(payload []byte) error {
	if len(payload) != commitBytes {
		return damaged("a commit is not one")
	}
	c := &kv.Commit{Number: binary.BigEndian.Uint64(payload), Time: time.Unix(0, int64(binary.BigEndian.Uint64(payload[8:]))).UTC()}
	b.left, b.bytes = int(binary.BigEndian.Uint32(payload[16:])), 0
	if c.Number != b.at+1 || c.Number > b.r.Header.Commit || b.left > kv.MaxTxnKeys {
		return damaged("a commit is missing, or too large")
	}
	b.at, b.open = c.Number, c
	return b.finish()
}

func (b *body) writes(payload []byte) error {
	for len(payload) > 0 {
		w, rest, err := cutWrite(payload)
		if err != nil {
			return err
		}
		list := b.open.Writes
		b.bytes += len(w.Key) + len(w.Value)
		if b.left == 0 || b.bytes > maxTxnBytes || len(list) > 0 && bytes.Compare(list[len(list)-1].Key, w.Key) >= 0 {
			return damaged("the writes of a commit are not in order, or too many")
		}
		b.open.Writes, b.left, payload = append(list, w), b.left-1, rest
	}
	return b.finish()
}

// finish gives the commit away when it is whole.
func (b *body) finish() error {
	if b.left > 0 {
		return nil
	}
	c := *b.open
	b.open = nil
	return b.commit(c)
}

// end takes the trailer, and holds that nothing comes after it. sum is the digest of the
// frames before.
func (b *body) end(trailer []byte, sum [sha256.Size]byte) (*Manifest, error) {
	h := &b.r.Header
	m, err := ParseManifest(string(trailer))
	switch {
	case err != nil:
		return nil, damaged("its manifest: " + err.Error())
	case b.open != nil || h.Kind == Increment && b.at != h.Commit:
		return nil, damaged("commits are missing")
	case m.Size != 0 || m.Digest != sum:
		return nil, damaged("it is not what its manifest says")
	case !h.fits(m):
		return nil, damaged("its header and its manifest contradict one another")
	}
	if err := sameFamilies(h.Kind, m.Families, b.families); err != nil {
		return nil, err
	}
	var more [1]byte
	if _, err := io.ReadFull(b.r.packed, more[:]); !errors.Is(err, io.EOF) {
		return nil, damaged("there is more behind its end")
	}
	m.SHA256, m.Size = b.r.source.sum()
	return m, nil
}

// Same reports whether a manifest beside a backup is the one of a backup that was read.
func (m *Manifest) Same(read *Manifest) bool {
	return m.Text() == read.Text()
}

// source is what a backup is read from; its own errors are told from damage.
type source struct {
	from   io.Reader
	digest hash.Hash
	n      uint64
}

func newSource(from io.Reader) *source { return &source{from: from, digest: sha256.New()} }

// sourceError is an error of what is read from, and not of what was read.
type sourceError struct{ err error }

func (e *sourceError) Error() string { return e.err.Error() }

func (s *source) Read(p []byte) (int, error) {
	n, err := s.from.Read(p)
	s.digest.Write(p[:n])
	s.n += uint64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		err = &sourceError{err}
	}
	return n, err
}

func (s *source) sum() ([sha256.Size]byte, uint64) {
	return [sha256.Size]byte(s.digest.Sum(nil)), s.n
}
