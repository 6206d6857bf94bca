package room

import (
	"os"
	"path/filepath"
	"testing"
)

// TestTake takes room behind the end of a file, whose length does not change.
func TestTake(t *testing.T) {
	dir := t.TempDir()
	before, err := Of(dir)
	if err != nil {
		t.Skip(err)
	}
	if before.Free == 0 || before.Free > before.Total {
		t.Fatalf("%d bytes of %d are free", before.Free, before.Total)
	}
	file, err := os.Create(filepath.Join(dir, "file"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := Take(file, 0, 1<<20); err != nil {
		t.Fatal(err)
	}
	if info, err := file.Stat(); err != nil || info.Size() != 0 {
		t.Errorf("the file has %d bytes, %v", info.Size(), err)
	}
}
