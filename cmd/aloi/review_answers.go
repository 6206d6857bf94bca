package main

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	aloiv1 "aloi/proto/aloi/v1"
)

// answer applies a file of answers. The whole file is read before the first is sent.
func (c *reviewCommand) answer(e *env) error {
	if c.Steward == "" {
		return usage(errNoSteward)
	}
	in := e.stdin
	if c.Answers != "-" {
		f, err := os.Open(c.Answers)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	answers, open, err := readAnswers(in)
	if err != nil {
		return usage(fmt.Errorf("%s: %w", c.Answers, err))
	}
	return c.call(e.ctx, func(cl *client) error {
		sent := map[aloiv1.Verdict]int{}
		for _, a := range answers {
			a.Steward = c.Steward
			if a.Reason == "" {
				a.Reason = c.Reason
			}
			if _, err := cl.Judge(e.ctx, a); err != nil {
				return fmt.Errorf("after %d answers: %w", sent[aloiv1.Verdict_VERDICT_SAME]+sent[aloiv1.Verdict_VERDICT_DIFFERENT], err)
			}
			sent[a.Verdict]++
		}
		same, different := sent[aloiv1.Verdict_VERDICT_SAME], sent[aloiv1.Verdict_VERDICT_DIFFERENT]
		if e.json {
			return json.NewEncoder(e.stdout).Encode(map[string]int{"same": same, "different": different, "open": open})
		}
		_, err := fmt.Fprintf(e.stdout, "%d judged the same, %d different; %d rows without a verdict\n", same, different, open)
		return err
	})
}

// maxAnswersBytes bounds a file of answers.
const maxAnswersBytes = 64 << 20

// answerColumns are those of a file of answers, the last of which may be missing.
var answerColumns = []string{"a", "b", "verdict", "reason"}

// readAnswers reads answers from CSV with a header, separated by commas, semicolons or
// tabs, and counts the rows without a verdict. Errors name the line and column.
func readAnswers(in io.Reader) (answers []*aloiv1.JudgeRequest, open int, err error) {
	text, err := io.ReadAll(io.LimitReader(in, maxAnswersBytes+1))
	if err != nil {
		return nil, 0, err
	}
	if len(text) > maxAnswersBytes {
		return nil, 0, fmt.Errorf("is larger than %d bytes", maxAnswersBytes)
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
	r.Comma = separatorOf(text)
	header, err := r.Read()
	if err != nil {
		return nil, 0, fmt.Errorf("the header: %w", err)
	}
	var at [4]int
	for i, name := range answerColumns {
		at[i] = slices.IndexFunc(header, func(h string) bool { return strings.EqualFold(strings.TrimSpace(h), name) })
		if at[i] < 0 && name != "reason" {
			return nil, 0, fmt.Errorf("there is no column %s", name)
		}
	}
	for {
		row, err := r.Read()
		if err == io.EOF {
			return answers, open, nil
		}
		if err != nil {
			return nil, 0, err
		}
		line, _ := r.FieldPos(0)
		a, err := readAnswer(row, at)
		if err != nil {
			return nil, 0, fmt.Errorf("line %d: %w", line, err)
		}
		if a == nil {
			open++
			continue
		}
		answers = append(answers, a)
	}
}

// separatorOf returns what separates the columns of a header line.
func separatorOf(text []byte) rune {
	line, _ := bufio.NewReader(bytes.NewReader(text)).ReadString('\n')
	for _, separator := range ";\t" {
		if strings.ContainsRune(line, separator) {
			return separator
		}
	}
	return ','
}

// readAnswer reads a row whose columns are at the given places; nil where there is no
// verdict.
func readAnswer(row []string, at [4]int) (*aloiv1.JudgeRequest, error) {
	value := func(column int) string {
		if at[column] < 0 {
			return ""
		}
		return strings.TrimSpace(row[at[column]])
	}
	a := &aloiv1.JudgeRequest{Reason: value(3)}
	switch strings.ToLower(value(2)) {
	case "":
		return nil, nil
	case "same":
		a.Verdict = aloiv1.Verdict_VERDICT_SAME
	case "different":
		a.Verdict = aloiv1.Verdict_VERDICT_DIFFERENT
	default:
		return nil, errors.New("verdict: must be same or different, or nothing")
	}
	var err error
	if a.A, a.B, err = parseRefs(value(0), value(1)); err != nil {
		return nil, fmt.Errorf("a, b: %w", err)
	}
	return a, nil
}
