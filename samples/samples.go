// Package samples holds records of invented people, as four systems of one invented
// retailer would hold them: see README.md beside this file for what is in them.
package samples

import "embed"

// Files are the record files, their mapping, and the truth: store.csv, web.jsonl,
// sav.csv, sav.yaml, social.jsonl, truth.csv.
//
//go:embed *.csv *.jsonl *.yaml
var Files embed.FS
