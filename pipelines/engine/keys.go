package engine

import (
	"encoding/binary"
	"fmt"
	"math"

	"millrace/models/batch"
)

// readKey appends the value at the start of a key (see batch.AppendKey) to a builder and returns what follows it.
func readKey(key []byte, b *batch.Builder) ([]byte, error) {
	if len(key) == 0 {
		return nil, errCut
	}
	if key[0] == 0 {
		b.AppendNull()
		return key[1:], nil
	}
	return readValue(key[1:], b)
}

// readValue is readKey for what batch.AppendValue wrote.
func readValue(key []byte, b *batch.Builder) ([]byte, error) {
	fixed := 8
	class := batch.ClassOf(b.Type())
	switch class {
	case batch.ClassBool:
		fixed = 1
	case batch.ClassDec:
		fixed = 16
	case batch.ClassStr, batch.ClassArray, batch.ClassMap, batch.ClassRow:
		fixed = 0
	}
	if len(key) < fixed {
		return nil, errCut
	}
	switch class {
	case batch.ClassBool:
		b.AppendBool(key[0] != 0)
	case batch.ClassI64:
		b.AppendInt(int64(binary.LittleEndian.Uint64(key)))
	case batch.ClassU64:
		b.AppendUint(binary.LittleEndian.Uint64(key))
	case batch.ClassF64:
		b.AppendFloat(math.Float64frombits(binary.LittleEndian.Uint64(key)))
	case batch.ClassDec:
		b.AppendDecimal(readDecimal(key))
	case batch.ClassStr:
		l, n := binary.Uvarint(key)
		if n <= 0 || l > uint64(len(key)-n) {
			return nil, errCut
		}
		b.AppendBytes(key[n : n+int(l)])
		return key[n+int(l):], nil
	case batch.ClassArray, batch.ClassMap:
		return readListKey(key, b)
	case batch.ClassRow:
		var err error
		for i := range b.Type().Fields {
			if key, err = readKey(key, b.Field(i)); err != nil {
				return nil, err
			}
		}
		b.CloseRow()
		return key, nil
	default:
		return nil, fmt.Errorf("a key cannot have the type %s", b.Type())
	}
	return key[fixed:], nil
}

func readListKey(key []byte, b *batch.Builder) ([]byte, error) {
	l, n := binary.Uvarint(key)
	if n <= 0 {
		return nil, errCut
	}
	key = key[n:]
	var err error
	for ; l > 0; l-- {
		if b.Keys() != nil {
			if key, err = readKey(key, b.Keys()); err != nil {
				return nil, err
			}
		}
		if key, err = readKey(key, b.Elems()); err != nil {
			return nil, err
		}
	}
	b.CloseList()
	return key, nil
}

// grouper finds the group of each row within a pane. When all keys are dictionary codes of few values it looks the pair of codes
// up in an array; otherwise it builds the key's bytes and asks the pane's table.
type grouper struct {
	buf []byte
	// dicts and strides describe the arrays that panes keep for the code path; see pane.codes.
	dicts   []*batch.DictID
	strides []int
	product int
}

// maxCodes bounds the array of the code path.
const maxCodes = 1 << 14

// prepare looks at a batch's key columns and reports whether the code path applies.
func (g *grouper) prepare(keys []*batch.Vector) (codes bool) {
	same := len(g.dicts) == len(keys)
	product := 1
	for i, k := range keys {
		if k.Codes == nil || k.Dict.ID == nil {
			g.dicts = g.dicts[:0]
			return false
		}
		if same && (g.dicts[i] != k.Dict.ID || g.strides[i] <= k.Dict.Len()) {
			same = false
		}
		product *= stride(k.Dict.Len())
		if product > maxCodes {
			g.dicts = g.dicts[:0]
			return false
		}
	}
	if len(keys) == 0 {
		return false
	}
	if !same {
		g.dicts, g.strides, g.product = g.dicts[:0], g.strides[:0], product
		for _, k := range keys {
			g.dicts = append(g.dicts, k.Dict.ID)
			g.strides = append(g.strides, stride(k.Dict.Len()))
		}
	}
	return true
}

// stride returns the size reserved for a dictionary of n entries and for NULL, with room to grow.
func stride(n int) int {
	s := 8
	for s <= n {
		s *= 2
	}
	return s
}

// code returns the index of a row in the array of the code path.
func (g *grouper) code(keys []*batch.Vector, r int) int {
	c := 0
	for i, k := range keys {
		v := 0
		if !k.IsNull(r) {
			v = int(k.Codes[r]) + 1
		}
		c = c*g.strides[i] + v
	}
	return c
}

// key returns the bytes of a row's key, valid until the next call.
func (g *grouper) key(keys []*batch.Vector, r int) []byte {
	g.buf = g.buf[:0]
	for _, k := range keys {
		g.buf = batch.AppendKey(g.buf, k, r)
	}
	return g.buf
}
