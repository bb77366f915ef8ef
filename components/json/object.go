package json

import (
	"encoding/binary"
	"math"
	"slices"

	"millrace/models/batch"
	"millrace/models/schema"
)

// node is one place of the wanted schema: a column, a field of a row, the elements of an array or the values of a map.
type node struct {
	typ      schema.Type
	class    batch.Class
	nullable bool
	b        *batch.Builder
	// path names the place in rejects: "device.os", "tags[]", "attrs{}".
	path string
	// obj is set for a row, elem for an array and a map.
	obj  *object
	elem *node
	keys keySet // of a map
}

func newNode(path string, t schema.Type, nullable bool, b *batch.Builder) *node {
	n := &node{typ: t, class: batch.ClassOf(t), nullable: nullable, b: b, path: path}
	switch n.class {
	case batch.ClassArray:
		n.elem = newNode(path+"[]", *t.Elem, t.ElemNullable, b.Elems())
	case batch.ClassMap:
		n.elem = newNode(path+"{}", *t.Elem, t.ElemNullable, b.Elems())
	case batch.ClassRow:
		fields := make([]*node, len(t.Fields))
		for i, f := range t.Fields {
			fields[i] = newNode(path+"."+f.Name, f.Type, f.Nullable, b.Field(i))
		}
		n.obj = newObject(t.Fields, fields)
	}
	return n
}

// object finds the wanted fields of one kind of object by key. Keys usually come in the same order from record to record, so it
// learns the order, unwanted keys included: the next key is first compared with the one that is expected, and only a miss
// is looked up. A stamp on each key shows whether the object has had it before.
type object struct {
	fields []*node
	keys   []key
	// index gives a key's position in keys by name, where that of each wanted field.
	index map[string]int32
	where []int32
	stamp uint32
	// seq counts the keys of the object that is being read, found the wanted ones, misses those not at the expected place since
	// the order was last learnt; when there were patience of them it is learnt anew.
	seq, found       int32
	misses, patience int32
	// extra holds the keys of the object being read that there is no room to learn.
	extra keySet
}

// A key longer than maxKeyBytes, or one beyond the first maxKeys, is not learnt.
const (
	maxKeys     = 512
	maxKeyBytes = 64
)

// key is a known key. raw is how it stands in most records, with quotes and colon; w0, w1 are its first 16 bytes and m0, m1 mask
// those that count.
type key struct {
	w0, w1, m0, m1 uint64
	stamp          uint32
	seq            int32
	field          int32 // the wanted field, or -1
	size           int32
	raw            string
}

func newObject(names []schema.Field, fields []*node) *object {
	o := &object{fields: fields, index: map[string]int32{}, patience: 1}
	for i := range names {
		o.where = append(o.where, o.learn(names[i].Name, int32(i)))
	}
	return o
}

// learn adds a key at the end and returns its position.
func (o *object) learn(name string, field int32) int32 {
	quoted := append(appendQuoted(nil, []byte(name)), ':')
	k := key{field: field, raw: string(quoted), size: int32(len(quoted))}
	var first [16]byte
	n := copy(first[:], quoted)
	k.w0, k.w1 = binary.LittleEndian.Uint64(first[:]), binary.LittleEndian.Uint64(first[8:])
	switch {
	case n >= 16:
		k.m0, k.m1 = math.MaxUint64, math.MaxUint64
	case n >= 8:
		k.m0, k.m1 = math.MaxUint64, 1<<(8*(n-8))-1
	default:
		k.m0 = 1<<(8*n) - 1
	}
	o.index[name] = int32(len(o.keys))
	o.keys = append(o.keys, k)
	return int32(len(o.keys) - 1)
}

// at reports whether the key stands at p.
func (k *key) at(data []byte, p int) bool {
	if p+16 <= len(data) {
		w := data[p : p+16 : p+16]
		if (binary.LittleEndian.Uint64(w)^k.w0)&k.m0|(binary.LittleEndian.Uint64(w[8:])^k.w1)&k.m1 != 0 {
			return false
		}
		if k.size <= 16 {
			return true
		}
	}
	return len(data)-p >= len(k.raw) && string(data[p:p+len(k.raw)]) == k.raw
}

