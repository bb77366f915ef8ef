package component

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Declaration is a Spec as data: what a palette, a form and a help page in another language than Go are made from.
type Declaration struct {
	Kind    string `json:"kind" enum:"source,transform,sink,format,connection"`
	Name    string `json:"name"`
	Version int    `json:"version"`
	// Category groups a palette; see CategoryOf.
	Category Category `json:"category" enum:"source,shape,combine,sink,format,connection" doc:"what a palette groups it by"`
	Title    Text     `json:"title"`
	Summary  Text     `json:"summary" doc:"one sentence"`
	Help     Text     `json:"help" doc:"Markdown"`
	Icon     string   `json:"icon" doc:"an SVG of 16 by 16 in currentColor"`
	// MaxInputs is -1 for any number.
	MinInputs int                    `json:"min_inputs" doc:"how many edges lead in at least"`
	MaxInputs int                    `json:"max_inputs" doc:"how many edges lead in at most; -1 is any number"`
	Ports     []string               `json:"ports" nullable:"false" doc:"the names of the inputs, one by one, where they are not alike"`
	HasOutput bool                   `json:"has_output" doc:"whether edges lead out of it"`
	Fields    []FieldDeclaration     `json:"fields" nullable:"false"`
	Examples  []ExampleDeclaration   `json:"examples" nullable:"false"`
	Sink      *SinkDeclaration       `json:"sink,omitempty" doc:"of sinks"`
	Format    *FormatDeclaration     `json:"format,omitempty" doc:"of formats"`
	Link      *ConnectionDeclaration `json:"connection,omitempty" doc:"of connections"`
}

// FieldDeclaration is a Field as data.
type FieldDeclaration struct {
	Name  string    `json:"name"`
	Type  FieldType `json:"type" enum:"string,text,int,float,bool,duration,size,time,enum,expr,column,table,connection,type,format,params,list,object,map,schema"`
	Label Text      `json:"label"`
	Help  Text      `json:"help"`
	// Required holds where the field is shown.
	Required bool `json:"required"`
	// Default is written as documents write it: a duration is "5s".
	Default json.RawMessage `json:"default,omitempty" doc:"the value where none is given, as documents write it"`
	// Initial is written as Default is.
	Initial json.RawMessage     `json:"initial,omitempty" doc:"the value to write into a new node, as documents write it"`
	Options []OptionDeclaration `json:"options,omitempty" doc:"the values of an enum; of a connection, the components it may have"`
	Secret  bool                `json:"secret,omitempty"`
	// Min and Max are numbers; durations are in nanoseconds and sizes in bytes, with their texts beside them.
	Min     *int64              `json:"min,omitempty" doc:"of numbers; of lists and maps their length; of durations nanoseconds, of sizes bytes"`
	Max     *int64              `json:"max,omitempty"`
	MinText string              `json:"min_text,omitempty" doc:"min of a duration or a size, as documents write it"`
	MaxText string              `json:"max_text,omitempty"`
	ShowIf  *ShowIfDeclaration  `json:"show_if,omitempty" doc:"the field is hidden and ignored unless an earlier sibling has one of the values"`
	Of      *FieldDeclaration   `json:"of,omitempty" doc:"the members of a list or a map"`
	Short   string              `json:"short,omitempty" doc:"of a list of objects: the member that a plain text stands for"`
	Fields  []*FieldDeclaration `json:"fields,omitempty" doc:"the members of an object"`
	// Advanced folds the field away.
	Advanced bool `json:"advanced,omitempty"`
}

// OptionDeclaration is an Option as data.
type OptionDeclaration struct {
	Value string `json:"value"`
	Label Text   `json:"label"`
}

// ShowIfDeclaration is a ShowIf as data.
type ShowIfDeclaration struct {
	Field string   `json:"field"`
	In    []string `json:"in" nullable:"false"`
}

// ExampleDeclaration is an Example as data.
type ExampleDeclaration struct {
	Title Text   `json:"title"`
	YAML  string `json:"yaml" doc:"a whole model"`
}

// SinkDeclaration says what a sink can do.
type SinkDeclaration struct {
	Accepts []string `json:"accepts" nullable:"false" enum:"append,upsert,retract" doc:"the changes it takes"`
}

// FormatDeclaration says which ways a format works.
type FormatDeclaration struct {
	Decodes bool `json:"decodes"`
	Encodes bool `json:"encodes"`
}

// ConnectionDeclaration says what can be asked of a connection.
type ConnectionDeclaration struct {
	Check    bool `json:"check" doc:"it can be tried"`
	Discover bool `json:"discover" doc:"it lists what could be a table"`
	Upload   bool `json:"upload" doc:"rows can be uploaded to its tables"`
}

