package main

// layout is how a file system is made and mounted.
type layout struct {
	name  string
	make  []string // arguments of mkfs.ext4
	mount string   // options
}

// layouts are those that power cuts go through by turns: how data and the journal are
// ordered decides what a cut leaves.
var layouts = []layout{
	{"4 kB blocks", []string{"-b", "4096"}, "noinit_itable"},
	{"1 kB blocks", []string{"-b", "1024"}, "noinit_itable"},
	{"data=writeback", []string{"-b", "4096"}, "noinit_itable,data=writeback"},
	{"data=journal", []string{"-b", "4096"}, "noinit_itable,data=journal"},
	{"nodelalloc", []string{"-b", "4096"}, "noinit_itable,nodelalloc"},
}

// diskBytes is the size of a file system for a store that is not to fill it. The image
// takes only as much as is written.
const diskBytes = 8 << 30
