package batch

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"strconv"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"millrace/models/schema"
)

// A text is a sequence of frames: 4 bytes of magic, the length of the stream and its CRC-32C (8 and 4 bytes, little-endian), the
// stream. The sum is what finds damage: Arrow's own reader trusts the lengths it is told.
//
// The stream is plain Arrow IPC that any Arrow reader understands: the columns, then those of kindColumn, markColumn and
// offsetColumn that the batch has. The schema's metadata holds what Arrow cannot say.
const (
	schemaKey    = "millrace.schema" // schema.Schema as JSON
	partKey      = "millrace.part"   // Batch.Part in decimal
	kindColumn   = "$kind"
	markColumn   = "$mark"
	offsetColumn = "$offset"
)

const (
	frameMagic  = "MRB1"
	frameHeader = 16
)

func castagnoli(data []byte) uint32 { return crc32.Checksum(data, crc32.MakeTable(crc32.Castagnoli)) }

// MaxIPCBytes bounds the memory that one call of ReadIPC takes for buffers, whatever the bytes claim, and so how many values
// (of all columns, nested ones included) a stream may have: MaxIPCBytes/8. AppendIPC refuses to write more.
const MaxIPCBytes = 512 << 20

// Compression is how AppendIPC compresses the buffers of a stream; ReadIPC sees it by itself.
type Compression uint8

// The compressions.
const (
	Uncompressed Compression = iota
	LZ4
	Zstd
)

// AppendIPC appends the selected rows of b to dst as a framed Arrow IPC stream, with schema, row kinds, marks, offsets and part.
// Frames may follow each other in one text. At most one compression is given.
func AppendIPC(dst []byte, b *Batch, c ...Compression) ([]byte, error) {
	b = b.Compact()
	rec, err := ToArrow(b)
	if err != nil {
		return dst, err
	}
	text, err := json.Marshal(b.Schema)
	if err != nil {
		return dst, fmt.Errorf("writing the schema of a batch: %w", err)
	}
	fields := append([]arrow.Field{}, rec.Schema().Fields()...)
	cols := append([]arrow.Array{}, rec.Columns()...)
	add := func(name string, t arrow.DataType, values *memory.Buffer) {
		fields = append(fields, arrow.Field{Name: name, Type: t})
		cols = append(cols, array.MakeFromData(array.NewData(t, b.N, []*memory.Buffer{nil, values}, nil, 0, 0)))
	}
	if b.Kinds != nil {
		add(kindColumn, arrow.PrimitiveTypes.Uint8, memory.NewBufferBytes(kindBytes(b.Kinds)))
	}
	if b.Marks != nil {
		add(markColumn, arrow.PrimitiveTypes.Int64, bytesOf(arrow.Int64Traits.CastToBytes, b.Marks))
	}
	if b.Offs != nil {
		add(offsetColumn, arrow.PrimitiveTypes.Int64, bytesOf(arrow.Int64Traits.CastToBytes, b.Offs))
	}
	meta := arrow.NewMetadata([]string{schemaKey, partKey}, []string{string(text), strconv.Itoa(int(b.Part))})
	s := arrow.NewSchema(fields, &meta)

	begin := len(dst)
	out := bytes.NewBuffer(append(dst, make([]byte, frameHeader)...))
	opts := []ipc.Option{ipc.WithSchema(s)}
	for _, x := range c {
		switch x {
		case LZ4:
			opts = append(opts, ipc.WithLZ4())
		case Zstd:
			opts = append(opts, ipc.WithZstd())
		}
	}
	w := ipc.NewWriter(out, opts...)
	if err := w.Write(array.NewRecordBatch(s, cols, int64(b.N))); err != nil {
		return dst, fmt.Errorf("writing a batch as Arrow IPC: %w", err)
	}
	if err := w.Close(); err != nil {
		return dst, fmt.Errorf("writing a batch as Arrow IPC: %w", err)
	}
	text = out.Bytes()[begin:]
	if err := checkStream(text[frameHeader:], MaxIPCBytes); err != nil {
		return dst, fmt.Errorf("writing a batch that could not be read again: %w", err)
	}
	copy(text, frameMagic)
	binary.LittleEndian.PutUint64(text[4:], uint64(len(text)-frameHeader))
	binary.LittleEndian.PutUint32(text[12:], castagnoli(text[frameHeader:]))
	return out.Bytes(), nil
}

func kindBytes(kinds []RowKind) []byte {
	out := make([]byte, len(kinds))
	for i, k := range kinds {
		out[i] = byte(k)
	}
	return out
}

// ReadIPC reads the batches of the streams that AppendIPC wrote. Bytes that are anything else give an error: they may come from a damaged
// file. The batches may share memory with data.
func ReadIPC(data []byte) ([]*Batch, error) { return readIPC(data, MaxIPCBytes) }

