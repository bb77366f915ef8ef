package kafka

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"strconv"
	"time"

	"millrace/models/batch"
	"millrace/models/schema"
)

// appendKey appends the key of a physical row. One column is written as its text, a NULL there means no key (ok is false); several are
// written as a JSON array, in which bytes are base64 and everything but integers, booleans and NULL is a string.
func appendKey(dst []byte, b *batch.Batch, columns []int, row int) (_ []byte, ok bool) {
	if len(columns) == 1 {
		v := b.Cols[columns[0]]
		if v.IsNull(row) {
			return dst, false
		}
		return appendText(dst, v, row), true
	}
	dst = append(dst, '[')
	for i, c := range columns {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendJSON(dst, b.Cols[c], row)
	}
	return append(dst, ']'), true
}

func appendText(dst []byte, v *batch.Vector, row int) []byte {
	switch batch.ClassOf(v.Type) {
	case batch.ClassBool:
		return strconv.AppendBool(dst, v.Bools[row])
	case batch.ClassU64:
		return strconv.AppendUint(dst, v.U64[row], 10)
	case batch.ClassDec:
		return append(dst, v.Dec[row].ToString(int32(v.Type.Scale))...)
	case batch.ClassStr:
		return append(dst, v.Bytes(row)...)
	}
	n := v.I64[row]
	switch v.Type.Kind {
	case schema.Date:
		return time.Unix(n*86400, 0).UTC().AppendFormat(dst, "2006-01-02")
	case schema.Timestamp:
		layout := "2006-01-02T15:04:05.000000Z"
		if v.Type.Precision == 3 {
			layout = "2006-01-02T15:04:05.000Z"
		}
		return time.UnixMicro(n).UTC().AppendFormat(dst, layout)
	default:
		return strconv.AppendInt(dst, n, 10)
	}
}

func appendJSON(dst []byte, v *batch.Vector, row int) []byte {
	switch {
	case v.IsNull(row):
		return append(dst, "null"...)
	case v.Type.Integer(), v.Type.Kind == schema.Boolean:
		return appendText(dst, v, row)
	case v.Type.Kind == schema.Bytes:
		dst = append(dst, '"')
		dst = base64.StdEncoding.AppendEncode(dst, v.Bytes(row))
		return append(dst, '"')
	default:
		quoted, err := json.Marshal(string(appendText(nil, v, row)))
		if err != nil {
			panic("kafka: a string cannot be marshalled: " + err.Error()) // encoding/json has no such string
		}
		return append(dst, quoted...)
	}
}

// keyPartition is the partition Kafka's own clients choose for a key.
func keyPartition(key []byte, partitions int32) int32 {
	return int32(murmur2(key)&0x7fffffff) % partitions
}

// murmur2 is Austin Appleby's MurmurHash2 (public domain), 32 bit, with the seed of Kafka's clients.
func murmur2(p []byte) uint32 {
	const seed, m = 0x9747b28c, 0x5bd1e995
	h := seed ^ uint32(len(p))
	for len(p) >= 4 {
		k := binary.LittleEndian.Uint32(p) * m
		k = (k ^ k>>24) * m
		h = h*m ^ k
		p = p[4:]
	}
	switch len(p) {
	case 3:
		h ^= uint32(p[2]) << 16
		fallthrough
	case 2:
		h ^= uint32(p[1]) << 8
		fallthrough
	case 1:
		h = (h ^ uint32(p[0])) * m
	}
	h = (h ^ h>>13) * m
	return h ^ h>>15
}
