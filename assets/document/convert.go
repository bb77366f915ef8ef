package document

import (
	"context"

	"millrace/assets/grants"
	"millrace/models/diag"
	"millrace/models/model"
	"millrace/models/plan"
	"millrace/pipelines/compile"
	"millrace/pipelines/query"
	"millrace/pipelines/write"
)

// CodeNotConvertible is a text that the other format has no words for.
const CodeNotConvertible diag.Code = "document.not_convertible"

// CodeLeftOut warns of what a text has in the other format no more, as it counts for nothing.
const CodeLeftOut diag.Code = "document.left_out"

// Converted is a text in another format. It computes the same: the fingerprint is kept.
type Converted struct {
	// Text is there where one text came out, Documents always.
	Text        string    `json:"text,omitempty" doc:"the text, where it is one"`
	Documents   []Writing `json:"documents" nullable:"false" doc:"all that came out: a script may be several documents"`
	Fingerprint string    `json:"fingerprint,omitempty"`
	Diagnostics diag.List `json:"diagnostics" nullable:"false"`
}

// Writing is a text with the name of what it is.
type Writing struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// Convert writes a text in a format. Nothing comes out when there is an error, also when one of several cannot be written.
func (s *Service) Convert(ctx context.Context, who grants.Principal, f Format, text string, to Format) (Converted, error) {
	for _, one := range []Format{f, to} {
		if err := checkFormat(one); err != nil {
			return Converted{}, err
		}
	}
	env, err := s.env(ctx, who)
	if err != nil {
		return Converted{}, err
	}
	d := Document{Name: "draft", Format: f}
	return Convert(d.file(), f, text, to, env), nil
}

// Convert writes a text in a format; see Service.Convert. file is what diagnostics call it.
func Convert(file string, f Format, text string, to Format, env compile.Env) Converted {
	if env.SQL == nil {
		env.SQL = query.Models{}
	}
	c, diags := Compile(file, f, text, env)
	out := Converted{Documents: []Writing{}, Diagnostics: append(diag.List{}, diags...)}
	if diags.HasErrors() {
		return out
	}
	if c.Virtual && f != to {
		d := out.Diagnostics.Errorf(CodeNotConvertible, c.Side.Document.NameAt, "%s has no sink: a script writes to a table", c.Name)
		d.File, d.Fix = file, "Add a sink."
		return out
	}
	var all []Writing
	if f == to {
		written, found := format(file, f, text)
		out.Diagnostics = append(out.Diagnostics, found...)
		all = append(all, Writing{c.Name, written})
	} else {
		out.Diagnostics = append(out.Diagnostics, withFile(file, leftOut(c.Side.Document))...)
		for _, p := range c.Plans {
			one, found := written(p, to, env)
			out.Diagnostics = append(out.Diagnostics, withFile(file, found)...)
			all = append(all, one)
		}
	}
	if out.Diagnostics.HasErrors() {
		return out
	}
	out.Documents, out.Fingerprint = all, c.Fingerprint()
	if len(all) == 1 {
		out.Text = all[0].Text
	}
	return out
}

// leftOut tells of what a document has that a script has no place for, as a plan does not have it: bypassed nodes, and the groups and notes of
// the canvas.
func leftOut(d *model.Document) diag.List {
	var out diag.List
	if d == nil {
		return nil
	}
	for i := range d.Nodes {
		n := &d.Nodes[i]
		if !n.Bypass {
			continue
		}
		w := out.Warnf(CodeLeftOut, n.BypassAt, "%q is bypassed: it is not in the script", n.ID)
		w.Node, w.Path, w.Fix = n.ID, "bypass", "Remove the bypass to have it there."
	}
	if n := len(d.Groups); n > 0 {
		out.Warnf(CodeLeftOut, d.Groups[0].IDAt, "the groups of the canvas are not in the script: there are %d", n).Path = "groups"
	}
	if n := len(d.Notes); n > 0 {
		out.Warnf(CodeLeftOut, d.Notes[0].IDAt, "the notes of the canvas are not in the script: there are %d", n).Path = "notes"
	}
	return out
}

func written(p *plan.Plan, to Format, env compile.Env) (Writing, diag.List) {
	if to == SQL {
		text, found := write.SQL(p, env)
		return Writing{p.Model, text}, found
	}
	doc, found := write.Document(p, env)
	if doc == nil {
		return Writing{Name: p.Model}, found
	}
	return Writing{doc.Name, string(model.Format(doc))}, found
}
