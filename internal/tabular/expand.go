package tabular

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync/atomic"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

var (
	gzipMagic = []byte{0x1f, 0x8b}
	zstdMagic = []byte{0x28, 0xb5, 0x2f, 0xfd}
)

// ErrExpansion is returned for a compressed file that grows beyond MaxExpansion.
var ErrExpansion = errors.New("compressed file grows too large: it looks like a bomb")

// counter counts the bytes that were read.
type counter struct {
	r io.Reader
	n atomic.Int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n.Add(int64(n))
	return n, err
}

// expand returns a reader of the text in r, which is decompressed if it is compressed,
// and what closes it.
func expand(r *counter) (io.Reader, func(), error) {
	b := bufio.NewReaderSize(r, 64<<10)
	start, err := b.Peek(len(zstdMagic))
	if err != nil && err != io.EOF {
		return nil, nil, err
	}
	switch {
	case bytes.HasPrefix(start, gzipMagic):
		z, err := gzip.NewReader(b)
		if err != nil {
			return nil, nil, fmt.Errorf("gzip: %w", err)
		}
		return &bounded{r: z, stored: r}, func() { z.Close() }, nil
	case bytes.Equal(start, zstdMagic):
		z, err := zstd.NewReader(b, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindowBytes))
		if err != nil {
			return nil, nil, fmt.Errorf("zstd: %w", err)
		}
		return &bounded{r: z, stored: r}, z.Close, nil
	}
	return b, func() {}, nil
}

// bounded ends with ErrExpansion when its text outgrows what is stored.
type bounded struct {
	r      io.Reader
	stored *counter
	n      int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	b.n += int64(n)
	if b.n > freeExpansionBytes && b.n/MaxExpansion > b.stored.n.Load() {
		return 0, ErrExpansion
	}
	return n, err
}
