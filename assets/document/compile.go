package document

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"millrace/assets/document/diff"
	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/models/sqltext"
	"millrace/pipelines/compile"
	"millrace/pipelines/query"
)

// Compiled is what a text comes to.
type Compiled struct {
	// Kind and Description are those of the text, as far as it could be read.
	Kind        string
	Description string
	// Name is the one inside the text; a script has none.
	Name string
	// Plans are those of its pipelines, before the optimizer; nil when there is an error. The plan of a virtual model leads its rows to a
	// sink of the component diff.VirtualSink, whose table is the model's name.
	Plans   []*plan.Plan
	Virtual bool
	// Schema and Mode describe the rows of a virtual model.
	Schema *schema.Schema
	Mode   plan.Mode
	// Side is the text for comparisons.
	Side diff.Side
}

// CodeNoPipeline is a script that writes to no table.
const CodeNoPipeline diag.Code = "document.no_insert"

// Compile compiles a text. file is what diagnostics call it. The result has no plans when the list has an error.
func Compile(file string, format Format, text string, env compile.Env) (*Compiled, diag.List) {
	found, diags := inspect(file, format, text, env)
	return &found.Compiled, diags
}

// inspection is a compiled text with what was found out on the way, in spite of errors.
type inspection struct {
	Compiled
	// outline is that of a document, statements are those of a script.
	outline    *compile.Outline
	statements []query.Statement
}

func inspect(file string, format Format, text string, env compile.Env) (*inspection, diag.List) {
	if env.SQL == nil {
		env.SQL = query.Models{}
	}
	if format == SQL {
		return inspectScript(file, text, env)
	}
	return inspectDocument(file, text, env)
}

func inspectDocument(file, text string, env compile.Env) (*inspection, diag.List) {
	out := &inspection{}
	o, diags := compile.Describe(file, []byte(text), env)
	if o == nil {
		return out, diags
	}
	doc := o.Document
	out.outline = o
	out.Kind, out.Name, out.Description = string(doc.Kind), doc.Name, doc.Description
	out.Side.Document = doc
	p := o.Plan
	if p == nil {
		return out, diags
	}
	if f := o.Output; f != nil {
		p = f.WithSink("output", &plan.Sink{Component: diff.VirtualSink, Version: 1, Table: doc.Name})
		out.Virtual, out.Schema, out.Mode = true, f.Root.Schema, f.Root.Mode
	}
	out.Plans = []*plan.Plan{p}
	out.Side.Plans, out.Side.Compiled = out.Plans, true
	return out, diags
}

func withFile(file string, diags diag.List) diag.List {
	for i := range diags {
		diags[i].File = file
	}
	return diags
}

func inspectScript(file, text string, env compile.Env) (*inspection, diag.List) {
	out := &inspection{Compiled: Compiled{Kind: KindSQL}}
	if script, found := sqltext.ParseScript(text); !found.HasErrors() {
		out.Side.Script = script
	}
	outcomes, statements, diags := query.NewSession(env).Trace(file, text)
	out.statements = statements
	if diags.HasErrors() {
		return out, diags
	}
	for _, o := range outcomes {
		if o.Kind == query.Pipeline {
			out.Plans = append(out.Plans, o.Plan)
		}
	}
	if len(out.Plans) == 0 {
		d := diags.Errorf(CodeNoPipeline, diag.Span{}, "the script writes to no table")
		d.File, d.Fix = file, "Add an INSERT INTO."
		return out, diags
	}
	out.Side.Plans, out.Side.Compiled = out.Plans, true
	return out, diags
}

// Fingerprint names what the plans compute: that of the one plan, or of the list of several with their names.
func (c *Compiled) Fingerprint() string {
	if len(c.Plans) == 1 {
		return plan.Fingerprint(c.Plans[0])
	}
	lines := make([]string, len(c.Plans))
	for i, p := range c.Plans {
		lines[i] = fmt.Sprintf("%d:%s %s\n", len(p.Model), p.Model, plan.Fingerprint(p))
	}
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(strings.Join(lines, "")))
	return "sha256:" + hex.EncodeToString(sum[:])
}
