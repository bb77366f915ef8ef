package component

import (
	"fmt"
	"time"

	"millrace/models/diag"
	"millrace/models/model"
	"millrace/models/schema"
)

// schemaFields declare how a FieldSchema is written:
//
//	columns: [{name: user_id, type: int64, nullable: false, description: ...}]
//	key: [user_id]
//	event_time: {column: ts, out_of_order: 5s, max_future: 10m, idle: 60s}   # or just: ts
func schemaFields() []Field {
	return []Field{
		NewField("columns", FieldList, "Columns", "列").AtLeast(1).ListOf(
			NewField("column", FieldObject, "Column", "列").WithFields(
				NewField("name", FieldString, "Name", "名称"),
				NewField("type", FieldDataType, "Type", "类型"),
				NewField("nullable", FieldBool, "May be NULL", "可为空").WithDefault(true),
				NewField("description", FieldText, "Description", "说明").Optional(),
			)),
		NewField("key", FieldList, "Primary key", "主键").Optional().ListOf(NewField("column", FieldColumn, "Column", "列")),
		NewField("event_time", FieldObject, "Event time", "事件时间").Optional().WithFields(eventTimeFields()...),
	}
}

func eventTimeFields() []Field {
	return []Field{
		NewField("column", FieldColumn, "Column", "列"),
		NewField("out_of_order", FieldDuration, "Out of order by at most", "最大乱序").WithDefault(time.Duration(schema.DefaultOutOfOrder)),
		NewField("max_future", FieldDuration, "Into the future by at most", "最大超前").WithDefault(time.Duration(schema.DefaultMaxFuture)),
		NewField("idle", FieldDuration, "Idle after", "空闲判定").WithDefault(time.Duration(schema.DefaultIdle)),
	}
}

// DecodeSchema reads columns, key and event time as a FieldSchema writes them, as strictly as Decode. The schema is nil when ok is false.
func DecodeSchema(v model.Value, path string, diags *diag.List) (s *schema.Schema, ok bool) {
	d := decoder{diags: diags}
	if v.Kind != model.Map {
		d.errorf(CodeWrongKind, v.At, path, "Write a mapping of "+nameList(schemaFields())+".", "the columns must be a mapping, not %s", v.Kind)
		return nil, false
	}
	out, ok := d.schema(v, path)
	s, _ = out.(*schema.Schema)
	return s, ok
}

// SchemaJSON writes a schema in the form that DecodeSchema reads.
func SchemaJSON(s *schema.Schema) map[string]any { return schemaJSON(s) }

// schema decodes a FieldSchema.
func (d *decoder) schema(v model.Value, path string) (any, bool) {
	before := d.failed
	d.failed = false
	defer func() { d.failed = d.failed || before }()

	fields := schemaFields()
	// The event time is decoded by itself, for it has a short form.
	var eventTime *Params
	rest := v
	if e, ok := v.Get("event_time"); ok && e.Kind != model.Null {
		p := d.object(eventTimeFields(), "column", *e, joinPath(path, "event_time"))
		eventTime = &p
		rest = without(v, "event_time")
	}
	p := d.object(fields, "", rest, path)
	s := &schema.Schema{Key: p.Strings("key")}
	if len(s.Key) == 0 {
		s.Key = nil
	}
	for _, c := range p.Objects("columns") {
		name := c.String("name")
		if s.Index(name) >= 0 && name != "" {
			d.errorf(CodeDuplicateColumn, c.Span("name"), c.Path("name"), "Keep one of the two.", "the column %s is declared twice", name)
		}
		s.Fields = append(s.Fields, schema.Field{Name: name, Type: c.DataType("type"), Nullable: c.Bool("nullable"), Description: c.String("description")})
	}
	if d.failed {
		// References to columns that could not be read would only repeat the problem.
		return nil, false
	}
	if keys, ok := v.Get("key"); ok {
		for i, k := range s.Key {
			d.column(s, k, keys.Items[i].At, fmt.Sprintf("%s[%d]", joinPath(path, "key"), i))
			for _, earlier := range s.Key[:i] {
				if earlier == k {
					d.errorf(CodeDuplicateColumn, keys.Items[i].At, fmt.Sprintf("%s[%d]", joinPath(path, "key"), i), "Keep one of the two.", "the key has the column %s twice", k)
				}
			}
		}
	}
	if eventTime != nil {
		d.eventTime(s, *eventTime)
	}
	return s, !d.failed
}

func (d *decoder) eventTime(s *schema.Schema, p Params) {
	name, at, path := p.String("column"), p.Span("column"), p.Path("column")
	s.EventTime = &schema.EventTime{
		Column: name, OutOfOrder: schema.Duration(p.Duration("out_of_order")),
		MaxFuture: schema.Duration(p.Duration("max_future")), Idle: schema.Duration(p.Duration("idle")),
	}
	if d.column(s, name, at, path) {
		if f := s.Fields[s.Index(name)]; f.Type.Kind != schema.Timestamp {
			d.errorf(CodeBadValue, at, path, "Declare the column as timestamp, or compute one in a model.", "the event time %s is a %s, not a timestamp", name, f.Type)
		}
	}
}

// column reports a name the schema has not.
func (d *decoder) column(s *schema.Schema, name string, at diag.Span, path string) bool {
	if s.Index(name) >= 0 {
		return true
	}
	fix := ""
	if near := diag.Nearest(name, s.Names()); near != "" {
		fix = "Did you mean " + near + "?"
	}
	d.errorf(CodeUnknownColumn, at, path, fix, "there is no column %s", name)
	return false
}

// without returns a mapping with one entry less.
func without(v model.Value, key string) model.Value {
	out := v
	out.Entries = nil
	for _, e := range v.Entries {
		if e.Key != key {
			out.Entries = append(out.Entries, e)
		}
	}
	return out
}

// schemaJSON writes a schema in the form that decodes to it.
func schemaJSON(s *schema.Schema) map[string]any {
	columns := make([]any, len(s.Fields))
	for i, f := range s.Fields {
		c := map[string]any{"name": f.Name, "type": f.Type.String(), "nullable": f.Nullable}
		if f.Description != "" {
			c["description"] = f.Description
		}
		columns[i] = c
	}
	out := map[string]any{"columns": columns}
	if len(s.Key) > 0 {
		out["key"] = s.Key
	}
	if e := s.EventTime; e != nil {
		out["event_time"] = map[string]any{
			"column": e.Column, "out_of_order": e.OutOfOrder.String(), "max_future": e.MaxFuture.String(), "idle": e.Idle.String(),
		}
	}
	return out
}
