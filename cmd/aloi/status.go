package main

import (
	"fmt"
	"strconv"

	"google.golang.org/protobuf/types/known/timestamppb"

	aloiv1 "aloi/proto/aloi/v1"
)

// statusCommand is `aloi status`: how a server and its store are.
type statusCommand struct{ target }

// Help is the longer help of the command.
func (statusCommand) Help() string {
	return `Says what a server holds, how far its log of commits reaches, how much room it has, how far
the search for damage is, and which keys seal its values.

  aloi status
  aloi status --json | jq .storage

Exit codes: 0 it is well, 1 it takes no records because the disk is nearly full, or found
damage, 3 not reachable.`
}

// Run asks and prints.
func (c *statusCommand) Run(e *env) error {
	return c.call(e.ctx, func(cl *client) error {
		s, err := aloiv1.NewOperationsClient(cl.conn).GetStatus(e.ctx, &aloiv1.GetStatusRequest{})
		if err != nil {
			return err
		}
		if e.json {
			err = printJSON(e.stdout, s)
		} else {
			var p page
			p.status(s)
			err = p.writeTo(e.stdout)
		}
		if err == nil && (s.Storage.GetReadOnly() || len(s.Scrub.GetFaults()) > 0) {
			return &exitError{code: exitFinding}
		}
		return err
	})
}

// status adds how a server is.
func (p *page) status(s *aloiv1.GetStatusResponse) {
	p.line("Store ", s.Store, ", model ", s.Version)
	rows := [][]string{
		{"holds", fmt.Sprintf("%s, %d entities; the journal is at %d", count(int(s.Records), "record"), s.Entities, s.JournalSequence)},
		{"commits", commitsText(s)},
		{"disk", diskText(s.GetStorage())},
		{"scrub", scrubText(s.GetScrub())},
		{"keys", keysText(s.GetKeys())},
	}
	for _, fault := range s.GetScrub().GetFaults() {
		rows = append(rows, []string{"damage", fault})
	}
	p.rows(2, rows)
}

func commitsText(s *aloiv1.GetStatusResponse) string {
	if s.Commit == 0 {
		return "none yet"
	}
	text := fmt.Sprintf("%d, the last on %s; ", s.Commit, clock(s.CommittedAt))
	if s.ArchiveFrom > s.Commit {
		return text + "none is in the archive"
	}
	return text + fmt.Sprintf("the archive holds them from %d on", s.ArchiveFrom)
}

func diskText(s *aloiv1.StorageStatus) string {
	text := fmt.Sprintf("%s in use, and %s of ballast; %s free, read-only below %s", sizeText(s.GetStoreBytes()),
		sizeText(s.GetBallastBytes()), sizeText(s.GetFreeBytes()), sizeText(s.GetReserveBytes()))
	if s.GetReadOnly() {
		return "NEARLY FULL: only erasures and refusals are taken until there is room. " + text
	}
	return text
}

func scrubText(s *aloiv1.ScrubStatus) string {
	text := fmt.Sprintf("%s read since the start, ", sizeText(s.GetBytes()))
	switch {
	case len(s.GetFaults()) > 0:
		return text + "and DAMAGE found"
	case s.GetPasses() == 0:
		return text + "the first pass is not over"
	}
	return text + fmt.Sprintf("%s over everything, the last on %s, no damage", passes(s.GetPasses()), clock(s.GetLastPass()))
}

func passes(n uint64) string {
	if n == 1 {
		return "1 pass"
	}
	return strconv.FormatUint(n, 10) + " passes"
}

func keysText(s *aloiv1.KeyStatus) string {
	if s.GetRotating() {
		return fmt.Sprintf("a rotation to key %d is not over: %d of %d values are sealed anew; go on with: aloi keys rotate",
			s.GetActive(), s.GetResealed(), s.GetValues())
	}
	return fmt.Sprintf("key %d seals all %d values", s.GetActive(), s.GetValues())
}

// clock writes a time, UTC.
func clock(t *timestamppb.Timestamp) string { return t.AsTime().Format("2006-01-02 15:04:05 UTC") }
