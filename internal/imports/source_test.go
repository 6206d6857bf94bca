package imports

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
	"testing"
)

// module is the name of this module, and root where its sources are.
const (
	module = "aloi"
	root   = "../.."
)

// file is one source file.
type file struct {
	path    string // from the root of the module
	pkg     string // folder of the package, . for the root
	test    bool
	imports []string
	syntax  *ast.File
}

// load parses every Go file of the module, whatever its build tags say.
func load(t *testing.T) []file {
	t.Helper()
	var files []file
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || d.Name() != "." && strings.HasPrefix(d.Name(), ".")):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(name, ".go"):
			return nil
		}
		content, err := os.ReadFile(path.Join(root, name))
		if err != nil {
			return err
		}
		f, err := parse(name, string(content))
		files = append(files, f)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 50 {
		t.Fatalf("only %d files: this is not the module", len(files))
	}
	return files
}

func parse(name, content string) (file, error) {
	syntax, err := parser.ParseFile(token.NewFileSet(), name, content, parser.SkipObjectResolution|parser.ParseComments)
	if err != nil {
		return file{}, err
	}
	f := file{path: name, pkg: path.Dir(name), test: strings.HasSuffix(name, "_test.go"), syntax: syntax}
	for _, i := range syntax.Imports {
		p, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			return file{}, err
		}
		f.imports = append(f.imports, p)
	}
	return f, nil
}

// packageOf is the folder of an import path of the module.
func packageOf(importPath string) string {
	if importPath == module {
		return "."
	}
	return strings.TrimPrefix(importPath, module+"/")
}

// calls returns the names from a package that the file uses, such as Now of time.
func (f file) calls(importPath string) []string {
	local := ""
	for i, p := range f.imports {
		if p == importPath {
			local = path.Base(strings.TrimSuffix(p, "/v2"))
			if name := f.syntax.Imports[i].Name; name != nil {
				local = name.Name
			}
		}
	}
	if local == "" {
		return nil
	}
	var names []string
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok && x.Name == local {
				names = append(names, s.Sel.Name)
			}
		}
		return true
	})
	return names
}
