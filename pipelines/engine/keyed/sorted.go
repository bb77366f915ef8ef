package keyed

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"

	"millrace/models/batch"
)

// Sorted keeps, for each of many groups, byte strings in their order, each with a count: a multiset a group. Groups are numbers from 0 on,
// those of a Table as a rule.
//
// A count may fall below zero while the changes of a barrier come in no particular order; what has none above zero is not seen.
//
// Each group is a treap: its shape follows from the strings and from numbers that look random, so that no order in which they come
// makes it deep. There is no pointer in it: the garbage collector does not look at a single string.
type Sorted struct {
	trees []tree
	nodes []sortedNode
	free  int32 // the first free node; the others follow by left
	rows  arena
	// log is what was done since the last section, in order, unless lost: then the next section has to be a full one anyway.
	log  []byte
	lost bool
}

type tree struct {
	root     int32
	distinct int32 // strings with a count above zero
	total    int64 // the sum of those counts
}

type sortedNode struct {
	left, right int32
	size        uint32
	priority    uint32
	// prefix is the beginning of the string, by which most comparisons are decided without a look at the rest.
	prefix uint64
	at     place
	count  int64
}

// Prefix returns the first eight bytes of a string as a number: numbers that differ are in the order of the strings.
func Prefix(p []byte) uint64 {
	if len(p) >= 8 {
		return binary.BigEndian.Uint64(p)
	}
	var first [8]byte
	copy(first[:], p)
	return binary.BigEndian.Uint64(first[:])
}

var (
	errSortedFull  = errors.New("a sorted state has reached 2^31 rows")
	errSortedState = errors.New("the state of a sorted table is damaged")
)

// NewSorted returns an empty structure without groups.
func NewSorted() *Sorted { return &Sorted{free: none, lost: true} }

// NeedsFull reports whether the next section has to be a full one: it is the first, groups have new numbers, or what was done would take more
// than what there is.
func (s *Sorted) NeedsFull() bool { return s.lost }

// Groups returns the number of groups.
func (s *Sorted) Groups() int { return len(s.trees) }

// Grow makes room for groups up to n.
func (s *Sorted) Grow(n int) {
	for len(s.trees) < n {
		s.trees = append(s.trees, tree{root: none})
	}
}

// Distinct returns how many different strings a group has.
func (s *Sorted) Distinct(g int) int { return int(s.trees[g].distinct) }

// Empty reports whether a group has no string at all, not even one with a count below zero.
func (s *Sorted) Empty(g int) bool { return s.trees[g].root == none }

// Total returns the sum of a group's counts.
func (s *Sorted) Total(g int) int64 { return s.trees[g].total }

// Bytes returns the memory the structure takes.
func (s *Sorted) Bytes() int64 {
	return int64(cap(s.trees)*16+cap(s.nodes)*40+cap(s.log)) + s.rows.alloc
}

// Add changes the count of a string by so many, which may be negative. The bytes are copied.
func (s *Sorted) Add(g int, row []byte, by int64) error {
	if by == 0 {
		return nil
	}
	if err := s.add(g, row, by); err != nil {
		return err
	}
	if s.logging() {
		s.log = binary.AppendUvarint(s.log, uint64(g))
		s.log = binary.AppendVarint(s.log, by)
		s.log = appendBytes(s.log, row)
	}
	return nil
}

func (s *Sorted) logging() bool {
	if !s.lost && int64(len(s.log)) > s.rows.total+chainSlack {
		s.lost, s.log = true, nil
	}
	return !s.lost
}

func (s *Sorted) add(g int, row []byte, by int64) error {
	prefix := Prefix(row)
	link := s.find(&s.trees[g].root, row, prefix)
	if *link != none {
		n := &s.nodes[*link]
		s.tally(g, n.count, n.count+by)
		if n.count += by; n.count == 0 {
			s.unlink(link)
		}
		return nil
	}
	slot, err := s.alloc(row, by)
	if err != nil {
		return err
	}
	s.tally(g, 0, by)
	n := &s.nodes[slot]
	link = &s.trees[g].root
	for *link != none && s.nodes[*link].priority >= n.priority {
		at := &s.nodes[*link]
		if link = &at.right; s.compare(row, prefix, at) < 0 {
			link = &at.left
		}
	}
	n.left, n.right = s.split(*link, row, prefix)
	*link = slot
	return nil
}

// find returns the link to a string's node, or to where it would hang.
func (s *Sorted) find(link *int32, row []byte, prefix uint64) *int32 {
	for *link != none {
		n := &s.nodes[*link]
		switch c := s.compare(row, prefix, n); {
		case c == 0:
			return link
		case c < 0:
			link = &n.left
		default:
			link = &n.right
		}
	}
	return link
}

