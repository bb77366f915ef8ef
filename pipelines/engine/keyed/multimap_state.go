package keyed

import (
	"encoding/binary"
	"errors"
	"fmt"

	"millrace/models/batch"
)

// The state of a multimap is a full section, which has every entry and every slot under its number, and after it sections that
// are logs: what was done since, in order. To do the same again gives the same numbers, the free slots included. Aux numbers are set
// many times over, so only the last one is written, at the end of a log.
//
//	full:  keys (Table.AppendFrom), slots, for each entry the number of its rows and, of each, slot, time, aux, row; the free slots
//	log:   operations, each a byte and its arguments

// The operations of a log.
const (
	opKey     = 'k' // a new key: bytes
	opInsert  = 'i' // entry, slot+1 of the row behind it or 0, time, bytes
	opRemove  = 'r' // slot
	opAux     = 'a' // slot, number
	opCompact = 'c'
)

// logging reports whether changes are kept. They are not when the next section will be a full one anyway; a log that grows longer than a
// full section is given up.
func (m *Multimap) logging() bool {
	if m.chain.started && m.chain.outgrown(len(m.log)) {
		m.forgetLog()
	}
	return m.chain.started
}

func (m *Multimap) forgetLog() { m.log, m.dirty, m.marks, m.chain = nil, nil, nil, Chain{} }

func (m *Multimap) logKey(key []byte) {
	if m.logging() {
		m.log = appendBytes(append(m.log, opKey), key)
	}
}

func (m *Multimap) logInsert(e int, at int32, row []byte, time int64) {
	if m.logging() {
		m.log = binary.AppendUvarint(append(m.log, opInsert), uint64(e))
		m.log = binary.AppendUvarint(m.log, uint64(at+1))
		m.log = binary.AppendVarint(m.log, time)
		m.log = appendBytes(m.log, row)
	}
}

func (m *Multimap) logRemove(s int32) {
	if m.logging() {
		m.log = binary.AppendUvarint(append(m.log, opRemove), uint64(s))
	}
}

func (m *Multimap) logCompact() {
	if m.logging() {
		m.log = append(m.log, opCompact)
	}
}

func (m *Multimap) logAux(s int32) {
	if !m.logging() {
		return
	}
	for len(m.marks) <= int(s>>6) {
		m.marks = append(m.marks, 0)
	}
	if bit := uint64(1) << (s & 63); m.marks[s>>6]&bit == 0 {
		m.marks[s>>6] |= bit
		m.dirty = append(m.dirty, s)
	}
}

// Snapshot returns what changed since the last one, as a log, or everything when full is set. Without a change there is nothing to write.
// The payload is the caller's.
func (m *Multimap) Snapshot() (payload []byte, full, changed bool) {
	if !m.logging() {
		// Numbers and lengths take some ten bytes a row.
		payload = m.appendFull(make([]byte, 0, m.rows.total-m.rows.waste+int64(16*m.live+4*len(m.lists)+len(m.table.data))))
		m.chain.Wrote(len(payload), true)
		return payload, true, true
	}
	for _, s := range m.dirty {
		m.marks[s>>6] &^= 1 << (s & 63)
		if m.Live(s) {
			m.log = binary.AppendUvarint(append(m.log, opAux), uint64(s))
			m.log = binary.AppendVarint(m.log, m.slots[s].aux)
		}
	}
	m.dirty = m.dirty[:0]
	if len(m.log) == 0 {
		return nil, false, false
	}
	payload, m.log = m.log, nil
	m.chain.Wrote(len(payload), false)
	return payload, false, true
}

func (m *Multimap) appendFull(dst []byte) []byte {
	dst = m.table.AppendFrom(dst, 0)
	dst = binary.AppendUvarint(dst, uint64(len(m.slots)))
	for _, l := range m.lists {
		n := 0
		for s := l.first; s != none; s = m.slots[s].next {
			n++
		}
		dst = binary.AppendUvarint(dst, uint64(n))
		for s := l.first; s != none; s = m.slots[s].next {
			dst = binary.AppendUvarint(dst, uint64(s))
			dst = binary.AppendVarint(dst, m.slots[s].time)
			dst = binary.AppendVarint(dst, m.slots[s].aux)
			dst = appendBytes(dst, m.Row(s))
		}
	}
	for s := m.free; s != none; s = m.slots[s].next {
		dst = binary.AppendUvarint(dst, uint64(s))
	}
	return dst
}

var errDamaged = errors.New("the state of a table of rows is damaged")

// Restore applies a section that Snapshot gave; a full one replaces what is there. After an error the multimap must not be used.
// The next section is a full one.
func (m *Multimap) Restore(payload []byte, full bool) error {
	m.forgetLog()
	if full {
		*m = *NewMultimap()
		return m.readFull(payload)
	}
	for len(payload) > 0 {
		op := payload[0]
		var err error
		if payload, err = m.replay(op, payload[1:]); err != nil {
			return fmt.Errorf("restoring rows: %w", err)
		}
	}
	return nil
}