func readIPC(data []byte, limit int) (out []*Batch, err error) {
	defer func() {
		// The Arrow reader answers some damaged streams with a panic.
		if r := recover(); r != nil {
			out, err = nil, fmt.Errorf("reading a batch from Arrow IPC: %v", r)
		}
	}()
	mem := &budget{left: limit}
	for len(data) > 0 {
		stream, rest, err := cutFrame(data)
		if err != nil {
			return nil, fmt.Errorf("reading a batch from Arrow IPC: %w", err)
		}
		if err := checkStream(stream, limit); err != nil {
			return nil, fmt.Errorf("reading a batch from Arrow IPC: %w", err)
		}
		batches, err := readStream(bytes.NewReader(stream), mem, int64(len(stream)))
		if err != nil {
			return nil, fmt.Errorf("reading a batch from Arrow IPC: %w", err)
		}
		out, data = append(out, batches...), rest
	}
	return out, nil
}

// cutFrame takes the first frame's stream off data.
func cutFrame(data []byte) (stream, rest []byte, err error) {
	if len(data) < frameHeader || string(data[:4]) != frameMagic {
		return nil, nil, fmt.Errorf("%d bytes do not begin with a frame", len(data))
	}
	size, sum := binary.LittleEndian.Uint64(data[4:]), binary.LittleEndian.Uint32(data[12:])
	data = data[frameHeader:]
	if size > uint64(len(data)) {
		return nil, nil, fmt.Errorf("a frame of %d bytes ends after %d", size, len(data))
	}
	if got := castagnoli(data[:size]); got != sum {
		return nil, nil, fmt.Errorf("the sum of a frame is %08x, not %08x: it is damaged", got, sum)
	}
	return data[:size:size], data[size:], nil
}

func readStream(in *bytes.Reader, mem memory.Allocator, limit int64) (out []*Batch, err error) {
	opts := []ipc.Option{ipc.WithAllocator(mem), ipc.WithBodySizeLimit(limit), ipc.WithMetadataSizeLimit(limit)}
	// Not NewReader, which forgets the limits.
	r, err := ipc.NewReaderFromMessageReader(ipc.NewMessageReader(in, opts...), opts...)
	if err != nil {
		return nil, err
	}
	// Not released: the batches share the reader's memory.
	meta := r.Schema().Metadata()
	text, ok := meta.GetValue(schemaKey)
	if !ok {
		return nil, fmt.Errorf("the stream has no schema of ours")
	}
	s := &schema.Schema{}
	if err := json.Unmarshal([]byte(text), s); err != nil {
		return nil, fmt.Errorf("reading the schema: %w", err)
	}
	number, _ := meta.GetValue(partKey)
	part, err := strconv.ParseInt(number, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("reading the part: %w", err)
	}
	for {
		rec, err := r.Read()
		if err == io.EOF { //nolint:errorlint // Read returns it bare at the end; wrapped it means a stream that is cut short
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		rec.Retain()
		b, err := FromArrow(rec, s)
		if err != nil {
			return nil, err
		}
		b.Part = int32(part)
		if err := readExtras(b, rec); err != nil {
			return nil, err
		}
		out = append(out, b)
	}
}

func readExtras(b *Batch, rec arrow.RecordBatch) error {
	for i := len(b.Cols); i < int(rec.NumCols()); i++ {
		name := rec.ColumnName(i)
		switch col := rec.Column(i).(type) {
		case *array.Uint8:
			if name != kindColumn {
				return fmt.Errorf("unexpected column %q", name)
			}
			if len(col.Uint8Values()) != b.N {
				return fmt.Errorf("%d kinds for %d rows", len(col.Uint8Values()), b.N)
			}
			b.Kinds = make([]RowKind, b.N)
			for j, k := range col.Uint8Values() {
				if k > byte(Delete) {
					return fmt.Errorf("row %d has the kind %d", j, k)
				}
				b.Kinds[j] = RowKind(k)
			}
		case *array.Int64:
			switch name {
			case markColumn:
				b.Marks = col.Int64Values()
			case offsetColumn:
				b.Offs = col.Int64Values()
			default:
				return fmt.Errorf("unexpected column %q", name)
			}
		default:
			return fmt.Errorf("unexpected column %q", name)
		}
	}
	return b.Check()
}

// budget is an allocator that refuses, by a panic that ReadIPC catches, to pass its limit: a damaged stream may claim any size.
type budget struct{ left int }

func (b *budget) take(n int) {
	if n < 0 || n > b.left {
		panic(fmt.Sprintf("the stream claims %d bytes more than it may take", n-b.left))
	}
	b.left -= n
}

// Allocate returns size bytes on a 64-byte boundary, as Arrow wants.
func (b *budget) Allocate(size int) []byte {
	b.take(size)
	return memory.DefaultAllocator.Allocate(size)
}

// Reallocate returns size bytes that begin with p's.
func (b *budget) Reallocate(size int, p []byte) []byte {
	b.take(max(0, size-len(p)))
	return memory.DefaultAllocator.Reallocate(size, p)
}

// Free gives the bytes back to the budget.
func (b *budget) Free(p []byte) {
	b.left += len(p)
	memory.DefaultAllocator.Free(p)
}
