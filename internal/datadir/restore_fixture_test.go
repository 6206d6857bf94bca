package datadir

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"aloi"
	"aloi/engine"
	"aloi/internal/backup"
	"aloi/store/kv"
)

// archiving are the options of a directory that keeps what commits wrote.
func archiving() Options {
	o := usual()
	o.ArchiveBytes = 1 << 30
	return o
}

// keeper makes backups that it can open.
type keeper struct {
	t         *testing.T
	ids       backup.Identities
	recipient string
	dir       string
	n         int
}

func newKeeper(t *testing.T) *keeper {
	t.Helper()
	ids, recipient, err := backup.Ephemeral(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &keeper{t: t, ids: ids, recipient: recipient, dir: t.TempDir()}
}

// backup writes a backup and its manifest, and returns the path.
func (k *keeper) backup(d *Data, after uint64) (string, *backup.Manifest) {
	k.t.Helper()
	var out bytes.Buffer
	text, err := d.Backup(k.t.Context(), &out, BackupRequest{Recipients: []string{k.recipient}, After: after}, nil)
	if err != nil {
		k.t.Fatal(err)
	}
	k.n++
	path := filepath.Join(k.dir, fmt.Sprintf("%d.aloi", k.n))
	write(k.t, path, out.String(), 0o600)
	write(k.t, path+backup.Suffix, text, 0o600)
	m, err := backup.ParseManifest(text)
	if err != nil {
		k.t.Fatal(err)
	}
	if m.Size != uint64(out.Len()) || m.SHA256 != sha256.Sum256(out.Bytes()) {
		k.t.Error("the manifest is of another file")
	}
	return path, m
}

// request asks for files as far as they go, and for no erasures.
func (k *keeper) request(files ...string) RestoreRequest {
	return RestoreRequest{Files: files, Identities: k.ids, WithoutErasures: true, Now: time.Now}
}

// restore restores into a new directory, and opens that.
func (k *keeper) restore(r RestoreRequest) (*Data, *Restored) {
	k.t.Helper()
	dir := fresh(k.t)
	done, err := Restore(k.t.Context(), dir, r)
	if err != nil {
		k.t.Fatal(err)
	}
	return opened(k.t, dir, archiving()), done
}

// refused expects an error of a kind, and nothing left behind.
func (k *keeper) refused(r RestoreRequest, kind error, says ...string) {
	k.t.Helper()
	dir := fresh(k.t)
	_, err := Restore(k.t.Context(), dir, r)
	wrong(k.t, err, kind, says...)
	for _, path := range []string{dir, dir + partSuffix} {
		if there, _ := is(path); there {
			k.t.Errorf("%s is left", path)
		}
	}
}

// digest is a hash of everything that a store holds.
func digest(t *testing.T, d *Data) string {
	t.Helper()
	h := sha256.New()
	err := d.DB.View(t.Context(), func(r kv.Reader) error {
		return r.Scan(kv.Range{}, func(key, value []byte) error {
			fmt.Fprintf(h, "%x %x\n", key, value)
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

func commitOf(t *testing.T, d *Data) (commit uint64, at time.Time) {
	t.Helper()
	s, err := d.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s.Commit, s.Head
}

// apply applies operations and expects none to be rejected.
func apply(t *testing.T, e *engine.Engine, ops ...engine.Operation) {
	t.Helper()
	acks, err := e.Apply(t.Context(), ops)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range acks {
		if a.Outcome == aloi.OutcomeRejected || a.Outcome == aloi.OutcomeNotFound {
			t.Fatalf("%s: %s", a.Outcome, a.Reason)
		}
	}
}

func remove(n int) engine.Operation {
	r := ref(n)
	return engine.Operation{Delete: &r}
}

// withdraw is a withdrawal by a record.
func withdraw(n int) engine.Operation {
	r := ref(n)
	return engine.Operation{Consent: &engine.ConsentOperation{
		Subject: engine.Subject{Record: &r},
		Event:   aloi.ConsentEvent{Kind: aloi.ConsentWithdrawn, Purposes: []string{"newsletter"}, Time: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), SourceEventID: fmt.Sprint("w", n)},
	}}
}