func (m *Multimap) replay(op byte, src []byte) ([]byte, error) {
	switch op {
	case opKey:
		key, src, err := readBytes(src)
		if err != nil {
			return nil, err
		}
		n := m.Entries()
		if e, err := m.Put(key, batch.HashBytes(key, 0)); err != nil || e != n {
			return nil, errors.Join(errDamaged, err)
		}
		return src, nil
	case opInsert:
		return m.replayInsert(src)
	case opRemove:
		s, src, err := m.readSlot(src)
		if err != nil {
			return nil, err
		}
		m.Remove(s)
		return src, nil
	case opAux:
		s, src, err := m.readSlot(src)
		if err != nil {
			return nil, err
		}
		m.slots[s].aux, src, err = readVarint(src)
		return src, err
	case opCompact:
		m.compact()
		return src, nil
	}
	return nil, errDamaged
}

func (m *Multimap) replayInsert(src []byte) ([]byte, error) {
	e, src, err := Uvarint(src)
	if err != nil || e >= uint64(len(m.lists)) {
		return nil, errors.Join(errDamaged, err)
	}
	at, src, err := Uvarint(src)
	if err != nil || at > uint64(len(m.slots)) || at > 0 && uint64(m.slots[at-1].entry) != e {
		return nil, errors.Join(errDamaged, err)
	}
	time, src, err := readVarint(src)
	if err != nil {
		return nil, err
	}
	row, src, err := readBytes(src)
	if err != nil {
		return nil, err
	}
	_, err = m.InsertBefore(int(e), int32(at)-1, row, time)
	return src, err
}

// readSlot reads the number of a slot that is a row.
func (m *Multimap) readSlot(src []byte) (int32, []byte, error) {
	s, src, err := Uvarint(src)
	if err != nil || s >= uint64(len(m.slots)) || !m.Live(int32(s)) {
		return 0, nil, errors.Join(errDamaged, err)
	}
	return int32(s), src, nil
}

func (m *Multimap) readFull(src []byte) error {
	src, err := m.table.ReadInto(src)
	if err != nil {
		return fmt.Errorf("restoring keys: %w", err)
	}
	n, src, err := Uvarint(src)
	// A slot takes at least a byte, so a damaged count cannot ask for much memory.
	if err != nil || n > uint64(len(src)) {
		return errors.Join(errDamaged, err)
	}
	m.slots = make([]slot, n)
	taken := make([]bool, n)
	take := func() (int32, error) {
		var s uint64
		if s, src, err = Uvarint(src); err != nil || s >= n || taken[s] {
			return 0, errors.Join(errDamaged, err)
		}
		taken[s] = true
		return int32(s), nil
	}
	for e := range m.table.Len() {
		m.lists = append(m.lists, list{none, none})
		m.empty++
		var rows uint64
		if rows, src, err = Uvarint(src); err != nil {
			return err
		}
		for ; rows > 0; rows-- {
			s, err := take()
			if err != nil {
				return err
			}
			if src, err = m.readRow(s, e, src); err != nil {
				return err
			}
		}
	}
	last := &m.free
	for range int(n) - m.live {
		s, err := take()
		if err != nil {
			return err
		}
		m.slots[s] = slot{entry: none, next: none}
		*last, last = s, &m.slots[s].next
	}
	if len(src) > 0 {
		return errDamaged
	}
	return nil
}

// readRow reads time, aux and bytes of a row and puts it into slot s, at the end of an entry's list.
func (m *Multimap) readRow(s int32, e int, src []byte) ([]byte, error) {
	time, src, err := readVarint(src)
	if err != nil {
		return nil, err
	}
	aux, src, err := readVarint(src)
	if err != nil {
		return nil, err
	}
	row, src, err := readBytes(src)
	if err != nil {
		return nil, err
	}
	m.slots[s] = slot{size: uint32(len(row)), at: m.rows.put(row), time: time, aux: aux}
	m.link(s, e, none)
	m.live++
	return src, nil
}

func appendBytes(dst, p []byte) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(p))), p...)
}

func readBytes(src []byte) (p, rest []byte, err error) {
	n, src, err := Uvarint(src)
	if err != nil || n > uint64(len(src)) {
		return nil, nil, errors.Join(errDamaged, err)
	}
	return src[:n], src[n:], nil
}

func readVarint(src []byte) (int64, []byte, error) {
	v, n := binary.Varint(src)
	if n <= 0 {
		return 0, nil, fmt.Errorf("a number is cut short")
	}
	return v, src[n:], nil
}
