package document

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"millrace/assets/audit"
	"millrace/assets/document/diff"
	"millrace/assets/grants"
	"millrace/assets/lineage"
	"millrace/models/diag"
	"millrace/models/model"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/models/sqltext"
	"millrace/pipelines/compile"
	"millrace/pipelines/control"
)

// Compiler gives what a text is compiled against.
type Compiler interface {
	// Env returns the tables, components and permissions of a principal, of this moment.
	Env(ctx context.Context, who grants.Principal) (compile.Env, error)
}

// Hub knows the tables.
type Hub interface {
	// Resolver returns what gives the tables that scans and sinks read and write, of this moment; see lineage.Resolver.
	Resolver(ctx context.Context) (func(plan.Op) lineage.Table, error)
	// RegisterModel makes the table that a virtual model is, or brings it up to date, and returns its id. It is called before the version is
	// kept, so that its lineage has the id; calling it again does no harm.
	RegisterModel(ctx context.Context, m ModelTable) (id string, err error)
}

// ModelTable is a virtual model as a table.
type ModelTable struct {
	// Document is the model's id.
	Document, Name, Team, Description string
	Schema                            *schema.Schema
	Mode                              plan.Mode
}

// Pipelines knows what was deployed.
type Pipelines interface {
	// PipelinesOf returns the names of the pipelines that were deployed from a document and still exist.
	PipelinesOf(ctx context.Context, document string) ([]string, error)
}

// Lineage is the graph that new edges are checked against; lineage.Service has it.
type Lineage interface {
	Graph() *lineage.Graph
	// Notify says that the store has new edges.
	Notify()
}

// Deps are what a Service stands on.
type Deps struct {
	Store     Store
	Compiler  Compiler
	Hub       Hub
	Pipelines Pipelines
	Lineage   Lineage
}

// Service makes, saves and publishes documents. Whether the principal may is decided by whoever calls it; what a text may read is
// decided by the compiler.
type Service struct{ Deps }

// New returns a service.
func New(d Deps) *Service { return &Service{d} }

// Saved is a document with what is to be said of its draft.
type Saved struct {
	Document
	Diagnostics diag.List `json:"diagnostics"`
}

// Draft is what a new document is made from.
type Draft struct {
	Name   string
	Team   string
	Format Format
	// Kind is that of a YAML document which is given no text.
	Kind string
	// Text may be empty.
	Text string
}

// Create makes a document. The answer's diagnostics are those of its text.
func (s *Service) Create(ctx context.Context, who grants.Principal, n Draft) (Saved, error) {
	if err := errors.Join(checkName(n.Name), checkFormat(n.Format), checkText(n.Text)); err != nil {
		return Saved{}, err
	}
	if n.Text == "" {
		n.Text = template(n.Format, n.Kind, n.Name)
	}
	d := Document{ID: control.NewID(), Name: n.Name, Team: n.Team, Format: n.Format, Kind: string(model.View), Draft: n.Text}
	diags, err := s.read(ctx, who, &d)
	if err != nil {
		return Saved{}, err
	}
	made, err := s.Store.CreateDocument(ctx, d)
	if err != nil {
		return Saved{}, fmt.Errorf("creating %s: %w", n.Name, err)
	}
	return Saved{made, diags}, nil
}

func checkFormat(f Format) error {
	if f == YAML || f == SQL {
		return nil
	}
	return diag.Refuse(diag.ErrInvalid, CodeFormat, "Use yaml or sql.", "there is no format %q", f)
}

func checkText(text string) error {
	if len(text) <= MaxText {
		return nil
	}
	return diag.Refuse(diag.ErrInvalid, CodeTooLarge, "Split it into several models.", "the text has %d bytes, and at most %d are kept", len(text), MaxText)
}

// file is what diagnostics call a document's text.
func (d *Document) file() string {
	if d.Format == SQL {
		return d.Name + ".sql"
	}
	return d.Name + ".yaml"
}

