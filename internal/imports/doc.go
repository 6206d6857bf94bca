// Package imports holds the architecture as tests: who may import whom, which package
// alone sees which library, and where clocks, chance and the environment may be read.
// The table is in imports_test.go. It is a statement of policy: a change to it is a
// change to the design, and says so in its commit.
package imports
