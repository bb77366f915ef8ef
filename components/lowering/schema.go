package lowering

import (
	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/schema"
)

// Schema is the shape of the rows that cols computes from rows of in.
//
// The event time stays when its column is kept unchanged, under its new name when it was renamed; kept twice, the copy that has the
// old name counts, else the first. The primary key stays when all of its columns do.
func Schema(in *schema.Schema, cols []plan.Column) *schema.Schema {
	out := &schema.Schema{Fields: make([]schema.Field, len(cols))}
	kept := map[string]string{}
	for i, c := range cols {
		out.Fields[i] = schema.Field{Name: c.Name, Type: c.Expr.Type, Nullable: c.Expr.Nullable}
		if c.Expr.Op != expr.OpColumn {
			continue
		}
		from := in.Fields[c.Expr.Column]
		out.Fields[i].Description = from.Description
		if _, twice := kept[from.Name]; !twice || c.Name == from.Name {
			kept[from.Name] = c.Name
		}
	}
	if in.EventTime != nil {
		if name, ok := kept[in.EventTime.Column]; ok {
			et := *in.EventTime
			et.Column = name
			out.EventTime = &et
		}
	}
	out.Key = Renamed(in.Key, kept)
	return out
}

// Renamed returns the names under which all of key were kept, or nil when one was not.
func Renamed(key []string, kept map[string]string) []string {
	var out []string
	for _, k := range key {
		name, ok := kept[k]
		if !ok {
			return nil
		}
		out = append(out, name)
	}
	return out
}
