package main

import (
	"encoding/json"
	"fmt"
	"time"
)

// waysToRoom are the ways out of a full disk.
func (c *recoverCommand) waysToRoom() []string {
	return []string{
		"Remove other files from this disk, or make it larger, and start the server again: nothing is lost.",
		"Move the whole directory to a larger disk, all of it, while no server runs.",
	}
}

// waysToKey are those of who has another master key, or none.
func (c *recoverCommand) waysToKey() []string {
	return []string{
		"Give the right master key: --key-file, --key-command or " + masterVariable + "; after aloi keys rewrap it is the new one.",
		"Put " + c.Data + "/keyring back as it was, where another one took its place.",
		"Restore a backup under a new master key; a backup has its own key: " + c.restore("--without-erasures"),
		c.wayToNew(),
	}
}

// waysToWitness are those of a store whose log of commits is not there.
func (c *recoverCommand) waysToWitness() []string {
	return append([]string{
		"Put back " + c.Data + "/witness, where it was moved or is in a copy of this very moment.",
		"If you know that nothing else happened to this disk, go on with the store as it is, and begin the log of its commits anew: " +
			"aloi recover --accept --data " + c.Data + "; then compare it with a checkpoint that was kept: aloi audit verify --data " +
			c.Data + " --checkpoint FILE.",
	}, c.waysToRestore(0)...)
}

// waysToRestore are those of who has lost something. until is the last commit that there
// was, 0 for an unknown one.
func (c *recoverCommand) waysToRestore(until uint64) []string {
	upTo := "everything that it still holds"
	if until > 0 {
		upTo = fmt.Sprintf("up to commit %d", until)
	}
	return []string{
		"Restore the last backup and its increments, and let the archive in this directory go on from there (" + upTo + "): " +
			c.restore("--archive "+c.Data),
		"Restore the last backup and its increments alone, with who was erased since, as far as this directory tells, and have " +
			"the sources send again what came later: " + c.restore("--erasures "+c.Data),
		c.wayToNew(),
	}
}

func (c *recoverCommand) restore(more string) string {
	return "aloi restore FULL INCREMENT… --identity KEYFILE --data NEWDIR " + more
}

func (c *recoverCommand) wayToNew() string {
	return "Start a server on a new directory and have every source send all its records again; judgements, and consent that was " +
		"recorded by calls, are then lost unless they are sent again too."
}

// print says what was found.
func (f *finding) print(e *env) error {
	if e.json {
		return json.NewEncoder(e.stdout).Encode(f)
	}
	var p page
	switch f.State {
	case "whole":
		p.paragraph(0, fmt.Sprintf("Nothing is wrong: it opens, every value in it was read, and it holds %s, as of commit %d.", count(int(f.Records), "record"), f.Have))
	case "accepted":
		p.paragraph(0, fmt.Sprintf("The log of commits was begun anew at commit %d. The store is whole as far as it can tell itself, and holds %s. "+
			"Whether it had later commits nobody can tell but who kept a checkpoint of the audit log.", f.Have, count(int(f.Records), "record")))
	default:
		p.paragraph(0, "What is wrong: "+f.Problem+".")
	}
	if f.Want > f.Have {
		p.paragraph(0, f.lost())
	}
	if len(f.Ways) > 0 {
		p.line()
		p.line("Ways out, the best first:")
		for i, way := range f.Ways {
			p.paragraph(2, fmt.Sprintf("%d. %s", i+1, way))
		}
	}
	return p.writeTo(e.stdout)
}

// lost says which commits are.
func (f *finding) lost() string {
	text := fmt.Sprintf("Commits %d to %d are lost", f.Have+1, f.Want)
	if f.Have+1 == f.Want {
		text = fmt.Sprintf("Commit %d is lost", f.Want)
	}
	const layout = "2006-01-02 15:04:05 UTC"
	utc := func(t *time.Time) string { return t.UTC().Format(layout) }
	if f.Since != nil {
		return text + fmt.Sprintf(": what was acknowledged after %s, until %s.", utc(f.Since), utc(f.Until))
	}
	return text + fmt.Sprintf(": everything that was acknowledged until %s.", utc(f.Until))
}
