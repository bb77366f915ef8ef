package app

import (
	"millrace/models/diag"
	"millrace/models/model"
	"millrace/models/plan"
	"millrace/pipelines/compile"
	"millrace/pipelines/query"
	"millrace/pipelines/write"
)

// Converted is a pipeline as text.
type Converted struct {
	Name, Text string
}

// Plans compiles a file, a model document or an SQL script, to the plans of its pipelines in their order, as they are before the optimizer.
// There are none when the list has an error.
func (w *Workbench) Plans(file string, src []byte) ([]*plan.Plan, diag.List) {
	if !IsScript(file) {
		p, diags := compile.Text(file, src, w.env())
		if p == nil {
			return nil, diags
		}
		return []*plan.Plan{p}, diags
	}
	outcomes, diags := w.Session().Exec(file, string(src))
	if diags.HasErrors() {
		return nil, diags
	}
	var out []*plan.Plan
	for _, o := range outcomes {
		if o.Kind == query.Pipeline {
			out = append(out, o.Plan)
		}
	}
	if len(out) == 0 {
		d := diags.Errorf(CodeNoPipeline, diag.Span{}, "the script writes to no table")
		d.File, d.Fix = file, "Add INSERT INTO."
	}
	return out, diags
}

// Convert compiles a file and writes each of its pipelines as a document, or as a script when sql is set. There is nothing when the list has an
// error, which is also so when one of them cannot be written.
func (w *Workbench) Convert(file string, src []byte, sql bool) ([]Converted, diag.List) {
	plans, diags := w.Plans(file, src)
	if diags.HasErrors() {
		return nil, diags
	}
	var out []Converted
	for _, p := range plans {
		c := Converted{Name: p.Model}
		var found diag.List
		if sql {
			c.Text, found = write.SQL(p, w.env())
		} else {
			var doc *model.Document
			if doc, found = write.Document(p, w.env()); doc != nil {
				c.Name, c.Text = doc.Name, string(model.Format(doc))
			}
		}
		for _, d := range found {
			d.File = file
			diags.Add(d)
		}
		out = append(out, c)
	}
	if diags.HasErrors() {
		return nil, diags
	}
	return out, diags
}
