package engine_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"aloi"
	"aloi/internal/audit"
	"aloi/store"
	"aloi/store/kv"
)

// logFault is one thing that is wrong with the log, or with what it proves, and the
// check that must name it; plant returns where.
type logFault struct {
	name, check string
	plant       func(s *logScene) string
}

func at(index uint64) string { return fmt.Sprintf("entry %d", index) }

const inTheMiddle = 70 // an event among many of one record

var otherKey, _, _ = audit.NewKey("aloi/tests") // of the same name

var logDamage = slices.Concat(payloadFaults, leafFaults, orderFaults, treeFaults, lossFaults, stateFaults)

var payloadFaults = []logFault{
	{"event altered", "payload changed", func(s *logScene) string {
		e, h := s.event(inWeb, "w1")
		e.Channels = []string{"SMS"}
		s.update(func(w *store.Writer) error { return w.SetEntry(s.number(inWeb), h, e) })
		return at(e.Log - 1)
	}},
	{"salt altered", "payload changed", func(s *logScene) string {
		e, h := s.event(inWeb, "w1")
		e.Salt[3]++
		s.update(func(w *store.Writer) error { return w.SetEntry(s.number(inWeb), h, e) })
		return at(e.Log - 1)
	}},
	{"two events change places", "payload changed", func(s *logScene) string {
		x, hx := s.event(ofMarc, "m3")
		y, hy := s.event(ofMarc, "m4")
		x.Log, y.Log = y.Log, x.Log
		s.update(func(w *store.Writer) error { return w.SetEntry(s.number(ofMarc), hx, x) })
		s.update(func(w *store.Writer) error { return w.SetEntry(s.number(ofMarc), hy, y) })
		s.wantsMore = 1 // the other
		return ""
	}},
	{"stop on a contact point altered", "payload changed", func(s *logScene) string {
		const point = "email:inconnu@example.org"
		e := s.onPoint(s.t, point)[0]
		h := s.content(e.ConsentEvent)
		e.Channels = []string{"FAX"}
		s.update(func(w *store.Writer) error { return w.AddPoint(s.st.PointHash(point), 0, h, &e) })
		return at(e.Log - 1)
	}},
	{"event that waits altered", "payload changed", func(s *logScene) string {
		hash := s.st.RefHash(nobody)
		e := read(s.scene, func(r *store.Reader) ([]store.Entry, error) { return r.Waiting(hash) })[0]
		h := s.content(e.ConsentEvent)
		e.Channels = []string{"FAX"}
		s.update(func(w *store.Writer) error { return w.AddWaiting(hash, h, &e) })
		return at(e.Log - 1)
	}},
	{"judgement altered in the log", "payload changed", func(s *logScene) string {
		i := s.first(audit.KindJudgement)
		s.edit(entryKey(i), `"verdict":"SAME"`, `"verdict":"SAMU"`)
		return at(i)
	}},
	{"suppression altered in the log", "payload changed", func(s *logScene) string {
		i := s.first(audit.KindSuppression)
		s.edit(entryKey(i), `"reason":"OBJECTED"`, `"reason":"OBJECTEE"`)
		return at(i)
	}},
	{"erasure altered", "payload changed", func(s *logScene) string {
		i := s.first(audit.KindErasure)
		s.edit(entryKey(i), `"case":"source`, `"case":"sourcE`)
		return at(i)
	}},
	{"judgement that says nothing, signed", "payload changed", func(s *logScene) string {
		return s.recommit(audit.KindJudgement, "{}")
	}},
	{"assignment that says nothing, signed", "payload changed", func(s *logScene) string {
		return s.recommit(audit.KindAssignment, "{}")
	}},
	{"policy that says nothing, signed", "payload changed", func(s *logScene) string {
		return s.recommit(audit.KindPolicy, "{}")
	}},
	{"erasure that can't be read, signed", "payload changed", func(s *logScene) string {
		return s.recommit(audit.KindErasure, "[]")
	}},
	{"campaign without a root, signed", "payload changed", func(s *logScene) string {
		return s.recommit(audit.KindDecisions, `{"root":"00"}`)
	}},
	{"campaign altered", "decisions not as committed", func(s *logScene) string {
		i := s.first(audit.KindDecisions)
		s.edit(entryKey(i), `"permits":2`, `"permits":3`)
		return at(i)
	}},
}

