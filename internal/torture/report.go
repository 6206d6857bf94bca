package main

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	texts "text/template"
	"time"
)

//go:embed report.md.tmpl
var reportText string

var reportTemplate = texts.Must(texts.New("report").Parse(reportText))

// counted is what a scenario did, in words.
func (t *tally) counted() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	parts := make([]string, len(t.names))
	for i, name := range t.names {
		parts[i] = fmt.Sprintf("%d %s", t.counts[name], name)
	}
	return strings.Join(parts, ", ")
}

// report is what the template shows.
type report struct {
	Command, Commit, Day, Machine, Took, Verdict, Planted string
	Long                                                  bool
	Seed                                                  uint64
	Results                                               []reportRow
	Notes                                                 []string
	Failures                                              []reportFailure
}

type reportRow struct {
	Name, Shows, Done, Commit, Took, Verdict string
	Rounds                                   int
	Seed                                     uint64
}

type reportFailure struct{ Again, What string }

// shortCommit is how much of the name of a commit tells it from others.
const shortCommit = 9

// mostOfAFailure bounds how many lines of a failure are shown.
const mostOfAFailure = 20

// writeReport writes what was done and found. It names no machine and no path of one.
func writeReport(ctx context.Context, o options, results []*result, took time.Duration, dir string) error {
	r := report{
		Command: o.String(), Commit: commit(ctx), Day: time.Now().UTC().Format(time.DateOnly), Machine: machine(),
		Took: took.Round(time.Second).String(), Long: o.long, Seed: o.seed, Planted: planted(ctx, o.long),
	}
	verdicts := map[string]int{}
	for _, result := range results {
		r.add(result, dir)
		verdicts[result.verdict()]++
	}
	r.Verdict = fmt.Sprintf("of %d scenarios %d passed, %d failed, %d were not possible here",
		len(results), verdicts[passed], verdicts[broken], len(results)-verdicts[passed]-verdicts[broken])
	var text strings.Builder
	if err := reportTemplate.Execute(&text, r); err != nil {
		return err
	}
	return os.WriteFile(o.report, []byte(text.String()), 0o644)
}

// add shows what became of a scenario.
func (r *report) add(result *result, dir string) {
	t := &result.job.tally
	row := reportRow{
		Name: result.name, Shows: strings.ReplaceAll(result.shows, "|", "\\|"), Done: t.counted(),
		Took: result.took.Round(time.Second).String(), Verdict: result.verdict(), Seed: result.job.seed,
		Rounds: result.job.count, Commit: r.Commit[:min(len(r.Commit), shortCommit)],
	}
	r.Results = append(r.Results, row)
	for _, n := range t.notes {
		r.Notes = append(r.Notes, result.name+": "+n)
	}
	for _, f := range t.failures {
		r.Failures = append(r.Failures, reportFailure{f.again, quoted(f.err, dir)})
	}
	if result.err != nil && !isImpossible(result.err) {
		r.Failures = append(r.Failures, reportFailure{replay(result.name, result.job.seed, result.job.count), quoted(result.err, dir)})
	}
}

// quoted is an error as a block of text, without the directory that it happened in.
func quoted(err error, dir string) string {
	lines := strings.Split(strings.ReplaceAll(err.Error(), dir, "DIR"), "\n")
	if len(lines) > mostOfAFailure {
		lines = append(lines[:mostOfAFailure], "…")
	}
	return "      " + strings.Join(lines, "\n      ")
}

// commit is the commit that the sources are of.
func commit(ctx context.Context) string {
	id, err := exec.CommandContext(ctx, "git", "rev-parse", "HEAD").Output()
	if err != nil {
		return "unknown"
	}
	text := strings.TrimSpace(string(id))
	if changed, err := exec.CommandContext(ctx, "git", "status", "--porcelain", "--untracked-files=no").Output(); err != nil || len(changed) > 0 {
		text += ", with changes that are not in it"
	}
	return text
}

// machine says what it ran on: processors, memory, kernel and Go.
func machine() string {
	parts := []string{fmt.Sprintf("%d processors (%s)", runtime.NumCPU(), runtime.GOARCH)}
	if text, err := os.ReadFile("/proc/meminfo"); err == nil {
		var kilobytes int
		if _, err := fmt.Sscanf(string(text), "MemTotal: %d kB", &kilobytes); err == nil {
			parts = append(parts, fmt.Sprintf("%d GiB of memory", (kilobytes+1<<19)>>20))
		}
	}
	kernel := runtime.GOOS
	if text, err := os.ReadFile("/proc/sys/kernel/osrelease"); err == nil {
		version, _, _ := strings.Cut(strings.TrimSpace(string(text)), "-")
		kernel += " " + version
	}
	return strings.Join(append(parts, kernel, runtime.Version()), ", ")
}

// planted tries the bugs that are planted on purpose, or names them only.
func planted(ctx context.Context, try bool) string {
	args := []string{"run", "./internal/planted", "-in", "reliability"}
	if !try {
		args = append(args, "-list")
	}
	command := "go " + strings.Join(args, " ")
	out, err := exec.CommandContext(ctx, "go", args...).Output()
	text := "    " + strings.ReplaceAll(strings.TrimSpace(string(out)), "\n", "\n    ")
	switch {
	case !try && err == nil:
		return "They were not tried in this run, which was a short one (`" + command + "`):\n\n" + text
	case err != nil:
		return "`" + command + "` failed: " + err.Error() + "\n\n" + text
	}
	return "All were caught (`" + command + "`):\n\n" + text
}
