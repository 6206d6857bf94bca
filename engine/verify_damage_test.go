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
// that must name it. It is written, or erased.
type damage struct {
	name, check string
	write       func(s *scene, w *store.Writer) error
	erase       func(s *scene) []byte
}

var nobody = ref("web", "nobody")

const noNumber = 9999 // of no record and no entity

var recordDamage = []damage{
	{"index entry erased", "record index", nil, func(s *scene) []byte { return hashed('n', s.st.RefHash(ofMarc)) }},
	{"index entry of another record", "record index", func(s *scene, w *store.Writer) error {
		return w.SetNumber(s.st.RefHash(ofMarc), s.number(inWeb))
	}, nil},
	{"index entry without a record", "orphan", func(s *scene, w *store.Writer) error {
		return w.SetNumber(s.st.RefHash(nobody), noNumber)
	}, nil},
	{"value altered", "record content", func(s *scene, w *store.Writer) error {
		r := s.record(ofMarc)
		r.Record.Note = "une note d'ailleurs"
		return w.SetRecord(r)
	}, nil},
	{"record erased", "orphan", nil, func(s *scene) []byte { return numbered('r', s.number(ofMarc)) }},
	{"features erased", "features", nil, func(s *scene) []byte { return numbered('f', s.number(ofMarc)) }},
	{"features of another record", "features", func(s *scene, w *store.Writer) error {
		return w.SetFeatures(s.number(ofMarc), s.features(inWeb))
	}, nil},
	{"features of no record", "orphan", func(s *scene, w *store.Writer) error {
		return w.SetFeatures(noNumber, s.features(inWeb))
	}, nil},
	{"consent event of another record", "events", func(s *scene, w *store.Writer) error {
		return w.SetEntry(s.number(inWeb), store.ContentHash{1}, &store.Entry{ConsentEvent: aloi.ConsentEvent{Kind: aloi.ConsentGiven}})
	}, nil},
	{"consent event not counted", "events", func(s *scene, w *store.Writer) error {
		r := s.record(ofMarc)
		r.Consents--
		return w.SetRecord(r)
	}, nil},
	{"interaction of no record", "orphan", func(s *scene, w *store.Writer) error {
		return w.AddInteraction(noNumber, store.ContentHash{1}, aloi.Interaction{Kind: aloi.InteractionPurchase})
	}, nil},
}

var blockDamage = []damage{
	{"member taken out", "block", func(s *scene, w *store.Writer) error {
		id, b := s.block()
		b.Members, b.Size = b.Members[1:], b.Size-1
		return w.SetBlock(id, b)
	}, nil},
	{"member replaced", "block", func(s *scene, w *store.Writer) error {
		id, b := s.block()
		b.Members[len(b.Members)-1] = s.number(alone)
		return w.SetBlock(id, b)
	}, nil},
	{"block erased", "block", nil, func(s *scene) []byte {
		id, _ := s.block()
		return numbered('b', uint64(id))
	}},
	{"block of no record", "block", func(s *scene, w *store.Writer) error {
		return w.SetBlock(1, &store.Block{Size: 1, Members: []uint64{1}})
	}, nil},
	{"block too common before its time", "block", func(s *scene, w *store.Writer) error {
		id, b := s.block()
		return w.SetBlock(id, &store.Block{Size: b.Size, TooCommon: true})
	}, nil},
	{"spilled members of a block that is not too common", "block", func(s *scene, w *store.Writer) error {
		id, _ := s.block()
		return w.AddSpill(id, s.number(inWeb))
	}, nil},
	{"member of the crowd taken out", "block", func(s *scene, w *store.Writer) error {
		return w.RemoveSpill(s.common(), s.number(ref("web", "s100")))
	}, nil},
	{"nobody in the crowd", "orphan", func(s *scene, w *store.Writer) error { return w.AddSpill(s.common(), noNumber) }, nil},
}

