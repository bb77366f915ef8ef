package chtype

import (
	"fmt"
	"strings"

	"millrace/components/clickhouse/chsql"
)

// plain are the types without parameters that a column can be made with.
var plain = map[string]bool{
	"Bool": true, "String": true, "UUID": true, "Date": true, "Date32": true, "DateTime": true, "Float32": true, "Float64": true,
	"Int8": true, "Int16": true, "Int32": true, "Int64": true, "UInt8": true, "UInt16": true, "UInt32": true, "UInt64": true,
}

// SQL writes the type anew from what was read of it, so that no text of anybody's reaches a statement. ok is false for types that columns
// are not made with here.
func (t Type) SQL() (sql string, ok bool) {
	switch t.Name {
	case "Decimal":
		sql = fmt.Sprintf("Decimal(%d, %d)", t.Precision, t.Scale)
	case "DateTime64":
		sql = fmt.Sprintf("DateTime64(%d%s)", t.Precision, zoneArg(", ", t.Zone))
	case "DateTime":
		if sql = "DateTime"; t.Zone != "" {
			sql += "(" + zoneArg("", t.Zone) + ")"
		}
	case "FixedString":
		sql = fmt.Sprintf("FixedString(%d)", t.Length)
	case "Array", "Map", "Tuple":
		members := make([]string, len(t.Elems))
		for i, e := range t.Elems {
			if members[i], ok = e.SQL(); !ok {
				return "", false
			}
			if t.Fields != nil && t.Fields[i] != "" {
				members[i] = chsql.Quote(t.Fields[i]) + " " + members[i]
			}
		}
		sql = t.Name + "(" + strings.Join(members, ", ") + ")"
	default:
		if sql = t.Name; !plain[t.Name] {
			return "", false
		}
	}
	if t.Nullable {
		sql = "Nullable(" + sql + ")"
	}
	if t.Low {
		sql = "LowCardinality(" + sql + ")"
	}
	return sql, true
}

func zoneArg(before, zone string) string {
	if zone == "" {
		return ""
	}
	return before + chsql.Text(zone)
}

// Equal reports whether two types are the same, however they were written.
func (t Type) Equal(o Type) bool {
	if t.Name != o.Name || t.Nullable != o.Nullable || t.Low != o.Low || t.Precision != o.Precision || t.Scale != o.Scale ||
		t.Length != o.Length || t.Zone != o.Zone || len(t.Elems) != len(o.Elems) || len(t.Fields) != len(o.Fields) || len(t.Enum) != len(o.Enum) {
		return false
	}
	for i := range t.Elems {
		if !t.Elems[i].Equal(o.Elems[i]) {
			return false
		}
	}
	for i := range t.Fields {
		if t.Fields[i] != o.Fields[i] {
			return false
		}
	}
	for name := range t.Enum {
		if !o.Enum[name] {
			return false
		}
	}
	return true
}
