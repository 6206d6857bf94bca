package imports

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// ours says what of this module each package may import; behind the bar, what its
// tests may besides. A package that is not here may not be. * is any package.
//
// No arrow points up, and matcher and store do not know one another.
const ours = `
.                   :
matcher             : .                                  | internal/synth
consent             : .                                  | internal/property
internal/audit      : .                                  | internal/property

store/kv            :
store/internal/room :
store/internal/offheap :
store/internal/postings : store/internal/offheap
store/internal/slab : store/internal/offheap
store/internal/txn  : store/kv                            | store/storetest
store/memory        : store/kv store/internal/txn         | store/storetest
store/seal          : internal/durable                    | internal/property
store/witness       : store/seal store/internal/room internal/durable internal/failpoint | internal/property
store/internal/vault : store/kv store/internal/txn store/seal store/witness store/internal/room store/internal/offheap internal/failpoint | store/memory internal/property
store/badger        : store/kv store/internal/offheap store/internal/room store/internal/txn store/internal/vault store/seal store/witness internal/durable internal/failpoint | store/storetest internal/property
store/storetest     : store/kv store/internal/txn internal/property
store               : . store/kv store/internal/postings store/internal/slab                          | store/memory store/badger store/storetest store/internal/txn internal/property

engine              : . matcher consent store store/kv internal/audit internal/failpoint | store/memory store/badger store/storetest internal/synth internal/property
internal/failpoint  :
internal/durable    :
internal/backup     : . store/kv internal/audit           | internal/property
internal/datadir    : . consent engine store store/kv store/badger store/seal store/witness internal/audit internal/backup internal/durable internal/failpoint | *

proto               :
proto/generate      :
proto/aloi/v1       :
# matcher, because the answers of the engine hold its weights, evidence and flags.
server              : . engine matcher consent internal/audit internal/datadir internal/failpoint proto/aloi/v1 | server/servertest internal/property
server/servertest   : consent engine server store store/kv store/badger store/seal internal/datadir proto/aloi/v1

internal/mapping    : .
internal/tabular    : . internal/mapping
internal/quality    :
internal/synth      : .                                   | internal/mapping internal/tabular
internal/imports    :
internal/planted    :
internal/fuzzall    :
internal/property   :
internal/torture    : *

cmd/aloi            : *
benchmarks          : *
benchmarks/*        : *
samples             :
examples/python     :                                     | server/servertest
`

// theirs says which packages see a library; those behind the bar in tests only. One
// that is not here is not a dependency of ours: a new one is a decision.
const theirs = `
github.com/adrg/strutil            : | matcher
github.com/antzucaro/matchr        : matcher benchmarks/phonetics
github.com/nyaruka/phonenumbers    : matcher
github.com/mozillazg/go-unidecode  : matcher internal/mapping internal/synth
golang.org/x/net/idna              : matcher
golang.org/x/net/publicsuffix      : matcher
golang.org/x/net/http2             : | server
golang.org/x/text                  : matcher internal/tabular internal/mapping

# internal/torture does what somebody with the disk and without the keys can do; benchmarks
# compare with Badger alone.
github.com/dgraph-io               : store/badger internal/torture benchmarks
github.com/tidwall/btree           : store/memory store/internal/txn
github.com/fxamacker/cbor          : store
filippo.io/age                     : internal/backup cmd/aloi internal/torture
github.com/anishathalye/porcupine  : internal/torture | server
github.com/google/renameio         : internal/durable
golang.org/x/time                  : internal/datadir server
github.com/cespare/xxhash          : matcher store store/storetest engine
github.com/coocood/freecache       : store
github.com/goccy/go-yaml           : matcher consent engine internal/mapping cmd/aloi
golang.org/x/mod                   : store internal/audit engine server cmd/aloi
golang.org/x/sync                  : matcher store engine server cmd/aloi benchmarks benchmarks/* internal/torture store/badger store/internal/vault

# Wire protobuf stops at the server.
google.golang.org/grpc             : proto/aloi/v1 server server/servertest cmd/aloi benchmarks benchmarks/* internal/torture
google.golang.org/genproto         : server cmd/aloi internal/torture
google.golang.org/protobuf         : proto/aloi/v1 proto/generate server cmd/aloi benchmarks benchmarks/* internal/torture
github.com/bufbuild/protocompile   : proto/generate

github.com/alecthomas/kong         : cmd/aloi benchmarks/*
github.com/vbauerster/mpb          : cmd/aloi
github.com/mattn/go-runewidth      : cmd/aloi
golang.org/x/term                  : cmd/aloi
github.com/creack/pty              : | cmd/aloi
github.com/KimMachineGun/automemlimit : cmd/aloi
golang.org/x/sys                   : cmd/aloi benchmarks/* store/badger internal/torture
github.com/klauspost/compress      : internal/tabular cmd/aloi matcher benchmarks/* store/internal/vault internal/backup internal/torture

pgregory.net/rapid                 : store/storetest internal/property | *
`

