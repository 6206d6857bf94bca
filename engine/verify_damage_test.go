package engine_test

import (
	"encoding/binary"
	"errors"
	"slices"

	"aloi"
	"aloi/store"
)

// The keys that the damage erases (docs/format.md).
func numbered(family byte, n uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte{family}, n)
}

func hashed(family byte, hashes ...store.RefHash) []byte {
	key := []byte{family}
	for _, h := range hashes {
		key = append(key, h[:]...)
	}
	return key
}

// damage is one thing that is wrong, sealed with the right checksum, and the check
// that must name it, with the invariant that it is of. It is written, or erased.
type damage struct {
	name, check string
	write       func(s *scene, w *store.Writer) error
	erase       func(s *scene) []byte
}

var nobody = ref("web", "nobody")

const noNumber = 9999 // of no record and no entity

var recordDamage = []damage{
	{"index entry erased", "I14 record index", nil, func(s *scene) []byte { return hashed('n', s.st.RefHash(ofMarc)) }},
	{"index entry of another record", "I14 record index", func(s *scene, w *store.Writer) error {
		return w.SetNumber(s.st.RefHash(ofMarc), s.number(inWeb))
	}, nil},
	{"index entry without a record", "I14 orphan", func(s *scene, w *store.Writer) error {
		return w.SetNumber(s.st.RefHash(nobody), noNumber)
	}, nil},
	{"value altered", "I4 record content", func(s *scene, w *store.Writer) error {
		r := s.record(ofMarc)
		r.Record.Note = "une note d'ailleurs"
		return w.Set(store.EncodeRecord(r))
	}, nil},
	{"record erased", "I14 orphan", nil, func(s *scene) []byte { return numbered('r', s.number(ofMarc)) }},
	{"features erased", "I4 features", nil, func(s *scene) []byte { return numbered('f', s.number(ofMarc)) }},
	{"features of another record", "I4 features", func(s *scene, w *store.Writer) error {
		return w.SetFeatures(s.number(ofMarc), s.features(ofMarc), s.features(inWeb))
	}, nil},
	{"features of no record", "I14 orphan", func(s *scene, w *store.Writer) error {
		return w.SetFeatures(noNumber, nil, s.features(inWeb))
	}, nil},
	{"consent event of another record", "I8 events", func(s *scene, w *store.Writer) error {
		return w.SetEntry(s.number(inWeb), store.ContentHash{1}, &store.Entry{ConsentEvent: aloi.ConsentEvent{Kind: aloi.ConsentGiven}})
	}, nil},
	{"consent event not counted", "I8 events", func(s *scene, w *store.Writer) error {
		r := s.record(ofMarc)
		r.Consents--
		return w.Set(store.EncodeRecord(r))
	}, nil},
	{"interaction of no record", "I14 orphan", func(s *scene, w *store.Writer) error {
		return w.Set(s.st.EncodeInteraction(noNumber, store.ContentHash{1}, aloi.Interaction{Kind: aloi.InteractionPurchase}))
	}, nil},
}

// The blocks are in memory, and follow from what SetFeatures is told: that is wrong here.
var blockDamage = []damage{
	{"member left out", "I4 block", func(s *scene, w *store.Writer) error {
		f, number := s.features(inWeb), s.number(inWeb)
		return errors.Join(w.SetFeatures(number, f, &store.Features{Ref: f.Ref, Blocks: f.Blocks[1:]}), w.SetFeatures(number, f, f))
	}, nil},
	{"member of a block that it is not in", "I4 block", func(s *scene, w *store.Writer) error {
		f, number := s.features(alone), s.number(alone)
		return errors.Join(w.SetFeatures(number, nil, s.features(inWeb)), w.SetFeatures(number, f, f))
	}, nil},
	{"block of no record", "I4 block", func(s *scene, w *store.Writer) error {
		f, number := s.features(alone), s.number(alone)
		return errors.Join(w.SetFeatures(number, nil, &store.Features{Ref: f.Ref, Blocks: []store.BlockID{1}}), w.SetFeatures(number, f, f))
	}, nil},
	{"member of the crowd left out", "I4 block", func(s *scene, w *store.Writer) error {
		f, number := s.features(ref("web", "s100")), s.number(ref("web", "s100"))
		return errors.Join(w.SetFeatures(number, f, &store.Features{Ref: f.Ref}), w.SetFeatures(number, f, f))
	}, nil},
}

