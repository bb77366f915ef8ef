package component

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

// snakeName is what names of components, fields and options look like.
var snakeName = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

// Suffix of the field that holds the parameters of a format: they stand beside FieldFormat "format" as FieldParams "format_params".
const paramsSuffix = "_params"

// validate reports everything that is wrong with the declaration, or nil.
func (s *Spec) validate() error {
	v := specValidator{}
	if !snakeName.MatchString(s.Name) {
		v.addf("the name %q is not snake_case", s.Name)
	}
	if s.Version < 1 {
		v.addf("the version %d is not positive", s.Version)
	}
	v.text("title", s.Title)
	v.text("summary", s.Summary)
	v.text("help", s.Help)
	if err := checkIcon(s.Icon); err != nil {
		v.addf("icon: %w", err)
	}
	v.definition(s)
	v.ports(s)
	v.fields("", s.Fields)
	for i, e := range s.Examples {
		v.text(fmt.Sprintf("examples[%d].title", i), e.Title)
		if strings.TrimSpace(e.YAML) == "" {
			v.addf("examples[%d] is empty", i)
		}
	}
	return errors.Join(v.problems...)
}

type specValidator struct{ problems []error }

func (v *specValidator) addf(format string, args ...any) {
	v.problems = append(v.problems, fmt.Errorf(format, args...))
}

func (v *specValidator) text(what string, t Text) {
	if strings.TrimSpace(t.En) == "" {
		v.addf("%s has no English text", what)
	}
	if strings.TrimSpace(t.Zh) == "" {
		v.addf("%s has no Chinese text", what)
	}
}

// definition checks that exactly the part that belongs to the kind is there and complete. A source may lack Open: one that resolves
// to another component's scan (the catalog's table) is never opened itself.
func (v *specValidator) definition(s *Spec) {
	set := map[Kind]bool{
		KindSource: s.Source != nil, KindTransform: s.Transform != nil, KindSink: s.Sink != nil,
		KindFormat: s.Format != nil, KindConnection: s.Connection != nil,
	}
	if s.Kind > KindConnection {
		v.addf("the kind %d is unknown", s.Kind)
		return
	}
	for k := KindSource; k <= KindConnection; k++ {
		switch {
		case k == s.Kind && !set[k]:
			v.addf("a %s needs its definition", s.Kind)
		case k != s.Kind && set[k]:
			v.addf("a %s has the definition of a %s", s.Kind, k)
		}
	}
	if !set[s.Kind] {
		return
	}
	switch s.Kind {
	case KindSource:
		if s.Source.Plan == nil {
			v.addf("the source has no Plan")
		}
	case KindTransform:
		if s.Transform.Lower == nil {
			v.addf("the transform has no Lower")
		}
	case KindSink:
		if s.Sink.Plan == nil || s.Sink.Open == nil {
			v.addf("the sink needs Plan and Open")
		}
		if len(s.Sink.Accepts) == 0 {
			v.addf("the sink accepts no change mode")
		}
	case KindFormat:
		if s.Format.NewDecoder == nil && s.Format.NewEncoder == nil {
			v.addf("the format neither decodes nor encodes")
		}
	case KindConnection:
		if s.Connection.Check == nil {
			v.addf("the connection has no Check")
		}
	}
}

