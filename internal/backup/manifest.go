package backup

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"aloi/internal/audit"
)

// Suffix is what the name of a manifest has behind that of its backup.
const Suffix = ".manifest"

// MaxManifestBytes bounds a manifest that is read, in bytes.
const MaxManifestBytes = 64 << 10

// manifestMark is the first line of a manifest. It is no name of a key, so that nothing
// that is signed here passes for the head of a log.
const manifestMark = "aloi backup 1"

// Manifest is what a backup says of itself. It holds no personal value and no key that is
// secret: it may be kept, and looked at, where the backup must not be opened.
type Manifest struct {
	Store    string // tells the store from others
	Kind     Kind
	After    uint64    // the commit that an increment goes on from
	Commit   uint64    // the last commit that is in it
	Time     time.Time // of that commit
	Made     time.Time // when the backup was begun
	Journal  uint64    // sequence of the last change
	Records  uint64
	Entities uint64
	Log      uint64   // entries of the audit log
	Families []Family // of the state, ascending by Prefix
	Digest   [sha256.Size]byte
	Key      string // by which the signature is checked
	// SHA256 and Size, in bytes, are those of the encrypted file: zero in the copy that is
	// inside of it.
	SHA256 [sha256.Size]byte
	Size   uint64
}

// Family is how many keys start with a byte.
type Family struct {
	Prefix byte
	Keys   uint64
}

// Text renders a manifest, a fact on each line.
func (m *Manifest) Text() string {
	var b strings.Builder
	line := func(name string, value any) { fmt.Fprintf(&b, "%s %v\n", name, value) }
	b.WriteString(manifestMark + "\n")
	line("store", m.Store)
	line("kind", m.Kind)
	if m.Kind == Increment {
		line("after", m.After)
	}
	line("commit", m.Commit)
	line("time", m.Time.UTC().Format(time.RFC3339Nano))
	line("made", m.Made.UTC().Format(time.RFC3339Nano))
	line("journal", m.Journal)
	line("records", m.Records)
	line("entities", m.Entities)
	line("log", m.Log)
	for _, f := range m.Families {
		line("family", fmt.Sprintf("%c %d", f.Prefix, f.Keys))
	}
	line("digest", hex.EncodeToString(m.Digest[:]))
	line("key", m.Key)
	if m.Size > 0 {
		line("sha256", hex.EncodeToString(m.SHA256[:]))
		line("size", m.Size)
	}
	return b.String()
}

// errManifest is said of a text that Text does not make.
var errManifest = errors.New("it is not of the form of a manifest")

// parseManifest reads what Text renders, and nothing else.
func parseManifest(text string) (*Manifest, error) {
	m := &Manifest{}
	lines, whole := strings.CutPrefix(text, manifestMark+"\n")
	if !whole || len(text) > MaxManifestBytes {
		return nil, errManifest
	}
	for line := range strings.Lines(lines) {
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		if err := m.set(name, value); err != nil {
			return nil, errManifest
		}
	}
	if m.Text() != text {
		return nil, errManifest
	}
	return m, nil
}

// set takes the value of one line.
func (m *Manifest) set(name, value string) (err error) {
	switch name {
	case "store":
		m.Store = value
	case "kind":
		m.Kind = Kind(value)
	case "key":
		m.Key = value
	case "time":
		m.Time, err = time.Parse(time.RFC3339Nano, value)
	case "made":
		m.Made, err = time.Parse(time.RFC3339Nano, value)
	case "digest":
		err = setSum(&m.Digest, value)
	case "sha256":
		err = setSum(&m.SHA256, value)
	case "family":
		var f Family
		_, err = fmt.Sscanf(value, "%c %d", &f.Prefix, &f.Keys)
		m.Families = append(m.Families, f)
	default:
		number := m.numberOf(name)
		if number == nil {
			return errManifest
		}
		_, err = fmt.Sscanf(value, "%d", number)
	}
	return err
}

// numberOf is the number of a line, nil where its name is of none.
func (m *Manifest) numberOf(name string) *uint64 {
	return map[string]*uint64{
		"after": &m.After, "commit": &m.Commit, "journal": &m.Journal, "records": &m.Records,
		"entities": &m.Entities, "log": &m.Log, "size": &m.Size,
	}[name]
}

func setSum(into *[sha256.Size]byte, text string) error {
	sum, err := hex.DecodeString(text)
	if err != nil || len(sum) != len(into) {
		return errManifest
	}
	*into = [sha256.Size]byte(sum)
	return nil
}

// ParseManifest reads a signed manifest, and checks its signature by the key that it names
// itself: that this is the key of the store is the caller's to hold.
func ParseManifest(signed string) (*Manifest, error) {
	if len(signed) > MaxManifestBytes {
		return nil, errManifest
	}
	text, _, found := strings.Cut(signed, "\n\n")
	if !found {
		return nil, errManifest
	}
	m, err := parseManifest(text + "\n")
	if err != nil {
		return nil, err
	}
	opened, err := audit.OpenStatement(signed, m.Key)
	if err != nil {
		return nil, err
	}
	if opened != text+"\n" {
		return nil, errManifest
	}
	return m, nil
}

// Continues returns ErrOther unless an increment goes on from the state of another backup.
func (m *Manifest) Continues(before *Manifest) error {
	switch {
	case m.Kind != Increment:
		return fmt.Errorf("%w: it is a full one", ErrOther)
	case m.Store != before.Store || m.Key != before.Key:
		return fmt.Errorf("%w: it is of another store", ErrOther)
	case m.After != before.Commit:
		return fmt.Errorf("%w: it begins after commit %d, and the one before ends with %d", ErrOther, m.After, before.Commit)
	}
	return nil
}