var leafFaults = []logFault{
	{"actor altered", "leaf changed", func(s *logScene) string {
		p := string(s.payload(entryKey(inTheMiddle)))
		i := strings.Index(p, `"actor":"`) + len(`"actor":"`)
		s.edit(entryKey(inTheMiddle), `"actor":"`+p[i:i+1], `"actor":"`+map[bool]string{true: "0", false: "1"}[p[i] == '1'])
		return at(inTheMiddle)
	}},
	{"commitment altered", "leaf changed", func(s *logScene) string {
		p := string(s.payload(entryKey(inTheMiddle)))
		i := strings.Index(p, `"commit":"`) + len(`"commit":"`)
		s.edit(entryKey(inTheMiddle), p[i-5:i+4], p[i-5:i]+"AAAA")
		return at(inTheMiddle)
	}},
	{"kind altered", "leaf changed", func(s *logScene) string {
		i := s.first(audit.KindSuppression)
		s.edit(entryKey(i), `"kind":"suppression"`, `"kind":"suppressiom"`)
		return at(i)
	}},
	{"leaf that is none", "leaf changed", func(s *logScene) string {
		s.edit(entryKey(inTheMiddle), `{"v":1`, `{"w":1`)
		return at(inTheMiddle)
	}},
	{"leaf that is none, signed", "leaf changed", func(s *logScene) string {
		s.rewrite(true, func(lines []logLine) []logLine {
			lines[inTheMiddle].leaf, lines[inTheMiddle].Leaf = nil, []byte("{}")
			return lines
		})
		return at(inTheMiddle)
	}},
	{"time set back in the leaf", "leaf changed", func(s *logScene) string {
		s.edit(entryKey(inTheMiddle), `"time":"2026`, `"time":"2025`)
		return at(inTheMiddle)
	}},
}

