package matcher

// Revision numbers what this code makes of a record and a model. It goes up with
// every change of normalisation, blocking keys, comparisons, clustering or
// survivorship, so that a store resolved by other code knows that it must be resolved
// anew before it answers.
const Revision = 8