// read compiles a document's draft and takes over what the text says of itself.
func (s *Service) read(ctx context.Context, who grants.Principal, d *Document) (diag.List, error) {
	c, diags, err := s.compile(ctx, who, d.file(), d.Format, d.Draft)
	if err != nil {
		return nil, err
	}
	if c.Kind != "" {
		d.Kind = c.Kind
	}
	if d.Format == YAML && c.Name != "" {
		d.Description = c.Description
		if c.Name != d.Name {
			nameDiffers(&diags, d, c)
		}
	}
	return diags, nil
}

func nameDiffers(diags *diag.List, d *Document, c *Compiled) {
	at := diag.Span{}
	if c.Side.Document != nil {
		at = c.Side.Document.NameAt
	}
	e := diags.Errorf(CodeName, at, "the text is named %s, the document %s", c.Name, d.Name)
	e.File, e.Path, e.Fix = d.file(), "name", "Rename the document, or write its name into the text."
	diags.Sort()
}

// env is what the texts of a principal are compiled against.
func (s *Service) env(ctx context.Context, who grants.Principal) (compile.Env, error) {
	env, err := s.Compiler.Env(ctx, who)
	if err != nil {
		return env, fmt.Errorf("looking for what may be read: %w", err)
	}
	return env, nil
}

func (s *Service) compile(ctx context.Context, who grants.Principal, file string, f Format, text string) (*Compiled, diag.List, error) {
	env, err := s.env(ctx, who)
	if err != nil {
		return nil, nil, err
	}
	c, diags := Compile(file, f, text, env)
	return c, diags, nil
}

// Get returns a document with what is to be said of its draft.
func (s *Service) Get(ctx context.Context, who grants.Principal, id string) (Saved, error) {
	d, err := s.Store.Document(ctx, id)
	if err != nil {
		return Saved{}, fmt.Errorf("reading a document: %w", err)
	}
	c, diags, err := s.compile(ctx, who, d.file(), d.Format, d.Draft)
	if err != nil {
		return Saved{}, err
	}
	if d.Format == YAML && c.Name != "" && c.Name != d.Name {
		nameDiffers(&diags, &d, c)
	}
	return Saved{d, diags}, nil
}

// List returns documents by name, without their drafts.
func (s *Service) List(ctx context.Context, f Filter) ([]Document, error) {
	out, err := s.Store.Documents(ctx, f)
	if err != nil {
		return nil, fmt.Errorf("listing documents: %w", err)
	}
	return out, nil
}

// Save keeps a draft. The revision is the one it was made on; when there is a newer one, the error is a diag.List that says what is
// different in it, and a diag.ErrStale.
func (s *Service) Save(ctx context.Context, who grants.Principal, id string, revision int64, text string) (Saved, error) {
	if err := checkText(text); err != nil {
		return Saved{}, err
	}
	return s.change(ctx, who, id, revision, func(d *Document) error {
		d.Draft = text
		return nil
	})
}

// Rename gives a document another name, in its draft as well. A published model that others read by its name, or that pipelines were
// deployed from, keeps it.
func (s *Service) Rename(ctx context.Context, who grants.Principal, id string, revision int64, name string) (Saved, error) {
	if err := checkName(name); err != nil {
		return Saved{}, err
	}
	return s.change(ctx, who, id, revision, func(d *Document) error {
		if d.Name == name {
			return nil
		}
		if err := s.unused(ctx, d, "renamed"); err != nil {
			return err
		}
		if d.Format == YAML {
			d.Draft = renameText(d.Draft, name)
		}
		d.Name = name
		return nil
	})
}

// change reads a document, changes it and saves it.
func (s *Service) change(ctx context.Context, who grants.Principal, id string, revision int64, do func(d *Document) error) (Saved, error) {
	d, err := s.Store.Document(ctx, id)
	if err != nil {
		return Saved{}, fmt.Errorf("reading a document: %w", err)
	}
	d.Revision = revision
	if err := do(&d); err != nil {
		return Saved{}, err
	}
	diags, err := s.read(ctx, who, &d)
	if err != nil {
		return Saved{}, err
	}
	saved, err := s.Store.SaveDocument(ctx, d)
	switch {
	case errors.Is(err, diag.ErrStale):
		return Saved{}, s.stale(ctx, &d, err)
	case err != nil:
		return Saved{}, fmt.Errorf("saving %s: %w", d.Name, err)
	}
	return Saved{saved, diags}, nil
}

