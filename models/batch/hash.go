package batch

import (
	"encoding/binary"
	"math/bits"
)

// The constants of wyhash (Wang Yi, public domain), whose folded multiply mixes 8 bytes a step.
const (
	hash0 = 0xa0761d6478bd642f
	hash1 = 0xe7037ed1a0b428db
	hash2 = 0x8ebc6af09c88c6e3
)

func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}

// hashBytes is HashBytes without a seed.
func hashBytes(p []byte) uint64 { return HashBytes(p, 0) }

// HashBytes returns a 64-bit hash of p. It is stable across processes and versions: key groups are derived from it, so a change is
// a change of the state format (state.HashVersion).
func HashBytes(p []byte, seed uint64) uint64 {
	h := seed ^ hash0
	n := uint64(len(p))
	for len(p) >= 16 {
		h = mix(binary.LittleEndian.Uint64(p)^hash1, binary.LittleEndian.Uint64(p[8:])^h)
		p = p[16:]
	}
	var a, b uint64
	switch {
	case len(p) >= 8:
		a, b = binary.LittleEndian.Uint64(p), binary.LittleEndian.Uint64(p[len(p)-8:])
	case len(p) >= 4:
		a, b = uint64(binary.LittleEndian.Uint32(p)), uint64(binary.LittleEndian.Uint32(p[len(p)-4:]))
	case len(p) > 0:
		a = uint64(p[0])<<16 | uint64(p[len(p)>>1])<<8 | uint64(p[len(p)-1])
	}
	return mix(hash2^n, mix(a^hash1, b^h))
}

// HashUint64 returns a 64-bit hash of x; stable like HashBytes.
func HashUint64(x, seed uint64) uint64 { return mix(x^hash1, mix(x^hash0, seed^hash2)) }
