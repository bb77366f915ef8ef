package compile

import (
	"maps"
	"slices"
	"time"

	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/expr"
	"millrace/models/model"
	"millrace/models/schema"
	"millrace/models/sqltext"
)

// modelParams settles the value of every parameter of the model: the one given, else the default. Its text becomes a value by the language's
// own CAST, so that :min_ms and CAST('30000' AS INT) cannot differ.
func (c *compiler) modelParams() {
	c.params = map[string]expr.Param{}
	declared := map[string]bool{}
	for i := range c.doc.Params {
		p := &c.doc.Params[i]
		declared[p.Name] = true
		if p.Type.Kind == schema.Invalid {
			// Its type could not be read, which was told; expressions that use it still see that it exists.
			c.malformed = true
			continue
		}
		text, given := c.env.Params[p.Name]
		switch {
		case given:
		case p.Default.Kind != model.Null:
			text = p.Default.Text
		default:
			d := c.diags.Errorf(CodeParameter, p.At, "the parameter %s has no value", p.Name)
			d.Path, d.Fix = "params", "Give it one where the model is run, or a default here."
			// Its uses can be checked all the same.
			c.params[p.Name] = expr.Param{Type: p.Type}
			continue
		}
		v, ok := Constant(c.zone, p.Type, text)
		if !ok {
			d := c.diags.Errorf(CodeParameter, p.At, "the value of the parameter %s is no %s", p.Name, p.Type)
			d.Path = "params"
		}
		c.params[p.Name] = expr.Param{Type: p.Type, Value: v}
	}
	for _, name := range slices.Sorted(maps.Keys(c.env.Params)) {
		if declared[name] {
			continue
		}
		d := c.diags.Errorf(CodeParameter, diag.Span{}, "the model has no parameter %s", name)
		if near := diag.Nearest(name, slices.Sorted(maps.Keys(declared))); near != "" {
			d.Fix = "Did you mean " + near + "?"
		}
	}
}

// Constant is the value of a text cast to a type, in a time zone. ok is false where it is none.
func Constant(zone *time.Location, t schema.Type, text string) (value any, ok bool) {
	ast, found := sqltext.ParseExpr("CAST(" + sqltext.QuoteString(text) + " AS " + t.String() + ")")
	if found.HasErrors() {
		return nil, false
	}
	e, found := expr.Check(ast, expr.Env{Zone: zone})
	if found.HasErrors() {
		return nil, false
	}
	e = expr.Fold(e, zone)
	return e.Value, e.Op == expr.OpLiteral && e.Value != nil
}

// decode reads the parameters of every node whose component is known. Those of a bypassed one count for nothing, so they may be half written.
func (c *compiler) decode() {
	for _, n := range c.nodes {
		if n.spec == nil || n.Bypass {
			continue
		}
		var found diag.List
		params, ok := component.Decode(n.spec.Fields, n.Params, "params", &found)
		n.params = params
		c.adopt(n, found)
		n.failed, n.undecoded = n.failed || !ok, !ok
	}
}

// adopt takes over diagnostics found while working on a node.
func (c *compiler) adopt(n *docNode, found diag.List) {
	for _, d := range found {
		if d.Node == "" {
			d.Node = n.ID
		}
		if !d.Span.Start.Known() {
			d.Span = n.At
		}
		c.diags.Add(d)
	}
}
