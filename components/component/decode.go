package component

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"millrace/models/diag"
	"millrace/models/model"
	"millrace/models/schema"
)

// Decode reads parameters as fields declare them: strictly, and all problems in one pass. The diagnostics carry place and path; file and
// node are the caller's to add. ok is false when one of them is an error; what could be read is returned all the same.
//
// A value of null counts as absent. A field that ShowIf hides has no value, not even its default; giving it is a warning.
func Decode(fields []Field, v model.Value, path string, diags *diag.List) (p Params, ok bool) {
	d := decoder{diags: diags}
	p = d.object(fields, "", v, path)
	return p, !d.failed
}

type decoder struct {
	diags  *diag.List
	failed bool
}

func (d *decoder) errorf(code diag.Code, at diag.Span, path, fix, format string, args ...any) {
	d.failed = true
	x := d.diags.Errorf(code, at, format, args...)
	x.Path, x.Fix = path, fix
}

// object decodes the members of a mapping; with short, a plain text stands for the member of that name.
func (d *decoder) object(fields []Field, short string, v model.Value, path string) Params {
	p := Params{values: make(map[string]any, len(fields)), spans: map[string]diag.Span{}, at: v.At, path: path}
	for i := range fields {
		p.values[fields[i].Name] = nil
	}
	switch {
	case v.Kind == model.Map, v.Kind == model.Null:
	case short != "" && v.Kind == model.String:
		v = model.Value{Kind: model.Map, At: v.At, Entries: []model.Entry{{Key: short, KeyAt: v.At, Value: v}}}
	default:
		what := path
		if what == "" {
			what = "the parameters"
		}
		d.errorf(CodeWrongKind, v.At, path, "Write a mapping of "+nameList(fields)+".", "%s must be a mapping, not %s", what, v.Kind)
		return p
	}
	d.unknown(fields, v, path)
	for i := range fields {
		f := &fields[i]
		d.member(f, &p, v)
	}
	return p
}

func (d *decoder) member(f *Field, p *Params, v model.Value) {
	path := joinPath(p.path, f.Name)
	given, there := v.Get(f.Name)
	if there && given.Kind == model.Null {
		there = false
	}
	if there {
		p.spans[f.Name] = given.At
	}
	if f.ShowIf != nil && !shown(f.ShowIf, p.values[f.ShowIf.Field]) {
		if there {
			x := d.diags.Warnf(CodeHiddenParam, given.At, "%s has no effect: it counts only if %s is %s", path, f.ShowIf.Field, strings.Join(f.ShowIf.In, " or "))
			x.Path, x.Fix = path, "Remove it, or set "+f.ShowIf.Field+"."
		}
		return
	}
	if !there {
		p.values[f.Name] = normalized(f.Default)
		if f.Required {
			d.errorf(CodeMissingParam, v.At, path, "Add "+f.Name+": "+example(f)+".", "the parameter %s is missing", path)
		}
		return
	}
	if value, ok := d.value(f, *given, path); ok {
		p.values[f.Name] = value
	}
}

func (d *decoder) unknown(fields []Field, v model.Value, path string) {
	names := make([]string, len(fields))
	for i := range fields {
		names[i] = fields[i].Name
	}
	for i := range v.Entries {
		e := &v.Entries[i]
		if slices.Contains(names, e.Key) {
			continue
		}
		fix := "Remove it."
		if len(names) > 0 {
			fix = "Known here are " + nameList(fields) + "."
		}
		if near := diag.Nearest(e.Key, names); near != "" {
			fix = "Did you mean " + near + "?"
		}
		d.errorf(CodeUnknownParam, e.KeyAt, joinPath(path, e.Key), fix, "unknown parameter %q", e.Key)
	}
}

// value decodes one value that is not null.
func (d *decoder) value(f *Field, v model.Value, path string) (any, bool) {
	if f.Secret {
		return d.secret(f, v, path)
	}
	switch f.Type {
	case FieldList:
		return d.list(f, v, path)
	case FieldMap:
		return d.mapping(f, v, path)
	case FieldObject:
		before := d.failed
		d.failed = false
		p := d.object(f.Fields, "", v, path)
		ok := !d.failed
		d.failed = d.failed || before
		return p, ok
	case FieldSchema:
		return d.schema(v, path)
	case FieldParams:
		if v.Kind != model.Map {
			return d.wrongKind(f, v, path)
		}
		return v, true
	default:
		return d.scalar(f, v, path)
	}
}

func (d *decoder) wrongKind(f *Field, v model.Value, path string) (any, bool) {
	fix := "Write, for example, " + example(f) + "."
	if textual(f.Type) && !f.Secret && (v.Kind == model.Number || v.Kind == model.Bool) {
		fix = fmt.Sprintf("Put it in quotes to make it a text: %q.", v.Text)
	}
	d.errorf(CodeWrongKind, v.At, path, fix, "%s must be %s, not %s", path, describe(f), v.Kind)
	return nil, false
}

// scalar decodes the field types that are written as one word.
func (d *decoder) scalar(f *Field, v model.Value, path string) (any, bool) {
	switch f.Type {
	case FieldBool:
		if v.Kind != model.Bool {
			return d.wrongKind(f, v, path)
		}
		return v.Text == "true", true
	case FieldInt, FieldFloat:
		if v.Kind != model.Number {
			return d.wrongKind(f, v, path)
		}
	case FieldExpr:
		// 1 and true are expressions.
		if v.Kind != model.String && v.Kind != model.Number && v.Kind != model.Bool {
			return d.wrongKind(f, v, path)
		}
	default:
		if v.Kind != model.String {
			return d.wrongKind(f, v, path)
		}
	}
	value, err := parseScalar(f, v.Text)
	if err != nil {
		return d.badScalar(f, v, path, err)
	}
	if textual(f.Type) && f.Required && strings.TrimSpace(v.Text) == "" {
		d.errorf(CodeMissingParam, v.At, path, "Write, for example, "+example(f)+".", "%s is empty", path)
		return nil, false
	}
	if problem := checkBounds(f, value); problem != "" {
		d.errorf(CodeOutOfRange, v.At, path, "", "%s: %s", path, problem)
		return nil, false
	}
	return value, true
}

