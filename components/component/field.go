package component

// FieldType is the type of a parameter.
type FieldType string

// The closed set of field types; each has one widget in the browser and one decoding.
const (
	FieldString   FieldType = "string"
	FieldText     FieldType = "text" // several lines
	FieldInt      FieldType = "int"
	FieldFloat    FieldType = "float"
	FieldBool     FieldType = "bool"
	FieldDuration FieldType = "duration" // "5s"
	FieldSize     FieldType = "size"     // "16MiB"
	FieldTime     FieldType = "time"     // RFC 3339
	FieldEnum     FieldType = "enum"
	// FieldExpr is an expression over the node's input, FieldColumn the name of one of its columns.
	FieldExpr   FieldType = "expr"
	FieldColumn FieldType = "column"
	// FieldTable is a catalog name, FieldConnection the name of a connection whose component is in Options (any when empty).
	FieldTable      FieldType = "table"
	FieldConnection FieldType = "connection"
	FieldDataType   FieldType = "type" // a type of the language
	// FieldFormat chooses a format component; its parameters stand beside it in a FieldParams of its name with "_params" added. They
	// are kept as written, for which format they belong to is only known with a registry: see Registry.DecodeFormat.
	FieldFormat FieldType = "format"
	FieldParams FieldType = "params"
	// FieldList is a list of Of; FieldObject has the fields Fields; FieldMap maps names to Of.
	FieldList   FieldType = "list"
	FieldObject FieldType = "object"
	FieldMap    FieldType = "map"
	// FieldSchema is a list of columns with types, event time and key, as the catalog file writes it.
	FieldSchema FieldType = "schema"
)

// Field declares one parameter.
type Field struct {
	Name     string
	Type     FieldType
	Label    Text
	Help     Text
	Required bool
	// Default is the value used when the parameter is absent, in the Go type Params gives for the field's type; nil is "none".
	Default any
	// Initial is the value that a tool writes into a new node, nil for none: what most people want, where the default is what is safest to
	// leave unsaid. It is of the Go type of Default.
	Initial any
	// Options are the values of an enum, or the component names a connection may have.
	Options []Option
	// Secret marks values that are encrypted at rest and never sent back.
	Secret bool
	// Destination marks what says to whom secrets are sent: one that was stored earlier is not sent to somebody else.
	Destination bool
	// Min and Max bound numbers, durations (in nanoseconds) and sizes, and the length of lists, when HasMin or HasMax says so.
	HasMin, HasMax bool
	Min, Max       int64
	// ShowIf hides and ignores the field unless an earlier sibling has one of the values.
	ShowIf *ShowIf
	// Of describes the members of a list or map; Short, for a list of objects, names the member field that a plain text stands for
	// ("user_id" for {name: user_id}).
	Of    *Field
	Short string
	// Fields are the members of an object.
	Fields []Field
	// Advanced folds the field away in forms.
	Advanced bool
}

// Option is one value of an enum.
type Option struct {
	Value string
	Label Text
}

// ShowIf is a condition on an earlier sibling.
type ShowIf struct {
	Field string
	In    []string
}

// NewField starts the declaration of a required field.
func NewField(name string, t FieldType, en, zh string) Field {
	return Field{Name: name, Type: t, Label: Text{En: en, Zh: zh}, Required: true}
}

// WithHelp adds the sentence under the control.
func (f Field) WithHelp(en, zh string) Field { f.Help = Text{En: en, Zh: zh}; return f }

// Optional makes the field optional, without a default.
func (f Field) Optional() Field { f.Required = false; return f }

// WithDefault makes the field optional with a default.
func (f Field) WithDefault(v any) Field { f.Required, f.Default = false, v; return f }

// Beginning has tools write a value into new nodes.
func (f Field) Beginning(v any) Field { f.Initial = v; return f }

// AsSecret marks the field secret.
func (f Field) AsSecret() Field { f.Secret = true; return f }

// AsDestination marks what says to whom secrets are sent.
func (f Field) AsDestination() Field { f.Destination = true; return f }

// AsAdvanced folds the field away in forms.
func (f Field) AsAdvanced() Field { f.Advanced = true; return f }

// Between bounds the field.
func (f Field) Between(lo, hi int64) Field {
	f.HasMin, f.HasMax, f.Min, f.Max = true, true, lo, hi
	return f
}

// AtLeast bounds the field from below.
func (f Field) AtLeast(lo int64) Field { f.HasMin, f.Min = true, lo; return f }

// WithOptions sets the values of an enum.
func (f Field) WithOptions(o ...Option) Field { f.Options = o; return f }

// ShownIf shows the field only when an earlier sibling has one of the values.
func (f Field) ShownIf(field string, in ...string) Field {
	f.ShowIf = &ShowIf{Field: field, In: in}
	return f
}

// ListOf makes the field a list of of.
func (f Field) ListOf(of Field) Field { f.Of = &of; return f }

// WithFields sets the members of an object.
func (f Field) WithFields(fields ...Field) Field { f.Fields = fields; return f }