var linkDamage = []damage{
	{"link on one side", "links", func(s *scene, w *store.Writer) error { return w.SetLinks(s.number(inWeb), nil) }, nil},
	{"link on no side", "links", func(s *scene, w *store.Writer) error {
		without := func(x, y aloi.RecordRef) error {
			return w.SetLinks(s.number(x), slices.DeleteFunc(s.links(x), func(l store.Link) bool { return l.Other == s.number(y) }))
		}
		return errors.Join(without(inWeb, inSAV), without(inSAV, inWeb))
	}, nil},
	{"weight altered", "links", func(s *scene, w *store.Writer) error {
		links := s.links(inSAV)
		links[0].Weight++
		return w.SetLinks(s.number(inSAV), links)
	}, nil},
	{"links of no record", "orphan", func(s *scene, w *store.Writer) error { return w.SetLinks(noNumber, s.links(inSAV)) }, nil},
	{"judgement erased", "judgement index", nil, func(s *scene) []byte { return hashed('j', s.st.RefHash(joinedA), s.st.RefHash(joinedB)) }},
	{"judgement index erased", "judgement index", nil, func(s *scene) []byte { return hashed('g', s.st.RefHash(joinedB)) }},
	{"judgement altered", "partition", func(s *scene, w *store.Writer) error {
		return w.SetJudgement(aloi.Judgement{A: joinedA, B: joinedB, Verdict: aloi.VerdictDifferent})
	}, nil},
	{"judgement not counted", "count", func(s *scene, w *store.Writer) error {
		return w.SetJudgement(aloi.Judgement{A: alone, B: nobody, Verdict: aloi.VerdictDifferent})
	}, nil},
}

var entityDamage = []damage{
	{"record in another entity", "partition", func(s *scene, w *store.Writer) error {
		return w.SetEntityOf(s.number(alone), s.home(ofMarc))
	}, nil},
	{"record in no entity", "entity of record", nil, func(s *scene) []byte { return numbered('m', s.number(alone)) }},
	{"place of no record", "orphan", func(s *scene, w *store.Writer) error { return w.SetEntityOf(noNumber, s.home(ofMarc)) }, nil},
	{"two people in one entity", "partition", func(s *scene, w *store.Writer) error {
		e := s.entity(ofMarc)
		e.Members = append(e.Members, s.number(alone))
		return errors.Join(w.SetEntityOf(s.number(alone), e.Number), w.SetEntity(e))
	}, nil},
	{"member taken out", "entity", func(s *scene, w *store.Writer) error {
		e := s.entity(inWeb)
		e.Members = e.Members[1:]
		return w.SetEntity(e)
	}, nil},
	{"entity without records", "entity", func(s *scene, w *store.Writer) error {
		return w.SetEntity(&store.Entity{Number: noNumber})
	}, nil},
	{"entity erased", "entity", nil, func(s *scene) []byte { return numbered('e', s.home(inWeb)) }},
	{"golden value altered", "golden record", func(s *scene, w *store.Writer) error {
		e := s.entity(inWeb)
		e.Golden[0].Value += "x"
		return w.SetEntity(e)
	}, nil},
	{"provenance altered", "golden record", func(s *scene, w *store.Writer) error {
		e := s.entity(inWeb)
		e.Golden[0].Record = ofMarc
		return w.SetEntity(e)
	}, nil},
	{"golden value taken out", "golden record", func(s *scene, w *store.Writer) error {
		e := s.entity(inWeb)
		e.Golden = e.Golden[1:]
		return w.SetEntity(e)
	}, nil},
	{"live entity redirected", "entity", func(s *scene, w *store.Writer) error {
		e := s.entity(alone)
		return errors.Join(w.RedirectEntity(e.Number, s.home(ofMarc)), w.SetEntity(e))
	}, nil},
	{"redirect erased", "redirect", nil, func(s *scene) []byte { return numbered('x', s.lost()) }},
	{"redirect to itself", "redirect", func(s *scene, w *store.Writer) error { return w.RedirectEntity(s.lost(), s.lost()) }, nil},
	{"redirect to a younger entity", "redirect", func(s *scene, w *store.Writer) error {
		return w.RedirectEntity(s.lost(), s.home(ref("web", "s150")))
	}, nil},
	{"redirect to nothing known", "redirect", func(s *scene, w *store.Writer) error {
		return w.RedirectEntity(noNumber, noNumber-1)
	}, nil},
}

