package document

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"millrace/assets/document/diff"
	"millrace/assets/grants"
	"millrace/assets/lineage"
	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/models/schema"
)

// Checked is what a text comes to, without anything being kept.
type Checked struct {
	Diagnostics diag.List `json:"diagnostics"`
	// The rest is there when the text compiles. Schema and Mode are those of a virtual model's rows.
	Fingerprint string         `json:"fingerprint,omitempty"`
	Virtual     bool           `json:"virtual,omitempty"`
	Pipelines   []string       `json:"pipelines,omitempty"`
	Inputs      []lineage.Ref  `json:"inputs,omitempty"`
	Outputs     []lineage.Ref  `json:"outputs,omitempty"`
	Schema      *schema.Schema `json:"schema,omitempty"`
	Mode        *plan.Mode     `json:"mode,omitempty"`
}

// Check compiles a text as a principal. name and id are those of the document it belongs to, if it belongs to one.
func (s *Service) Check(ctx context.Context, who grants.Principal, name, id string, f Format, text string) (Checked, error) {
	if err := checkFormat(f); err != nil {
		return Checked{}, err
	}
	d := Document{ID: id, Name: name, Format: f, Draft: text}
	c, diags, err := s.compile(ctx, who, d.file(), f, text)
	if err != nil {
		return Checked{}, err
	}
	if f == YAML && name != "" && c.Name != "" && c.Name != name {
		nameDiffers(&diags, &d, c)
	}
	out := Checked{Diagnostics: diags}
	if c.Plans == nil {
		return out, nil
	}
	edges, found, err := s.edges(ctx, &d, c)
	if err != nil {
		return Checked{}, err
	}
	out.Diagnostics = append(out.Diagnostics, found...)
	out.Fingerprint, out.Virtual, out.Schema = c.Fingerprint(), c.Virtual, c.Schema
	if c.Virtual {
		out.Mode = &c.Mode
	} else {
		for _, p := range c.Plans {
			out.Pipelines = append(out.Pipelines, p.Model)
		}
	}
	out.Inputs, out.Outputs = lineage.Tables(edges)
	return out, nil
}

// edges gives the lineage of what was compiled, with what is to be said of it.
func (s *Service) edges(ctx context.Context, d *Document, c *Compiled) ([]lineage.Edge, diag.List, error) {
	resolve, err := s.Hub.Resolver(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("looking for the tables of %s: %w", d.Name, err)
	}
	layers := map[lineage.Ref]string{}
	edges := lineage.Edges(c.Plans, func(op plan.Op) lineage.Ref {
		t := resolve(op)
		layers[t.Ref()] = t.Layer
		return t.Ref()
	})
	cycle := s.Lineage.Graph().Cycle(lineage.Owner{Kind: lineage.Document, ID: d.ID}, edges)
	return edges, withFile(d.file(), lineage.Lint(edges, func(r lineage.Ref) string { return layers[r] }, cycle)), nil
}

// Publish makes the draft of a revision a version. A draft that does not compile is refused with the diagnostics; those that come with a
// version are warnings.
func (s *Service) Publish(ctx context.Context, who grants.Principal, id string, revision int64, message string) (Document, Version, diag.List, error) {
	fail := func(err error) (Document, Version, diag.List, error) { return Document{}, Version{}, nil, err }
	message = strings.TrimSpace(message)
	if len(message) > MaxMessage {
		return fail(diag.Refuse(diag.ErrInvalid, CodeTooLarge, "Say it in fewer words.", "the message has %d bytes, and at most %d are kept", len(message), MaxMessage))
	}
	d, err := s.Store.Document(ctx, id)
	if err != nil {
		return fail(fmt.Errorf("reading a document: %w", err))
	}
	if d.Revision != revision {
		return fail(s.stale(ctx, &Document{ID: id, Format: d.Format, Draft: d.Draft, Revision: revision}, diag.ErrStale))
	}
	if !d.Edited && d.Published > 0 {
		return fail(diag.Refuse(diag.ErrConflict, CodeUnchanged, "", "the draft is the text of version %d", d.Published))
	}
	c, diags, err := s.compile(ctx, who, d.file(), d.Format, d.Draft)
	if err != nil {
		return fail(err)
	}
	if d.Format == YAML && c.Name != d.Name && c.Name != "" {
		nameDiffers(&diags, &d, c)
	}
	if err := diags.Err(); err != nil {
		return fail(fmt.Errorf("publishing %s: %w", d.Name, err))
	}
	if d.Virtual && !c.Virtual {
		if err := s.unused(ctx, &d, "given a sink"); err != nil {
			return fail(err)
		}
	}
	if c.Virtual {
		if _, err := s.Hub.RegisterModel(ctx, ModelTable{Document: d.ID, Name: d.Name, Team: d.Team, Description: d.Description, Schema: c.Schema, Mode: c.Mode}); err != nil {
			return fail(fmt.Errorf("publishing %s: %w", d.Name, err))
		}
	}
	edges, found, err := s.edges(ctx, &d, c)
	if err != nil {
		return fail(err)
	}
	v := Version{Document: d.ID, Name: d.Name, Format: d.Format, Kind: d.Kind, Virtual: c.Virtual, Text: d.Draft, Message: message, Fingerprint: c.Fingerprint()}
	v.Inputs, v.Outputs = lineage.Tables(edges)
	v.Author, v.AuthorName = author(ctx)
	d, v, err = s.Store.PublishVersion(ctx, d, v, edges)
	if err != nil {
		return fail(fmt.Errorf("publishing %s: %w", v.Name, err))
	}
	s.Lineage.Notify()
	return d, v, append(diags, found...), nil
}

