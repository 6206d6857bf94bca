package main

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/klauspost/compress/zstd"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	aloiv1 "aloi/proto/aloi/v1"
)

// storesFolder holds a data directory of each earlier version, NAME.tar.zst, and what it
// answered when it was packed, NAME.json. TestKeepStore makes them.
const storesFolder = "testdata/stores"

//go:embed testdata/stores
var storeFiles embed.FS

// oldStore is what a data directory of an earlier version held when it was packed.
type oldStore struct {
	name string
	// Program is the commit of the program that wrote it, Killed whether that was killed
	// rather than stopped.
	Program string
	Killed  bool
	// Records are the records by source and id, Gone those that were deleted.
	Records map[string]oldRecord
	Gone    []string
	// Judgements are the pairs that were judged, with the verdict.
	Judgements []string
	// Permits are the records whose person may be written to, of Asked; none before there
	// were decisions.
	Asked, Permits []string
	// Checkpoint is the signed head of the audit log; empty before there was one.
	Checkpoint string
}

// oldRecord is what was stored of a record.
type oldRecord struct {
	Version int64
	Acts    []string // ids that the source gave its consent events
	Digest  string   // of what it says
}

// oldStores are those that are kept, by name.
func oldStores() ([]*oldStore, error) {
	names, err := fs.Glob(storeFiles, storesFolder+"/*.json")
	if err != nil {
		return nil, err
	}
	var stores []*oldStore
	for _, name := range names {
		text, err := storeFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		s := &oldStore{name: strings.TrimSuffix(path.Base(name), ".json")}
		if err := json.Unmarshal(text, s); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		stores = append(stores, s)
	}
	return stores, nil
}

// unpack makes the data directory as it was.
func (s *oldStore) unpack(dir string) error {
	packed, err := storeFiles.ReadFile(storesFolder + "/" + s.name + ".tar.zst")
	if err != nil {
		return err
	}
	return unpack(bytes.NewReader(packed), dir)
}

// ask fills in what a server answers of the records that are named in s.
func (s *oldStore) ask(ctx context.Context, c *caller) error {
	for name := range s.Records {
		got, err := c.entities.GetRecord(ctx, &aloiv1.GetRecordRequest{Ref: refOf(name)})
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		s.Records[name] = recordOf(got.GetRecord())
	}
	for i := 0; i < len(s.Gone); {
		_, err := c.entities.GetRecord(ctx, &aloiv1.GetRecordRequest{Ref: refOf(s.Gone[i])})
		switch {
		case status.Code(err) == codes.NotFound:
			i++
		case err != nil:
			return fmt.Errorf("%s: %w", s.Gone[i], err)
		default:
			s.Gone = slices.Delete(s.Gone, i, i+1)
		}
	}
	if err := s.askRulings(ctx, c); err != nil {
		return err
	}
	return s.askDecisions(ctx, c)
}

// askRulings fills in the judgements.
func (s *oldStore) askRulings(ctx context.Context, c *caller) error {
	list, err := c.judgements.List(ctx, &aloiv1.ListRequest{PageSize: 1000})
	if err != nil {
		return err
	}
	s.Judgements = nil
	for _, j := range list.GetJudgements() {
		s.Judgements = append(s.Judgements, fmt.Sprintf("%s %s %s", nameOf(j.GetA()), nameOf(j.GetB()), j.GetVerdict()))
	}
	slices.Sort(s.Judgements)
	return nil
}

// askDecisions fills in whose person may be written to, of those in Asked.
func (s *oldStore) askDecisions(ctx context.Context, c *caller) error {
	s.Permits = nil
	for _, name := range s.Asked {
		got, err := c.consent.Decide(ctx, &aloiv1.DecideRequest{Subject: subject(refOf(name)),
			Question: &aloiv1.Question{Controller: controller, Purpose: "Newsletter", Channel: "EMAIL"}})
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if slices.ContainsFunc(got.GetVerdicts(), (*aloiv1.ConsentVerdict).GetPermit) {
			s.Permits = append(s.Permits, name)
		}
	}
	return nil
}

