package main

// commands are the commands of the program, each in a file of its own.
type commands struct {
	Demo     demoCommand     `cmd:"" help:"Show on sample records what Aloi does."`
	Serve    serveCommand    `cmd:"" help:"Run a server."`
	Ingest   ingestCommand   `cmd:"" help:"Stream files of records to a server."`
	Get      getCommand      `cmd:"" help:"Show the golden record of a person."`
	Search   searchCommand   `cmd:"" help:"Find people by any attributes."`
	Preview  previewCommand  `cmd:"" help:"Say what a record would match, without storing it."`
	Why      whyCommand      `cmd:"" help:"Explain why two records are, or are not, one person."`
	WhyNot   whyNotCommand   `cmd:"" help:"Say what keeps two records apart, and what would not."`
	How      howCommand      `cmd:"" help:"Tell how a person came together."`
	Judge    judgeCommand    `cmd:"" help:"Rule on pairs of records, as a steward."`
	Review   reviewCommand   `cmd:"" help:"Ask a steward about the pairs that tell most, or measure the answers."`
	Delete   deleteCommand   `cmd:"" help:"Remove one record."`
	Changes  changesCommand  `cmd:"" help:"Print what happened to the entities."`
	Verify   verifyCommand   `cmd:"" help:"Recompute a store and name what differs."`
	Status   statusCommand   `cmd:"" help:"Say how a server and its store are."`
	Keys     keysCommand     `cmd:"" help:"Rotate keys, and change the master key."`
	Recover  recoverCommand  `cmd:"" help:"Say what is wrong with a data directory, and which ways out there are."`
	Backup   backupCommand   `cmd:"" help:"Make an encrypted backup, and restore it to see whether it is one."`
	Restore  restoreCommand  `cmd:"" help:"Make a data directory of backups, as of any moment."`
	Dedupe   dedupeCommand   `cmd:"" help:"Find which rows of files are one person, without a server."`
	Train    trainCommand    `cmd:"" help:"Learn a model from records, without labels."`
	Adopt    adoptCommand    `cmd:"" help:"Put a model in force on a server."`
	Model    modelCommand    `cmd:"" help:"Print the model in force on a server."`
	Evaluate evaluateCommand `cmd:"" help:"Measure clusters against the truth."`
	Consent  consentCommand  `cmd:"" help:"Decide whether a person may be contacted, and why."`
	Audience audienceCommand `cmd:"" help:"List who may be contacted in a campaign, with its proof."`
	Receipt  receiptCommand  `cmd:"" help:"Get the receipt of a consent, and check one without a server."`
	Audit    auditCommand    `cmd:"" help:"Keep and check the head of the audit log."`
	Synth    synthCommand    `cmd:"" help:"Make records of invented people, with the truth."`
}
