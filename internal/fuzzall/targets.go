package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// target is one fuzz function.
type target struct {
	pkg  string // import path
	dir  string // folder of the package
	name string // FuzzX
	// seeded tells that it adds seeds, or has some under testdata/fuzz.
	seeded bool
}

// listed is what go list says of a package: path, folder, and its test files.
const listed = "{{.ImportPath}}\t{{.Dir}}\t{{range .TestGoFiles}}{{.}} {{end}}{{range .XTestGoFiles}}{{.}} {{end}}"

// targetsIn returns the fuzz functions of the packages that match patterns, seen from dir.
// They are read from the sources, as far as these are part of the build: that takes a
// moment, where asking each test binary takes minutes.
func targetsIn(dir string, patterns ...string) ([]target, error) {
	list := exec.Command("go", append([]string{"list", "-f", listed}, patterns...)...)
	list.Dir, list.Stderr = dir, os.Stderr
	out, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	var all []target
	for line := range strings.Lines(string(out)) {
		fields := strings.Split(strings.TrimRight(line, "\n"), "\t")
		targets, err := targetsOf(fields[0], fields[1], strings.Fields(fields[2]))
		if err != nil {
			return nil, err
		}
		all = append(all, targets...)
	}
	return all, nil
}

// targetsOf returns the fuzz functions in the test files of one package.
func targetsOf(pkg, dir string, files []string) ([]target, error) {
	funcs := map[string]*ast.FuncDecl{}
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Body != nil {
				funcs[fn.Name.Name] = fn
			}
		}
	}
	var targets []target
	for name, fn := range funcs {
		if strings.HasPrefix(name, "Fuzz") && len(fn.Type.Params.List) == 1 {
			files, _ := os.ReadDir(filepath.Join(dir, "testdata", "fuzz", name))
			targets = append(targets, target{pkg, dir, name, len(files) > 0 || adds(funcs, fn)})
		}
	}
	slices.SortFunc(targets, func(a, b target) int { return strings.Compare(a.name, b.name) })
	return targets, nil
}

// adds tells whether a function adds a seed, or hands its *testing.F to one that does.
func adds(funcs map[string]*ast.FuncDecl, fn *ast.FuncDecl) bool {
	f := fuzzed(fn)
	found := false
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || f == "" {
			return !found
		}
		if callee := funcs[calledName(call)]; callee != nil && callee != fn && slices.ContainsFunc(call.Args, func(a ast.Expr) bool { return isNamed(a, f) }) {
			found = found || adds(funcs, callee)
		}
		if s, ok := call.Fun.(*ast.SelectorExpr); ok {
			found = found || s.Sel.Name == "Add" && isNamed(s.X, f)
		}
		return !found
	})
	return found
}

// fuzzed is the name of the parameter of a function that is a *testing.F, empty for none.
func fuzzed(fn *ast.FuncDecl) string {
	for _, p := range fn.Type.Params.List {
		if star, ok := p.Type.(*ast.StarExpr); ok && len(p.Names) == 1 {
			if s, ok := star.X.(*ast.SelectorExpr); ok && s.Sel.Name == "F" && isNamed(s.X, "testing") {
				return p.Names[0].Name
			}
		}
	}
	return ""
}

// calledName is the name of the function of this package that is called, empty for another.
func calledName(call *ast.CallExpr) string {
	fun := call.Fun
	if generic, ok := fun.(*ast.IndexExpr); ok {
		fun = generic.X
	}
	if id, ok := fun.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}

func isNamed(e ast.Expr, name string) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == name
}