// Version returns a published version.
func (s *Service) Version(ctx context.Context, id string, number int) (Version, error) {
	v, err := s.Store.DocumentVersion(ctx, id, number)
	if err != nil {
		return Version{}, fmt.Errorf("reading version %d: %w", number, err)
	}
	return v, nil
}

// Versions lists published versions without their texts, the newest first, with numbers below before where that is not 0.
func (s *Service) Versions(ctx context.Context, id string, before, limit int) ([]Version, error) {
	out, err := s.Store.DocumentVersions(ctx, id, before, limit)
	if err != nil {
		return nil, fmt.Errorf("listing versions: %w", err)
	}
	return out, nil
}

// Restore makes the text of a version the draft. The name inside it becomes the document's.
func (s *Service) Restore(ctx context.Context, who grants.Principal, id string, revision int64, number int) (Saved, error) {
	v, err := s.Store.DocumentVersion(ctx, id, number)
	if err != nil {
		return Saved{}, fmt.Errorf("reading version %d: %w", number, err)
	}
	return s.change(ctx, who, id, revision, func(d *Document) error {
		d.Draft = v.Text
		if d.Format == YAML && v.Name != d.Name {
			d.Draft = renameText(d.Draft, d.Name)
		}
		return nil
	})
}

// DraftRef and PublishedRef name texts to compare beside version numbers.
const (
	DraftRef     = "draft"
	PublishedRef = "published"
)

// text returns the text that a ref names: "draft", "published" or a version's number.
func (s *Service) text(ctx context.Context, d *Document, ref string) (string, error) {
	number := d.Published
	switch ref {
	case DraftRef:
		return d.Draft, nil
	case PublishedRef:
	default:
		n, err := strconv.Atoi(ref)
		if err != nil {
			return "", diag.Refuse(diag.ErrInvalid, CodeNotFound, "Use draft, published or a version's number.", "%q is no version", ref)
		}
		number = n
	}
	if number == 0 {
		return "", diag.Refuse(diag.ErrNotFound, CodeNotFound, "Publish it first.", "%s has no published version", d.Name)
	}
	v, err := s.Store.DocumentVersion(ctx, d.ID, number)
	if err != nil {
		return "", fmt.Errorf("reading version %d: %w", number, err)
	}
	return v.Text, nil
}

// Comparison is a diff with its sentences.
type Comparison struct {
	*diff.Diff
	Sentences []component.Text `json:"sentences"`
	// Same says that nothing but the layout is different.
	Same bool `json:"same"`
}

// Diff says what is different in the second of two texts of a document: versions by number, "published" or "draft". Both are compiled
// as the principal against the tables of now.
func (s *Service) Diff(ctx context.Context, who grants.Principal, id, from, to string) (Comparison, error) {
	d, err := s.Store.Document(ctx, id)
	if err != nil {
		return Comparison{}, fmt.Errorf("reading a document: %w", err)
	}
	var sides [2]diff.Side
	for i, ref := range []string{from, to} {
		text, err := s.text(ctx, &d, ref)
		if err != nil {
			return Comparison{}, err
		}
		c, _, err := s.compile(ctx, who, d.file(), d.Format, text)
		if err != nil {
			return Comparison{}, err
		}
		sides[i] = c.Side
	}
	out := diff.Compare(sides[0], sides[1])
	return Comparison{Diff: out, Sentences: out.Sentences(), Same: out.Same()}, nil
}

// Format writes a text in its canonical form, which keeps the comments of a script but not those of a document. A text with errors gives
// none, but diagnostics.
func (s *Service) Format(f Format, text string) (string, diag.List, error) {
	if err := checkFormat(f); err != nil {
		return "", nil, err
	}
	d := Document{Name: "draft", Format: f}
	out, diags := format(d.file(), f, text)
	return out, diags, nil
}
