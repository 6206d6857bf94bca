package consent

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"aloi"
)

// clocksApart is how long before its recording an event may be dated without a remark.
const clocksApart = 31 * day

// Check returns the flags of an event that was recorded at now, by field, then code;
// field is its path. Texts reports whether the notice with a SHA-256 (hexadecimal, lower
// case) is stored.
func (p *Policy) Check(e *aloi.ConsentEvent, now time.Time, field string, texts func(sha256 string) bool) []aloi.Flag {
	var flags []aloi.Flag
	add := func(code aloi.FlagCode, part string) {
		flags = append(flags, aloi.Flag{Code: code, Field: field + "." + part})
	}
	switch {
	case e.Time.IsZero():
		if dated(e.Kind) {
			add(aloi.FlagUndated, "time")
		}
	case e.Time.After(now.Add(p.FutureTolerance)):
		add(aloi.FlagFuture, "time")
	case e.Time.Before(now.Add(-clocksApart)):
		add(aloi.FlagClocksApart, "time")
	}
	for i, name := range e.Purposes {
		if name != wildcard && !PurposeOf(name).Known() {
			add(aloi.FlagPurposeUnknown, fmt.Sprintf("purposes[%d]", i))
		}
	}
	for i, name := range e.Channels {
		if name != wildcard && !ChannelOf(name).Known() {
			add(aloi.FlagChannelUnknown, fmt.Sprintf("channels[%d]", i))
		}
	}
	for i, name := range e.Controllers {
		if name != wildcard && !p.controls(name) {
			add(aloi.FlagControllerUnknown, fmt.Sprintf("controllers[%d]", i))
		}
	}
	for i, a := range e.Evidence {
		var named Evidence
		named.add(a.Name, a.Value)
		if hash := named.NoticeHash; hash != "" && !texts(strings.ToLower(hash)) {
			add(aloi.FlagNoticeMissing, fmt.Sprintf("evidence[%d]", i))
		}
	}
	if isGrant(e.Kind) {
		if len(e.Controllers) == 0 {
			add(aloi.FlagControllerUnknown, "controllers")
		}
		if x := EventOf("", "", e); !p.provedAtAll(&x) {
			add(aloi.FlagNoProof, "evidence")
		}
	}
	slices.SortFunc(flags, func(x, y aloi.Flag) int {
		return cmp.Or(strings.Compare(x.Field, y.Field), cmp.Compare(x.Code, y.Code))
	})
	return flags
}

// dated reports whether it matters when an event of a kind happened: a question and a box
// left alone decide nothing.
func dated(k aloi.ConsentKind) bool { return k != aloi.ConsentRequested && k != aloi.ConsentNotGiven }

// controls reports whether a controller is one of those that there are.
func (p *Policy) controls(name string) bool {
	return len(p.Controllers) == 0 || slices.Contains(p.Controllers, name)
}

// provedAtAll reports whether a grant brings what no decision can do without: a proof
// and, of a list that was bought, what the policy asks, for one of those it names.
func (p *Policy) provedAtAll(g *Event) bool {
	if !proof(g) {
		return false
	}
	return !thirdParty(g) || slices.ContainsFunc(g.Controllers, func(c string) bool { return p.proved(g, c) })
}

// Acts reports whether an interaction of a kind is an act of the person towards the house,
// from which retention counts. To open a mail is none.
func (p *Policy) Acts(kind string) bool { return !slices.Contains(p.Passive, kind) }
