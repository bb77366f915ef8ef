package expr

import (
	"encoding/json"
	"fmt"

	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/schema"
	"millrace/models/sqltext"
)

func jsonFunctions() []*function {
	return []*function{
		{Function{"JSON_VALUE", nil, "json", []string{"JSON_VALUE(j json or string, path constant) -> string"},
			"The scalar at the path, as text; a number keeps its text. NULL where the path leads nowhere, to null, to an object or to an array, and for text that is not JSON.", "JSON_VALUE(extra, '$.ab.group')"},
			2, 2, false, checkPath("json_value", stringType, true), buildJSON(jsonValue)},
		{Function{"JSON_QUERY", nil, "json", []string{"JSON_QUERY(j json or string, path constant) -> json"},
			"The object or array at the path, as it is written; NULL for anything else.", "JSON_QUERY(extra, '$.tags')"},
			2, 2, false, checkPath("json_query", jsonType, true), buildJSON(jsonQuery)},
		{Function{"JSON_EXISTS", nil, "json", []string{"JSON_EXISTS(j json or string, path constant) -> boolean"},
			"Whether the path leads to something, be it null.", "JSON_EXISTS(extra, '$.ab')"},
			2, 2, false, checkPath("json_exists", boolType, false), buildJSONExists},
		{Function{"CARDINALITY", nil, "collection", []string{"CARDINALITY(x array or map) -> int32"},
			"The number of elements or entries.", "CARDINALITY(tags)"},
			1, 1, false, func(c *checker, x *sqltext.Call, a []*Expr) *Expr {
				if k := a[0].Type.Kind; k != schema.Array && k != schema.Map {
					return c.clash(a[0].Span, "", "CARDINALITY counts an array or a map, not %s", a[0].Type)
				}
				return strict("cardinality", int32Type, x.At, a[0])
			}, rows(putI64, func(a []*batch.Vector, i int) (int64, diag.RowCode) { return int64(a[0].Off[i+1] - a[0].Off[i]), 0 })},
	}
}

func checkPath(id string, t schema.Type, null bool) func(*checker, *sqltext.Call, []*Expr) *Expr {
	return func(c *checker, x *sqltext.Call, a []*Expr) *Expr {
		if a[0] = c.argument(a[0], 'j'); a[0] == nil {
			return nil
		}
		path, ok := c.constString(a[1], "the path")
		if !ok {
			return nil
		}
		if _, err := parsePath(path); err != nil {
			c.fail(CodeInvalidPattern, a[1].Span, "the path %q is not understood: %s", path, err).Fix = "Write '$.name', '$[0]' or \"$['a name']\"."
			return nil
		}
		return call(id, t, null || a[0].Nullable, x.At, a[0], a[1])
	}
}

// jsonText appends what a call gives for the value found (nil: nothing); ok is false for NULL.
type jsonText func(dst, found []byte) (out []byte, ok bool)

func jsonValue(dst, found []byte) ([]byte, bool) {
	if len(found) == 0 {
		return dst, false
	}
	switch found[0] {
	case '{', '[', 'n':
		return dst, false
	case '"':
		var s string
		if json.Unmarshal(found, &s) != nil {
			return dst, false
		}
		return append(dst, s...), true
	}
	return append(dst, found...), true
}

func jsonQuery(dst, found []byte) ([]byte, bool) {
	if len(found) == 0 || found[0] != '{' && found[0] != '[' {
		return dst, false
	}
	return append(dst, found...), true
}

func buildJSON(fn jsonText) builder {
	return func(k *compiler, e *Expr, escape bool) (node, error) {
		path, check, err := pathOf(e)
		if err != nil {
			return nil, err
		}
		return texts(func(dst []byte, a []*batch.Vector, i int) ([]byte, diag.RowCode) {
			out, ok := fn(dst, findPath(a[0].Bytes(i), path, check))
			if !ok {
				return out, rowNull
			}
			return out, 0
		})(k, e, escape)
	}
}

