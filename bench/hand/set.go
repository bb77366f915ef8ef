package hand

// set holds distinct positive integers in an open-addressing table with linear probing; zero marks a free slot.
type set struct {
	slots []int64 // a power of two, at most three quarters full
	n     int
}

func (s *set) add(v int64) {
	if 4*s.n >= 3*len(s.slots) {
		s.grow()
	}
	mask := len(s.slots) - 1
	for i := int(uint64(v)*0x9e3779b97f4a7c15>>32) & mask; ; i = (i + 1) & mask {
		switch s.slots[i] {
		case v:
			return
		case 0:
			s.slots[i] = v
			s.n++
			return
		}
	}
}

func (s *set) grow() {
	old := s.slots
	s.slots, s.n = make([]int64, max(16, 2*len(old))), 0
	for _, v := range old {
		if v != 0 {
			s.add(v)
		}
	}
}

func (s *set) addAll(other *set) {
	for _, v := range other.slots {
		if v != 0 {
			s.add(v)
		}
	}
}
