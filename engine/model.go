package engine

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"aloi"
	"aloi/consent"
	"aloi/internal/failpoint"
	"aloi/matcher"
	"aloi/store"
	"aloi/store/kv"
)

// MaxModelBytes is the most that a model may have as YAML: it is one stored value.
const MaxModelBytes = 256 << 10

// The names of the engine's meta values.
const (
	metaModel    = "model"      // version of the model in force
	metaText     = "model.yaml" // that model
	metaRevision = "revision"   // revisions of the code that resolved the store
	metaAdopting = "adopting"   // the model that is being put in force, only while it is
	metaRules    = "rules"      // version of the survivorship rules
)

// revisionMark is what a store says that this code has resolved.
var revisionMark = fmt.Sprintf("%d.%d.%d", matcher.Revision, rulesRevision, dossierRevision)

// modelFile is a model as it is stored, and compiled.
type modelFile struct {
	text    string // YAML
	matcher *matcher.Matcher
}

// fileOf compiles a model from its stored form, so that what is in force is what a
// restart finds. The model itself stays the caller's.
func fileOf(model *matcher.Model) (*modelFile, error) {
	var text bytes.Buffer
	if err := model.Save(&text); err != nil {
		return nil, err
	}
	return parseModel(text.String())
}

// ParseModel reads a model file; an error is of CodeInvalid and names the fields.
func ParseModel(text string) (*matcher.Model, error) {
	file, err := parseModel(text)
	if err != nil {
		return nil, err
	}
	return file.matcher.Model(), nil
}

func parseModel(text string) (*modelFile, error) {
	if len(text) > MaxModelBytes {
		return nil, aloi.Invalid(aloi.Violation{Field: "model", Reason: fmt.Sprintf("is larger than %d bytes", MaxModelBytes)})
	}
	model, err := matcher.Load(bytes.NewReader([]byte(text)))
	if err != nil {
		return nil, aloi.Invalid(aloi.Violation{Field: "model", Reason: err.Error()})
	}
	m, err := matcher.New(model)
	if err != nil {
		return nil, err
	}
	return &modelFile{text, m}, nil
}

// marks are what a store says of how it was resolved; empty where it says nothing.
type marks struct{ model, text, revision, adopting, rules string }

func (e *Engine) readMarks(ctx context.Context) (m marks, err error) {
	return m, e.st.View(ctx, func(r *store.Reader) error {
		c, err := r.Counters()
		if err != nil {
			return err
		}
		e.sequence = c.Sequence
		e.ruled.Store(c.Judgements > 0)
		for name, into := range map[string]*string{
			metaModel: &m.model, metaText: &m.text, metaRevision: &m.revision, metaAdopting: &m.adopting, metaRules: &m.rules,
		} {
			v, err := r.Meta(name)
			if err != nil && !errors.Is(err, kv.ErrNotFound) {
				return err
			}
			*into = string(v)
		}
		return nil
	})
}

// start marks an empty store; a store that has marks it checks, and resolves anew
// where an adoption has broken off or other code resolved it.
func (e *Engine) start(ctx context.Context, o Options) error {
	m, err := e.readMarks(ctx)
	if err != nil {
		return err
	}
	if m.model == "" {
		return e.mark(ctx, o)
	}
	otherRules := m.rules != e.rules.Version()
	if otherRules && !(isShipped(m.rules) && isShipped(e.rules.Version())) {
		return fmt.Errorf("engine: the store was resolved under rules %q, this engine has %q", m.rules, e.rules.Version())
	}
	file, err := m.file(o.Model)
	if err != nil {
		return err
	}
	e.inForce.Store(file)
	current := m.adopting == "" && m.revision == e.revision() && !otherRules && !(o.AsItIs && e.st.Outdated())
	if !o.AsItIs {
		// A start writes next to nothing, and a full store must start.
		err := e.st.Update(kv.Essential(ctx), func(w *store.Writer) error { return e.openLog(w, o.AuditKey != "") })
		if err = errors.Join(err, failpoint.Hit("open/log")); err != nil {
			return err
		}
	}
	progress := o.Progress
	if progress == nil {
		progress = func(string, uint64, uint64) {}
	}
	if e.st.Outdated() && !o.AsItIs {
		err := e.st.Carry(ctx, func(done uint64) { progress("removing the blocks of the earlier format", done, 0) })
		if err != nil {
			return err
		}
	}
	if current {
		return nil
	}
	if o.AsItIs {
		return errors.New("engine: the store must be resolved anew, by other code, of an earlier format or after an adoption that broke off: start a server on it once")
	}
	// Which golden records the other code made is not known: all are computed again.
	a := &adoption{e: e, file: file, replaced: m.model, refresh: true, progress: progress}
	return errors.Join(failpoint.Hit("renew/before"), a.run(ctx, ctx), failpoint.Hit("renew/after"))
}

// mark writes the marks of an empty store.
func (e *Engine) mark(ctx context.Context, o Options) error {
	model := o.Model
	if model == nil {
		model = matcher.Default()
	}
	file, err := fileOf(model)
	if err != nil {
		return err
	}
	e.inForce.Store(file)
	return e.st.Update(ctx, func(w *store.Writer) error {
		return errors.Join(e.setMarks(w, file), failpoint.Hit("open/marks"), e.openLog(w, o.AuditKey != ""))
	})
}

// revision is the mark of this code, and of what of the policy dossiers depend on.
func (e *Engine) revision() string {
	if slices.Equal(e.policy.Passive, consent.DefaultPolicy().Passive) {
		return revisionMark
	}
	sum := sha256.Sum256([]byte(strings.Join(e.policy.Passive, "\x00")))
	return revisionMark + "-" + hex.EncodeToString(sum[:4])
}

// setMarks writes that the store is resolved under the model and the rules, by this code.
func (e *Engine) setMarks(w *store.Writer, f *modelFile) error {
	return errors.Join(
		w.SetMeta(metaRules, []byte(e.rules.Version())),
		w.SetMeta(metaModel, []byte(f.matcher.Model().Version)), w.SetMeta(metaText, []byte(f.text)),
		w.SetMeta(metaRevision, []byte(e.revision())), w.DeleteMeta(metaAdopting))
}

// file returns the model that a store is to be resolved under, and refuses another
// that is given.
func (m *marks) file(given *matcher.Model) (*modelFile, error) {
	text := m.text
	if m.adopting != "" {
		text = m.adopting
	}
	if text == "" { // of a version that kept the name of the model only
		return m.named(given)
	}
	stored, err := parseModel(text)
	if err != nil {
		return nil, fmt.Errorf("engine: the model in the store: %w", err)
	}
	if given == nil {
		return stored, nil
	}
	now, err := fileOf(given)
	if err != nil {
		return nil, err
	}
	// Both as this version writes them, since the stored text may be of an earlier one.
	was, err := fileOf(stored.matcher.Model())
	if err != nil {
		return nil, err
	}
	if now.text != was.text {
		return nil, otherModel(stored.matcher.Model().Version, given.Version)
	}
	return stored, nil
}

// named finds the model of a store that has its version only.
func (m *marks) named(given *matcher.Model) (*modelFile, error) {
	if given == nil {
		given = matcher.Default()
	}
	if given.Version != m.model {
		return nil, otherModel(m.model, given.Version)
	}
	return fileOf(given)
}

func otherModel(stored, given string) error {
	return fmt.Errorf("engine: the store was resolved under model %q, this engine has another, %q: put it in force with 'aloi adopt'", stored, given)
}
