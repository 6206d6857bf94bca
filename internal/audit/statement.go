package audit

import (
	"errors"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

var errStatement = errors.New("the statement is not signed by this key, or was changed")

// SignStatement signs a text with the private key of a log, as a note (C2SP). Its first line
// must hold a space, which no name of a log does: so it never passes for a checkpoint.
func SignStatement(private, text string) (string, error) {
	first, _, _ := strings.Cut(text, "\n")
	if !strings.Contains(first, " ") {
		return "", errors.New("audit: a statement begins with the name of a log")
	}
	s, err := note.NewSigner(private)
	if err != nil {
		return "", errKey
	}
	signed, err := note.Sign(&note.Note{Text: text}, s)
	return string(signed), err
}

// OpenStatement returns the text of a statement that was signed with the private half of a
// key. What else it says is the caller's to judge.
func OpenStatement(signed, public string) (string, error) {
	v, err := note.NewVerifier(public)
	if err != nil {
		return "", errors.New("the key of the statement is not one that verifies")
	}
	n, err := note.Open([]byte(signed), note.VerifierList(v))
	if err != nil {
		return "", errStatement
	}
	return n.Text, nil
}
