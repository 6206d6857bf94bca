package mapping

import (
	"errors"
	"fmt"
	"io"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// maxYAMLBytes is the largest mapping that is read.
const maxYAMLBytes = 1 << 20

// Error is what is wrong with a mapping file. Line counts from 1; 0 is the whole file.
type Error struct {
	Line   int
	Reason string
}

// Error says what is wrong, and on which line.
func (e *Error) Error() string {
	if e.Line == 0 {
		return "mapping: " + e.Reason
	}
	return fmt.Sprintf("mapping: line %d: %s", e.Line, e.Reason)
}

// Load reads a mapping from YAML. An unknown key, an unknown attribute path or a
// format that is none is an *Error with its line.
func Load(r io.Reader) (*Mapping, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxYAMLBytes+1))
	if err != nil {
		return nil, fmt.Errorf("mapping: %w", err)
	}
	if len(text) > maxYAMLBytes {
		return nil, &Error{Reason: fmt.Sprintf("larger than %d bytes", maxYAMLBytes)}
	}
	file, err := parser.ParseBytes(text, 0)
	if err != nil {
		return nil, syntaxError(err)
	}
	if len(file.Docs) != 1 || file.Docs[0].Body == nil {
		return nil, &Error{Reason: "must be one YAML document"}
	}
	l := &loader{m: &Mapping{}}
	l.document(file.Docs[0].Body)
	if l.err != nil {
		return nil, l.err
	}
	return l.m, nil
}

func syntaxError(err error) error {
	var y yaml.Error
	if errors.As(err, &y) {
		return &Error{Line: y.GetToken().Position.Line, Reason: y.GetMessage()}
	}
	return &Error{Reason: err.Error()}
}

// loader walks the document and keeps the first error.
type loader struct {
	m   *Mapping
	err error
}

func (l *loader) fail(n ast.Node, format string, args ...any) {
	if l.err == nil {
		l.err = &Error{Line: n.GetToken().Position.Line, Reason: fmt.Sprintf(format, args...)}
	}
}

// field is a known key of a mapping and what reads its value.
type field struct {
	name string
	read func(ast.Node)
}

// fields reads a mapping whose keys are all known.
func (l *loader) fields(n ast.Node, what string, known ...field) {
	l.entries(n, what, func(key string, keyNode, value ast.Node) {
		for _, f := range known {
			if f.name == key {
				f.read(value)
				return
			}
		}
		names := ""
		for _, f := range known {
			names += " " + f.name
		}
		l.fail(keyNode, "unknown key %q in %s; known are%s", key, what, names)
	})
}

// entries calls each for every entry of a mapping, in order.
func (l *loader) entries(n ast.Node, what string, each func(key string, keyNode, value ast.Node)) {
	m, ok := n.(ast.MapNode)
	if !ok {
		l.fail(n, "%s must be a mapping of keys to values", what)
		return
	}
	seen := map[string]bool{}
	for it := m.MapRange(); it.Next() && l.err == nil; {
		key := it.Key()
		name, ok := scalar(key)
		switch {
		case !ok:
			l.fail(key, "a key of %s must be plain text", what)
		case seen[name]:
			l.fail(key, "the key %q is there twice", name)
		default:
			each(name, key, it.Value())
		}
		seen[name] = true
	}
}

// text returns a reader of a plain value that must not be empty.
func (l *loader) text(to *string, what string) func(ast.Node) {
	return func(n ast.Node) {
		v, ok := scalar(n)
		if !ok || v == "" {
			l.fail(n, "%s must be a text", what)
			return
		}
		*to = v
	}
}

// list returns a reader of one or several plain values.
func (l *loader) list(to *[]string, what string) func(ast.Node) {
	return func(n ast.Node) {
		values := []ast.Node{n}
		if s, ok := n.(*ast.SequenceNode); ok {
			values = s.Values
		}
		for _, v := range values {
			var one string
			l.text(&one, what)(v)
			*to = append(*to, one)
		}
	}
}

// scalar returns the text of a plain value as it is written, without its quotes.
func scalar(n ast.Node) (string, bool) {
	switch v := n.(type) {
	case *ast.StringNode:
		return v.Value, true
	case *ast.LiteralNode:
		return v.Value.Value, true
	case *ast.MappingKeyNode:
		return "", false
	case ast.ScalarNode:
		return v.GetToken().Value, true
	}
	return "", false
}