var orderFaults = []logFault{
	{"entry taken out", "entry deleted", func(s *logScene) string {
		s.erase(entryKey(inTheMiddle))
		return at(inTheMiddle)
	}},
	{"entry taken out, the rest moved up", "entry deleted", func(s *logScene) string {
		s.shift(inTheMiddle, false)
		return at(inTheMiddle)
	}},
	{"entry but one taken out, the last moved up", "entry deleted", func(s *logScene) string {
		i := s.size() - 2
		s.shift(i, false)
		return at(i)
	}},
	{"last entries taken out", "log truncated", func(s *logScene) string {
		i := s.size() - 3
		for n := range uint64(3) {
			s.erase(entryKey(i + n))
		}
		return at(i)
	}},
	{"last entry taken out, and not counted", "log truncated", func(s *logScene) string {
		i := s.size() - 1
		s.erase(entryKey(i))
		s.count(func(c *store.Counters) { c.Log-- })
		return at(i)
	}},
	{"last entry not counted", "log truncated", func(s *logScene) string {
		s.count(func(c *store.Counters) { c.Log-- })
		return at(s.size())
	}},
	{"store rolled back", "log truncated", func(s *logScene) string {
		backup := s.dump()
		s.apply(act(onMail("email:autre@example.org"), withdrawn("late", "")))
		s.kept = append(s.kept, s.checkpoint())
		s.restore(backup)
		return at(s.size())
	}},
	{"entries swapped", "entries swapped", func(s *logScene) string {
		x, y := s.payload(entryKey(20)), s.payload(entryKey(90))
		s.seal(entryKey(20), y)
		s.seal(entryKey(90), x)
		return at(20)
	}},
	{"neighbours swapped", "entries swapped", func(s *logScene) string {
		x, y := s.payload(entryKey(20)), s.payload(entryKey(21))
		s.seal(entryKey(20), y)
		s.seal(entryKey(21), x)
		return at(20)
	}},
	{"three change places", "entries swapped", func(s *logScene) string {
		x, y, z := s.payload(entryKey(20)), s.payload(entryKey(40)), s.payload(entryKey(60))
		s.seal(entryKey(20), z)
		s.seal(entryKey(40), x)
		s.seal(entryKey(60), y)
		s.wantsMore = 2
		return at(20)
	}},
	{"forged entry put in", "entry inserted", func(s *logScene) string {
		s.shift(inTheMiddle, true)
		s.edit(entryKey(inTheMiddle), `"time":"2026`, `"time":"2027`)
		return at(inTheMiddle)
	}},
	{"forged entry put behind", "entry inserted", func(s *logScene) string {
		n := s.size()
		s.seal(entryKey(n), []byte(strings.Replace(string(s.payload(entryKey(n-1))), `"time":"2026`, `"time":"2027`, 1)))
		return at(n)
	}},
	{"copy in the place of another", "duplicate sequence", func(s *logScene) string {
		s.seal(entryKey(30), s.payload(entryKey(90)))
		return at(30)
	}},
	{"copy put in", "duplicate sequence", func(s *logScene) string {
		x := s.payload(entryKey(10))
		s.shift(inTheMiddle, true)
		s.seal(entryKey(inTheMiddle), x)
		return at(inTheMiddle)
	}},
	{"later copy put in", "duplicate sequence", func(s *logScene) string {
		x := s.payload(entryKey(90))
		s.shift(inTheMiddle, true)
		s.seal(entryKey(inTheMiddle), x)
		return at(inTheMiddle)
	}},
	{"copy put behind", "duplicate sequence", func(s *logScene) string {
		s.seal(entryKey(s.size()), s.payload(entryKey(10)))
		return at(s.size())
	}},
	{"number of another", "duplicate sequence", func(s *logScene) string {
		s.edit(entryKey(20), `"seq":20`, `"seq":10`)
		return at(20)
	}},
	{"number of another, signed", "duplicate sequence", func(s *logScene) string {
		s.rewrite(true, func(lines []logLine) []logLine {
			lines[20].leaf.Sequence = 19
			return lines
		})
		return at(20)
	}},
	{"number of nobody", "gap in the sequence", func(s *logScene) string {
		s.edit(entryKey(20), `"seq":20`, `"seq":99`)
		return at(20)
	}},
	{"numbers that jump, signed", "gap in the sequence", func(s *logScene) string {
		s.rewrite(true, func(lines []logLine) []logLine {
			for i := 20; i < len(lines); i++ {
				lines[i].leaf.Sequence++
			}
			return lines
		})
		return at(20)
	}},
	{"clock set back", "recorded time", func(s *logScene) string {
		s.rewrite(true, func(lines []logLine) []logLine {
			for i := 20; i < len(lines); i++ {
				lines[i].leaf.Time = lines[i].leaf.Time.Add(-time.Second)
			}
			return lines
		})
		return at(20)
	}},
	{"clock ahead", "recorded time", func(s *logScene) string {
		s.now = testNow.Add(-time.Hour)
		return at(0)
	}},
}

