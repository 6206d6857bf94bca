package imports

import (
	"fmt"
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// effect is something that a result must not depend on: names of a package, those
// that are fine excepted, and the packages of ours where it may be used all the same.
type effect struct {
	what    string
	path    string
	names   []string // nil for all
	but     []string
	allowed []string
}

// edges is where the world comes in: commands, the server, and what measures or
// torments them. store/badger only bounds how long it waits for Badger to close.
// Tests are not held to this.
var edges = []string{
	"cmd/*", "server", "server/*", "benchmarks", "benchmarks/*", "store/storetest", "internal/torture", "internal/planted", "internal/fuzzall", "store/badger",
	"internal/datadir",   // which watches over the disk
	"internal/failpoint", // which waits, in no program that is shipped
}

// seeded are what a generator with a seed is made of.
var seeded = []string{"New", "NewPCG", "NewSource", "NewChaCha8", "NewZipf", "Rand", "Source", "PCG", "ChaCha8", "Zipf"}

var effects = []effect{
	{what: "the clock", path: "time", allowed: edges,
		names: []string{"Now", "Since", "Until", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker", "Sleep"}},
	{what: "chance without a seed", path: "math/rand", but: seeded, allowed: edges},
	{what: "chance without a seed", path: "math/rand/v2", but: seeded, allowed: edges},
	{what: "chance without a seed", path: "crypto/rand", allowed: []string{"cmd/*", "internal/audit", "store/seal"}}, // keys, salts and nonces
	{what: "the environment", path: "os", allowed: []string{"cmd/*", "store/storetest", "internal/torture", "internal/failpoint"},
		names: []string{"Getenv", "LookupEnv", "Environ", "ExpandEnv"}},
}

func TestNoEffectsBelowTheEdges(t *testing.T) {
	for _, f := range load(t) {
		for _, c := range checkEffects(f) {
			t.Error(c)
		}
	}
}

// The check sees what it is there to see.
func TestCheckEffects(t *testing.T) {
	const head = "package x\nimport (\"time\"; \"os\"; crypt \"crypto/rand\"; \"math/rand/v2\")\n"
	for _, c := range []struct {
		name, path, code, want string
	}{
		{"clock", "engine/x.go", "var t = time.Now()", "the clock (time.Now)"},
		{"clock at the edge", "server/x.go", "var t = time.Now()", ""},
		{"clock in a test", "engine/x_test.go", "var t = time.Now()", ""},
		{"clock as a value", "matcher/x.go", "var now = time.Now", "the clock (time.Now)"},
		{"duration", "engine/x.go", "var t = time.Second", ""},
		{"chance", "x.go", "var n = rand.IntN(3)", "chance without a seed (math/rand/v2.IntN)"},
		{"seeded", "engine/x.go", "var r = rand.New(rand.NewPCG(1, 2))", ""},
		{"by another name", "store/x.go", "var r = crypt.Reader", "chance without a seed (crypto/rand.Reader)"},
		{"environment", "server/x.go", "var e = os.Getenv(\"X\")", "the environment (os.Getenv)"},
		{"init", "server/x.go", "func init() {}", "has an init"},
		{"method called init", "server/x.go", "type y int\nfunc (y) init() {}", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := parse(c.path, head+c.code)
			if err != nil {
				t.Fatal(err)
			}
			got := strings.Join(checkEffects(f), "; ")
			if c.want == "" && got != "" || !strings.Contains(got, c.want) {
				t.Errorf("complaints: %q, want %q", got, c.want)
			}
		})
	}
}

// checkEffects returns a complaint for each effect that the file must not have.
func checkEffects(f file) []string {
	if f.test || ast.IsGenerated(f.syntax) {
		return nil
	}
	var complaints []string
	for _, d := range f.syntax.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
			complaints = append(complaints, f.path+": has an init; what it does belongs where it is used")
		}
	}
	for _, e := range effects {
		if slices.ContainsFunc(e.allowed, func(entry string) bool { return covers(entry, f.pkg) }) {
			continue
		}
		for _, name := range f.calls(e.path) {
			if (e.names == nil || slices.Contains(e.names, name)) && !slices.Contains(e.but, name) {
				complaints = append(complaints, fmt.Sprintf("%s: %s may not use %s (%s.%s)", f.path, f.pkg, e.what, e.path, name))
			}
		}
	}
	return complaints
}
