package chtype

import (
	"fmt"
	"slices"

	"millrace/components/clickhouse/chsql"
)

// Insertable reports whether rows can be written to a column of the type: the driver takes types apart itself, and some names of members
// lead it astray.
func (t Type) Insertable() bool {
	return t.insertableHere() && !slices.ContainsFunc(t.Elems, func(e Type) bool { return !e.Insertable() })
}

func (t Type) insertableHere() bool {
	return !slices.ContainsFunc(t.Fields, func(name string) bool { return name != "" && !chsql.InsertableMember(name) })
}

// Unnamed returns the type with the names of members left out where one of them could not be written to: a tuple's members are also known by
// their places.
func (t Type) Unnamed() Type {
	if !t.insertableHere() {
		t.Fields = make([]string, len(t.Elems))
	}
	t.Elems = slices.Clone(t.Elems)
	for i := range t.Elems {
		t.Elems[i] = t.Elems[i].Unnamed()
	}
	return t
}

// InsertableSQL returns a type as chsql.Type writes it, in a form that rows can be written to.
func InsertableSQL(sql string) (string, error) {
	t, err := Parse(sql)
	if err != nil || t.Insertable() {
		return sql, err
	}
	unnamed, ok := t.Unnamed().SQL()
	if !ok {
		return "", fmt.Errorf("no column is made of type %s", sql)
	}
	return unnamed, nil
}
