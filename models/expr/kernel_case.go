package expr

import (
	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/schema"
)

// chooser puts one result together from branches that were evaluated at different rows.
type chooser struct {
	scratch
	typ schema.Type
	// from names the branch each row comes from, 1-based; 0 is NULL.
	from []int32
	vecs []*batch.Vector
	errs []diag.RowCode
	// dict is set when every branch is a constant string: the result is then codes into it, codeOf the code of each branch.
	dict   *batch.Dict
	codeOf []int32
}

// constants notes that the branches are constant strings, when they are, so that the result can be a dictionary column.
func (c *chooser) constants(branches []*Expr) {
	if batch.ClassOf(c.typ) != batch.ClassStr {
		return
	}
	codes := map[string]int32{}
	values, codeOf := [][]byte{}, []int32{}
	for _, e := range branches {
		if e.Op != OpLiteral {
			return
		}
		text, isText := e.Value.(string)
		if !isText && e.Value != nil {
			return
		}
		code, ok := codes[text]
		if !ok {
			code = int32(len(values))
			codes[text] = code
			values = append(values, []byte(text))
		}
		codeOf = append(codeOf, code)
	}
	c.dict, c.codeOf = constDict(values...), codeOf
}

func (c *chooser) start(n, branches int) {
	c.from = room(&c.from, n, false)
	clear(c.from)
	if c.vecs == nil {
		c.vecs = make([]*batch.Vector, branches)
	}
	c.errs = nil
}

// fail notes a failed row.
func (c *chooser) failRow(n int, i int32, code diag.RowCode) {
	if c.errs == nil {
		c.errs = c.noErrs(n)
	}
	c.errs[i] = code
}

// finish copies the chosen rows into one vector.
func (c *chooser) finish(n int) Result {
	v := c.vector(c.typ, n)
	for i, f := range c.from {
		if f == 0 || c.vecs[f-1].IsNull(i) {
			if v.Valid == nil {
				c.setNull(v, i)
			}
			v.Valid.Clear(i)
		}
	}
	switch batch.ClassOf(c.typ) {
	case batch.ClassBool:
		copyChosen(putBool(&c.scratch, v), c, func(v *batch.Vector) []bool { return v.Bools })
	case batch.ClassI64:
		copyChosen(putI64(&c.scratch, v), c, func(v *batch.Vector) []int64 { return v.I64 })
	case batch.ClassU64:
		copyChosen(putU64(&c.scratch, v), c, func(v *batch.Vector) []uint64 { return v.U64 })
	case batch.ClassF64:
		copyChosen(putF64(&c.scratch, v), c, func(v *batch.Vector) []float64 { return v.F64 })
	case batch.ClassDec:
		copyChosen(putDec(&c.scratch, v), c, func(v *batch.Vector) []num { return v.Dec })
	case batch.ClassStr:
		if c.dict != nil {
			v.Codes, v.Dict = make([]int32, n), c.dict
			for i, f := range c.from {
				if f != 0 {
					v.Codes[i] = c.codeOf[f-1]
				}
			}
			break
		}
		total := 0
		for i, f := range c.from {
			if f != 0 && !v.IsNull(i) {
				total += len(c.vecs[f-1].Bytes(i))
			}
		}
		v.Off, v.Data = make([]int32, 1, n+1), make([]byte, 0, total)
		for i, f := range c.from {
			if f != 0 && !v.IsNull(i) {
				v.Data = append(v.Data, c.vecs[f-1].Bytes(i)...)
			}
			v.Off = append(v.Off, int32(len(v.Data)))
		}
	default:
		b := batch.NewBuilder(c.typ, n)
		for i, f := range c.from {
			if f == 0 {
				b.AppendNull()
				continue
			}
			appendRow(b, c.vecs[f-1], i)
		}
		return Result{b.Finish(), c.errs}
	}
	return Result{v, c.errs}
}

func copyChosen[T any](out []T, c *chooser, get func(*batch.Vector) []T) {
	for i, f := range c.from {
		if f != 0 {
			out[i] = get(c.vecs[f-1])[i]
		}
	}
}

