package datadir

import (
	"bytes"
	"path/filepath"
	"testing"

	"aloi/internal/backup"
	"aloi/store"
	"aloi/store/kv"
)

// A backup whose manifest is of another state than its keys, though each was signed and
// arrived as it was written, is not restored.
func TestManifestOfAnotherState(t *testing.T) {
	k := newKeeper(t)
	d := opened(t, fresh(t), usual())
	put(t, d.Engine, 0, 10)
	recipients, err := backup.ParseRecipients([]string{k.recipient})
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*backup.Manifest){
		"":         func(*backup.Manifest) {},
		"records":  func(m *backup.Manifest) { m.Records-- },
		"entities": func(m *backup.Manifest) { m.Entities++ },
		"journal":  func(m *backup.Manifest) { m.Journal++ },
		"log":      func(m *backup.Manifest) { m.Log++ },
	} {
		var out bytes.Buffer
		err := d.Store.ViewWhole(t.Context(), func(in *store.Reader, all kv.Reader, head kv.Head) error {
			b := &backingUp{d: d}
			if err := b.begin(&out, recipients, head); err != nil {
				return err
			}
			if err := b.keys(all, head); err != nil {
				return err
			}
			m, err := manifestOf(in, head)
			if err != nil {
				return err
			}
			change(&m)
			_, err = b.out.Close(m)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(k.dir, name+".aloi")
		write(t, path, out.String(), 0o600)
		if name == "" {
			k.restore(k.request(path))
			continue
		}
		k.refused(k.request(path), backup.ErrDamaged, "is not what its manifest says")
	}
}
