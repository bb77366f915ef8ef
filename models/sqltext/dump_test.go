package sqltext

import (
	"fmt"
	"reflect"
	"strings"
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
		return out + ")"
	case *Field:
		return node("field "+e.Name.Text, e.X)
	case *Index:
		return node("index", e.X, e.I)
	case *Star:
		return "*"
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

func hasBad(e Expr) bool {
	found := false
	walk(reflect.ValueOf(e), func(v any) {
		if _, ok := v.(Bad); ok {
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
