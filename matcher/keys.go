package matcher

import "slices"

// maxKeyBytes is the longest key, in bytes; longer ones are cut.
const maxKeyBytes = 64

// maxEach is how many values of one kind give keys.
const maxEach = 3

func first[T any](list []T) []T { return list[:min(len(list), maxEach)] }

// Keys returns the blocking keys of a prepared record: sorted, distinct, at most
// MaxKeys, each at most 64 bytes. Records that share one are candidates.
func (m *Matcher) Keys(p *Prepared) []string {
	k := keyring{p: p, spelt: true}
	k.fill()
	slices.Sort(k.texts)
	return k.texts
}

// AppendKeyHashes appends the HashKey of each of the Keys of a record, distinct and in no
// order. It allocates nothing but what dst lacks.
func (m *Matcher) AppendKeyHashes(dst []uint64, p *Prepared) []uint64 {
	k := keyring{p: p, hashes: dst, before: len(dst)}
	k.fill()
	return k.hashes
}

// ContactKeys returns those of the Keys of a record that a Common may be asked for:
// of its phone numbers, e-mail addresses and identifiers.
func ContactKeys(p *Prepared) []string {
	k := keyring{p: p, spelt: true}
	k.contacts()
	return k.texts
}

// keyring gathers the keys of one record, the most telling families first: when
// there are too many, the last ones are left out.
type keyring struct {
	p      *Prepared
	hashes []uint64 // of the keys, after those that were there before
	before int
	spelt  bool     // whether texts are wanted
	texts  []string // the keys
	key    keyText  // the key in the making
	names  nameParts
}

func (k *keyring) fill() {
	k.contacts()
	k.named()
	k.dates()
	k.places()
	k.phones()
}

// of begins a key.
func (k *keyring) of(family keyFamily) *keyText {
	k.key.begin(family)
	return &k.key
}

// add takes the key in, unless it is there already or there are enough.
func (k *keyring) add() {
	own := k.hashes[k.before:]
	if len(own) >= MaxKeys {
		return
	}
	h := k.key.hash()
	if slices.Contains(own, h) {
		return
	}
	k.hashes = append(k.hashes, h)
	if k.spelt {
		k.texts = append(k.texts, k.key.String())
	}
}

func (k *keyring) contacts() {
	for i := range first(k.p.Identifiers) {
		k.key.ofIdentifier(&k.p.Identifiers[i])
		k.add()
	}
	for _, x := range first(k.p.Phones) {
		k.key.ofPhone(x)
		k.add()
	}
	for i := range first(k.p.Emails) {
		x := &k.p.Emails[i]
		if x.Role {
			continue
		}
		k.key.ofEmail(x)
		k.add()
		if k.key.ofLocal(x) {
			k.add()
		}
	}
}

func identifierKey(x *PreparedIdentifier) string {
	var t keyText
	t.ofIdentifier(x)
	return t.String()
}

func phoneKey(x string) string {
	var t keyText
	t.ofPhone(x)
	return t.String()
}

func emailKey(x *PreparedEmail) string {
	var t keyText
	t.ofEmail(x)
	return t.String()
}

// localKey is empty where what stands before the @ is too short to mean a person.
func localKey(x *PreparedEmail) string {
	var t keyText
	if !t.ofLocal(x) {
		return ""
	}
	return t.String()
}

func (t *keyText) ofIdentifier(x *PreparedIdentifier) {
	t.begin(keyIdentifier)
	t.part(x.Type).part(x.Value)
}

func (t *keyText) ofPhone(x string) {
	t.begin(keyPhone)
	t.part(x[max(0, len(x)-phoneBytes):])
}

func (t *keyText) ofEmail(x *PreparedEmail) {
	t.begin(keyEmail)
	t.part("").unmarked(x.Local)
	t.part(x.Domain)
}

// ofLocal reports whether there is such a key.
func (t *keyText) ofLocal(x *PreparedEmail) bool {
	t.begin(keyLocal)
	return t.part("").unmarked(x.Local) >= localBytes
}
