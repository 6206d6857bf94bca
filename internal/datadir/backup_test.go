package datadir

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aloi"
	"aloi/consent"
	"aloi/engine"
	"aloi/internal/backup"
)

// A backup is checked by restoring it, and nothing of that is left.
func TestCheckBackup(t *testing.T) {
	k := newKeeper(t)
	d := opened(t, fresh(t), archiving())
	put(t, d.Engine, 0, 30)
	full, m := k.backup(d, 0)
	put(t, d.Engine, 30, 30)
	one, m1 := k.backup(d, m.Commit)
	scratch := t.TempDir()
	r := RestoreRequest{Identities: k.ids, Now: time.Now}
	check := func(file string, manifest, before *backup.Manifest, want error) {
		t.Helper()
		if err := CheckBackup(t.Context(), file, manifest, before, scratch, r); !errors.Is(err, want) {
			t.Errorf("%v, want %v", err, want)
		}
		if left, _ := os.ReadDir(scratch); len(left) > 0 {
			t.Errorf("%s is left", left[0])
		}
	}
	check(full, m, nil, nil)
	check(one, m1, m, nil)
	check(one, m1, m1, backup.ErrOther)
	other := *m
	other.Records++
	check(full, &other, nil, backup.ErrOther)
	other = *m1
	other.Records++
	check(one, &other, m, backup.ErrDamaged)
}

// An increment is refused where its commits are not kept, or never were.
func TestIncrementRefused(t *testing.T) {
	k := newKeeper(t)
	d := opened(t, fresh(t), usual()) // keeps nothing
	put(t, d.Engine, 0, 3)
	put(t, d.Engine, 3, 3)
	var out bytes.Buffer
	_, err := d.Backup(t.Context(), &out, BackupRequest{Recipients: []string{k.recipient}, After: 1}, nil)
	var refused *aloi.Error
	if !errors.As(err, &refused) || refused.Code != aloi.CodeRefused || refused.Reason != reasonNoArchive {
		t.Errorf("%v", err)
	}
	for _, r := range []BackupRequest{{Recipients: []string{k.recipient}, After: 1 << 40}, {}, {Recipients: []string{"age1x"}}} {
		if _, err := d.Backup(t.Context(), &out, r, nil); aloi.CodeOf(err) != aloi.CodeInvalid {
			t.Errorf("%+v: %v", r, err)
		}
	}
}

// A backup holds the rules and the policy that its store works by, and what was committed
// before keys were rotated is in no increment any more.
func TestBackupOfTermsAndRotation(t *testing.T) {
	k := newKeeper(t)
	o := archiving()
	o.Policy = consent.DefaultPolicy()
	o.Policy.Version, o.Policy.Passive = "ours", append(o.Policy.Passive, "ours")
	text := strings.Replace(string(engine.DefaultRules().YAML()), "most_recent", "most_frequent", 1)
	var err error
	if o.Rules, err = engine.ParseRules([]byte(text)); err != nil {
		t.Fatal(err)
	}
	d := opened(t, fresh(t), o)
	put(t, d.Engine, 0, 10)
	full, m := k.backup(d, 0)
	dir := fresh(t)
	r := k.request(full)
	r.Master.Text = strings.Repeat("ab", 32)
	if _, err := Restore(t.Context(), dir, r); err != nil {
		t.Fatal(err)
	}
	if there, _ := is(filepath.Join(dir, MasterFile)); there {
		t.Error("the master key that is kept elsewhere is in the directory")
	}
	o.Master = r.Master
	restored := opened(t, dir, o)
	if digest(t, restored) != digest(t, d) {
		t.Error("what was restored is another state")
	}
	if _, err := d.Rotate(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	put(t, d.Engine, 10, 10)
	_, err = d.Backup(t.Context(), io.Discard, BackupRequest{Recipients: []string{k.recipient}, After: m.Commit}, nil)
	if aloi.CodeOf(err) != aloi.CodeRefused {
		t.Errorf("after a rotation: %v", err)
	}
}