func (d *decoder) badScalar(f *Field, v model.Value, path string, err error) (any, bool) {
	code, fix := CodeBadValue, "Write, for example, "+example(f)+"."
	switch f.Type {
	case FieldEnum:
		code = CodeUnknownOption
		names := make([]string, len(f.Options))
		for i, o := range f.Options {
			names[i] = o.Value
		}
		fix = "Use " + orList(names) + "."
		if near := diag.Nearest(v.Text, names); near != "" {
			fix = "Did you mean " + near + "?"
		}
	case FieldDataType:
		names := schema.TypeNames()
		slices.Sort(names)
		if near := diag.Nearest(typeWord(v.Text), names); near != "" && near != strings.ToLower(typeWord(v.Text)) {
			fix = "Did you mean " + near + "?"
		}
	case FieldInt, FieldFloat:
		if isRange(err) {
			code, fix = CodeOutOfRange, ""
		}
	}
	d.errorf(code, v.At, path, fix, "%s: %v", path, err)
	return nil, false
}

// secret decodes {env: NAME} or, with a warning, the secret itself.
func (d *decoder) secret(f *Field, v model.Value, path string) (any, bool) {
	switch v.Kind {
	case model.String:
		if v.Text == "" {
			if f.Required {
				d.errorf(CodeMissingParam, v.At, path, "Write "+example(f)+".", "%s is empty", path)
				return nil, false
			}
			return nil, true
		}
		x := d.diags.Warnf(CodePlainSecret, v.At, "%s is a secret in plain text", path)
		x.Path, x.Fix = path, "Keep it in the environment and write "+example(f)+"."
		return PlainSecret(v.Text), true
	case model.Map:
		env := NewField("env", FieldString, "Environment variable", "环境变量")
		before := d.failed
		d.failed = false
		p := d.object([]Field{env}, "", v, path)
		ok := !d.failed
		d.failed = d.failed || before
		return Secret{Env: p.String("env")}, ok
	default:
		return d.wrongKind(f, v, path)
	}
}

func (d *decoder) list(f *Field, v model.Value, path string) (any, bool) {
	if v.Kind != model.List {
		return d.wrongKind(f, v, path)
	}
	out, ok := make([]any, 0, len(v.Items)), true
	for i, item := range v.Items {
		p := fmt.Sprintf("%s[%d]", path, i)
		var value any
		var good bool
		switch {
		case item.Kind == model.Null:
			d.errorf(CodeMissingParam, item.At, p, "Remove the empty item.", "%s is empty", p)
		case f.Of.Type == FieldObject:
			before := d.failed
			d.failed = false
			value = d.object(f.Of.Fields, f.Short, item, p)
			good = !d.failed
			d.failed = d.failed || before
		default:
			value, good = d.value(f.Of, item, p)
		}
		ok = ok && good
		if good {
			out = append(out, value)
		}
	}
	return d.bounded(f, out, len(v.Items), v.At, path, ok)
}

func (d *decoder) mapping(f *Field, v model.Value, path string) (any, bool) {
	if v.Kind != model.Map {
		return d.wrongKind(f, v, path)
	}
	out, ok := make(map[string]any, len(v.Entries)), true
	for i := range v.Entries {
		e := &v.Entries[i]
		p := joinPath(path, e.Key)
		if e.Value.Kind == model.Null {
			d.errorf(CodeMissingParam, e.KeyAt, p, "Give it a value, or remove it.", "%s is empty", p)
			ok = false
			continue
		}
		value, good := d.value(f.Of, e.Value, p)
		ok = ok && good
		if good {
			out[e.Key] = value
		}
	}
	return d.bounded(f, out, len(v.Entries), v.At, path, ok)
}

// bounded checks the number of members of a list or map.
func (d *decoder) bounded(f *Field, out any, n int, at diag.Span, path string, ok bool) (any, bool) {
	if problem := outside(f, int64(n), strconv.Itoa(n)+" entries", func(b int64) string { return strconv.FormatInt(b, 10) }); problem != "" {
		d.errorf(CodeOutOfRange, at, path, "", "%s: %s", path, problem)
		return nil, false
	}
	return out, ok
}

// shown evaluates a condition on the decoded value of an earlier sibling.
func shown(c *ShowIf, sibling any) bool {
	switch v := sibling.(type) {
	case string:
		return slices.Contains(c.In, v)
	case bool:
		return slices.Contains(c.In, strconv.FormatBool(v))
	default:
		return false
	}
}

func joinPath(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// typeWord returns the word a type's text begins with.
func typeWord(text string) string {
	text = strings.TrimSpace(text)
	if i := strings.IndexFunc(text, func(r rune) bool {
		return r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
	}); i >= 0 {
		return text[:i]
	}
	return text
}

// orList writes names as "a, b or c".
func orList(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}

func nameList(fields []Field) string {
	names := make([]string, len(fields))
	for i := range fields {
		names[i] = fields[i].Name
	}
	return strings.ReplaceAll(orList(names), " or ", " and ")
}

// finite reports whether a float is a number.
func finite(f float64) bool { return !math.IsNaN(f) && !math.IsInf(f, 0) }
