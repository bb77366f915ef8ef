package write

import (
	"slices"
	"strconv"
	"strings"

	"millrace/components/component"
	"millrace/models/model"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/models/sqltext"
)

func decimal(n int64) string { return strconv.FormatInt(n, 10) }

// scan makes a table of a source that the catalog does not name.
func (s *script) scan(n *plan.Node, op *plan.Scan) {
	if op.Table != "" {
		s.tables[n] = ident(strings.Split(op.Table, ".")...)
		return
	}
	s.tables[n] = ident(s.ids[n])
	spec, params := s.params(n, component.KindSource, op.Component, op.Params)
	if spec == nil {
		return
	}
	t := &sqltext.CreateTable{Temporary: true, Name: s.tables[n], Options: s.options(n, spec, params)}
	if declares(spec) != nil {
		s.columns(n, t, op.Source)
	}
	s.add(t)
}

// sinkTable makes a table of a sink. It has no columns: it takes those of the query.
func (s *script) sinkTable(n *plan.Node, op *plan.Sink) {
	if spec, params := s.params(n, component.KindSink, op.Component, op.Params); spec != nil {
		s.add(&sqltext.CreateTable{Temporary: true, Name: ident(s.ids[n]), Options: s.options(n, spec, params)})
	}
}

// columns declares the columns of a source, its key and its event time.
func (s *script) columns(n *plan.Node, t *sqltext.CreateTable, of *schema.Schema) {
	for _, f := range of.Fields {
		t.Columns = append(t.Columns, sqltext.ColumnDef{Name: part(f.Name), Type: &sqltext.TypeName{Text: f.Type.String()}, NotNull: !f.Nullable, Comment: f.Description})
		if f.Nullable && slices.Contains(of.Key, f.Name) {
			s.refuse(n, CodeOperator, "the column %q of the key may be NULL, and a PRIMARY KEY has none such", f.Name)
		}
	}
	for _, k := range of.Key {
		t.PrimaryKey = append(t.PrimaryKey, part(k))
		t.NotEnforced = true
	}
	e := of.EventTime
	if e == nil {
		return
	}
	column := name{e.Column}.expr()
	t.Watermark = &sqltext.Watermark{Column: part(e.Column), As: column}
	if behind := e.OutOfOrder.Micros(); behind > 0 {
		t.Watermark.As = binary(sqltext.Sub, column, interval(behind))
	}
	if def := schema.EventTimeOn(e.Column); e.MaxFuture != def.MaxFuture || e.Idle != def.Idle {
		s.refuse(n, CodeOperator, "the event time %q has a max_future or an idle of its own, which WATERMARK has no words for", e.Column)
	}
}

// options are the parameters of a component as WITH has them.
func (s *script) options(n *plan.Node, spec *component.Spec, params model.Value) []sqltext.Option {
	out := []sqltext.Option{{Key: "connector", Value: spec.Name}}
	for i := range params.Entries {
		e := &params.Entries[i]
		at := slices.IndexFunc(spec.Fields, func(f component.Field) bool { return f.Name == e.Key })
		if at < 0 {
			s.refuse(n, CodeComponent, "the component %s has no parameter %q", spec.Name, e.Key)
			continue
		}
		f := &spec.Fields[at]
		if f.Secret {
			s.refuse(n, CodeOperator, "the parameter %q is a secret, which an option of a table cannot be: name a connection", e.Key)
			continue
		}
		if format, ok := strings.CutSuffix(e.Key, "_params"); ok && f.Type == component.FieldParams && spread(&e.Value) {
			for _, p := range e.Value.Entries {
				out = append(out, sqltext.Option{Key: format + "." + p.Key, Value: p.Value.Text})
			}
			continue
		}
		out = append(out, sqltext.Option{Key: e.Key, Value: optionText(&e.Value)})
	}
	return out
}

// spread reports whether the parameters of a format can stand as options of their own, whose texts are numbers and truths when they look like it.
func spread(v *model.Value) bool {
	for i := range v.Entries {
		e := &v.Entries[i]
		if strings.Contains(e.Key, ".") {
			return false
		}
		_, err := strconv.ParseFloat(e.Value.Text, 64)
		like := model.String
		switch {
		case e.Value.Text == "true" || e.Value.Text == "false":
			like = model.Bool
		case err == nil:
			like = model.Number
		}
		if e.Value.Kind != like {
			return false
		}
	}
	return true
}

// optionText is a parameter as the text of an option: a list of words with commas, anything else that is no plain value as JSON.
func optionText(v *model.Value) string {
	switch v.Kind {
	case model.Map:
		return string(v.JSON())
	case model.List:
		words := make([]string, len(v.Items))
		for i, it := range v.Items {
			if words[i] = it.Text; it.Kind != model.String || it.Text == "" || strings.TrimSpace(it.Text) != it.Text || strings.ContainsAny(it.Text, ",;[") {
				return string(v.JSON())
			}
		}
		if len(words) > 0 {
			return strings.Join(words, ",")
		}
		return string(v.JSON())
	}
	return v.Text
}
