package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"
)

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

// writeReport writes what was done and found.
func writeReport(_ context.Context, o options, results []*result, took time.Duration) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# Torture: %s\n\n", took.Round(time.Second))
	for _, r := range results {
		fmt.Fprintf(&b, "- %s\n", r.line())
	}
	return os.WriteFile(o.report, []byte(b.String()), 0o644)
}