// begin starts the next object.
func (o *object) begin() {
	if o.stamp++; o.stamp == 0 {
		// The counter wrapped: stamps of four billion objects ago would look fresh.
		for i := range o.keys {
			o.keys[i].stamp = 0
		}
		o.stamp = 1
	}
	o.seq, o.found = 0, 0
	o.extra.clear()
}

// mark notes that the object has the key; it reports false when it had it before.
func (o *object) mark(k *key) bool {
	if k.stamp == o.stamp {
		return false
	}
	k.stamp, k.seq = o.stamp, o.seq
	o.seq++
	if k.field >= 0 {
		o.found++
	}
	return true
}

// has reports whether the object being read has the key.
func (o *object) has(k *key) bool { return k.stamp == o.stamp }

// hasField reports whether the object being read has the i-th wanted field.
func (o *object) hasField(i int) bool { return o.has(&o.keys[o.where[i]]) }

// lookup finds a key that was not the expected one, learning it when it is new; fresh is false for a key the object had before.
// The position is -1 for a key there is no room to learn.
func (o *object) lookup(name []byte) (pos int32, fresh bool) {
	o.misses++
	pos, ok := o.index[string(name)]
	if !ok {
		if len(o.keys) >= maxKeys || len(name) > maxKeyBytes {
			return -1, o.extra.add(name)
		}
		pos = o.learn(string(name), -1)
	}
	return pos, o.mark(&o.keys[pos])
}

// end learns the order of the object just read when the one known has missed too often. Each time the patience doubles, so that
// records without any order cost no more than their lookups.
func (o *object) end() {
	if o.misses < o.patience {
		return
	}
	o.misses = 0
	o.patience = min(o.patience*2, 1<<20)
	order := make([]int32, 0, len(o.keys))
	for i := range o.keys {
		if o.has(&o.keys[i]) {
			order = append(order, int32(i))
		}
	}
	slices.SortFunc(order, func(a, b int32) int { return int(o.keys[a].seq - o.keys[b].seq) })
	// A key this object lacks keeps its place behind the key it stood behind.
	for i := range o.keys {
		if o.has(&o.keys[i]) {
			continue
		}
		at := 0
		if i > 0 {
			at = slices.Index(order, int32(i-1)) + 1
		}
		order = slices.Insert(order, at, int32(i))
	}
	sorted := make([]key, len(order))
	moved := make([]int32, len(order))
	for to, from := range order {
		sorted[to], moved[from] = o.keys[from], int32(to)
	}
	for name, from := range o.index {
		o.index[name] = moved[from]
	}
	for i, from := range o.where {
		o.where[i] = moved[from]
	}
	o.keys = sorted
}

// keySet is a set of keys of one object: a short list first, a map when it grows.
type keySet struct {
	ends []int
	buf  []byte
	big  map[string]struct{}
}

func (s *keySet) clear() {
	s.ends, s.buf = s.ends[:0], s.buf[:0]
	if len(s.big) > 0 {
		clear(s.big)
	}
}

// add adds a key; it reports false when the set had it.
func (s *keySet) add(name []byte) bool {
	const few = 8
	if len(s.ends) < few {
		begin := 0
		for _, end := range s.ends {
			if string(s.buf[begin:end]) == string(name) {
				return false
			}
			begin = end
		}
		s.buf = append(s.buf, name...)
		s.ends = append(s.ends, len(s.buf))
		return true
	}
	if len(s.big) == 0 {
		if s.big == nil {
			s.big = map[string]struct{}{}
		}
		begin := 0
		for _, end := range s.ends {
			s.big[string(s.buf[begin:end])] = struct{}{}
			begin = end
		}
	}
	if _, had := s.big[string(name)]; had {
		return false
	}
	s.big[string(name)] = struct{}{}
	return true
}