// single are the libraries that one file of the program alone imports, so that it can
// be replaced. Benchmarks may compare with them.
var single = []string{
	"github.com/antzucaro/matchr", // GPL: the build tag permissive replaces the file
}

func TestImports(t *testing.T) {
	for _, c := range checkImports(load(t), table(ours), table(theirs)) {
		t.Error(c)
	}
}

func TestSingleImporters(t *testing.T) {
	for _, library := range single {
		var importers []string
		for _, f := range load(t) {
			if slices.Contains(f.imports, library) && !f.test && !strings.HasPrefix(f.pkg, "benchmarks/") {
				importers = append(importers, f.path)
			}
		}
		if len(importers) != 1 {
			t.Errorf("%s is imported by %d files, want one: %v", library, len(importers), importers)
		}
	}
}

// The check sees what it is there to see.
func TestCheckImports(t *testing.T) {
	for _, c := range []struct {
		name string
		f    file
		want string
	}{
		{"down", file{pkg: "engine", imports: []string{"aloi", "aloi/store", "fmt"}}, ""},
		{"up", file{pkg: "engine", imports: []string{"aloi/server"}}, "engine may not import server"},
		{"aside", file{pkg: "matcher", imports: []string{"aloi/store"}}, "matcher may not import store"},
		{"test", file{pkg: "store", test: true, imports: []string{"aloi/store", "aloi/store/memory"}}, ""},
		{"not in a test", file{pkg: "store", imports: []string{"aloi/store/memory"}}, "store may not import store/memory"},
		{"pattern", file{pkg: "benchmarks/quality", imports: []string{"aloi/server", "google.golang.org/grpc/codes"}}, ""},
		{"stranger", file{pkg: "util"}, "util is not in the table"},
		{"library", file{pkg: "engine", imports: []string{"github.com/dgraph-io/badger/v4"}}, "engine may not import github.com/dgraph-io/badger/v4"},
		{"new library", file{pkg: "engine", imports: []string{"example.org/x"}}, "engine may not import example.org/x"},
		{"alike", file{pkg: "matcher", imports: []string{"github.com/adrg/strutility"}}, "matcher may not import github.com/adrg/strutility"},
		{"library in a test", file{pkg: "engine", test: true, imports: []string{"pgregory.net/rapid"}}, ""},
		{"test library", file{pkg: "engine", imports: []string{"pgregory.net/rapid"}}, "engine may not import pgregory.net/rapid"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := strings.Join(checkImports([]file{c.f}, table(ours), table(theirs)), "; ")
			if c.want == "" && got != "" || !strings.Contains(got, c.want) {
				t.Errorf("complaints: %q, want %q", got, c.want)
			}
		})
	}
}

// row is a line of a table; a name or entry that ends in /* stands for all below it.
type row struct {
	name           string
	always, inTest []string
}

func table(text string) []row {
	var rows []row
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		name, rest, ok := strings.Cut(line, ":")
		if !ok {
			panic("no colon in " + line)
		}
		always, inTest, _ := strings.Cut(rest, "|")
		rows = append(rows, row{strings.TrimSpace(name), strings.Fields(always), strings.Fields(inTest)})
	}
	return rows
}

// checkImports returns a complaint for each import that the tables do not allow.
func checkImports(files []file, ours, theirs []row) []string {
	var complaints []string
	for _, f := range files {
		own := slices.IndexFunc(ours, func(r row) bool { return covers(r.name, f.pkg) })
		if own < 0 {
			complaints = append(complaints, fmt.Sprintf("%s: %s is not in the table", f.path, f.pkg))
			continue
		}
		for _, path := range f.imports {
			allowed := true
			name := path
			switch first, _, _ := strings.Cut(path, "/"); {
			case first == module:
				name = packageOf(path)
				allowed = name == f.pkg || ours[own].allows(name, f.test) // itself: a test, a generator
			case strings.Contains(first, "."):
				library := slices.IndexFunc(theirs, func(r row) bool { return path == r.name || strings.HasPrefix(path, r.name+"/") })
				allowed = library >= 0 && theirs[library].allows(f.pkg, f.test)
			}
			if !allowed {
				complaints = append(complaints, fmt.Sprintf("%s: %s may not import %s", f.path, f.pkg, name))
			}
		}
	}
	return complaints
}

func (r row) allows(name string, test bool) bool {
	match := func(entry string) bool { return covers(entry, name) }
	return slices.ContainsFunc(r.always, match) || test && slices.ContainsFunc(r.inTest, match)
}

func covers(entry, name string) bool {
	above, ok := strings.CutSuffix(entry, "*")
	return entry == name || ok && strings.HasPrefix(name, above)
}