func buildJSONExists(k *compiler, e *Expr, escape bool) (node, error) {
	path, check, err := pathOf(e)
	if err != nil {
		return nil, err
	}
	return rows(putBool, func(a []*batch.Vector, i int) (bool, diag.RowCode) {
		return len(findPath(a[0].Bytes(i), path, check)) > 0, 0
	})(k, e, escape)
}

// pathOf reads the path of a call; check is set when the text is not known to be JSON.
func pathOf(e *Expr) (path []pathStep, check bool, err error) {
	text, _ := e.Args[1].Value.(string)
	path, err = parsePath(text)
	return path, e.Args[0].Type.Kind != schema.JSON, err
}

// fieldNode reads a member of a row.
type fieldNode struct {
	x node
	i int
}

func buildField(k *compiler, e *Expr, escape bool) (node, error) {
	x, err := k.compile(e.Args[0], escape)
	if err != nil {
		return nil, err
	}
	n := &fieldNode{x: x, i: -1}
	for i, f := range e.Args[0].Type.Fields {
		if f.Name == e.Args[1].Value {
			n.i = i
		}
	}
	if n.i < 0 {
		return nil, fmt.Errorf("%s has no field %v", e.Args[0].Type, e.Args[1].Value)
	}
	return n, nil
}

func (f *fieldNode) eval(b *batch.Batch, sel []int32) Result {
	x := f.x.eval(b, sel)
	v := x.Vec.Fields[f.i]
	if x.Vec.Valid == nil {
		return Result{v, x.Errs}
	}
	// A NULL row has NULL members, whatever stands in its columns.
	out := *v
	out.Valid = batch.And(v.Valid, x.Vec.Valid, b.N)
	return Result{&out, x.Errs}
}

// itemNode is array[i] and map[key].
type itemNode struct {
	scratch
	x, key node
	typ    schema.Type
	isMap  bool
}

func buildItem(k *compiler, e *Expr, escape bool) (node, error) {
	args, err := k.args(e)
	if err != nil {
		return nil, err
	}
	n := &itemNode{scratch: scratch{escape: escape}, x: args[0], key: args[1], typ: e.Type, isMap: e.Args[0].Type.Kind == schema.Map}
	return n, nil
}

func (n *itemNode) eval(b *batch.Batch, sel []int32) Result {
	x, key := n.x.eval(b, sel), n.key.eval(b, sel)
	dead := batch.Vector{N: b.N}
	errs := n.merge(&dead, x, key)
	out := batch.NewBuilder(n.typ, b.N)
	for _, i := range n.rows(sel, b.N) {
		for out.Len() < int(i) {
			out.AppendNull()
		}
		at := -1
		if !blank(&dead, errs, int(i)) {
			at = n.find(x.Vec, key.Vec, int(i))
		}
		if at < 0 {
			out.AppendNull()
			continue
		}
		appendRow(out, x.Vec.Elems, at)
	}
	for out.Len() < b.N {
		out.AppendNull()
	}
	return Result{out.Finish(), errs}
}

// find returns the index of the wanted element among all elements, or -1.
func (n *itemNode) find(x, key *batch.Vector, i int) int {
	from, to := int(x.Off[i]), int(x.Off[i+1])
	if !n.isMap {
		if p := key.I64[i]; p >= 1 && p <= int64(to-from) {
			return from + int(p) - 1
		}
		return -1
	}
	for j := from; j < to; j++ {
		if equalAt(x.Keys, j, key, i) {
			return j
		}
	}
	return -1
}

// equalAt compares row i of a with row j of b, both of one type and not NULL.
func equalAt(a *batch.Vector, i int, b *batch.Vector, j int) bool {
	switch batch.ClassOf(a.Type) {
	case batch.ClassBool:
		return a.Bools[i] == b.Bools[j]
	case batch.ClassI64:
		return a.I64[i] == b.I64[j]
	case batch.ClassU64:
		return a.U64[i] == b.U64[j]
	case batch.ClassF64:
		return orderFloat(a.F64[i], b.F64[j]) == 0
	case batch.ClassDec:
		return a.Dec[i] == b.Dec[j]
	}
	return string(a.Bytes(i)) == string(b.Bytes(j))
}