var linkDamage = []damage{
	{"link on one side", "I5 links", func(s *scene, w *store.Writer) error { return w.SetLinks(s.number(inWeb), nil) }, nil},
	{"link on no side", "I5 links", func(s *scene, w *store.Writer) error {
		without := func(x, y aloi.RecordRef) error {
			return w.SetLinks(s.number(x), slices.DeleteFunc(s.links(x), func(l store.Link) bool { return l.Other == s.number(y) }))
		}
		return errors.Join(without(inWeb, inSAV), without(inSAV, inWeb))
	}, nil},
	{"weight altered", "I5 links", func(s *scene, w *store.Writer) error {
		links := s.links(inSAV)
		links[0].Weight++
		return w.SetLinks(s.number(inSAV), links)
	}, nil},
	{"links of no record", "I14 orphan", func(s *scene, w *store.Writer) error { return w.SetLinks(noNumber, s.links(inSAV)) }, nil},
	{"judgement erased", "I6 judgement index", nil, func(s *scene) []byte { return hashed('j', s.st.RefHash(joinedA), s.st.RefHash(joinedB)) }},
	{"judgement index erased", "I6 judgement index", nil, func(s *scene) []byte { return hashed('g', s.st.RefHash(joinedB)) }},
	{"judgement altered", "I6 partition", func(s *scene, w *store.Writer) error {
		return w.SetJudgement(aloi.Judgement{A: joinedA, B: joinedB, Verdict: aloi.VerdictDifferent})
	}, nil},
	{"judgement not counted", "I6 count", func(s *scene, w *store.Writer) error {
		return w.SetJudgement(aloi.Judgement{A: alone, B: nobody, Verdict: aloi.VerdictDifferent})
	}, nil},
}

var entityDamage = []damage{
	{"record in another entity", "I6 partition", func(s *scene, w *store.Writer) error {
		return w.SetEntityOf(s.number(alone), s.home(ofMarc))
	}, nil},
	{"record in no entity", "I2 entity of record", nil, func(s *scene) []byte { return numbered('m', s.number(alone)) }},
	{"place of no record", "I14 orphan", func(s *scene, w *store.Writer) error { return w.SetEntityOf(noNumber, s.home(ofMarc)) }, nil},
	{"two people in one entity", "I6 partition", func(s *scene, w *store.Writer) error {
		e := s.entity(ofMarc)
		e.Members = append(e.Members, s.number(alone))
		return errors.Join(w.SetEntityOf(s.number(alone), e.Number), w.Set(store.EncodeEntity(e)))
	}, nil},
	{"member taken out", "I2 entity", func(s *scene, w *store.Writer) error {
		e := s.entity(inWeb)
		e.Members = e.Members[1:]
		return w.Set(store.EncodeEntity(e))
	}, nil},
	{"entity without records", "I3 empty entity", func(s *scene, w *store.Writer) error {
		return w.Set(store.EncodeEntity(&store.Entity{Number: noNumber}))
	}, nil},
	{"entity erased", "I2 entity", nil, func(s *scene) []byte { return numbered('e', s.home(inWeb)) }},
	{"golden value altered", "I7 golden record", func(s *scene, w *store.Writer) error {
		e := s.entity(inWeb)
		e.Golden[0].Value += "x"
		return w.Set(store.EncodeEntity(e))
	}, nil},
	{"provenance altered", "I7 golden record", func(s *scene, w *store.Writer) error {
		e := s.entity(inWeb)
		e.Golden[0].Record = ofMarc
		return w.Set(store.EncodeEntity(e))
	}, nil},
	{"golden value taken out", "I7 golden record", func(s *scene, w *store.Writer) error {
		e := s.entity(inWeb)
		e.Golden = e.Golden[1:]
		return w.Set(store.EncodeEntity(e))
	}, nil},
	{"live entity redirected", "I3 redirect", func(s *scene, w *store.Writer) error {
		e := s.entity(alone)
		return errors.Join(w.RedirectEntity(e.Number, s.home(ofMarc)), w.Set(store.EncodeEntity(e)))
	}, nil},
	{"redirect erased", "I3 redirect", nil, func(s *scene) []byte { return numbered('x', s.lost()) }},
	{"redirect to itself", "I3 redirect", func(s *scene, w *store.Writer) error { return w.RedirectEntity(s.lost(), s.lost()) }, nil},
	{"redirect to a younger entity", "I3 redirect", func(s *scene, w *store.Writer) error {
		return w.RedirectEntity(s.lost(), s.home(ref("web", "s150")))
	}, nil},
	{"redirect to nothing known", "I3 redirect", func(s *scene, w *store.Writer) error {
		return w.RedirectEntity(noNumber, noNumber-1)
	}, nil},
}