// countDamage changes each counter by one.
func countDamage() (list []damage) {
	for name, edit := range map[string]func(c *store.Counters){
		"records":         func(c *store.Counters) { c.Records++ },
		"entities":        func(c *store.Counters) { c.Entities-- },
		"judgements":      func(c *store.Counters) { c.Judgements++ },
		"next record":     func(c *store.Counters) { c.NextRecord-- },
		"next entity":     func(c *store.Counters) { c.NextEntity-- },
		"journal's place": func(c *store.Counters) { c.Sequence-- },
		"waiting":         func(c *store.Counters) { c.Waiting++ },
	} {
		list = append(list, damage{name, "count", func(s *scene, w *store.Writer) error {
			c := s.counters()
			edit(&c)
			return w.SetCounters(c)
		}, nil})
	}
	return list
}

// The events of the scene's Marc: a stop on his address, and a request.
const (
	marcsMail  = "email:marc.dubreuil@example.org"
	marcsToken = "k1"
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
	{"dossier erased", "dossier", nil, func(s *scene) []byte { return numbered('d', s.number(ofMarc)) }},
	{"dossier of another", "dossier", func(s *scene, w *store.Writer) error {
		d, err := w.Dossier(s.number(inWeb))
		return errors.Join(err, w.SetDossier(s.number(ofMarc), slices.Clone(d)))
	}, nil},
	{"dossier of no record", "orphan", func(s *scene, w *store.Writer) error { return w.SetDossier(noNumber, []byte{1}) }, nil},
	{"event on no contact point", "contact point", func(s *scene, w *store.Writer) error {
		e, h := s.pointed()
		e.Point = store.PointHash{}
		return w.SetEntry(s.number(ofMarc), h, e)
	}, nil},
	{"event not under its contact point", "contact point", func(s *scene, w *store.Writer) error {
		_, h := s.pointed()
		return w.DeletePoint(s.st.PointHash(marcsMail), s.number(ofMarc), h)
	}, nil},
	{"contact point that leads to no event", "contact point", func(s *scene, w *store.Writer) error {
		return w.AddPoint(s.st.PointHash(marcsMail), s.number(ofMarc), store.ContentHash{1}, nil)
	}, nil},
	{"contact point that leads to an event of another", "contact point", func(s *scene, w *store.Writer) error {
		_, h := s.pointed()
		return w.AddPoint(s.st.PointHash(annesMail), s.number(ofMarc), h, nil)
	}, nil},
	{"contact point that leads to no record", "orphan", func(s *scene, w *store.Writer) error {
		return w.AddPoint(s.st.PointHash(marcsMail), noNumber, store.ContentHash{1}, nil)
	}, nil},
	{"token erased", "token", func(s *scene, w *store.Writer) error { return w.DeleteToken(marcsToken) }, nil},
	{"token of a stop", "token", func(s *scene, w *store.Writer) error {
		_, h := s.pointed()
		return w.SetToken(marcsToken, s.number(ofMarc), h)
	}, nil},
	{"token of no event", "token", func(s *scene, w *store.Writer) error {
		return w.SetToken(marcsToken, s.number(ofMarc), store.ContentHash{1})
	}, nil},
	{"token that no request has", "token", func(s *scene, w *store.Writer) error {
		_, h := s.requested()
		return w.SetToken("k2", s.number(ofMarc), h)
	}, nil},
	{"token of no record", "orphan", func(s *scene, w *store.Writer) error {
		return w.SetToken("k2", noNumber, store.ContentHash{1})
	}, nil},
	{"event that waits for a record that is there", "waiting", func(s *scene, w *store.Writer) error {
		e, h := s.pointed()
		return w.AddWaiting(s.st.RefHash(inWeb), h, e)
	}, nil},
	{"event that waits, not counted", "count", func(s *scene, w *store.Writer) error {
		e, h := s.pointed()
		return w.AddWaiting(s.st.RefHash(nobody), h, e)
	}, nil},
}
