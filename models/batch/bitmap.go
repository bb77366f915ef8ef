package batch

import "math/bits"

// Bitmap holds one bit a row, least significant bit first as Arrow does. Bits past the last row are undefined.
type Bitmap []uint64

// NewBitmap returns a bitmap for n rows, every bit clear or every bit set.
func NewBitmap(n int, set bool) Bitmap {
	b := make(Bitmap, (n+63)/64)
	if set {
		for i := range b {
			b[i] = ^uint64(0)
		}
	}
	return b
}

// Get reports bit i.
func (b Bitmap) Get(i int) bool { return b[i>>6]>>(uint(i)&63)&1 != 0 }

// Set sets bit i.
func (b Bitmap) Set(i int) { b[i>>6] |= 1 << (uint(i) & 63) }

// Clear clears bit i.
func (b Bitmap) Clear(i int) { b[i>>6] &^= 1 << (uint(i) & 63) }

// Put sets bit i to v.
func (b Bitmap) Put(i int, v bool) {
	if v {
		b.Set(i)
	} else {
		b.Clear(i)
	}
}

// Count returns how many of the first n bits are set.
func (b Bitmap) Count(n int) int {
	c, full := 0, n>>6
	for _, w := range b[:full] {
		c += bits.OnesCount64(w)
	}
	if r := uint(n) & 63; r != 0 {
		c += bits.OnesCount64(b[full] & (1<<r - 1))
	}
	return c
}

// And returns the intersection for n rows, where nil means "all set". The result may be one of the arguments.
func And(a, b Bitmap, n int) Bitmap {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	out := make(Bitmap, (n+63)/64)
	for i := range out {
		out[i] = a[i] & b[i]
	}
	return out
}
