package server

import (
	"sync"

	"aloi/engine"
	"aloi/internal/datadir"
	aloiv1 "aloi/proto/aloi/v1"
)

// hundredths lets progress through once for each hundredth of a step.
type hundredths struct {
	mu    sync.Mutex
	begun bool
	step  string
	at    uint64
}

// each returns a function for whoever does the work, from any of its goroutines.
func (h *hundredths) each(tell func(step string, done, total uint64)) func(step string, done, total int) {
	return func(step string, done, total int) {
		if total <= 0 || done < 0 {
			return
		}
		at := uint64(done) * 100 / uint64(total)
		h.mu.Lock()
		defer h.mu.Unlock()
		if h.begun && step == h.step && at == h.at {
			return
		}
		h.begun, h.step, h.at = true, step, at
		tell(step, uint64(done), uint64(total))
	}
}

func toStatus(s datadir.Status) *aloiv1.GetStatusResponse {
	return &aloiv1.GetStatusResponse{
		Store: s.Store, Commit: s.Commit, CommittedAt: toTime(s.Head), ArchiveFrom: s.ArchiveFrom,
		Storage: &aloiv1.StorageStatus{
			ReadOnly: s.Storage.ReadOnly, FreeBytes: s.Storage.FreeBytes, ReserveBytes: s.Storage.ReserveBytes,
			StoreBytes: s.StoreBytes, BallastBytes: s.Storage.BallastBytes,
		},
		Scrub: &aloiv1.ScrubStatus{
			Passes: s.Scrub.Passes, Keys: s.Scrub.Keys, Bytes: s.Scrub.Bytes, LastPass: toTime(s.Scrub.LastPass), Faults: s.Scrub.Faults,
		},
		Keys: &aloiv1.KeyStatus{
			Active: s.Keys.Active, Keys: uint32(s.Keys.Keys), Rotating: s.Keys.Rotating, Resealed: s.Keys.Resealed, Values: s.Keys.Values,
		},
	}
}

func toVerifyReport(r *engine.Report) *aloiv1.VerifyReport {
	return &aloiv1.VerifyReport{
		Records: r.Records, Entities: r.Entities, Links: r.Links, Blocks: r.Blocks, Judgements: r.Judgements,
		Events: r.Events, LogEntries: r.Entries, Erased: r.Erased, Values: r.Values, Differences: uint64(r.Differences),
		Findings: list(r.Findings, func(f engine.Finding) *aloiv1.VerifyFinding {
			return &aloiv1.VerifyFinding{Check: f.Check, Where: f.Where, Detail: f.Detail, Invariant: f.Invariant}
		}),
		Invariants: list(r.Invariants, func(i engine.Invariant) *aloiv1.VerifyInvariant {
			return &aloiv1.VerifyInvariant{Id: i.ID, Sentence: i.Sentence, Checked: i.Checked, Differences: uint64(i.Differences)}
		}),
	}
}
