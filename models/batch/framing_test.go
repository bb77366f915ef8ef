package batch

import (
	"encoding/binary"
	"math/rand/v2"
	"runtime/metrics"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/schema"
)

// framed puts a stream behind a frame with the right sum, so that damage is met by what reads the stream.
func framed(stream []byte) []byte {
	out := append([]byte(frameMagic), make([]byte, frameHeader-len(frameMagic))...)
	binary.LittleEndian.PutUint64(out[4:], uint64(len(stream)))
	binary.LittleEndian.PutUint32(out[12:], castagnoli(stream))
	return append(out, stream...)
}

// allocated returns the bytes of heap allocated so far.
func allocated() uint64 {
	s := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}

const (
	hostileLimit = 4 << 20
	// Beside its values, which may be held twice (as Arrow has them and as we do, in up to 16 bytes), a stream costs a decompressor.
	hostileCost = 64 << 20
)

// readHostile reads a stream that may be anything: it gives consistent batches or an error, and takes bounded memory.
func readHostile(t *testing.T, stream []byte) error {
	t.Helper()
	before := allocated()
	got, err := readIPC(framed(stream), hostileLimit)
	require.Less(t, allocated()-before, uint64(hostileCost))
	for _, b := range got {
		require.NoError(t, b.Check())
		if b.N > 1000 {
			continue
		}
		for _, c := range b.Cols {
			for i := range b.N {
				c.Value(i)
			}
		}
	}
	return err
}

func hostileSeed(t testing.TB, seed uint64) []byte {
	text, err := AppendIPC(nil, randomBatch(rand.New(rand.NewPCG(seed, 3))), Compression(seed%3))
	require.NoError(t, err)
	return text[frameHeader:]
}

func TestReadIPCBehindTheSum(t *testing.T) {
	rounds := 300
	if testing.Short() {
		rounds = 50
	}
	interesting := []uint32{0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff}
	for seed := range uint64(9) {
		stream := hostileSeed(t, seed)
		r := rand.New(rand.NewPCG(seed, 4))
		for range rounds {
			damaged := append([]byte{}, stream...)
			for range 1 + r.IntN(3) {
				at := 4 * r.IntN(len(damaged)/4)
				if r.IntN(2) == 0 {
					binary.LittleEndian.PutUint32(damaged[at:], interesting[r.IntN(len(interesting))])
				} else {
					damaged[at+r.IntN(4)] ^= byte(1 + r.IntN(255))
				}
			}
			_ = readHostile(t, damaged) // values may change unseen; what matters is checked inside
		}
		for range 40 {
			require.Error(t, readHostile(t, stream[:r.IntN(len(stream))]))
		}
	}
}

