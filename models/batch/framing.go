package batch

import (
	"encoding/binary"
	"fmt"
)

// Arrow's reader allocates what a stream's metadata claims before it looks whether the stream holds it, follows a table as often as
// it is referred to, and cannot be told to do otherwise. So the metadata is walked first, without allocating: every length and offset
// must lie within the stream, no buffer may be used twice, and what the tables hold, counted as often as the reader will visit them,
// is bounded. AppendIPC holds its own streams to the same rules, so that what was written can be read.
//
// Formats: Arrow's "Encapsulated message format" (docs/source/format/Columnar.rst), Schema.fbs and Message.fbs; the tables are
// FlatBuffers (flatbuffers.dev/internals). The numbers below are the tables' field ids.

// bytesPerValue is what a value, counted in every nested column, must at least be worth of the memory limit of one stream.
const bytesPerValue = 8

const (
	maxFields     = 1 << 16 // of a schema, nested ones included
	maxFieldDepth = 65      // Arrow's reader goes down 64 levels below a column; a map takes two
)

const (
	headerSchema     = 1
	headerDictionary = 2
	headerRecord     = 3
)

// readableTypes are the Arrow types that ArrowType gives, by their number in Schema.fbs.
var readableTypes = [...]bool{2: true, 3: true, 4: true, 5: true, 6: true, 7: true, 8: true, typeTimestamp: true, 12: true, 13: true, 17: true}

const typeTimestamp = 10

// streamCheck walks a stream and counts down what it may still hold.
type streamCheck struct {
	values int64
	fields int
	text   int // bytes of names and metadata, of one message
}

// checkStream reports whether the messages of an Arrow stream are whole and claim no more than limit bytes of values.
func checkStream(stream []byte, limit int) (err error) {
	defer func() {
		// An offset that leads out of the metadata.
		if r := recover(); r != nil {
			err = fmt.Errorf("the metadata of the stream is damaged: %v", r)
		}
	}()
	c := &streamCheck{values: int64(limit) / bytesPerValue, fields: maxFields}
	for n := 0; ; n++ {
		if len(stream) < 8 || binary.LittleEndian.Uint32(stream) != 0xffffffff {
			return fmt.Errorf("message %d of the stream is cut short or has no mark", n)
		}
		size := int64(int32(binary.LittleEndian.Uint32(stream[4:])))
		stream = stream[8:]
		if size == 0 {
			if n == 0 || len(stream) != 0 {
				return fmt.Errorf("the stream ends at message %d with %d bytes behind it", n, len(stream))
			}
			return nil
		}
		if size < 0 || size > int64(len(stream)) {
			return fmt.Errorf("the metadata of message %d has %d bytes of %d", n, size, len(stream))
		}
		body, err := c.message(stream[:size], int64(len(stream))-size, n == 0)
		if err != nil {
			return fmt.Errorf("message %d of the stream: %w", n, err)
		}
		stream = stream[size+body:]
	}
}

// message checks one message's metadata and returns the length of its body, at most room.
func (c *streamCheck) message(meta []byte, room int64, first bool) (body int64, err error) {
	c.text = len(meta)
	m := rootOf(meta)
	body = m.int64(3)
	if body < 0 || body > room {
		return 0, fmt.Errorf("its body has %d bytes of %d", body, room)
	}
	kind := m.byte(1)
	header, ok := m.table(2)
	if !ok || (kind == headerSchema) != first {
		return 0, fmt.Errorf("a header of kind %d does not belong there", kind)
	}
	if err := c.metadata(m, 4); err != nil {
		return 0, err
	}
	switch kind {
	case headerSchema:
		if err := c.metadata(header, 2); err != nil {
			return 0, err
		}
		return body, c.children(header, 1, maxFieldDepth)
	case headerDictionary:
		if header, ok = header.table(1); !ok {
			return 0, fmt.Errorf("a dictionary without entries")
		}
		return body, c.record(header, body)
	case headerRecord:
		return body, c.record(header, body)
	}
	return 0, fmt.Errorf("a header of kind %d is not ours", kind)
}

// children checks the fields that a schema or a field lists.
func (c *streamCheck) children(t flatTable, id, depth int) error {
	v := t.vector(id, 4)
	if c.fields -= v.n; c.fields < 0 || depth == 0 && v.n > 0 {
		return fmt.Errorf("more fields, or more deeply nested ones, than a schema may have")
	}
	for i := range v.n {
		f := v.table(i)
		if err := c.spend(f, 0); err != nil {
			return err
		}
		kind := int(f.byte(2))
		if kind >= len(readableTypes) || !readableTypes[kind] {
			return fmt.Errorf("a column of the Arrow type %d", kind)
		}
		if of, ok := f.table(3); ok && kind == typeTimestamp {
			if err := c.spend(of, 1); err != nil {
				return err
			}
		}
		if err := c.metadata(f, 6); err != nil {
			return err
		}
		if err := c.children(f, 5, depth-1); err != nil {
			return err
		}
	}
	return nil
}

