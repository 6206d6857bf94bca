package matcher

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/goccy/go-yaml"
)

// Model is the versioned table of comparisons, levels and weights: everything that
// decides how much two records speak for one person. It is data; docs/matching.md
// shows it as a table.
//
// Each level has the probability of seeing it in three cases: two records of one
// person (m), of two people who have nothing to do with one another (u), and of two
// people of one household or family (h). The weight of the evidence is log2(m/u)
// against strangers and log2(m/h) against the household; the weight of the pair is
// what remains when either could be the truth:
//
//	against strangers  s = prior + Σ log2(m/u)
//	against household  t = household + Σ log2(m/h)
//	weight             -log2(2^-s + 2^-t)
//
// so that an address, a family name and a telephone that a couple shares never add
// up to one person.
type Model struct {
	// Version names the model; a change of anything below is another version.
	Version string `yaml:"version"`
	// Prior and Household are the odds before any evidence, in bits, that two records
	// are of one person rather than of two strangers, and rather than of two people
	// of one household.
	Prior     Weight `yaml:"prior"`
	Household Weight `yaml:"household"`
	// Same and Strong are the thresholds at which two records are linked and at which
	// the link needs no cohesion; Review starts the band for stewards.
	Review Weight `yaml:"review"`
	Same   Weight `yaml:"same"`
	Strong Weight `yaml:"strong"`
	// Unique are the identifier types of which a person has one at a time and which
	// no two people share; one in common makes a link deterministic.
	Unique []string `yaml:"unique"`
	// Comparisons are the graded fields, in the order in which evidence is listed.
	Comparisons []ModelComparison `yaml:"comparisons"`
	// Vetoes are the contradictions that no chain of other records may bridge;
	// Doubts are those that keep a shared unique identifier from being decisive.
	Vetoes []Condition `yaml:"vetoes"`
	Doubts []Condition `yaml:"doubts"`
}

// ModelComparison is one graded field: a name that the matcher knows, or
// `identifier.<type>`, `attribute.<name>`.
type ModelComparison struct {
	Name string `yaml:"name"`
	// Terms names the frequency table of the values: given_names, family_names,
	// places; own for Values alone; empty for none. No value counts as rarer than
	// Rarest, in bits, and one that is not listed counts as Unlisted: the table does not
	// know how common it is elsewhere.
	Terms    string `yaml:"terms,omitempty"`
	Rarest   Weight `yaml:"rarest,omitempty"`
	Unlisted Weight `yaml:"unlisted,omitempty"`
	// Values say how common values are in the records that the model was trained on, and
	// come before the table; at most MaxValues, by value. Only values that several people
	// have are listed.
	Values []ModelValue `yaml:"values,omitempty"`
	// Levels are the grades, best first; the matcher's own names for the comparison.
	Levels []Level `yaml:"levels"`
}

// ModelValue is a value as it is prepared, a date as 1984-03-12, and the share of the
// records with any value that have it, in (0, 1].
type ModelValue struct {
	Value string  `yaml:"value"`
	Share float64 `yaml:"share"`
}

// Level is one grade of agreement. M, U and H are probabilities, each in (0, 1).
type Level struct {
	Name string  `yaml:"name"`
	M    float64 `yaml:"m"`
	U    float64 `yaml:"u"`
	H    float64 `yaml:"h"`
	// Terms says that U is the mean over all values, to be replaced by the frequency
	// of the value at hand.
	Terms bool `yaml:"terms,omitempty"`
}

// Condition is met when each comparison named in When is at one of its levels.
type Condition struct {
	// Reason says what the contradiction is, in a few words without values; ReasonFR
	// says it in French, and may be empty: the reason is then told in English.
	Reason   string              `yaml:"reason"`
	ReasonFR string              `yaml:"reason_fr,omitempty"`
	When     map[string][]string `yaml:"when"`
}

//go:embed models/default.yaml
var defaultModel []byte

// Default returns the shipped model: it needs no training and works from the first
// record. The caller owns it and may change it before New.
func Default() *Model {
	m, err := Load(bytes.NewReader(defaultModel))
	if err != nil {
		panic("matcher: the shipped model does not load: " + err.Error())
	}
	return m
}

// Load reads a model as YAML. An unknown or repeated key is an error that names it;
// what the values mean is checked by New.
func Load(r io.Reader) (_ *Model, err error) {
	defer func() { // the library panics at a tag that does not fit its value, `!0` and a text
		if recover() != nil {
			err = errors.New("model: is no YAML that can be read")
		}
	}()
	var m Model
	if err := yaml.NewDecoder(r, yaml.Strict()).Decode(&m); err != nil {
		return nil, fmt.Errorf("model: %s", yaml.FormatError(err, false, false))
	}
	return &m, nil
}

// Save writes the model as YAML that Load reads back as the same model.
func (m *Model) Save(w io.Writer) error {
	b, err := yaml.Marshal(m)
	if err != nil {
		return fmt.Errorf("model: %w", err)
	}
	_, err = w.Write(b)
	return err
}

// MarshalYAML writes the weight in bits.
func (w Weight) MarshalYAML() ([]byte, error) {
	return []byte(strconv.FormatFloat(float64(w)/float64(Bit), 'f', -1, 64)), nil
}

// UnmarshalYAML reads a weight in bits, at most maxBits either way.
func (w *Weight) UnmarshalYAML(b []byte) error {
	bits, err := strconv.ParseFloat(string(bytes.TrimSpace(b)), 64)
	if err != nil || math.IsNaN(bits) || math.Abs(bits) > maxBits {
		return fmt.Errorf("%q is not a weight between -%d and %d bits", b, maxBits, maxBits)
	}
	*w = Weight(math.Round(bits * float64(Bit)))
	return nil
}

// maxBits bounds every weight of a model, in bits: sums stay far inside a Weight.
const maxBits = 1000

// Bits returns the weight in bits.
func (w Weight) Bits() float64 { return float64(w) / float64(Bit) }
