package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"aloi/internal/datadir"
	aloiv1 "aloi/proto/aloi/v1"
	"aloi/store/kv"
	"aloi/store/seal"
)

func TestKeysRotate(t *testing.T) {
	s := withPeople(t)
	contains(t, s.ask(t, "keys", "status"), "key 1 seals all")
	if got := s.ask(t, "keys", "rotate"); got != "Every value is sealed with key 2; keys before it are gone.\n" {
		t.Errorf("said %q", got)
	}
	if m := askJSON(t, s, &aloiv1.RotateKeysResponse{}, "keys", "rotate"); !m.Finished || m.Active != 3 {
		t.Errorf("%v", m)
	}
	if k := askJSON(t, s, &aloiv1.KeyStatus{}, "keys", "status"); k.Active != 3 || k.Keys != 1 || k.Rotating || k.Values == 0 {
		t.Errorf("%v", k)
	}
	s.ask(t, "get", "web/1")
	s.stop()
	expect(t, exitOK, "", "verify", "--data", s.data)
	expect(t, exitUnavailable, "no server answers", "keys", "rotate", "--server", s.addr) // as --addr is called here
}

func TestKeysNewMaster(t *testing.T) {
	_, one, _ := aloiRun(t, "", "keys", "new-master")
	_, two, _ := aloiRun(t, "", "keys", "new-master", "--json")
	var key struct {
		Master string `json:"master_key"`
	}
	if err := json.Unmarshal([]byte(two), &key); err != nil || key.Master == strings.TrimSpace(one) {
		t.Errorf("%s%s: %v", one, two, err)
	}
	for _, text := range []string{one, key.Master} {
		if _, err := seal.ParseMaster(text); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestKeysRewrap(t *testing.T) {
	s := withPeople(t)
	file := filepath.Join(t.TempDir(), "new.key")
	_, key, _ := aloiRun(t, "", "keys", "new-master")
	replace(t, file, key)
	rewrap := []string{"keys", "rewrap", "--data", s.data, "--new-key-file", file}
	expect(t, exitUnavailable, "is in use", rewrap...)
	s.stop()
	expect(t, exitUsage, "--new-key-file or --new-key-command", rewrap[:4]...)
	expect(t, exitUnavailable, "holds no data", "keys", "rewrap", "--data", t.TempDir(), "--new-key-file", file)
	if code, out, errs := aloiRun(t, "", rewrap...); code != exitOK || !strings.Contains(out, "the new master key alone") {
		t.Fatalf("exit %d: %s%s", code, out, errs)
	}
	expect(t, exitUsage, "is not the one that sealed", "verify", "--data", s.data)
	expect(t, exitOK, "", "verify", "--data", s.data, "--key-file", file)
	// And back, by a command.
	old := filepath.Join(s.data, datadir.MasterFile)
	expect(t, exitOK, "", "keys", "rewrap", "--data", s.data, "--key-file", file, "--new-key-command", "cat '"+old+"'", "--json")
	expect(t, exitOK, "", "verify", "--data", s.data)
}

func TestStatus(t *testing.T) {
	s := withPeople(t)
	contains(t, s.ask(t, "status"), "4 records, 3 entities", "the archive holds them from 1 on", "key 1 seals all", "free, read-only below")
	got := askJSON(t, s, &aloiv1.GetStatusResponse{}, "status")
	if got.Records != 4 || got.Store == "" || got.Commit == 0 || got.Storage.FreeBytes == 0 || got.Keys.Values == 0 {
		t.Errorf("%v", got)
	}
	s.stop()
	expect(t, exitUnavailable, "no server answers", "status", "--addr", s.addr)
}

// What is not well is said in words that stand out.
func TestStatusTexts(t *testing.T) {
	contains(t, diskText(&aloiv1.StorageStatus{ReadOnly: true, FreeBytes: 3 << 20, ReserveBytes: 5 << 30}), "NEARLY FULL", "3.0 MiB free", "below 5.0 GiB")
	contains(t, scrubText(&aloiv1.ScrubStatus{Bytes: 100, Faults: []string{"x"}}), "100 B read", "DAMAGE")
	contains(t, keysText(&aloiv1.KeyStatus{Active: 4, Keys: 2, Rotating: true, Resealed: 10, Values: 20}), "rotation to key 4 is not over: 10 of 20", "aloi keys rotate")
	contains(t, commitsText(&aloiv1.GetStatusResponse{}), "none yet")
	contains(t, commitsText(&aloiv1.GetStatusResponse{Commit: 7, ArchiveFrom: 8}), "none is in the archive")
	var p page
	p.status(&aloiv1.GetStatusResponse{Scrub: &aloiv1.ScrubStatus{Faults: []string{"family r: 1 key is missing"}}})
	contains(t, p.b.String(), "1 key is missing")
}

func TestByteSize(t *testing.T) {
	for text, want := range map[string]byteSize{"0": 0, "12": 12, "8MiB": 8 << 20, "2GiB": 2 << 30, "1.5 KiB": 1536, "3MB": 3e6, "7B": 7, "1TiB": 1 << 40} {
		var got byteSize
		if err := got.UnmarshalText([]byte(text)); err != nil || got != want {
			t.Errorf("%q is %d, %v; want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "MiB", "x", "-1", "1 PiB", "NaN", "Inf", "1e30GiB"} {
		var got byteSize
		if err := got.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q is %d", text, got)
		}
	}
}

// Each kind of error of a data directory has its exit code, and a way out in its sentence.
func TestDataError(t *testing.T) {
	for _, tt := range []struct {
		err  error
		code int
		says string
	}{
		{datadir.ErrInUse, exitUnavailable, "DIR is in use"},
		{datadir.ErrDamaged, exitCorrupt, "aloi recover --data DIR"},
		{errors.Join(datadir.ErrDamaged, datadir.ErrWitness), exitCorrupt, "aloi recover --data DIR"},
		{&datadir.BehindError{Have: 1, Want: 2}, exitCorrupt, "aloi recover --data DIR"},
		{datadir.ErrKey, exitUsage, "--key-file"},
		{datadir.ErrNoRoom, exitNoRoom, "make room"},
		{datadir.ErrNoData, exitUnavailable, "holds no data"},
		{errors.New("the rules are others"), exitUnavailable, "the rules are others"},
	} {
		err := dataError("DIR", fmt.Errorf("there: %w", tt.err))
		if exitCode(err) != tt.code || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%v: exit code %d, want %d: %v", tt.err, exitCode(err), tt.code, err)
		}
	}
	if dataError("DIR", nil) != nil {
		t.Error("no error became one")
	}
}

// A server that ends by itself says what to do.
func TestServeFailed(t *testing.T) {
	c := serveCommand{Data: "DIR"}
	for _, tt := range []struct {
		err  error
		code int
		says string
	}{
		{kv.ErrCorrupt, exitCorrupt, "aloi recover --data DIR"},
		{kv.ErrUnknown, exitUnavailable, "start the server again"},
	} {
		err := c.failed(tt.err)
		if exitCode(err) != tt.code || !strings.Contains(err.Error(), tt.says) || !errors.Is(err, tt.err) {
			t.Errorf("%v: exit code %d, %v", tt.err, exitCode(err), err)
		}
	}
}