func (v *specValidator) ports(s *Spec) {
	if len(s.Ports) > 0 && (s.MinInputs != len(s.Ports) || s.MaxInputs != len(s.Ports)) {
		v.addf("%d ports for %d to %d inputs", len(s.Ports), s.MinInputs, s.MaxInputs)
	}
	for i, p := range s.Ports {
		if !snakeName.MatchString(p) || slices.Contains(s.Ports[:i], p) {
			v.addf("the port %q is not snake_case or there twice", p)
		}
	}
	switch s.Kind {
	case KindTransform:
		// A transform may do without inputs, when it names the tables it reads by itself.
		if s.MinInputs < 0 || s.MaxInputs != -1 && s.MaxInputs < max(1, s.MinInputs) {
			v.addf("a %s cannot take %d to %d inputs", s.Kind, s.MinInputs, s.MaxInputs)
		}
	case KindSink:
		if s.MinInputs < 1 || s.MaxInputs != -1 && s.MaxInputs < s.MinInputs {
			v.addf("a %s takes from 1 input on, not %d to %d", s.Kind, s.MinInputs, s.MaxInputs)
		}
	default:
		if s.MinInputs != 0 || s.MaxInputs != 0 {
			v.addf("a %s has no inputs, not %d to %d", s.Kind, s.MinInputs, s.MaxInputs)
		}
	}
}

// fields checks the members of one object; earlier siblings are those in front in the slice.
func (v *specValidator) fields(path string, fields []Field) {
	for i := range fields {
		f := &fields[i]
		p := joinPath(path, f.Name)
		if !snakeName.MatchString(f.Name) {
			v.addf("%s: the field name %q is not snake_case", p, f.Name)
		}
		if slices.ContainsFunc(fields[:i], func(o Field) bool { return o.Name == f.Name }) {
			v.addf("%s is declared twice", p)
		}
		v.text(p+": label", f.Label)
		if (f.Help.En == "") != (f.Help.Zh == "") {
			v.addf("%s: help is in one language only", p)
		}
		v.showIf(p, f, fields[:i])
		if f.Type == FieldParams && !slices.ContainsFunc(fields[:i], func(o Field) bool {
			return o.Type == FieldFormat && o.Name+paramsSuffix == f.Name
		}) {
			v.addf("%s: a field of parameters stands behind the format field whose name it carries with %q added", p, paramsSuffix)
		}
		v.field(p, f)
	}
}

// field checks what holds for named fields and for the members of lists and maps alike.
func (v *specValidator) field(p string, f *Field) {
	if !slices.Contains(fieldTypes(), f.Type) {
		v.addf("%s: the field type %q is unknown", p, f.Type)
		return
	}
	if (f.Type == FieldList || f.Type == FieldMap) != (f.Of != nil) {
		v.addf("%s: lists and maps say what they are of, and nothing else does", p)
	}
	if (f.Type == FieldObject) != (len(f.Fields) > 0) {
		v.addf("%s: objects have fields, and nothing else does", p)
	}
	if f.Secret && f.Type != FieldString && f.Type != FieldText {
		v.addf("%s: only a text can be secret", p)
	}
	v.options(p, f)
	if f.HasMin || f.HasMax {
		switch f.Type {
		case FieldInt, FieldFloat, FieldDuration, FieldSize, FieldList, FieldMap:
		default:
			v.addf("%s: a field of type %s has no bounds", p, f.Type)
		}
		if f.HasMin && f.HasMax && f.Min > f.Max {
			v.addf("%s: the bounds %d and %d leave nothing", p, f.Min, f.Max)
		}
	}
	v.defaults(p, f)
	v.value(p, "initial", f, f.Initial)
	v.short(p, f)
	if f.Of != nil {
		v.field(p+"[]", f.Of)
	}
	v.fields(p, f.Fields)
}

func (v *specValidator) options(p string, f *Field) {
	switch f.Type {
	case FieldEnum:
		if len(f.Options) == 0 {
			v.addf("%s: an enum needs options", p)
		}
		for i, o := range f.Options {
			if o.Value == "" || slices.ContainsFunc(f.Options[:i], func(e Option) bool { return e.Value == o.Value }) {
				v.addf("%s: the option %q is empty or there twice", p, o.Value)
			}
			v.text(fmt.Sprintf("%s: option %s", p, o.Value), o.Label)
		}
	case FieldConnection:
	default:
		if len(f.Options) > 0 {
			v.addf("%s: a field of type %s has no options", p, f.Type)
		}
	}
}