func (s *Sorted) compare(row []byte, prefix uint64, n *sortedNode) int {
	switch {
	case prefix < n.prefix:
		return -1
	case prefix > n.prefix:
		return 1
	}
	return bytes.Compare(row, s.get(n))
}

func (s *Sorted) get(n *sortedNode) []byte { return s.rows.get(n.at, n.size) }

func (s *Sorted) tally(g int, from, to int64) {
	t := &s.trees[g]
	t.total += max(to, 0) - max(from, 0)
	switch {
	case from <= 0 && to > 0:
		t.distinct++
	case from > 0 && to <= 0:
		t.distinct--
	}
}

func (s *Sorted) alloc(row []byte, count int64) (int32, error) {
	if int64(len(row)) > math.MaxInt32 {
		return 0, fmt.Errorf("a row of %d bytes is too large to be kept", len(row))
	}
	slot := s.free
	if slot == none {
		if len(s.nodes) == math.MaxInt32 {
			return 0, errSortedFull
		}
		slot = int32(len(s.nodes))
		s.nodes = append(s.nodes, sortedNode{})
	} else {
		s.free = s.nodes[slot].left
	}
	s.nodes[slot] = sortedNode{left: none, right: none, size: uint32(len(row)), prefix: Prefix(row), at: s.rows.put(row), count: count,
		priority: uint32(batch.HashUint64(uint64(slot), 0))}
	return slot, nil
}

func (s *Sorted) unlink(link *int32) {
	slot := *link
	n := &s.nodes[slot]
	*link = s.merge(n.left, n.right)
	s.release(slot)
	if s.rows.sparse() {
		s.rewrite()
	}
}

func (s *Sorted) release(slot int32) {
	n := &s.nodes[slot]
	s.rows.drop(n.at, n.size)
	*n = sortedNode{left: s.free, right: none}
	s.free = slot
}

// split parts a tree into what is less than row and what is greater; row itself is not in it.
func (s *Sorted) split(t int32, row []byte, prefix uint64) (less, greater int32) {
	if t == none {
		return none, none
	}
	n := &s.nodes[t]
	if s.compare(row, prefix, n) > 0 {
		n.right, greater = s.split(n.right, row, prefix)
		return t, greater
	}
	less, n.left = s.split(n.left, row, prefix)
	return less, t
}

// merge joins two trees of which all in the first is less than all in the second.
func (s *Sorted) merge(a, b int32) int32 {
	switch {
	case a == none:
		return b
	case b == none:
		return a
	case s.nodes[a].priority >= s.nodes[b].priority:
		s.nodes[a].right = s.merge(s.nodes[a].right, b)
		return a
	default:
		s.nodes[b].left = s.merge(a, s.nodes[b].left)
		return b
	}
}

// rewrite copies the strings into new chunks, which leaves out what is dead. That at least half is dead makes it cheap in the long run.
func (s *Sorted) rewrite() {
	old := s.rows
	s.rows = arena{}
	for i := range s.nodes {
		if n := &s.nodes[i]; n.count != 0 {
			n.at = s.rows.put(old.get(n.at, n.size))
		}
	}
}

// Ascend gives a group's strings with their counts, least first. The bytes must not be changed, and stay what they are also when the string
// is taken away; the group must not be changed meanwhile.
func (s *Sorted) Ascend(g int) iter.Seq2[[]byte, int64] {
	return func(yield func([]byte, int64) bool) { s.walk(s.trees[g].root, false, yield) }
}

// Descend is Ascend, greatest first.
func (s *Sorted) Descend(g int) iter.Seq2[[]byte, int64] {
	return func(yield func([]byte, int64) bool) { s.walk(s.trees[g].root, true, yield) }
}

func (s *Sorted) walk(t int32, back bool, yield func([]byte, int64) bool) bool {
	if t == none {
		return true
	}
	n := &s.nodes[t]
	first, last := n.left, n.right
	if back {
		first, last = last, first
	}
	return s.walk(first, back, yield) && (n.count <= 0 || yield(s.get(n), n.count)) && s.walk(last, back, yield)
}

// First returns the least string of a group, Last the greatest; false when there is none.
func (s *Sorted) First(g int) ([]byte, bool) {
	for row := range s.Ascend(g) {
		return row, true
	}
	return nil, false
}

// Last returns the greatest string of a group.
func (s *Sorted) Last(g int) ([]byte, bool) {
	for row := range s.Descend(g) {
		return row, true
	}
	return nil, false
}