var treeFaults = []logFault{
	{"signature broken", "checkpoint signature", func(s *logScene) string {
		text := []byte(s.checkpoint())
		text[len(text)-20] ^= 1
		s.update(func(w *store.Writer) error { return w.SetMeta("checkpoint", text) })
		return "stored checkpoint"
	}},
	{"signed by another", "checkpoint signature", func(s *logScene) string {
		s.sign(otherKey)
		return "stored checkpoint"
	}},
	{"no checkpoint", "checkpoint signature", func(s *logScene) string {
		s.update(func(w *store.Writer) error { return w.DeleteMeta("checkpoint") })
		return "stored checkpoint"
	}},
	{"no checkpoint, and none kept", "checkpoint signature", func(s *logScene) string {
		s.kept = nil
		s.update(func(w *store.Writer) error { return w.DeleteMeta("checkpoint") })
		return "stored checkpoint"
	}},
	{"kept checkpoint of another", "checkpoint signature", func(s *logScene) string {
		ours := s.checkpoint()
		s.sign(otherKey)
		s.kept = append(s.kept, s.checkpoint())
		s.update(func(w *store.Writer) error { return w.SetMeta("checkpoint", []byte(ours)) })
		return "kept checkpoint 2"
	}},
	{"kept checkpoint that is none", "checkpoint signature", func(s *logScene) string {
		s.kept = []string{"aloi/tests\n12\n"}
		return "kept checkpoint 1"
	}},
	{"log written twice", "checkpoints inconsistent", func(s *logScene) string {
		backup := s.dump()
		s.apply(act(onMail("email:autre@example.org"), withdrawn("late", "")))
		s.kept = append(s.kept, s.checkpoint())
		s.restore(backup)
		s.apply(act(onMail("email:encore@example.org"), withdrawn("later", "")), act(onMail("email:encore@example.org"), withdrawn("latest", "")))
		return "kept checkpoint 2"
	}},
	{"two kept checkpoints of one size", "checkpoints inconsistent", func(s *logScene) string {
		backup := s.dump()
		for range 2 {
			s.restore(backup)
			s.apply(act(onMail("email:autre@example.org"), withdrawn("late", "")))
			s.kept = append(s.kept, s.checkpoint())
		}
		return "kept checkpoint 2"
	}},
	{"leaf and tree altered", "checkpoints inconsistent", func(s *logScene) string {
		s.kept = nil
		s.rewrite(false, func(lines []logLine) []logLine {
			lines[20].leaf.Actor = "0" + lines[20].leaf.Actor[1:] + "0"
			return lines
		})
		return "stored checkpoint"
	}},
	{"leaf and tree altered, and signed", "checkpoints inconsistent", func(s *logScene) string {
		kept := s.kept
		s.rewrite(true, func(lines []logLine) []logLine {
			lines[20].leaf.Actor += "0"
			return lines
		})
		s.kept = kept
		return "kept checkpoint 1"
	}},
	{"checkpoint of before", "checkpoints inconsistent", func(s *logScene) string {
		before := s.checkpoint()
		s.apply(act(onMail("email:autre@example.org"), withdrawn("late", "")))
		s.update(func(w *store.Writer) error { return w.SetMeta("checkpoint", []byte(before)) })
		return "stored checkpoint"
	}},
	{"hash of a leaf altered", "tree hash", func(s *logScene) string {
		s.flip(tileKey(0, 0), 7*32)
		return at(7)
	}},
	{"hash of a leaf altered, of the last tile", "tree hash", func(s *logScene) string {
		n := s.size() - 1
		s.flip(tileKey(0, n/64), int(n%64)*32)
		return at(n)
	}},
	{"inner hash altered", "tree hash", func(s *logScene) string {
		s.flip(tileKey(1, 0), 32)
		return at(64)
	}},
	{"tile erased", "tree hash", func(s *logScene) string {
		s.erase(tileKey(0, 1))
		return at(64)
	}},
	{"tile of inner hashes erased", "tree hash", func(s *logScene) string {
		s.erase(tileKey(1, 0))
		s.wantsMore = 1 // it has two hashes
		return at(0)
	}},
	{"hash past the end", "tree hash", func(s *logScene) string {
		n := s.size()
		s.seal(tileKey(0, n/64), append(slices.Clone(s.payload(tileKey(0, n/64))), make([]byte, 32)...))
		return at(n)
	}},
}