// Stale is the refusal of a change to a revision that is no longer the newest. errors.Is finds diag.ErrStale, errors.As the list.
type Stale struct {
	// Current is the document as it is now, Diff what is different in it from the text that was not saved.
	Current Document
	Diff    *diff.Diff
	list    diag.List
	cause   error
}

// Error says who was faster.
func (e *Stale) Error() string { return e.list[0].Error() }

// Unwrap returns the list and the cause.
func (e *Stale) Unwrap() []error { return []error{e.list, e.cause} }

// stale says what is different in the document as it is now.
func (s *Service) stale(ctx context.Context, mine *Document, cause error) error {
	now, err := s.Store.Document(ctx, mine.ID)
	if err != nil {
		return errors.Join(cause, fmt.Errorf("reading the newer revision: %w", err))
	}
	out := &Stale{Current: now, Diff: diff.Compare(textOf(mine.Format, mine.Draft), textOf(now.Format, now.Draft)), cause: cause}
	out.list.Errorf(CodeStale, diag.Span{}, "%s saved revision %d at %s; this change was made on revision %d", now.UpdatedBy, now.Revision,
		now.UpdatedAt.Format("2006-01-02 15:04:05 MST"), mine.Revision).Fix = "Read it again, and make the change to that."
	for _, t := range out.Diff.TextSentences() {
		out.list.Add(diag.Diagnostic{Code: CodeStale, Severity: diag.Info, File: now.file(), Message: t.En})
	}
	return out
}

// textOf is a text for comparison, without plans.
func textOf(f Format, text string) diff.Side {
	if f == SQL {
		script, diags := sqltext.ParseScript(text)
		if diags.HasErrors() {
			return diff.Side{}
		}
		return diff.Side{Script: script}
	}
	doc, _ := model.Parse("", []byte(text))
	return diff.Side{Document: doc}
}

// unused refuses what must not be done to a document that is in use.
func (s *Service) unused(ctx context.Context, d *Document, done string) error {
	pipelines, err := s.Pipelines.PipelinesOf(ctx, d.ID)
	if err != nil {
		return fmt.Errorf("looking for the pipelines of %s: %w", d.Name, err)
	}
	if len(pipelines) > 0 {
		return diag.Refuse(diag.ErrConflict, CodeInUse, "Remove the pipelines first.", "%s cannot be %s: it was deployed as %s", d.Name, done, some(pipelines))
	}
	if !d.Virtual || d.Published == 0 {
		return nil
	}
	v, err := s.Store.DocumentVersion(ctx, d.ID, d.Published)
	if err != nil {
		return fmt.Errorf("reading the newest version of %s: %w", d.Name, err)
	}
	var readers []string
	for _, out := range v.Outputs {
		for _, o := range s.Lineage.Graph().Readers(out.Key()) {
			if o.Kind != lineage.Document || o.ID != d.ID {
				readers = append(readers, o.Name)
			}
		}
	}
	if len(readers) > 0 {
		return diag.Refuse(diag.ErrConflict, CodeInUse, "Change those first.", "%s cannot be %s: %s reads it", d.Name, done, some(readers))
	}
	return nil
}

// some names a few.
func some(names []string) string {
	const most = 5
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}

// Delete removes a document. Its versions stay for those that were deployed, and its name is free again. A model that others read, or
// that pipelines were deployed from, stays.
func (s *Service) Delete(ctx context.Context, id string, revision int64) error {
	d, err := s.Store.Document(ctx, id)
	if err != nil {
		return fmt.Errorf("reading a document: %w", err)
	}
	if err := s.unused(ctx, &d, "deleted"); err != nil {
		return err
	}
	if err := s.Store.DeleteDocument(ctx, id, revision); err != nil {
		return fmt.Errorf("deleting %s: %w", d.Name, err)
	}
	s.Lineage.Notify()
	return nil
}

// author is who acts in a context.
func author(ctx context.Context) (subject, name string) {
	a := audit.From(ctx)
	return a.Subject, a.Name
}
