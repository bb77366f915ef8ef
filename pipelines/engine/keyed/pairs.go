package keyed

import (
	"encoding/binary"
	"fmt"

	"millrace/models/batch"
)

// Pairs is a set of (group, 64-bit value) pairs: the exact distinct values of many groups in one table. Sixteen bytes of index and
// twelve of entry a pair; insertion order is kept.
type Pairs struct {
	groups []uint32
	values []uint64
	index  []uint32 // entry+1
}

// NewPairs returns an empty set.
func NewPairs() *Pairs { return &Pairs{index: make([]uint32, 16)} }

// Len returns the number of pairs.
func (p *Pairs) Len() int { return len(p.values) }

// At returns the i-th pair added.
func (p *Pairs) At(i int) (group uint32, value uint64) { return p.groups[i], p.values[i] }

// Bytes returns the memory the set takes.
func (p *Pairs) Bytes() int64 { return int64(cap(p.groups)*4 + cap(p.values)*8 + cap(p.index)*4) }

// Add adds a pair and reports whether it was new.
func (p *Pairs) Add(group uint32, value uint64) bool {
	mask := uint64(len(p.index) - 1)
	i := batch.HashUint64(value, uint64(group)) & mask
	for ; p.index[i] != 0; i = (i + 1) & mask {
		e := p.index[i] - 1
		if p.values[e] == value && p.groups[e] == group {
			return false
		}
	}
	p.groups = append(p.groups, group)
	p.values = append(p.values, value)
	p.index[i] = uint32(len(p.values))
	if 4*len(p.values) > 3*len(p.index) {
		p.rehash(2 * len(p.index))
	}
	return true
}

func (p *Pairs) rehash(size int) {
	p.index = make([]uint32, size)
	mask := uint64(size - 1)
	for e, v := range p.values {
		i := batch.HashUint64(v, uint64(p.groups[e])) & mask
		for p.index[i] != 0 {
			i = (i + 1) & mask
		}
		p.index[i] = uint32(e + 1)
	}
}

// AppendFrom appends the pairs from the from-th on to dst.
func (p *Pairs) AppendFrom(dst []byte, from int) []byte {
	dst = binary.AppendUvarint(dst, uint64(p.Len()-from))
	for i := from; i < p.Len(); i++ {
		dst = binary.AppendUvarint(dst, uint64(p.groups[i]))
		dst = binary.LittleEndian.AppendUint64(dst, p.values[i])
	}
	return dst
}

// ReadInto adds the pairs AppendFrom wrote, of groups below limit, and returns what follows them.
func (p *Pairs) ReadInto(src []byte, limit int) ([]byte, error) {
	n, src, err := Uvarint(src)
	if err != nil {
		return nil, err
	}
	for ; n > 0; n-- {
		var g uint64
		if g, src, err = Uvarint(src); err != nil {
			return nil, err
		}
		if g >= uint64(limit) || len(src) < 8 {
			return nil, fmt.Errorf("a distinct value is cut short or belongs to no group")
		}
		if !p.Add(uint32(g), binary.LittleEndian.Uint64(src)) {
			return nil, fmt.Errorf("a distinct value stands twice in the state")
		}
		src = src[8:]
	}
	return src, nil
}