// appendRow adds row i of a vector to a builder of the same type.
func appendRow(b *batch.Builder, v *batch.Vector, i int) {
	if v.IsNull(i) {
		b.AppendNull()
		return
	}
	switch batch.ClassOf(v.Type) {
	case batch.ClassBool:
		b.AppendBool(v.Bools[i])
	case batch.ClassI64:
		b.AppendInt(v.I64[i])
	case batch.ClassU64:
		b.AppendUint(v.U64[i])
	case batch.ClassF64:
		b.AppendFloat(v.F64[i])
	case batch.ClassDec:
		b.AppendDecimal(v.Dec[i])
	case batch.ClassStr:
		b.AppendBytes(v.Bytes(i))
	case batch.ClassArray, batch.ClassMap:
		for j := int(v.Off[i]); j < int(v.Off[i+1]); j++ {
			if v.Keys != nil {
				appendRow(b.Keys(), v.Keys, j)
			}
			appendRow(b.Elems(), v.Elems, j)
		}
		b.CloseList()
	case batch.ClassRow:
		for j, f := range v.Fields {
			appendRow(b.Field(j), f, i)
		}
		b.CloseRow()
	}
}

// caseNode evaluates each condition only at the rows no earlier one took, and each branch only at the rows that chose it: what a
// branch not taken would have done does not count.
type caseNode struct {
	chooser
	conds, thens []node // one more of thens: ELSE
	rest         []int32
}

func buildCase(k *compiler, e *Expr, escape bool) (node, error) {
	args, err := k.args(e)
	if err != nil {
		return nil, err
	}
	n := &caseNode{chooser: chooser{scratch: scratch{escape: escape}, typ: e.Type}}
	var branches []*Expr
	for i, a := range args {
		if i%2 == 0 && i < len(args)-1 {
			n.conds = append(n.conds, a)
		} else {
			n.thens, branches = append(n.thens, a), append(branches, e.Args[i])
		}
	}
	n.constants(branches)
	return n, nil
}

func (c *caseNode) eval(b *batch.Batch, sel []int32) Result {
	c.start(b.N, len(c.thens))
	c.rest = append(c.rest[:0], c.rows(sel, b.N)...)
	rest := c.rest
	for w, cond := range c.conds {
		if len(rest) == 0 {
			break
		}
		p := splitNode(cond, b, rest, false)
		for _, i := range p.pass {
			c.from[i] = int32(w + 1)
		}
		bad := p.failed
		for _, f := range bad {
			c.failRow(b.N, f.Row, f.Code)
		}
		n := 0
		for _, i := range rest {
			if c.from[i] == 0 && (c.errs == nil || c.errs[i] == 0) {
				rest[n] = i
				n++
			}
		}
		rest = rest[:n]
		c.branch(b, w, p.pass)
	}
	for _, i := range rest {
		c.from[i] = int32(len(c.thens))
	}
	c.branch(b, len(c.thens)-1, rest)
	return c.finish(b.N)
}

// branch evaluates the rows of branch w. Their selection may be scratch of a condition, which no branch shares.
func (c *caseNode) branch(b *batch.Batch, w int, sel []int32) {
	if len(sel) == 0 {
		return
	}
	r := c.thens[w].eval(b, sel)
	c.vecs[w] = r.Vec
	if r.Errs == nil {
		return
	}
	for _, i := range sel {
		if r.Errs[i] != 0 {
			c.failRow(b.N, i, r.Errs[i])
			c.from[i] = 0
		}
	}
}

// coalesceNode takes the first argument that is not NULL; later ones are not evaluated at that row.
type coalesceNode struct {
	chooser
	args []node
	rest []int32
}

func buildCoalesce(k *compiler, e *Expr, escape bool) (node, error) {
	args, err := k.args(e)
	if err != nil {
		return nil, err
	}
	return &coalesceNode{chooser: chooser{scratch: scratch{escape: escape}, typ: e.Type}, args: args}, nil
}

func (c *coalesceNode) eval(b *batch.Batch, sel []int32) Result {
	c.start(b.N, len(c.args))
	c.rest = append(c.rest[:0], c.rows(sel, b.N)...)
	rest := c.rest
	for w, arg := range c.args {
		if len(rest) == 0 {
			break
		}
		r := arg.eval(b, rest)
		c.vecs[w] = r.Vec
		n := 0
		for _, i := range rest {
			switch {
			case r.Errs != nil && r.Errs[i] != 0:
				c.failRow(b.N, i, r.Errs[i])
			case r.Vec.IsNull(int(i)):
				rest[n] = i
				n++
			default:
				c.from[i] = int32(w + 1)
			}
		}
		rest = rest[:n]
	}
	return c.finish(b.N)
}
