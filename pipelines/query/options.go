package query

import (
	"slices"
	"strconv"
	"strings"

	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/model"
	"millrace/models/schema"
	"millrace/models/sqltext"
)

const (
	connectorKey = "connector"
	// schemaParam is the parameter by which a component is told its columns, paramsSuffix what the parameters of a format stand under.
	schemaParam  = "schema"
	paramsSuffix = "_params"
)

// connect reads WITH: the connector, and its parameters as the component decodes them.
func (x *execution) connect(t *table, st *sqltext.CreateTable, columnsGood bool) bool {
	i := slices.IndexFunc(st.Options, func(o sqltext.Option) bool { return o.Key == connectorKey })
	if i < 0 {
		x.errorf(CodeUnknownConnector, st.Name.Span(), "Write WITH ('connector' = 'kafka', ...).", "the table %s does not say what reads or writes it", st.Name.Text())
		return false
	}
	t.connector = strings.ReplaceAll(st.Options[i].Value, "-", "_")
	source, readable := x.env.Registry.Get(component.KindSource, t.connector)
	sink, writable := x.env.Registry.Get(component.KindSink, t.connector)
	if !readable && !writable || t.connector == "table" {
		names := slices.DeleteFunc(x.env.Registry.Names(component.KindSource, component.KindSink), func(n string) bool { return n == "table" || n == "values" })
		slices.Sort(names)
		names = slices.Compact(names)
		fix := "There are " + strings.Join(names, ", ") + "."
		if near := diag.Nearest(t.connector, names); near != "" {
			fix = "Did you mean '" + near + "'?"
		}
		x.errorf(CodeUnknownConnector, st.Options[i].ValueAt, fix, "there is no connector %q", st.Options[i].Value)
		return false
	}
	ok := x.knownOptions(st, source, sink)
	both := readable && writable
	if readable {
		t.source = x.bind(t, st, source, both, columnsGood)
		ok = ok && t.source != nil
	}
	if writable {
		t.sink = x.bind(t, st, sink, both, columnsGood)
		ok = ok && t.sink != nil
	}
	return ok
}

// first is the parameter an option belongs to: the part before the dot.
func first(key string) string {
	head, _, _ := strings.Cut(key, ".")
	return head
}

func fieldOf(spec *component.Spec, key string) *component.Field {
	if spec == nil {
		return nil
	}
	for i := range spec.Fields {
		if f := &spec.Fields[i]; f.Name == first(key) && f.Name != schemaParam {
			return f
		}
	}
	return nil
}

