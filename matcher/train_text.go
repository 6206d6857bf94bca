package matcher

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// WriteText writes the report for people.
func (r *TrainReport) WriteText(to io.Writer) error {
	w := bufio.NewWriter(to)
	fmt.Fprintf(w, "model      %s, from %s\n", r.Version, r.Base)
	fmt.Fprintf(w, "records    %d\n", r.Records)
	fmt.Fprintf(w, "pairs      %d that share a blocking key, %d others drawn at random\n", r.Blocked, r.Random)
	fmt.Fprintf(w, "estimated  %.0f pairs of one person, %.0f of one household\n", r.OnePerson, r.OneHousehold)
	fmt.Fprintf(w, "priors     %.2f bits against strangers, %.2f against the household\n", r.Prior, r.Household)
	fmt.Fprintf(w, "rounds     %d\n", r.Steps)
	fmt.Fprintf(w, "\n%-14s %9s %9s %9s  %9s %9s  %9s %9s %9s  %s\n",
		"level", "m", "h", "u", "strangers", "household", "person", "household", "strangers", "scarce")
	last := ""
	for _, l := range r.Levels {
		if l.Comparison != last {
			fmt.Fprintf(w, "%s\n", l.Comparison)
			last = l.Comparison
		}
		line := fmt.Sprintf("  %-12s %9.3g %9.3g %9.3g  %+9.2f %+9.2f  %9.0f %9.0f %9.0f  %s",
			l.Level, l.M, l.H, l.U, l.AgainstStrangers, l.AgainstHousehold, l.OnePerson, l.OneHousehold, l.Strangers, strings.Join(l.Scarce, " "))
		fmt.Fprintln(w, strings.TrimRight(line, " "))
	}
	for i, v := range r.Values {
		if i == 0 {
			fmt.Fprintln(w, "\nvalues that have a frequency of their own:")
		}
		fmt.Fprintf(w, "  %-30s %6d\n", v.Comparison, v.Values)
	}
	for i, v := range r.Vetoes {
		if i == 0 {
			fmt.Fprintf(w, "\n%-42s %9s %9s %9s\n", "pairs that a veto keeps apart", "person", "by slips", "household")
		}
		verdict := ""
		if v.Dropped {
			verdict = "  dropped: the records refute it"
		}
		fmt.Fprintf(w, "  %-40s %9.1f %9.1f %9.1f%s\n", v.Reason, v.OnePerson, v.BySlips, v.OneHousehold, verdict)
	}
	fmt.Fprintf(w, "\nestimated for links at and above a weight, by the model itself:\n%8s %9s %10s %8s\n", "weight", "links", "precision", "recall")
	for _, x := range r.Thresholds {
		fmt.Fprintf(w, "%8.0f %9.0f %10.4f %8.4f\n", x.Weight, x.Links, x.Precision, x.Recall)
	}
	for i, text := range r.Warnings {
		if i == 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "warning: %s\n", text)
	}
	return w.Flush()
}