var lossFaults = []logFault{
	{"event erased by hand", "payload missing", func(s *logScene) string {
		e, _ := s.event(inWeb, "w1")
		s.eraseEvent(inWeb, "w1")
		return at(e.Log - 1)
	}},
	{"event erased and marked, without an erasure", "payload missing", func(s *logScene) string {
		e, _ := s.event(inWeb, "w1")
		s.eraseEvent(inWeb, "w1")
		s.update(func(w *store.Writer) error { return w.SetErased(e.Log-1, 1) })
		return at(e.Log - 1)
	}},
	{"payload in the log erased", "payload missing", func(s *logScene) string {
		i := s.first(audit.KindAssignment)
		s.update(func(w *store.Writer) error { return w.SetErased(i, 1) })
		return at(i)
	}},
	{"payload in the log gone", "payload missing", func(s *logScene) string {
		i := s.first(audit.KindSuppression)
		s.update(func(w *store.Writer) error { return w.SetErased(i, 0) })
		return at(i)
	}},
	{"erasure without case", "erasure without case", func(s *logScene) string {
		i := s.first(audit.KindErasure)
		s.rewrite(true, func(lines []logLine) []logLine {
			lines[i].commit(strings.Replace(string(lines[i].Payload), "source removed the record", "", 1))
			return lines
		})
		return at(i)
	}},
	{"erasure of a policy", "erasure without case", func(s *logScene) string {
		i := s.first(audit.KindErasure)
		s.rewrite(true, func(lines []logLine) []logLine {
			lines[i].commit(strings.Replace(string(lines[i].Payload), `"entries":[`, `"entries":[1,`, 1))
			return lines
		})
		return at(i)
	}},
	{"erasure of what comes later", "erasure without case", func(s *logScene) string {
		i := s.first(audit.KindErasure)
		s.rewrite(true, func(lines []logLine) []logLine {
			lines[i].commit(strings.Replace(string(lines[i].Payload), `"entries":[`, `"entries":[99999,`, 1))
			return lines
		})
		return at(i)
	}},
	{"erased entry not marked", "erasure without case", func(s *logScene) string {
		i := uint64(slices.IndexFunc(s.marks(), func(tombstone uint64) bool { return tombstone != 0 }))
		s.update(func(w *store.Writer) error { return w.SetErased(i, 0) })
		return at(i)
	}},
	{"erased event still there", "erased and still there", func(s *logScene) string {
		i := s.first(audit.KindErasure)
		e, _ := s.event(inWeb, "w1")
		s.rewrite(true, func(lines []logLine) []logLine {
			lines[i].commit(strings.Replace(string(lines[i].Payload), `"entries":[`, fmt.Sprintf(`"entries":[%d,`, e.Log), 1))
			return lines
		})
		s.update(func(w *store.Writer) error { return w.SetErased(e.Log-1, i+1) })
		return at(e.Log - 1)
	}},
	{"suppression lost", "stop lost", func(s *logScene) string {
		hash := s.st.PointHash(annesMail)
		list := s.suppressions()
		s.update(func(w *store.Writer) error { return w.SetSuppressions(hash, list[:1]) })
		return at(list[1].Log - 1)
	}},
	{"stop of an erased record lost", "stop lost", func(s *logScene) string {
		const point = "email:luc.moreau@example.org"
		e := s.onPoint(s.t, point)[0]
		s.update(func(w *store.Writer) error {
			return w.DeletePoint(s.st.PointHash(point), 0, s.content(e.ConsentEvent))
		})
		return at(e.Log - 1)
	}},
	{"stop that waits lost", "stop lost", func(s *logScene) string {
		hash := s.st.RefHash(nobody)
		e := read(s.scene, func(r *store.Reader) ([]store.Entry, error) { return r.Waiting(hash) })[0]
		s.update(func(w *store.Writer) error { return w.DeleteWaiting(hash) })
		return at(e.Log - 1)
	}},
}