// The lengths in a stream are held against what it has before anything is allocated for them.
func TestCheckStreamRefuses(t *testing.T) {
	c := NewBuilder(schema.Of(schema.Int64), 4)
	for i := range int64(4) {
		c.AppendInt(i)
	}
	s := &schema.Schema{Fields: []schema.Field{{Name: "n", Type: schema.Of(schema.Int64)}}}
	text, err := AppendIPC(nil, &Batch{Schema: s, N: 4, Part: NoPart, Cols: []*Vector{c.Finish()}})
	require.NoError(t, err)
	stream := text[frameHeader:]
	require.NoError(t, checkStream(stream, hostileLimit))
	second := 8 + int(binary.LittleEndian.Uint32(stream[4:])) // where the record's message begins

	// The record's tables, to find the places to damage.
	meta := func(b []byte) flatTable { return rootOf(b[second+8:]) }
	at := func(t flatTable, id int) int {
		i, ok := t.field(id)
		if !ok {
			panic("the table leaves the field out")
		}
		return second + 8 + i
	}
	record, ok := meta(stream).table(2)
	require.True(t, ok)
	nodes, buffers := record.vector(1, 16), record.vector(2, 16)
	require.Equal(t, 1, nodes.n)
	fields, ok := rootOf(stream[8:]).table(2)
	require.True(t, ok)
	list, ok := fields.field(1)
	require.True(t, ok)
	list += 8 + uint32At(fields.buf, list)
	kind, ok := fields.vector(1, 4).table(0).field(2)
	require.True(t, ok)

	for name, c := range map[string]struct {
		damage func(b []byte)
		want   string
	}{
		"no mark":           {func(b []byte) { b[0] = 0 }, "has no mark"},
		"metadata":          {func(b []byte) { binary.LittleEndian.PutUint32(b[4:], 1<<31-1) }, "metadata of message 0 has 2147483647 bytes"},
		"negative metadata": {func(b []byte) { binary.LittleEndian.PutUint32(b[4:], 1<<31) }, "metadata of message 0"},
		"body":              {func(b []byte) { binary.LittleEndian.PutUint64(b[at(meta(b), 3):], 1<<40) }, "its body has 1099511627776 bytes"},
		"rows":              {func(b []byte) { binary.LittleEndian.PutUint64(b[at(record, 0):], 1<<40) }, "rows are more than"},
		"values":            {func(b []byte) { binary.LittleEndian.PutUint64(b[second+8+nodes.at:], 1<<40) }, "further values"},
		"buffer":            {func(b []byte) { binary.LittleEndian.PutUint64(b[second+8+buffers.at+16+8:], 1<<40) }, "does not lie behind"},
		"buffer before":     {func(b []byte) { binary.LittleEndian.PutUint64(b[second+8+buffers.at+16:], 1<<63) }, "does not lie behind"},
		"fields":            {func(b []byte) { binary.LittleEndian.PutUint32(b[list:], 1<<31) }, "metadata of the stream is damaged"},
		"type":              {func(b []byte) { b[8+kind] = 22 }, "a column of the Arrow type 22"},
	} {
		t.Run(name, func(t *testing.T) {
			damaged := append([]byte{}, stream...)
			c.damage(damaged)
			require.ErrorContains(t, checkStream(damaged, hostileLimit), c.want)
			_, err := readIPC(framed(damaged), hostileLimit)
			require.ErrorContains(t, err, c.want)
		})
	}
	require.ErrorContains(t, checkStream(append(stream[:len(stream):len(stream)], 0), hostileLimit), "bytes behind it")
	require.ErrorContains(t, checkStream(stream[:len(stream)-8], hostileLimit), "cut short")
	require.ErrorContains(t, checkStream(nil, hostileLimit), "cut short")
	require.ErrorContains(t, checkStream(stream, 8*3), "rows are more than")
}

// A table that is referred to many times costs the reader each time: 60 levels of fields with two children each, both the same, would
// take it 2^60 steps.
func TestCheckStreamCountsRepeatedTables(t *testing.T) {
	c := &streamCheck{values: 1, fields: maxFields, text: 1 << 20}
	// A field: a vtable of seven entries with type_type (2) and children (5), its table, its vector of two. The next one follows.
	const size = 18 + 12 + 12 + 2
	var buf []byte
	const levels = 60
	for i := range levels {
		field := make([]byte, size)
		binary.LittleEndian.PutUint16(field[0:], 18)     // vtable: its size,
		binary.LittleEndian.PutUint16(field[2:], 12)     // the table's,
		binary.LittleEndian.PutUint16(field[4+2*2:], 8)  // type_type,
		binary.LittleEndian.PutUint16(field[4+2*5:], 4)  // children
		binary.LittleEndian.PutUint32(field[18:], 18)    // table: back to the vtable,
		binary.LittleEndian.PutUint32(field[22:], 8)     // children at 30,
		field[26] = 13                                   // a struct
		binary.LittleEndian.PutUint32(field[30:], 2)     // two children:
		binary.LittleEndian.PutUint32(field[34:], 18+10) // both the table of the next one, at 44+18
		binary.LittleEndian.PutUint32(field[38:], 18+6)
		if i == levels-1 {
			binary.LittleEndian.PutUint16(field[4+2*5:], 0) // the last one has none
		}
		buf = append(buf, field...)
	}
	require.ErrorContains(t, c.children(flatTable{buf, 18}, 5, maxFieldDepth), "more fields")
}

func FuzzReadIPCBehindTheSum(f *testing.F) {
	for seed := range uint64(6) {
		f.Add(hostileSeed(f, seed))
	}
	f.Fuzz(func(t *testing.T, stream []byte) { _ = readHostile(t, stream) })
}