// knownOptions tells of options that neither side of the connector has.
func (x *execution) knownOptions(st *sqltext.CreateTable, specs ...*component.Spec) bool {
	var names []string
	for _, s := range specs {
		if s == nil {
			continue
		}
		for _, f := range s.Fields {
			if f.Name != schemaParam {
				names = append(names, f.Name)
			}
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	ok := true
	seen := map[string]bool{}
	for _, o := range st.Options {
		if seen[o.Key] {
			x.errorf(CodeOption, o.KeyAt, "Keep one of the two.", "the option %q is given twice", o.Key)
			ok = false
		}
		seen[o.Key] = true
		if o.Key == connectorKey || slices.ContainsFunc(specs, func(s *component.Spec) bool { return fieldOf(s, o.Key) != nil }) {
			continue
		}
		fix := "Known here are " + strings.Join(names, ", ") + "."
		if len(names) == 0 {
			fix = "Remove it."
		}
		if near := diag.Nearest(o.Key, names); near != "" {
			fix = "Did you mean '" + near + "'?"
		}
		x.errorf(CodeUnknownOption, o.KeyAt, fix, "the connector has no option %q", o.Key)
		ok = false
	}
	return ok
}

// bind decodes the options for one side of the connector. What is missing counts only once the table is used so, when the connector has
// two sides.
func (x *execution) bind(t *table, st *sqltext.CreateTable, spec *component.Spec, both, columnsGood bool) *binding {
	root := model.Value{Kind: model.Map, At: st.Name.Span()}
	ok := true
	for _, o := range st.Options {
		if f := fieldOf(spec, o.Key); f != nil {
			ok = x.option(&root, spec, f, o) && ok
		}
	}
	fields := spec.Fields
	if i := slices.IndexFunc(fields, func(f component.Field) bool { return f.Name == schemaParam && f.Type == component.FieldSchema }); i >= 0 {
		if columnsGood && len(t.physical.Fields) > 0 {
			root.Entries = append(root.Entries, model.Entry{Key: schemaParam, KeyAt: st.Name.Span(), Value: schemaValue(t.physical, st)})
		} else {
			fields = slices.Delete(slices.Clone(fields), i, i+1)
		}
	}
	var found diag.List
	b := &binding{spec: spec}
	b.params, _ = component.Decode(fields, root, "", &found)
	for _, d := range found {
		d.Path = ""
		switch {
		case both && d.Code == component.CodeMissingParam:
			b.missing.Add(d)
		case slices.Contains(*x.diags, d): // told for the other side
		default:
			x.diags.Add(d)
		}
		ok = ok && (d.Severity != diag.Error || both && d.Code == component.CodeMissingParam)
	}
	if !ok {
		return nil
	}
	return b
}

// option adds an option to the parameters. A dot leads into a parameter; below a format it leads into the format's own.
func (x *execution) option(root *model.Value, spec *component.Spec, f *component.Field, o sqltext.Option) bool {
	path := strings.Split(o.Key, ".")
	if f.Type == component.FieldFormat && len(path) > 1 {
		path[0] += paramsSuffix
		if f = fieldOf(spec, path[0]); f == nil {
			x.errorf(CodeOption, o.KeyAt, "", "the format of this connector has no options")
			return false
		}
	}
	at := root
	for _, part := range path[:len(path)-1] {
		next, there := at.Get(part)
		if !there {
			at.Entries = append(at.Entries, model.Entry{Key: part, KeyAt: o.KeyAt, Value: model.Value{Kind: model.Map, At: o.KeyAt}})
			next = &at.Entries[len(at.Entries)-1].Value
		}
		at = next
		if f != nil && f.Type == component.FieldObject {
			f = member(f, path[slices.Index(path, part)+1])
		} else {
			f = nil
		}
	}
	v, ok := optionValue(f, o)
	if !ok {
		x.errorf(CodeOption, o.ValueAt, "Write JSON, such as '[\"a\", \"b\"]' or '{\"a\": 1}'.", "the option %q is no JSON", o.Key)
		return false
	}
	at.Entries = append(at.Entries, model.Entry{Key: path[len(path)-1], KeyAt: o.KeyAt, Value: v})
	return true
}

func member(f *component.Field, name string) *component.Field {
	for i := range f.Fields {
		if f.Fields[i].Name == name {
			return &f.Fields[i]
		}
	}
	return nil
}

// optionValue reads the text of an option as a value of the parameter's type. Where the type is not known (f is nil), a number and true or
// false are what they look like.
func optionValue(f *component.Field, o sqltext.Option) (model.Value, bool) {
	v := model.Value{Kind: model.String, Text: o.Value, At: o.ValueAt}
	if f == nil {
		switch _, err := strconv.ParseFloat(o.Value, 64); {
		case o.Value == "true" || o.Value == "false":
			v.Kind = model.Bool
		case err == nil:
			v.Kind = model.Number
		}
		return v, true
	}
	switch f.Type {
	case component.FieldInt, component.FieldFloat:
		if _, err := strconv.ParseFloat(o.Value, 64); err == nil {
			v.Kind = model.Number
		}
	case component.FieldBool:
		if o.Value == "true" || o.Value == "false" {
			v.Kind = model.Bool
		}
	case component.FieldList, component.FieldMap, component.FieldObject, component.FieldParams, component.FieldSchema:
		text := strings.TrimSpace(o.Value)
		if f.Type == component.FieldList && !strings.HasPrefix(text, "[") {
			// The short form of a list of words.
			v = model.Value{Kind: model.List, At: o.ValueAt}
			for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ';' }) {
				v.Items = append(v.Items, model.Value{Kind: model.String, Text: strings.TrimSpace(part), At: o.ValueAt})
			}
			return v, true
		}
		parsed, err := model.ParseJSON([]byte(text))
		if err != nil {
			return v, false
		}
		return placed(parsed, o.ValueAt), true
	}
	return v, true
}

// placed gives a value and all in it a place.
func placed(v model.Value, at diag.Span) model.Value {
	v.At = at
	for i := range v.Items {
		v.Items[i] = placed(v.Items[i], at)
	}
	for i := range v.Entries {
		v.Entries[i].KeyAt = at
		v.Entries[i].Value = placed(v.Entries[i].Value, at)
	}
	return v
}

// schemaValue is a schema as a parameter, with the places of the definition.
func schemaValue(s *schema.Schema, st *sqltext.CreateTable) model.Value {
	at := map[string]diag.Span{}
	for _, c := range st.Columns {
		at[c.Name.Text] = c.At
	}
	text := func(t string, at diag.Span) model.Value { return model.Value{Kind: model.String, Text: t, At: at} }
	mapping := func(at diag.Span, pairs ...any) model.Value {
		v := model.Value{Kind: model.Map, At: at}
		for i := 0; i < len(pairs); i += 2 {
			v.Entries = append(v.Entries, model.Entry{Key: pairs[i].(string), KeyAt: at, Value: pairs[i+1].(model.Value)})
		}
		return v
	}
	columns := model.Value{Kind: model.List, At: st.Name.Span()}
	for _, f := range s.Fields {
		where := at[f.Name]
		c := mapping(where, "name", text(f.Name, where), "type", text(f.Type.String(), where),
			"nullable", model.Value{Kind: model.Bool, Text: strconv.FormatBool(f.Nullable), At: where})
		if f.Description != "" {
			c.Entries = append(c.Entries, model.Entry{Key: "description", KeyAt: where, Value: text(f.Description, where)})
		}
		columns.Items = append(columns.Items, c)
	}
	out := mapping(st.Name.Span(), "columns", columns)
	if len(s.Key) > 0 {
		keys := model.Value{Kind: model.List, At: st.Name.Span()}
		for _, k := range s.Key {
			keys.Items = append(keys.Items, text(k, at[k]))
		}
		out.Entries = append(out.Entries, model.Entry{Key: "key", KeyAt: keys.At, Value: keys})
	}
	if e := s.EventTime; e != nil {
		where := st.Watermark.At
		out.Entries = append(out.Entries, model.Entry{Key: "event_time", KeyAt: where,
			Value: mapping(where, "column", text(e.Column, where), "out_of_order", text(e.OutOfOrder.String(), where))})
	}
	return out
}