var stateFaults = []logFault{
	{"dossier of another", "state without event", func(s *logScene) string {
		d := slices.Clone(read(s.scene, func(r *store.Reader) ([]byte, error) { return r.Dossier(s.number(inSAV)) }))
		s.update(func(w *store.Writer) error { return w.SetDossier(s.number(inWeb), d) })
		return fmt.Sprintf("record %d", s.number(inWeb))
	}},
	{"dossier erased", "state without event", func(s *logScene) string {
		s.update(func(w *store.Writer) error { return w.SetDossier(s.number(inSAV), nil) })
		return fmt.Sprintf("record %d", s.number(inSAV))
	}},
	{"suppression that nobody logged", "state without event", func(s *logScene) string {
		list := append(s.suppressions(), store.Suppression{Suppression: aloi.Suppression{Reason: "ERASED", Time: testNow}})
		s.update(func(w *store.Writer) error { return w.SetSuppressions(s.st.PointHash(annesMail), list) })
		return "suppression 3"
	}},
	{"suppression logged as another", "state without event", func(s *logScene) string {
		list := append(s.suppressions(), store.Suppression{Suppression: aloi.Suppression{Reason: "ERASED", Time: testNow}, Log: 1})
		s.update(func(w *store.Writer) error { return w.SetSuppressions(s.st.PointHash(annesMail), list) })
		return "suppression 3"
	}},
	{"suppression altered", "state without event", func(s *logScene) string {
		list := s.suppressions()
		list[1].Until = list[1].Until.AddDate(-2, 0, 0)
		s.update(func(w *store.Writer) error { return w.SetSuppressions(s.st.PointHash(annesMail), list) })
		return "suppression 2"
	}},
	{"suppression of another", "state without event", func(s *logScene) string {
		list := s.suppressions()
		s.update(func(w *store.Writer) error {
			return errors.Join(w.SetSuppressions(s.st.PointHash(annesMail), list[:1]), w.SetSuppressions(s.st.PointHash("email:autre@example.org"), list[1:]))
		})
		return ""
	}},
	{"event that nobody logged", "event without log entry", func(s *logScene) string {
		e := withdrawn("x", "")
		s.update(func(w *store.Writer) error {
			return w.SetEntry(s.number(inSAV), s.content(e), &store.Entry{ConsentEvent: e})
		})
		return fmt.Sprintf("record %d", s.number(inSAV))
	}},
	{"event past the end of the log", "event without log entry", func(s *logScene) string {
		e := withdrawn("x", "")
		s.update(func(w *store.Writer) error {
			return w.SetEntry(s.number(inSAV), s.content(e), &store.Entry{ConsentEvent: e, Log: 99999})
		})
		return fmt.Sprintf("record %d", s.number(inSAV))
	}},
	{"event in the entry of another", "event without log entry", func(s *logScene) string {
		e, _ := s.event(inWeb, "w1")
		x, _ := s.event(ofMarc, "m3")
		e.Log, e.SourceEventID = x.Log, "x"
		s.update(func(w *store.Writer) error { return w.SetEntry(noNumber, s.content(e.ConsentEvent), e) })
		return fmt.Sprintf("record %d", noNumber)
	}},
	{"event in an entry of another kind", "event without log entry", func(s *logScene) string {
		e := withdrawn("x", "")
		s.update(func(w *store.Writer) error {
			return w.SetEntry(s.number(inSAV), s.content(e), &store.Entry{ConsentEvent: e, Log: s.first(audit.KindPolicy) + 1})
		})
		return fmt.Sprintf("record %d", s.number(inSAV))
	}},
	{"stop put on a contact point", "event without log entry", func(s *logScene) string {
		e := withdrawn("x", "")
		s.update(func(w *store.Writer) error {
			return w.AddPoint(s.st.PointHash("email:autre@example.org"), 0, s.content(e), &store.Entry{ConsentEvent: e})
		})
		return "contact point"
	}},
	{"stop assigned away by hand", "event without log entry", func(s *logScene) string {
		e, h := s.event(inWeb, "w1")
		e.Assigned = -1
		s.update(func(w *store.Writer) error { return w.SetEntry(s.number(inWeb), h, e) })
		return fmt.Sprintf("record %d", s.number(inWeb))
	}},
	{"assignment turned round", "event without log entry", func(s *logScene) string {
		for r, to := range map[aloi.RecordRef]int8{inWeb: -1, inSAV: 1} {
			e, h := s.event(r, "said")
			e.Assigned = to
			s.update(func(w *store.Writer) error { return w.SetEntry(s.number(r), h, e) })
		}
		s.wantsMore = 1
		return ""
	}},
	{"assignment undone", "log entry without event", func(s *logScene) string {
		e, h := s.event(inSAV, "said")
		e.Assigned = 0
		s.update(func(w *store.Writer) error { return w.SetEntry(s.number(inSAV), h, e) })
		return at(s.first(audit.KindAssignment))
	}},
	{"judgement taken away", "log entry without event", func(s *logScene) string {
		j := aloi.Judgement{A: joinedA, B: joinedB}.Ordered()
		s.update(func(w *store.Writer) error { return w.DeleteJudgement(j) })
		return at(s.first(audit.KindJudgement))
	}},
	{"judgement turned round", "log entry without event", func(s *logScene) string {
		s.update(func(w *store.Writer) error {
			return w.SetJudgement(aloi.Judgement{A: joinedA, B: joinedB, Verdict: aloi.VerdictDifferent})
		})
		return at(s.first(audit.KindJudgement))
	}},
	{"judgement put in", "event without log entry", func(s *logScene) string {
		s.update(func(w *store.Writer) error {
			return w.SetJudgement(aloi.Judgement{A: inWeb, B: ofMarc, Verdict: aloi.VerdictDifferent, Time: testNow.Add(time.Hour)})
		})
		return "judgement"
	}},
	{"judgement that was withdrawn", "event without log entry", func(s *logScene) string {
		s.update(func(w *store.Writer) error {
			return w.SetJudgement(aloi.Judgement{A: joinedA, B: alone, Verdict: aloi.VerdictSame})
		})
		return "judgement"
	}},
	{"notice erased", "notice missing", func(s *logScene) string {
		s.eraseNotice()
		return fmt.Sprintf("record %d", s.number(inWeb))
	}},
	{"notice altered", "notice missing", func(s *logScene) string {
		hash := store.NoticeHash(sha256.Sum256([]byte(scenesNotice)))
		s.update(func(w *store.Writer) error { return w.SetNotice(hash, &aloi.Notice{Text: "Non."}) })
		return ""
	}},
	{"policy altered", "policy not logged", func(s *logScene) string {
		v := s.policy()
		s.update(func(w *store.Writer) error { return w.SetMeta("policy."+v, []byte("autre")) })
		return "policy " + v
	}},
	{"policy erased", "policy not logged", func(s *logScene) string {
		v := s.policy()
		s.update(func(w *store.Writer) error { return w.DeleteMeta("policy." + v) })
		return "policy " + v
	}},
	{"policy that nobody logged", "policy not logged", func(s *logScene) string {
		s.rewrite(true, func(lines []logLine) []logLine {
			lines[20].leaf.Policy = "ours-2"
			return lines
		})
		return at(20)
	}},
	{"policy put in force by hand", "policy not logged", func(s *logScene) string {
		s.update(func(w *store.Writer) error { return w.SetMeta("policy", []byte("ours-2")) })
		return "policy in force"
	}},
}