// differs says what another answers otherwise, nothing if it answers the same.
func (s *oldStore) differs(other *oldStore) error {
	for name, want := range s.Records {
		if got := other.Records[name]; got.Version != want.Version || got.Digest != want.Digest || !slices.Equal(got.Acts, want.Acts) {
			return fmt.Errorf("record %s is version %d with acts %v, and was version %d with acts %v (digests %s, %s)",
				name, got.Version, got.Acts, want.Version, want.Acts, got.Digest, want.Digest)
		}
	}
	for _, c := range []struct {
		what      string
		got, want []string
	}{{"records deleted", other.Gone, s.Gone}, {"judgements", other.Judgements, s.Judgements}, {"people who may be written to", other.Permits, s.Permits}} {
		if !slices.Equal(c.got, c.want) {
			return fmt.Errorf("%s: %v, and were %v", c.what, c.got, c.want)
		}
	}
	return nil
}

// asNamed returns the names of what s holds, to be filled in by ask.
func (s *oldStore) asNamed() *oldStore {
	named := &oldStore{Records: map[string]oldRecord{}, Gone: slices.Clone(s.Gone), Asked: s.Asked}
	for name := range s.Records {
		named.Records[name] = oldRecord{}
	}
	return named
}

func refOf(name string) *aloiv1.RecordRef {
	source, id, _ := strings.Cut(name, "/")
	return &aloiv1.RecordRef{Source: source, RecordId: id}
}

func nameOf(ref *aloiv1.RecordRef) string { return ref.GetSource() + "/" + ref.GetRecordId() }

// recordOf is what is kept of a record that a server answered.
func recordOf(r *aloiv1.Record) oldRecord {
	h := sha256.New()
	for _, n := range r.GetNames() {
		fmt.Fprintf(h, "%q %q %q %q %q %q\n", n.GetCivility(), n.GetGiven(), n.GetMiddle(), n.GetFamily(), n.GetBirth(), n.GetFull())
	}
	for _, a := range r.GetAddresses() {
		fmt.Fprintf(h, "%q %q %q %q %q\n", a.GetLine(), a.GetPostalCode(), a.GetCity(), a.GetRegion(), a.GetCountry())
	}
	for _, x := range r.GetIdentifiers() {
		fmt.Fprintf(h, "%q %q %q\n", x.GetType(), x.GetScope(), x.GetValue())
	}
	fmt.Fprintf(h, "%q %q %q %q %q %d\n", r.GetBirthDate(), r.GetGender(), r.GetEmails(), r.GetPhones(), r.GetNote(), r.GetUpdatedAt().GetSeconds())
	out := oldRecord{Version: r.GetVersion(), Digest: hex.EncodeToString(h.Sum(nil)[:8])}
	for _, e := range r.GetConsents() {
		out.Acts = append(out.Acts, e.GetSourceEventId())
	}
	slices.Sort(out.Acts)
	return out
}

// pack writes the files of a directory.
func pack(w io.Writer, dir string) error {
	z, err := zstd.NewWriter(w, zstd.WithEncoderLevel(zstd.SpeedBestCompression))
	if err != nil {
		return err
	}
	t := tar.NewWriter(z)
	return errors.Join(t.AddFS(os.DirFS(dir)), t.Close(), z.Close())
}

// unpack makes a directory of what pack wrote. Blocks of zeros become holes: the log and
// the memtables of the database are mostly that.
func unpack(r io.Reader, dir string) error {
	z, err := zstd.NewReader(r)
	if err != nil {
		return err
	}
	defer z.Close()
	for t := tar.NewReader(z); ; {
		h, err := t.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		target := filepath.Join(dir, filepath.FromSlash(h.Name))
		if h.Typeflag == tar.TypeDir {
			err = os.MkdirAll(target, 0o700)
		} else if err = os.MkdirAll(filepath.Dir(target), 0o700); err == nil {
			err = unpackFile(t, target, h.Size)
		}
		if err != nil {
			return err
		}
	}
}

// holeBytes is the length of what is written, or left out, at once.
const holeBytes = 64 << 10

func unpackFile(r io.Reader, target string, size int64) error {
	f, err := os.OpenFile(target, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	zeros, block := make([]byte, holeBytes), make([]byte, holeBytes)
	for at := int64(0); at < size; {
		n, err := io.ReadFull(r, block[:min(holeBytes, size-at)])
		if err != nil {
			return err
		}
		if !bytes.Equal(block[:n], zeros[:n]) {
			if _, err := f.WriteAt(block[:n], at); err != nil {
				return err
			}
		}
		at += int64(n)
	}
	return f.Truncate(size)
}
