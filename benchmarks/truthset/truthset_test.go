package truthset_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/klauspost/compress/gzip"

	"aloi/benchmarks/truthset"
)

const data = "../data"

// The sets of the repository are whole, and each says where it comes from.
func TestRepositorySets(t *testing.T) {
	for name, want := range map[string]int{
		"fr_5k": 5000, "splink_fake_1000": 1000, "febrl1": 1000, "febrl2": 5000, "febrl3": 5000, "febrl4": 10000,
		"anonlink_5party": 16228, "foreigners_pl_10k": 15000, "senzing_truthset": 159, "fr_50k": 50000,
	} {
		if _, err := os.Stat(filepath.Join(data, name, "README.md")); err != nil {
			t.Error(err)
		}
		rows, err := truthset.Rows(filepath.Join(data, name), "truth.csv")
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) != want {
			t.Errorf("%s: %d records in the truth, want %d", name, len(rows), want)
		}
	}
}

func TestLoad(t *testing.T) {
	s, err := truthset.Load(filepath.Join(data, "febrl1"), "soc_sec_id")
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Records) != 1000 || len(s.IDs) != 1000 || len(s.Truth) != 1000 {
		t.Fatalf("%d records, %d ids, %d in the truth; want 1000 of each", len(s.Records), len(s.IDs), len(s.Truth))
	}
	for _, r := range s.Records {
		if len(r.Identifiers) > 0 {
			t.Fatal("a record has an identifier, although its column is left out")
		}
	}
	if s, err = truthset.Load(filepath.Join(data, "febrl1"), ""); err != nil || len(s.Records[0].Identifiers) == 0 {
		t.Fatalf("identifiers are not read: %v", err)
	}
}

// Files are read plain and with gzip too; what is missing or does not fit is an error.
func TestLoadPlain(t *testing.T) {
	dir := t.TempDir()
	if _, err := truthset.Load(dir, ""); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("an empty folder: %v, want fs.ErrNotExist", err)
	}
	write(t, dir, "records.csv", "record_id,prenom,nom\n1,Anne,Le Goff\n2,Annie,Le Goff\n")
	zip(t, dir, "truth.csv.gz", "record_id,entity_id\n1,A\n2,A\n")
	s, err := truthset.Load(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	if s.IDs[1] != "2" || s.Truth["2"] != "A" || s.Records[1].Names[0].Given != "Annie" {
		t.Errorf("read %v, %v", s.IDs, s.Truth)
	}
	zip(t, dir, "truth.csv.gz", "record_id,entity_id\n1,A\n")
	if _, err := truthset.Load(dir, ""); err == nil {
		t.Error("a record without truth was accepted")
	}
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func zip(t *testing.T, dir, name, text string) {
	t.Helper()
	f, err := os.Create(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z := gzip.NewWriter(f)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
}