// recommit makes the first entry of a kind hold, and commit to, another payload.
func (s *logScene) recommit(kind audit.Kind, payload string) string {
	i := s.first(kind)
	s.rewrite(true, func(lines []logLine) []logLine {
		lines[i].commit(payload)
		return lines
	})
	return at(i)
}

// policy is the version in force.
func (s *logScene) policy() string {
	return string(read(s.scene, func(r *store.Reader) ([]byte, error) { return r.Meta("policy") }))
}

func (s *logScene) suppressions() []store.Suppression {
	return read(s.scene, func(r *store.Reader) ([]store.Suppression, error) { return r.Suppressions(s.st.PointHash(annesMail)) })
}

func (s *logScene) count(edit func(c *store.Counters)) {
	c := s.counters()
	edit(&c)
	s.update(func(w *store.Writer) error { return w.SetCounters(c) })
}

// marks are what the entries are marked as erased by.
func (s *logScene) marks() (list []uint64) {
	s.read(s.t, func(r *store.Reader) error {
		return r.EachLogEntry(0, func(_ uint64, e *store.LogEntry) error {
			list = append(list, e.Erased)
			return nil
		})
	})
	return list
}

// eraseEvent takes an event out of the ledger, under the store.
func (s *logScene) eraseEvent(r aloi.RecordRef, id string) {
	s.eraseWhere(numbered('v', s.number(r)), id)
}

func (s *logScene) eraseNotice() { s.eraseWhere([]byte{'o'}, "") }

// eraseWhere erases the only key of a range whose value has a text.
func (s *logScene) eraseWhere(prefix []byte, text string) {
	s.under(func(tx kv.Txn) error {
		var found [][]byte
		err := tx.Scan(kv.Prefix(prefix), func(key, value []byte) error {
			if strings.Contains(string(value), text) {
				found = append(found, slices.Clone(key))
			}
			return nil
		})
		if err != nil || len(found) != 1 {
			return errors.Join(err, fmt.Errorf("%d keys", len(found)))
		}
		return tx.Delete(found[0])
	})
}