// countDamage changes each counter by one.
func countDamage() (list []damage) {
	for name, d := range map[string]struct {
		check string
		edit  func(c *store.Counters)
	}{
		"records":         {"I2 count", func(c *store.Counters) { c.Records++ }},
		"entities":        {"I2 count", func(c *store.Counters) { c.Entities-- }},
		"judgements":      {"I6 count", func(c *store.Counters) { c.Judgements++ }},
		"next record":     {"I2 count", func(c *store.Counters) { c.NextRecord-- }},
		"next entity":     {"I2 count", func(c *store.Counters) { c.NextEntity-- }},
		"journal's place": {"I9 count", func(c *store.Counters) { c.Sequence-- }},
		"waiting":         {"I8 count", func(c *store.Counters) { c.Waiting++ }},
	} {
		list = append(list, damage{name, d.check, func(s *scene, w *store.Writer) error {
			c := s.counters()
			d.edit(&c)
			return w.SetCounters(c)
		}, nil})
	}
	return list
}

// lastBatch is the last entry of the journal.
func (s *scene) lastBatch() store.JournalEntry {
	last := s.counters().Sequence
	return read(s, func(r *store.Reader) (store.JournalEntry, error) {
		list, err := r.Journal(last-1, 1)
		return list[0], err
	})
}

var journalDamage = []damage{
	{"batch erased", "I9 journal", nil, func(s *scene) []byte {
		return append(numbered('c', 1), 0, 0)
	}},
	{"record that came, not told", "I9 journal", func(s *scene, w *store.Writer) error {
		e := s.lastBatch()
		e.Changes[len(e.Changes)-1].Added = nil
		return w.AppendJournal(e)
	}, nil},
	{"record in another entity", "I9 journal", func(s *scene, w *store.Writer) error {
		e := s.lastBatch()
		e.Changes[len(e.Changes)-1].Entity--
		return w.AppendJournal(e)
	}, nil},
	{"record that never was", "I9 journal", func(s *scene, w *store.Writer) error {
		e := s.lastBatch()
		e.Changes[0].Added = append(e.Changes[0].Added, noNumber)
		return w.AppendJournal(e)
	}, nil},
}

var keyDamage = []damage{
	{"event under the hash of another", "I14 key", func(s *scene, w *store.Writer) error {
		e, _ := s.pointed()
		return w.SetEntry(s.number(ofMarc), store.ContentHash{1}, e)
	}, nil},
	{"event that waits under the hash of another", "I14 key", func(s *scene, w *store.Writer) error {
		e, _ := s.pointed()
		return w.AddWaiting(s.st.RefHash(nobody), store.ContentHash{1}, e)
	}, nil},
	{"event on a contact point under the hash of another", "I14 key", func(s *scene, w *store.Writer) error {
		e, _ := s.pointed()
		return w.AddPoint(s.st.PointHash(marcsMail), 0, store.ContentHash{1}, e)
	}, nil},
	{"interaction under the hash of another", "I14 key", func(s *scene, w *store.Writer) error {
		return w.Set(s.st.EncodeInteraction(s.number(ofMarc), store.ContentHash{1}, aloi.Interaction{Kind: aloi.InteractionPurchase}))
	}, nil},
	{"meta value that nobody writes", "I14 key", func(s *scene, w *store.Writer) error { return w.SetMeta("gone", []byte{1}) }, nil},
	{"suppression lost", "I11 stop lost", func(s *scene, w *store.Writer) error {
		return w.SetSuppressions(s.st.PointHash(suppressedMail), nil)
	}, nil},
}

