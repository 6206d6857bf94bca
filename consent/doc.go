// Package consent decides whether a person may be contacted: by whom, for what purpose,
// on which channel and address, at which moment, and what proves it.
//
// It is pure. The answer is a function of the events of the person's records, the links
// between those records, the policy and two times: the moment asked about, and the
// moment up to which we look at what was known. Nothing depends on the order in which
// events arrived. Grants are exact and stay with the identity that gave them; stops
// are broad and follow both the address and the person. docs/consent.md tells it whole.
//
// Nothing here is legal advice: what the law asks for stands in dated rule rows, each
// with its source (Rules), which an operator may replace.
package consent
