package sqltext

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// dump writes a tree as nested lists, without places.
func dump(e Expr) string {
	switch e := e.(type) {
	case nil:
		return "nil"
	case *Literal:
		switch e.Kind {
		case LitNull:
			return "null"
		case LitString:
			return fmt.Sprintf("%q", e.Text)
		}
		return e.Text + [...]string{LitBool: "", LitInt: "", LitDecimal: "d", LitFloat: "f", LitBytes: "x", LitDate: " date", LitTimestamp: " timestamp"}[e.Kind]
	case *Interval:
		if e.Calendar {
			return fmt.Sprintf("(months %d)", e.Months)
		}
		return fmt.Sprintf("(micros %d)", e.Micros)
	case *Name:
		parts := make([]string, len(e.Parts))
		for i, p := range e.Parts {
			parts[i] = p.Text
		}
		return strings.Join(parts, ".")
	case *Param:
		return ":" + e.Name
	case *Unary:
		return node([...]string{"not", "neg", "plus"}[e.Op], e.X)
	case *Binary:
		return node(strings.ToLower(e.Op.String()), e.L, e.R)
	case *IsTest:
		return node("is "+strings.ToLower(not(e.Not))+[...]string{"null", "true", "false", "unknown"}[e.Test], e.X)
	case *DistinctFrom:
		return node("is "+strings.ToLower(not(e.Not))+"distinct", e.L, e.R)
	case *Like:
		if e.Escape != nil {
			return node(strings.ToLower(not(e.Not))+"like", e.X, e.Pattern, e.Escape)
		}
		return node(strings.ToLower(not(e.Not))+"like", e.X, e.Pattern)
	case *Between:
		return node(strings.ToLower(not(e.Not))+"between", e.X, e.Lo, e.Hi)
	case *In:
		return node(strings.ToLower(not(e.Not))+"in", append([]Expr{e.X}, e.List...)...)
	case *Case:
		out := "(case " + dump(e.Operand)
		for _, w := range e.Whens {
			out += " (" + dump(w.Cond) + " " + dump(w.Then) + ")"
		}
		return out + " " + dump(e.Else) + ")"
	case *Cast:
		return node(map[bool]string{false: "cast", true: "try_cast"}[e.Try]+" <"+e.To.Text+">", e.X)
	case *Call:
		out := e.Name
		if e.Distinct {
			out += " distinct"
		}
		if e.Star {
			out += " *"
		}
		out = strings.TrimSuffix(node(out, e.Args...), ")")
		if e.Filter != nil {
			out += " filter " + dump(e.Filter)
		}
		if e.Over != nil {
			out += " over " + dumpTree(e.Over)
		}
		return out + ")"
	case *Field:
		return node("field "+e.Name.Text, e.X)
	case *Index:
		return node("index", e.X, e.I)
	case *Star:
		return "*"
	case *Exists, *InQuery, *ScalarQuery, *RowValue:
		return dumpTree(e)
	case *Bad:
		return "BAD"
	}
	return fmt.Sprintf("%T?", e)
}

func node(head string, xs ...Expr) string {
	for _, x := range xs {
		head += " " + dump(x)
	}
	return "(" + head + ")"
}

func hasBad(e Expr) bool { return treeHasBad(e) }

// treeHasBad reports whether a part of a tree stands for what could not be read. A BadStatement itself is none.
func treeHasBad(v any) bool {
	found := false
	walk(reflect.ValueOf(v), func(v any) {
		switch v.(type) {
		case Bad, BadQuery, BadTable:
			found = true
		}
	})
	return found
}

func eachType(e Expr, visit func(TypeName)) {
	walk(reflect.ValueOf(e), func(v any) {
		if to, ok := v.(TypeName); ok {
			visit(to)
		}
	})
}

// walk visits every struct within v.
func walk(v reflect.Value, visit func(any)) {
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if !v.IsNil() {
			walk(v.Elem(), visit)
		}
	case reflect.Slice:
		for i := range v.Len() {
			walk(v.Index(i), visit)
		}
	case reflect.Struct:
		visit(v.Interface())
		for i := range v.NumField() {
			walk(v.Field(i), visit)
		}
	}
}

// dumpTree writes any part of a statement's tree as nested lists with the fields that are set, without places.
func dumpTree(v any) string { return dumpAny(reflect.ValueOf(v)) }

func dumpAny(v reflect.Value) string {
	switch x := v.Interface().(type) {
	case *Literal, *Interval, *Name, *Param, *Unary, *Binary, *IsTest, *DistinctFrom, *Like, *Between, *In, *Case, *Cast, *Call, *Field, *Index,
		*Star, *Bad:
		return dump(x.(Expr))
	case NamePart:
		return x.Text
	case Ident:
		return x.Text()
	case *TypeName:
		return "<" + x.Text + ">"
	}
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() {
			return "nil"
		}
		return dumpAny(v.Elem())
	case reflect.Slice:
		parts := make([]string, v.Len())
		for i := range parts {
			parts[i] = dumpAny(v.Index(i))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case reflect.Struct:
		out := "(" + v.Type().Name()
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if f.Name == "Place" || strings.HasSuffix(f.Name, "At") || v.Field(i).IsZero() || f.Type.Kind() == reflect.Slice && v.Field(i).Len() == 0 {
				continue
			}
			out += " " + strings.ToLower(f.Name) + "=" + dumpAny(v.Field(i))
		}
		return out + ")"
	case reflect.String:
		return fmt.Sprintf("%q", v.String())
	case reflect.Bool:
		return fmt.Sprint(v.Bool())
	}
	return fmt.Sprintf("%v", v)
}

// requireSame compares two dumps and shows where they part; whole dumps are too long to read.
func requireSame(t *testing.T, want, got, text string) {
	t.Helper()
	if want == got {
		return
	}
	i := 0
	for i < min(len(want), len(got)) && want[i] == got[i] {
		i++
	}
	show := func(s string) string { return s[max(0, i-120):min(len(s), i+120)] }
	require.Fail(t, "the trees differ", "want ...%s...\ngot  ...%s...\nin %s", show(want), show(got), text)
}
