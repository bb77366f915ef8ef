package catalog

import (
	"slices"
	"strings"

	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/model"
	"millrace/models/schema"
)

// FormatVersion is the version of the file's form.
const FormatVersion = 1

// The diagnostics of reading a catalog file.
const (
	// CodeUnreadable is a file that cannot be read.
	CodeUnreadable diag.Code = "catalog.unreadable"
	// CodeNotAMapping is a file whose content is no mapping.
	CodeNotAMapping diag.Code = "catalog.not_a_mapping"
	// CodeFormat is a version of the file's form that this program does not read.
	CodeFormat diag.Code = "catalog.format"
	// CodeName is a table's name that is not catalog.db.table.
	CodeName diag.Code = "catalog.name"
	// CodeUnknownComponent is a component that does not exist, or not of the kind that the place takes.
	CodeUnknownComponent diag.Code = "catalog.unknown_component"
	// CodeOwnSchema is a binding that declares columns, which are the table's to declare.
	CodeOwnSchema diag.Code = "catalog.own_schema"
	// CodeNoKey is a changelog or a dimension without a key, CodeNoTime a dimension without an event time.
	CodeNoKey  diag.Code = "catalog.no_key"
	CodeNoTime diag.Code = "catalog.no_event_time"
	// CodeUnknownConnection is a binding that names a connection which the file does not declare.
	CodeUnknownConnection diag.Code = "catalog.unknown_connection"
)

// schemaParam is the parameter in which a source that does not know its columns takes them from the table.
const schemaParam = "schema"

// The keys of an entry that make up the table's schema.
var schemaKeys = []string{"columns", "key", "event_time"}

// Parse reads the text of a catalog file. The File is nil when the list, which is sorted by place, has an error.
func Parse(file string, src []byte, registry *component.Registry) (*File, diag.List) {
	root, ok, diags := model.ParseYAML(file, src)
	if !ok {
		return nil, diags
	}
	p := parser{registry: registry, out: New(registry)}
	p.file(root)
	for i := range p.diags {
		p.diags[i].File = file
	}
	diags = append(diags, p.diags...)
	diags.Sort()
	if diags.HasErrors() {
		return nil, diags
	}
	return p.out, diags
}

type parser struct {
	registry *component.Registry
	diags    diag.List
	out      *File
	// strict, which may be nil, judges connections that are named, in the place of the warning.
	strict func(f component.Field, name string, params component.Params)
}

func rootFields() []component.Field {
	// What stands under each name is decoded entry by entry.
	entry := component.NewField("entry", component.FieldParams, "Entry", "条目")
	return []component.Field{
		component.NewField("format", component.FieldInt, "Format", "格式版本"),
		component.NewField("connections", component.FieldMap, "Connections", "连接").Optional().ListOf(entry),
		component.NewField("tables", component.FieldMap, "Tables", "表").Optional().ListOf(entry),
	}
}

func bindingFields() []component.Field {
	return []component.Field{
		component.NewField("component", component.FieldString, "Component", "组件"),
		component.NewField("params", component.FieldParams, "Parameters", "参数").Optional(),
	}
}

func tableFields() []component.Field {
	option := func(v, zh string) component.Option {
		return component.Option{Value: v, Label: component.Text{En: v, Zh: zh}}
	}
	return []component.Field{
		component.NewField("kind", component.FieldEnum, "Kind", "类型").WithOptions(
			option(string(component.TableStream), "流表"), option(string(component.TableChangelog), "变更日志"),
			option(string(component.TableDimension), "维表"), option(string(component.TableFlow), "分区流表"),
			option(string(component.TableStore), "存储表"),
		).WithDefault(string(component.TableStream)),
		component.NewField("layer", component.FieldEnum, "Layer", "分层").Optional().WithOptions(
			option("ODS", "贴源层"), option("CDM", "公共层"), option("ADS", "应用层")),
		component.NewField("description", component.FieldText, "Description", "说明").Optional(),
		component.NewField("source", component.FieldObject, "Read by", "读取").Optional().WithFields(bindingFields()...),
		component.NewField("sink", component.FieldObject, "Written by", "写入").Optional().WithFields(bindingFields()...),
	}
}

func (p *parser) file(root model.Value) {
	if root.Kind != model.Map {
		p.diags.Errorf(CodeNotAMapping, root.At, "a catalog file is a mapping of format, connections and tables, not %s", root.Kind)
		return
	}
	params, _ := component.Decode(rootFields(), root, "", &p.diags)
	if params.Has("format") && params.Int("format") != FormatVersion {
		d := p.diags.Errorf(CodeFormat, params.Span("format"), "this program reads catalog files of format %d, not %d", FormatVersion, params.Int("format"))
		d.Path = "format"
		return
	}
	// Entries are taken from the text, for their order and the places of their names.
	for _, e := range entries(root, "connections") {
		p.connection(e)
	}
	for _, e := range entries(root, "tables") {
		p.table(e)
	}
}

// entries are the well-formed members of a mapping.
func entries(root model.Value, key string) []model.Entry {
	v, ok := root.Get(key)
	if !ok || v.Kind != model.Map {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(v.Entries), func(e model.Entry) bool { return e.Value.Kind != model.Map })
}