func (v *specValidator) defaults(p string, f *Field) {
	switch {
	case f.Default == nil:
		return
	case f.Required:
		v.addf("%s: a required field has no default", p)
	case f.Secret:
		v.addf("%s: a secret has no default", p)
	}
	v.value(p, "default", f, f.Default)
}

// value checks a value that the declaration has for the field. What a person may not write it may not have either.
func (v *specValidator) value(p, what string, f *Field, value any) {
	if value == nil {
		return
	}
	if err := checkGoType(f, value); err != nil {
		v.addf("%s: %s: %w", p, what, err)
		return
	}
	if problem := checkBounds(f, value); problem != "" {
		v.addf("%s: %s: %s", p, what, problem)
	}
	if f.Type == FieldEnum && !slices.ContainsFunc(f.Options, func(o Option) bool { return o.Value == value }) {
		v.addf("%s: %s: %v is not among the options", p, what, value)
	}
}

func (v *specValidator) short(p string, f *Field) {
	if f.Short == "" {
		return
	}
	if f.Type != FieldList || f.Of == nil || f.Of.Type != FieldObject {
		v.addf("%s: only a list of objects has a short form", p)
		return
	}
	i := slices.IndexFunc(f.Of.Fields, func(m Field) bool { return m.Name == f.Short })
	if i < 0 {
		v.addf("%s: the short form names %q, which the object has not", p, f.Short)
	} else if !textual(f.Of.Fields[i].Type) {
		v.addf("%s: the short form names %q, which is no text", p, f.Short)
	}
}

func (v *specValidator) showIf(p string, f *Field, earlier []Field) {
	if f.ShowIf == nil {
		return
	}
	i := slices.IndexFunc(earlier, func(o Field) bool { return o.Name == f.ShowIf.Field })
	if i < 0 {
		v.addf("%s: it shows if %q is set, which is no earlier sibling", p, f.ShowIf.Field)
		return
	}
	if len(f.ShowIf.In) == 0 {
		v.addf("%s: it shows for no value of %s", p, f.ShowIf.Field)
	}
	of := &earlier[i]
	for _, in := range f.ShowIf.In {
		switch of.Type {
		case FieldEnum:
			if !slices.ContainsFunc(of.Options, func(o Option) bool { return o.Value == in }) {
				v.addf("%s: it shows if %s is %q, which is not among its options", p, of.Name, in)
			}
		case FieldBool:
			if in != "true" && in != "false" {
				v.addf("%s: it shows if %s is %q, which is neither true nor false", p, of.Name, in)
			}
		case FieldString, FieldFormat:
		default:
			v.addf("%s: it cannot depend on %s, a field of type %s", p, of.Name, of.Type)
			return
		}
	}
}

// checkIcon verifies that the text is one well-formed SVG element for a 16 by 16 box.
func checkIcon(icon string) error {
	d := xml.NewDecoder(strings.NewReader(icon))
	depth, roots := 0, 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("reading the SVG: %w", err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			if depth == 0 {
				roots++
				if err := checkRoot(e); err != nil {
					return err
				}
			}
			// The icon is put into pages as it is.
			if name := strings.ToLower(e.Name.Local); name == "script" || name == "foreignobject" {
				return fmt.Errorf("the SVG holds a %s element", e.Name.Local)
			}
			depth++
		case xml.EndElement:
			depth--
		}
	}
	if roots != 1 {
		return fmt.Errorf("it is not one SVG element but %d", roots)
	}
	return nil
}

func checkRoot(e xml.StartElement) error {
	if e.Name.Local != "svg" {
		return fmt.Errorf("the element is %s, not svg", e.Name.Local)
	}
	for _, a := range e.Attr {
		if a.Name.Local == "viewBox" {
			if strings.Join(strings.Fields(a.Value), " ") != "0 0 16 16" {
				return fmt.Errorf("the viewBox is %q, not \"0 0 16 16\"", a.Value)
			}
			return nil
		}
	}
	return errors.New("the SVG has no viewBox")
}
