package main

// commands are the commands of the program, each in a file of its own.
type commands struct {
	Dedupe   dedupeCommand   `cmd:"" help:"Find which rows of files are one person, without a server."`
	Evaluate evaluateCommand `cmd:"" help:"Measure clusters against the truth."`
	Serve    serveCommand    `cmd:"" help:"Run a server."`
	Ingest   ingestCommand   `cmd:"" help:"Stream files of records to a server."`
	Get      getCommand      `cmd:"" help:"Show the golden record of a person."`
}