func (p *parser) connection(e model.Entry) {
	path := "connections." + e.Key
	c := &component.Connection{Name: e.Key}
	b, ok := component.Decode(bindingFields(), e.Value, path, &p.diags)
	// Known even when it is wrong: what refers to it is not wrong for that.
	p.out.connections[e.Key] = c
	if !ok {
		return
	}
	spec := p.spec(component.KindConnection, b)
	if spec == nil {
		return
	}
	c.Component = spec.Name
	c.Params, _ = component.Decode(spec.Fields, b.Raw("params"), path+".params", &p.diags)
}

func (p *parser) table(e model.Entry) {
	path := "tables." + e.Key
	if problem := checkTableName(e.Key); problem != "" {
		d := p.diags.Errorf(CodeName, e.KeyAt, "%s", problem)
		d.Path = path
	}
	p.out.tables[e.Key] = p.declaration(e.Key, e.KeyAt, e.Value, path)
}

// declaration reads what is said of a table. path is that of v, and at is where its name stands.
func (p *parser) declaration(name string, at diag.Span, v model.Value, path string) *component.Table {
	shape, rest := split(v)
	s, _ := component.DecodeSchema(shape, path, &p.diags)
	params, _ := component.Decode(tableFields(), rest, path, &p.diags)

	t := &component.Table{
		Name: name, Kind: component.TableKind(params.String("kind")), Layer: params.String("layer"),
		Description: params.String("description"), Schema: s,
	}
	p.kind(t, at, path)
	if params.Has("source") {
		t.Source = p.binding(component.KindSource, params.Object("source"), shape, t.Schema)
	}
	if params.Has("sink") {
		t.Sink = p.binding(component.KindSink, params.Object("sink"), shape, t.Schema)
	}
	return t
}

// kind checks that a table's columns have what its kind needs.
func (p *parser) kind(t *component.Table, at diag.Span, path string) {
	if t.Schema == nil {
		return // told already
	}
	report := func(code diag.Code, fix, format string, args ...any) {
		d := p.diags.Errorf(code, at, format, args...)
		d.Path, d.Fix = path, fix
	}
	if (t.Kind == component.TableChangelog || t.Kind == component.TableDimension) && len(t.Schema.Key) == 0 {
		report(CodeNoKey, "Write key: [column, ...] beside columns.", "the rows of a %s are told apart by a key, and %s has none", t.Kind, t.Name)
	}
	if t.Kind == component.TableDimension && t.Schema.EventTime == nil {
		report(CodeNoTime, "Write event_time: column beside columns, of the column that says since when a version holds.",
			"the versions of a dimension hold from a time on, and %s has no event time", t.Name)
	}
}

// split parts an entry into the declaration of its columns and the rest.
func split(v model.Value) (shape, rest model.Value) {
	shape = model.Value{Kind: model.Map, At: v.At}
	rest = model.Value{Kind: model.Map, At: v.At}
	for _, e := range v.Entries {
		if slices.Contains(schemaKeys, e.Key) {
			shape.Entries = append(shape.Entries, e)
		} else {
			rest.Entries = append(rest.Entries, e)
		}
	}
	return shape, rest
}

// binding decodes the component that reads or writes a table. One that has to be told its columns is told the table's; s is nil when they
// could not be read.
func (p *parser) binding(kind component.Kind, b component.Params, shape model.Value, s *schema.Schema) *component.Binding {
	spec := p.spec(kind, b)
	if spec == nil {
		return nil
	}
	raw, fields := b.Raw("params"), spec.Fields
	if i := slices.IndexFunc(fields, func(f component.Field) bool { return f.Name == schemaParam && f.Type == component.FieldSchema }); i >= 0 {
		if own, ok := raw.Get(schemaParam); ok {
			d := p.diags.Errorf(CodeOwnSchema, own.At, "the columns are the table's to declare, not those of %s", spec.Name)
			d.Path, d.Fix = b.Path("params")+"."+schemaParam, "Write columns, key and event_time beside source."
			return nil
		}
		if s == nil {
			fields = slices.Delete(slices.Clone(fields), i, i+1)
		} else {
			raw.Entries = append(slices.Clone(raw.Entries), model.Entry{Key: schemaParam, KeyAt: shape.At, Value: shape})
		}
	}
	params, _ := component.Decode(fields, raw, b.Path("params"), &p.diags)
	p.connectionsOf(fields, params)
	return &component.Binding{Component: spec.Name, Params: params}
}

// connectionsOf warns of connections that the file does not declare: they may stand behind it, as those of the embedded parts do.
func (p *parser) connectionsOf(fields []component.Field, params component.Params) {
	for _, f := range fields {
		name := params.String(f.Name)
		if f.Type != component.FieldConnection || name == "" || p.out.connections[name] != nil {
			continue
		}
		if p.strict != nil {
			p.strict(f, name, params)
			continue
		}
		if near := diag.Nearest(name, p.out.Connections()); near != "" {
			d := p.diags.Warnf(CodeUnknownConnection, params.Span(f.Name), "the file declares no connection %q", name)
			d.Path, d.Fix = params.Path(f.Name), "Did you mean "+near+"?"
		}
	}
}

func (p *parser) spec(kind component.Kind, b component.Params) *component.Spec {
	name := b.String("component")
	if spec, ok := p.registry.Get(kind, name); ok {
		return spec
	}
	d := p.diags.Errorf(CodeUnknownComponent, b.Span("component"), "there is no %s component %q", kind, name)
	d.Path = b.Path("component")
	names := p.registry.Names(kind)
	if near := diag.Nearest(name, names); near != "" {
		d.Fix = "Did you mean " + near + "?"
	} else if len(names) > 0 {
		d.Fix = "There are " + strings.Join(names, ", ") + "."
	}
	return nil
}