// metadata checks a list of keys and values.
func (c *streamCheck) metadata(t flatTable, id int) error {
	v := t.vector(id, 4)
	for i := range v.n {
		kv := v.table(i)
		c.text -= 4
		if err := c.spend(kv, 0); err != nil {
			return err
		}
		if err := c.spend(kv, 1); err != nil {
			return err
		}
	}
	return nil
}

// spend counts a string. A message that holds each of its strings and entries once cannot have more of them than bytes.
func (c *streamCheck) spend(t flatTable, id int) error {
	if c.text -= t.vector(id, 1).n; c.text < 0 {
		return fmt.Errorf("the metadata holds the same text more than once")
	}
	return nil
}

// record checks the lengths of the columns and where their buffers lie in the body.
func (c *streamCheck) record(t flatTable, body int64) error {
	if rows := t.int64(0); rows < 0 || rows > c.values {
		return fmt.Errorf("%d rows are more than a stream may hold", rows)
	}
	nodes := t.vector(1, 16)
	for i := range nodes.n {
		n := nodes.int64(i, 0)
		if n < 0 || n > c.values {
			return fmt.Errorf("%d further values are more than a stream may hold", n)
		}
		c.values -= n
	}
	buffers, end := t.vector(2, 16), int64(0)
	for i := range buffers.n {
		at, n := buffers.int64(i, 0), buffers.int64(i, 1)
		if n == 0 {
			continue
		}
		if at < end || n < 0 || n > body || at > body-n {
			return fmt.Errorf("buffer %d, %d bytes at %d, does not lie behind the one before within %d bytes", i, n, at, body)
		}
		end = at + n
	}
	return nil
}

// flatTable is a FlatBuffers table; reading past the buffer panics.
type flatTable struct {
	buf []byte
	at  int
}

func uint32At(buf []byte, at int) int { return int(binary.LittleEndian.Uint32(buf[at:])) }

func rootOf(buf []byte) flatTable { return flatTable{buf, uint32At(buf, 0)} }

// field returns where a field lies; ok is false when the table leaves it out.
func (t flatTable) field(id int) (at int, ok bool) {
	vtable := t.at - int(int32(uint32At(t.buf, t.at)))
	size, slot := int(binary.LittleEndian.Uint16(t.buf[vtable:])), 4+2*id
	if slot >= size {
		return 0, false
	}
	off := int(binary.LittleEndian.Uint16(t.buf[vtable+slot:]))
	return t.at + off, off != 0
}

func (t flatTable) byte(id int) byte {
	if at, ok := t.field(id); ok {
		return t.buf[at]
	}
	return 0
}

func (t flatTable) int64(id int) int64 {
	if at, ok := t.field(id); ok {
		return int64(binary.LittleEndian.Uint64(t.buf[at:]))
	}
	return 0
}

func (t flatTable) table(id int) (flatTable, bool) {
	at, ok := t.field(id)
	if !ok {
		return flatTable{}, false
	}
	return flatTable{t.buf, at + uint32At(t.buf, at)}, true
}

// flatVector is a FlatBuffers vector of n items of width bytes; its items lie within the buffer.
type flatVector struct {
	buf          []byte
	at, n, width int
}

// vector returns a vector, empty when the table leaves it out.
func (t flatTable) vector(id, width int) flatVector {
	at, ok := t.field(id)
	if !ok {
		return flatVector{}
	}
	at += uint32At(t.buf, at)
	n := uint32At(t.buf, at)
	if n > (len(t.buf)-at-4)/width {
		panic(fmt.Sprintf("%d items of %d bytes begin at %d of %d", n, width, at, len(t.buf)))
	}
	return flatVector{t.buf, at + 4, n, width}
}

// table returns the table that item i refers to.
func (v flatVector) table(i int) flatTable {
	at := v.at + 4*i
	return flatTable{v.buf, at + uint32At(v.buf, at)}
}

// int64 returns the j-th number of item i.
func (v flatVector) int64(i, j int) int64 {
	return int64(binary.LittleEndian.Uint64(v.buf[v.at+v.width*i+8*j:]))
}
