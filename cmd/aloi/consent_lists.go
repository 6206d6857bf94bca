package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"aloi/internal/tabular"
	aloiv1 "aloi/proto/aloi/v1"
)

// suppressCommand is `aloi consent suppress`.
type suppressCommand struct {
	ContactPoints []string `arg:"" name:"contact-point" help:"email:anne@example.fr or phone:+33612345678."`
	Reason        string   `required:"" enum:"OBJECTED,ERASED" placeholder:"OBJECTED|ERASED" help:"Why."`
	Controller    []string `sep:"none" placeholder:"NAME" help:"Whom it binds; may be repeated. None is all."`
	Time          instant  `placeholder:"TIME" help:"When it begins; now otherwise."`
	Until         instant  `placeholder:"TIME" help:"When it ends; never otherwise."`
	language
	target
}

// Help is the longer help of the command.
func (suppressCommand) Help() string {
	return `Puts contact points on the list of those not to be used for marketing. The store keeps a
keyed hash of each, which a bought list is refused by, and which cannot be read back.

  aloi consent suppress email:anne@example.fr phone:+33612345678 --reason OBJECTED`
}

// suppressedAtOnce is the most contact points in one call.
const suppressedAtOnce = 1000

// Run puts them on the list.
func (c *suppressCommand) Run(e *env) error {
	return c.call(e.ctx, func(cl *client) error {
		for points := c.ContactPoints; len(points) > 0; {
			n := min(len(points), suppressedAtOnce)
			resp, err := cl.consent.Suppress(e.ctx, &aloiv1.SuppressRequest{
				ContactPoints: points[:n], Controllers: c.Controller, Reason: c.Reason, Time: c.Time.message(), Until: c.Until.message(),
			})
			if err != nil {
				return err
			}
			for _, a := range resp.Acknowledgements {
				if err := printAcknowledged(e, c.consentWords(), a); err != nil {
					return err
				}
			}
			points = points[n:]
		}
		return nil
	})
}

// suppressionsCommand is `aloi consent suppressions`.
type suppressionsCommand struct{ target }

// Run prints every page.
func (c *suppressionsCommand) Run(e *env) error {
	return c.call(e.ctx, func(cl *client) error {
		req := &aloiv1.ListSuppressionsRequest{}
		var rows [][]string
		for {
			resp, err := cl.consent.ListSuppressions(e.ctx, req)
			if err != nil {
				return err
			}
			for _, s := range resp.Suppressions {
				if e.json {
					if err := printJSON(e.stdout, s); err != nil {
						return err
					}
					continue
				}
				rows = append(rows, []string{s.Key, s.Reason, moment(s.Time), moment(s.Until), strings.Join(s.Controllers, ", ")})
			}
			if req.PageToken = resp.NextPageToken; req.PageToken == "" {
				break
			}
		}
		var p page
		p.table(0, []string{"KEY", "REASON", "FROM", "UNTIL", "CONTROLLERS"}, rows)
		return p.writeTo(e.stdout)
	})
}

// noticeCommand is `aloi consent notice`.
type noticeCommand struct {
	Put noticePutCommand `cmd:"" help:"Keep the text of a notice; prints its SHA-256."`
	Get noticeGetCommand `cmd:"" help:"Print the text of a notice."`
}

// Help is the longer help of the command.
func (noticeCommand) Help() string {
	return `A notice is the text that people were shown when they were asked. It is kept by its
SHA-256, which an event names as evidence notice_hash: who reads the history sees the text.

  aloi consent notice put newsletter-v3.txt --name newsletter-v3 --language fr
  aloi consent notice get 9f86d0…`
}

// maxNoticeBytes is the most that a notice may be.
const maxNoticeBytes = 1 << 16

type noticePutCommand struct {
	File     string `arg:"" help:"The text, in UTF-8; - is the standard input."`
	Name     string `placeholder:"VERSION" help:"What events call it; the name of the file otherwise."`
	Language string `placeholder:"fr" help:"Language of the text (ISO 639-1)."`
	target
}

// Run sends the text.
func (c *noticePutCommand) Run(e *env) error {
	text, err := c.read(e)
	if err != nil {
		return err
	}
	name := c.Name
	if name == "" && c.File != tabular.Stdin {
		name = strings.TrimSuffix(filepath.Base(c.File), filepath.Ext(c.File))
	}
	return c.call(e.ctx, func(cl *client) error {
		resp, err := cl.consent.PutNotice(e.ctx, &aloiv1.PutNoticeRequest{Name: name, Language: c.Language, Text: text})
		if err != nil {
			return err
		}
		if e.json {
			return printJSON(e.stdout, resp)
		}
		_, err = fmt.Fprintln(e.stdout, resp.Sha256)
		return err
	})
}

func (c *noticePutCommand) read(e *env) (string, error) {
	in := e.stdin
	if c.File != tabular.Stdin {
		f, err := os.Open(c.File)
		if err != nil {
			return "", err
		}
		defer f.Close()
		in = f
	}
	text, err := io.ReadAll(io.LimitReader(in, maxNoticeBytes+1))
	switch {
	case err != nil:
		return "", err
	case len(text) == 0:
		return "", usage(errors.New("the notice is empty"))
	case len(text) > maxNoticeBytes:
		return "", usage(fmt.Errorf("the notice is larger than %d bytes", maxNoticeBytes))
	}
	return string(text), nil
}

type noticeGetCommand struct {
	SHA256 string `arg:"" name:"sha256" help:"SHA-256 of the text, hexadecimal."`
	target
}

// Run prints the text as it was stored.
func (c *noticeGetCommand) Run(e *env) error {
	return c.call(e.ctx, func(cl *client) error {
		resp, err := cl.consent.GetNotice(e.ctx, &aloiv1.GetNoticeRequest{Sha256: c.SHA256})
		if err != nil {
			return err
		}
		if e.json {
			return printJSON(e.stdout, resp)
		}
		_, err = io.WriteString(e.stdout, resp.Text)
		return err
	})
}