// The events of the scene's Marc: a stop on his address, and a request.
const (
	marcsMail  = "email:marc.dubreuil@example.org"
	marcsToken = "k1"

	suppressedMail = "email:personne@example.org"
)

// pointed is the stop of Marc's that his address leads to, and its content hash.
func (s *scene) pointed() (*store.Entry, store.ContentHash) {
	return s.eventOf(func(e *store.Entry) bool { return e.Point != store.PointHash{} })
}

func (s *scene) requested() (*store.Entry, store.ContentHash) {
	return s.eventOf(func(e *store.Entry) bool { return e.Token == marcsToken })
}

func (s *scene) eventOf(is func(e *store.Entry) bool) (*store.Entry, store.ContentHash) {
	list := s.entries(s.t, ofMarc.Source, ofMarc.ID)
	e := &list[slices.IndexFunc(list, func(e store.Entry) bool { return is(&e) })]
	h, err := store.ConsentContent(e.ConsentEvent)
	if err != nil {
		s.t.Fatal(err)
	}
	return e, h
}

var ledgerDamage = []damage{
	{"dossier erased", "I8 dossier", nil, func(s *scene) []byte { return numbered('d', s.number(ofMarc)) }},
	{"dossier of another", "I8 dossier", func(s *scene, w *store.Writer) error {
		d, err := w.Dossier(s.number(inWeb))
		return errors.Join(err, w.SetDossier(s.number(ofMarc), slices.Clone(d)))
	}, nil},
	{"dossier of no record", "I14 orphan", func(s *scene, w *store.Writer) error { return w.SetDossier(noNumber, []byte{1}) }, nil},
	{"event on no contact point", "I8 contact point", func(s *scene, w *store.Writer) error {
		e, h := s.pointed()
		e.Point = store.PointHash{}
		return w.SetEntry(s.number(ofMarc), h, e)
	}, nil},
	{"event not under its contact point", "I8 contact point", func(s *scene, w *store.Writer) error {
		_, h := s.pointed()
		return w.DeletePoint(s.st.PointHash(marcsMail), s.number(ofMarc), h)
	}, nil},
	{"contact point that leads to no event", "I8 contact point", func(s *scene, w *store.Writer) error {
		return w.AddPoint(s.st.PointHash(marcsMail), s.number(ofMarc), store.ContentHash{1}, nil)
	}, nil},
	{"contact point that leads to an event of another", "I8 contact point", func(s *scene, w *store.Writer) error {
		_, h := s.pointed()
		return w.AddPoint(s.st.PointHash(annesMail), s.number(ofMarc), h, nil)
	}, nil},
	{"contact point that leads to no record", "I14 orphan", func(s *scene, w *store.Writer) error {
		return w.AddPoint(s.st.PointHash(marcsMail), noNumber, store.ContentHash{1}, nil)
	}, nil},
	{"token erased", "I8 token", func(s *scene, w *store.Writer) error { return w.DeleteToken(marcsToken) }, nil},
	{"token of a stop", "I8 token", func(s *scene, w *store.Writer) error {
		_, h := s.pointed()
		return w.SetToken(marcsToken, s.number(ofMarc), h)
	}, nil},
	{"token of no event", "I8 token", func(s *scene, w *store.Writer) error {
		return w.SetToken(marcsToken, s.number(ofMarc), store.ContentHash{1})
	}, nil},
	{"token that no request has", "I8 token", func(s *scene, w *store.Writer) error {
		_, h := s.requested()
		return w.SetToken("k2", s.number(ofMarc), h)
	}, nil},
	{"token of no record", "I14 orphan", func(s *scene, w *store.Writer) error {
		return w.SetToken("k2", noNumber, store.ContentHash{1})
	}, nil},
	{"event that waits for a record that is there", "I8 waiting", func(s *scene, w *store.Writer) error {
		e, h := s.pointed()
		return w.AddWaiting(s.st.RefHash(inWeb), h, e)
	}, nil},
	{"event that waits, not counted", "I8 count", func(s *scene, w *store.Writer) error {
		e, h := s.pointed()
		return w.AddWaiting(s.st.RefHash(nobody), h, e)
	}, nil},
}
