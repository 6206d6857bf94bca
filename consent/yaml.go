package consent

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml"
)

// decodeYAML decodes a text over what is there already; an empty text changes nothing. An
// error names the key.
func decodeYAML(text []byte, into any) (err error) {
	defer func() { // the library panics at some tags that do not fit their value, `!0` and a text
		if recover() != nil {
			err = errors.New("is no YAML that can be read")
		}
	}()
	err = yaml.NewDecoder(bytes.NewReader(text), yaml.Strict()).Decode(into)
	if err == nil || errors.Is(err, io.EOF) {
		return nil
	}
	return errors.New(yamlError(text, err))
}

// yamlError says what is wrong with the form of a text, with the key of the line where it
// is. Of a value of the wrong type the library knows our field and not the key.
func yamlError(text []byte, err error) string {
	var at yaml.Error
	if !errors.As(err, &at) || at.GetToken() == nil {
		return yaml.FormatError(err, false, false)
	}
	p := at.GetToken().Position
	lines := strings.Split(string(text), "\n")
	key := yamlKey.FindStringSubmatch(lines[min(max(p.Line, 1), len(lines))-1])
	if key == nil {
		return yaml.FormatError(err, false, false)
	}
	return fmt.Sprintf("[%d:%d] %s: is no value of this key, or no key", p.Line, p.Column, key[1])
}

var yamlKey = regexp.MustCompile(`^[\s-]*(\w+)\s*:`)
