package backup

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash"
	"io"

	"aloi/store/kv"
)

// The kinds of frames.
const (
	frameHeader  = 'H'
	frameData    = 'D'
	frameCommit  = 'C'
	frameWrites  = 'W'
	frameTrailer = 'T'
)

// What a frame may hold, in bytes. A key with its value always fits into one.
const (
	maxFrameBytes  = 1 << 20
	maxHeaderBytes = 8 << 20 // rules and policy of 1 MiB each, as JSON
	frameHeadBytes = 1 + 8 + 4
	fillBytes      = 256 << 10 // data frames are written when they are as full
)

// limitOf is the most that a frame of a kind may hold, 0 for an unknown kind.
func limitOf(kind byte) int {
	switch kind {
	case frameHeader:
		return maxHeaderBytes
	case frameData, frameCommit, frameWrites, frameTrailer:
		return maxFrameBytes
	}
	return 0
}

// frameWriter writes frames and keeps the digest of those before the trailer.
type frameWriter struct {
	to     io.Writer
	digest hash.Hash
	number uint64
}

func newFrameWriter(to io.Writer) *frameWriter {
	return &frameWriter{to: to, digest: sha256.New()}
}

func (w *frameWriter) write(kind byte, payload []byte) error {
	if len(payload) > limitOf(kind) {
		return errors.New("backup: a frame is too long")
	}
	head := append(make([]byte, 0, frameHeadBytes), kind)
	head = binary.BigEndian.AppendUint64(head, w.number)
	head = binary.BigEndian.AppendUint32(head, uint32(len(payload)))
	w.number++
	for _, b := range [][]byte{head, payload} {
		if _, err := w.to.Write(b); err != nil {
			return err
		}
		if kind != frameTrailer {
			w.digest.Write(b)
		}
	}
	return nil
}

func (w *frameWriter) sum() [sha256.Size]byte { return [sha256.Size]byte(w.digest.Sum(nil)) }

// frameReader reads frames, in order, and keeps the same digest.
type frameReader struct {
	from   io.Reader
	digest hash.Hash
	number uint64
}

func newFrameReader(from io.Reader) *frameReader {
	return &frameReader{from: from, digest: sha256.New()}
}

// next returns the next frame, whose payload is the caller's. No more memory is taken than
// there are bytes, however long a damaged frame says that it is.
func (r *frameReader) next() (kind byte, payload []byte, err error) {
	var head [frameHeadBytes]byte
	if _, err := io.ReadFull(r.from, head[:]); err != nil {
		return 0, nil, readError(err)
	}
	kind = head[0]
	length := int(binary.BigEndian.Uint32(head[9:]))
	switch {
	case limitOf(kind) == 0 || length > limitOf(kind):
		return 0, nil, damaged("a frame of no known kind or length")
	case binary.BigEndian.Uint64(head[1:]) != r.number:
		return 0, nil, damaged("frames are missing, or in another order")
	}
	r.number++
	var body bytes.Buffer
	if _, err := io.CopyN(&body, r.from, int64(length)); err != nil {
		return 0, nil, readError(err)
	}
	if kind != frameTrailer {
		r.digest.Write(head[:])
		r.digest.Write(body.Bytes())
	}
	return kind, body.Bytes(), nil
}

func (r *frameReader) sum() [sha256.Size]byte { return [sha256.Size]byte(r.digest.Sum(nil)) }

// readError is the error of a read: what decrypts and decompresses gives none that can be
// told apart, and either means that the bytes are others than those that were written.
func readError(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return damaged("its end is missing")
	}
	var source *sourceError
	if errors.As(err, &source) {
		return source.err
	}
	return damaged("its bytes are not those that were written")
}

// appendBytes and cutBytes are a text with its length before it.
func appendBytes(b, text []byte) []byte {
	return append(binary.AppendUvarint(b, uint64(len(text))), text...)
}

func cutBytes(b []byte, most int) (text, rest []byte, ok bool) {
	n, used := binary.Uvarint(b)
	if used <= 0 || n > uint64(most) || n > uint64(len(b)-used) {
		return nil, nil, false
	}
	b = b[used:]
	return b[:n:n], b[n:], true
}

// appendPair adds a key and its value to a data frame; cutPair reads them.
func appendPair(b, key, value []byte) []byte { return appendBytes(appendBytes(b, key), value) }

func cutPair(b []byte) (key, value, rest []byte, err error) {
	key, rest, ok := cutBytes(b, kv.MaxKeyBytes)
	if ok {
		value, rest, ok = cutBytes(rest, kv.MaxValueBytes)
	}
	if !ok || kv.CheckKey(key) != nil {
		return nil, nil, nil, damaged("a key or a value is not one")
	}
	return key, value, rest, nil
}

// The marks of a write.
const (
	writeSet    = 0
	writeDelete = 1
)

// appendWrite adds a write to a frame of writes; cutWrite reads it.
func appendWrite(b []byte, w kv.Write) []byte {
	if w.Deleted {
		return appendPair(append(b, writeDelete), w.Key, nil)
	}
	return appendPair(append(b, writeSet), w.Key, w.Value)
}

func cutWrite(b []byte) (w kv.Write, rest []byte, err error) {
	if len(b) == 0 || b[0] > writeDelete {
		return w, nil, damaged("a write is not one")
	}
	w.Deleted = b[0] == writeDelete
	if w.Key, w.Value, rest, err = cutPair(b[1:]); err != nil {
		return w, nil, err
	}
	if w.Deleted {
		if len(w.Value) > 0 {
			return w, nil, damaged("a write is not one")
		}
		w.Value = nil
	}
	return w, rest, nil
}
