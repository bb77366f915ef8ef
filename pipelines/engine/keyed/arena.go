package keyed

// arena holds byte strings in chunks. What it handed out stays as it is until nobody refers to it any more: chunks are dropped, never
// written over.
type arena struct {
	chunks [][]byte
	dead   []int32 // bytes of each chunk that nobody needs any more
	total  int64   // bytes that the chunks hold
	waste  int64   // of them dead
	alloc  int64   // bytes the chunks take
	free   []uint32
	// current is the chunk that is filled, valid when there is one.
	current uint32
}

// Chunks begin small, so that a small state stays small, and double up to maxChunk; a longer string has a chunk of its own.
const (
	minChunk = 4 << 10
	maxChunk = 1 << 20
)

// place is where a string lies: the chunk in the upper, the offset in the lower half.
type place uint64

func (a *arena) put(p []byte) place {
	if len(a.chunks) == 0 || cap(a.chunks[a.current])-len(a.chunks[a.current]) < len(p) {
		a.grow(len(p))
	}
	c := a.current
	at := len(a.chunks[c])
	a.chunks[c] = append(a.chunks[c], p...)
	a.total += int64(len(p))
	return place(c)<<32 | place(at)
}

func (a *arena) grow(n int) {
	if len(a.chunks) > 0 && int(a.dead[a.current]) == len(a.chunks[a.current]) {
		a.release(a.current)
	}
	size := minChunk
	for int64(size) < a.alloc && size < maxChunk {
		size *= 2
	}
	chunk := make([]byte, 0, max(size, n))
	a.alloc += int64(cap(chunk))
	if last := len(a.free) - 1; last >= 0 {
		a.current, a.free = a.free[last], a.free[:last]
		a.chunks[a.current] = chunk
		return
	}
	a.current = uint32(len(a.chunks))
	a.chunks, a.dead = append(a.chunks, chunk), append(a.dead, 0)
}

func (a *arena) get(at place, n uint32) []byte {
	if n == 0 {
		// Its chunk may be gone.
		return nil
	}
	c, off := a.chunks[at>>32], uint32(at)
	return c[off : off+n : off+n]
}

// drop says that nobody needs a string any more. A chunk that nobody needs goes.
func (a *arena) drop(at place, n uint32) {
	if n == 0 {
		return
	}
	c := uint32(at >> 32)
	a.dead[c] += int32(n)
	a.waste += int64(n)
	if c != a.current && int(a.dead[c]) == len(a.chunks[c]) {
		a.release(c)
	}
}

func (a *arena) release(c uint32) {
	a.total -= int64(len(a.chunks[c]))
	a.waste -= int64(len(a.chunks[c]))
	a.alloc -= int64(cap(a.chunks[c]))
	a.chunks[c], a.dead[c] = nil, 0
	a.free = append(a.free, c)
}

// sparse reports whether so much is dead that copying the rest pays.
func (a *arena) sparse() bool { return a.waste > maxChunk && 2*a.waste > a.total }
