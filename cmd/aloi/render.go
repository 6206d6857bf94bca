package main

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// lineWidth is the width of a page, in terminal cells.
const lineWidth = 96

// cells measures text in terminal cells. It is the same in every locale, so that
// output does not depend on where it is made.
var cells = runewidth.Condition{StrictEmojiNeutral: true}

// noBreak is the space of French typography before a colon and inside « ».
const noBreak = '\u00a0'

// width is how many terminal cells a text takes.
func width(s string) int { return cells.StringWidth(s) }

// shown makes a value from outside safe to print: control characters, which could
// drive the terminal, and invisible or reordering ones become a dot.
func shown(s string) string {
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			return '·'
		}
		return r
	}, s)
}

// page collects text for the terminal: lines, paragraphs and tables.
type page struct {
	b     strings.Builder
	words *words // nil is English
}

// say returns the words of the page's language.
func (p *page) say() *words {
	if p.words == nil {
		return &englishWords
	}
	return p.words
}

// line adds a line, as it is.
func (p *page) line(parts ...string) {
	p.b.WriteString(strings.TrimRight(shown(strings.Join(parts, "")), " ") + "\n")
}

// paragraph adds text wrapped at the width of the page, every line indented.
func (p *page) paragraph(indent int, text string) {
	for _, l := range wrap(shown(text), lineWidth-indent) {
		p.b.WriteString(strings.Repeat(" ", indent) + l + "\n")
	}
}

// table adds rows under a header. Columns that say nothing but for it are left out.
func (p *page) table(indent int, header []string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	all := make([][]string, len(rows)+1)
	for column, name := range header {
		if !slices.ContainsFunc(rows, func(row []string) bool { return row[column] != "" }) {
			continue
		}
		all[0] = append(all[0], name)
		for i, row := range rows {
			all[i+1] = append(all[i+1], row[column])
		}
	}
	p.rows(indent, all)
}

// rows adds rows in columns, two cells apart, made safe to print. What does not fit in
// the line is wrapped within the last column.
func (p *page) rows(indent int, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, text := range row {
			row[i] = shown(text)
			widths[i] = max(widths[i], width(row[i]))
		}
	}
	before := indent
	for _, w := range widths[:len(widths)-1] {
		before += w + 2
	}
	last := max(lineWidth-before, lineWidth/4)
	for _, row := range rows {
		line := strings.Repeat(" ", indent)
		for i, text := range row[:len(row)-1] {
			line += text + strings.Repeat(" ", widths[i]-width(text)+2)
		}
		for i, part := range wrap(row[len(row)-1], last) {
			if i > 0 {
				line = strings.Repeat(" ", before)
			}
			p.b.WriteString(strings.TrimRight(line+part, " ") + "\n")
		}
	}
}

// writeTo prints the page.
func (p *page) writeTo(w io.Writer) error {
	_, err := io.WriteString(w, p.b.String())
	return err
}

// wrap breaks text into lines of at most so many cells, between words where it can, and
// never at a no-break space. There is one line at least.
func wrap(text string, most int) []string {
	var lines []string
	line := ""
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r != noBreak && unicode.IsSpace(r) }) {
		for width(word) > most {
			if line != "" {
				lines, line = append(lines, line), ""
			}
			head := cells.Truncate(word, most, "")
			lines, word = append(lines, head), word[len(head):]
		}
		switch {
		case line == "":
			line = word
		case width(line)+1+width(word) <= most:
			line += " " + word
		default:
			lines, line = append(lines, line), word
		}
	}
	if line != "" || len(lines) == 0 {
		lines = append(lines, line)
	}
	return lines
}

// printJSON prints a message as one line of JSON, with the names of the .proto files
// and every field, so that scripts need not guess defaults.
func printJSON(w io.Writer, m proto.Message) error {
	text, err := protojson.MarshalOptions{UseProtoNames: true, EmitUnpopulated: true}.Marshal(m)
	if err != nil {
		return err
	}
	var line bytes.Buffer // protojson varies its white space on purpose
	if err := json.Compact(&line, text); err != nil {
		return err
	}
	line.WriteByte('\n')
	_, err = w.Write(line.Bytes())
	return err
}