// Category is a stable word to group components by.
type Category string

// The categories.
const (
	CategorySource Category = "source"
	// CategoryShape are transforms of one input, CategoryCombine those of several.
	CategoryShape      Category = "shape"
	CategoryCombine    Category = "combine"
	CategorySink       Category = "sink"
	CategoryFormat     Category = "format"
	CategoryConnection Category = "connection"
)

// CategoryOf returns the category of a component, which follows from its kind and its inputs.
func CategoryOf(s *Spec) Category {
	if s.Kind != KindTransform {
		return Category(s.Kind.String())
	}
	if s.MaxInputs == 1 {
		return CategoryShape
	}
	return CategoryCombine
}

// Declare returns a Spec as data. The error is that of a default that its field does not take, which no registered Spec has.
func Declare(s *Spec) (Declaration, error) {
	out := Declaration{
		Kind: s.Kind.String(), Name: s.Name, Version: s.Version, Category: CategoryOf(s), Title: s.Title, Summary: s.Summary, Help: s.Help, Icon: s.Icon,
		MinInputs: s.MinInputs, MaxInputs: s.MaxInputs, Ports: append([]string{}, s.Ports...),
		HasOutput: s.Kind == KindSource || s.Kind == KindTransform, Examples: []ExampleDeclaration{},
	}
	var err error
	if out.Fields, err = DeclareFields(s.Fields); err != nil {
		return Declaration{}, fmt.Errorf("declaring %s: %w", s.Name, err)
	}
	for _, e := range s.Examples {
		out.Examples = append(out.Examples, ExampleDeclaration(e))
	}
	switch {
	case s.Sink != nil:
		out.Sink = &SinkDeclaration{Accepts: []string{}}
		for _, mode := range s.Sink.Accepts {
			out.Sink.Accepts = append(out.Sink.Accepts, mode.String())
		}
	case s.Format != nil:
		out.Format = &FormatDeclaration{Decodes: s.Format.NewDecoder != nil, Encodes: s.Format.NewEncoder != nil}
	case s.Connection != nil:
		out.Link = &ConnectionDeclaration{Check: s.Connection.Check != nil, Discover: s.Connection.Discover != nil, Upload: s.Connection.Upload != nil}
	}
	return out, nil
}

// DeclareFields returns fields as data, in their order.
func DeclareFields(fields []Field) ([]FieldDeclaration, error) {
	out := make([]FieldDeclaration, len(fields))
	for i := range fields {
		f, err := declareField(&fields[i])
		if err != nil {
			return nil, err
		}
		out[i] = *f
	}
	return out, nil
}

func declareField(f *Field) (*FieldDeclaration, error) {
	out := &FieldDeclaration{Name: f.Name, Type: f.Type, Label: f.Label, Help: f.Help, Required: f.Required, Secret: f.Secret, Short: f.Short, Advanced: f.Advanced}
	for _, o := range f.Options {
		out.Options = append(out.Options, OptionDeclaration(o))
	}
	if f.HasMin {
		out.Min, out.MinText = &f.Min, limitText(f, f.Min)
	}
	if f.HasMax {
		out.Max, out.MaxText = &f.Max, limitText(f, f.Max)
	}
	if f.ShowIf != nil {
		out.ShowIf = &ShowIfDeclaration{Field: f.ShowIf.Field, In: append([]string{}, f.ShowIf.In...)}
	}
	var err error
	if out.Default, err = valueJSON(f, f.Default); err != nil {
		return nil, fmt.Errorf("writing the default of %s: %w", f.Name, err)
	}
	if out.Initial, err = valueJSON(f, f.Initial); err != nil {
		return nil, fmt.Errorf("writing the initial value of %s: %w", f.Name, err)
	}
	if f.Of != nil {
		if out.Of, err = declareField(f.Of); err != nil {
			return nil, err
		}
	}
	for i := range f.Fields {
		member, err := declareField(&f.Fields[i])
		if err != nil {
			return nil, err
		}
		out.Fields = append(out.Fields, member)
	}
	return out, nil
}

// valueJSON writes a default or an initial value as documents would write the parameter; nil for none.
func valueJSON(f *Field, value any) (json.RawMessage, error) {
	if value == nil {
		return nil, nil
	}
	v, err := encodeValue(f, normalized(value))
	if err != nil {
		return nil, err
	}
	switch f.Type {
	case FieldSize, FieldDuration:
		v = valueText(f, value)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// limitText is a bound as documents write it, for the types whose numbers are not what people write.
func limitText(f *Field, n int64) string {
	if f.Type != FieldDuration && f.Type != FieldSize {
		return ""
	}
	return bound(f, n)
}