// Clear takes all strings of a group away, those with a count below zero too.
func (s *Sorted) Clear(g int) {
	t := &s.trees[g]
	if t.root == none {
		return
	}
	s.clear(t.root)
	*t = tree{root: none}
	if s.logging() {
		// A change by nothing stands for it.
		s.log = append(binary.AppendUvarint(s.log, uint64(g)), 0)
	}
}

func (s *Sorted) clear(t int32) {
	if t == none {
		return
	}
	s.clear(s.nodes[t].left)
	s.clear(s.nodes[t].right)
	s.release(t)
}

// Retain clears the groups for which keep is false and gives the others new numbers, in the same order. The next section must be a full one.
func (s *Sorted) Retain(keep func(g int) bool) {
	trees := make([]tree, 0, len(s.trees))
	for g, t := range s.trees {
		if keep(g) {
			trees = append(trees, t)
		} else {
			s.clear(t.root)
		}
	}
	s.trees, s.log, s.lost = trees, nil, true
	if s.rows.sparse() {
		s.rewrite()
	}
}

// AppendFull appends everything: the number of groups, and for each the number of its strings and of each count and bytes. Like AppendLog it
// begins the log anew.
func (s *Sorted) AppendFull(dst []byte) []byte {
	s.log, s.lost = s.log[:0], false
	// A string takes its length and its count besides.
	dst = slices.Grow(dst, int(s.rows.total-s.rows.waste)+5*len(s.nodes)+2*len(s.trees))
	dst = binary.AppendUvarint(dst, uint64(len(s.trees)))
	for _, t := range s.trees {
		dst = binary.AppendUvarint(dst, uint64(s.size(t.root)))
		dst = s.appendTree(dst, t.root)
	}
	return dst
}

func (s *Sorted) size(t int32) int {
	if t == none {
		return 0
	}
	return s.size(s.nodes[t].left) + 1 + s.size(s.nodes[t].right)
}

func (s *Sorted) appendTree(dst []byte, t int32) []byte {
	if t == none {
		return dst
	}
	n := &s.nodes[t]
	dst = binary.AppendVarint(s.appendTree(dst, n.left), n.count)
	return s.appendTree(appendBytes(dst, s.get(n)), n.right)
}

// AppendLog appends what was done since the last section: its length, and for each change group, count and bytes. It is not to be asked for
// what NeedsFull has.
func (s *Sorted) AppendLog(dst []byte) []byte {
	dst = appendBytes(dst, s.log)
	s.log = s.log[:0]
	return dst
}

// ReadFull reads what AppendFull wrote into an empty structure that has its groups, and returns what follows. What has been read is not
// written again but by a full section.
func (s *Sorted) ReadFull(src []byte) ([]byte, error) {
	s.log, s.lost = nil, true
	groups, src, err := Uvarint(src)
	if err != nil {
		return nil, err
	}
	if groups != uint64(len(s.trees)) {
		return nil, fmt.Errorf("%w: it has %d groups where %d are known", errSortedState, groups, len(s.trees))
	}
	for g := range s.trees {
		var n uint64
		if n, src, err = Uvarint(src); err != nil {
			return nil, err
		}
		var last []byte
		for i := range n {
			var count int64
			var row []byte
			if count, row, src, err = readChange(src); err != nil {
				return nil, err
			}
			if count == 0 || i > 0 && bytes.Compare(last, row) >= 0 {
				return nil, errSortedState
			}
			if err := s.add(g, row, count); err != nil {
				return nil, err
			}
			last = row
		}
	}
	return src, nil
}

// ReadLog does again what AppendLog wrote and returns what follows. The groups must be there.
func (s *Sorted) ReadLog(src []byte) ([]byte, error) {
	s.log, s.lost = nil, true
	log, rest, err := readBytes(src)
	if err != nil {
		return nil, err
	}
	for len(log) > 0 {
		var g uint64
		if g, log, err = Uvarint(log); err != nil {
			return nil, err
		}
		if g >= uint64(len(s.trees)) {
			return nil, fmt.Errorf("%w: a row belongs to no group", errSortedState)
		}
		if len(log) > 0 && log[0] == 0 {
			s.Clear(int(g))
			log = log[1:]
			continue
		}
		var by int64
		var row []byte
		if by, row, log, err = readChange(log); err != nil {
			return nil, err
		}
		if err := s.add(int(g), row, by); err != nil {
			return nil, err
		}
	}
	return rest, nil
}

func readChange(src []byte) (by int64, row, rest []byte, err error) {
	if by, src, err = readVarint(src); err != nil {
		return 0, nil, nil, err
	}
	row, rest, err = readBytes(src)
	return by, row, rest, err
}
