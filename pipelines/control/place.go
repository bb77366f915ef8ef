package control

// place returns which of the open pipelines a worker should take. Each goes to the worker that has least in proportion to what it takes.
// Every worker computes the same from the same board, so that they do not run for the same pipelines; where their boards differ, the
// claim decides.
func place(b *Board, worker string) []Wish {
	load := make([]int, len(b.Workers))
	for i, w := range b.Workers {
		load[i] = w.Pipelines
	}
	var own []Wish
	for _, wish := range b.Open {
		least := -1
		for i, w := range b.Workers {
			if w.Leaving || load[i] >= w.Capacity {
				continue
			}
			// a/b < c/d, without fractions.
			if least < 0 || load[i]*b.Workers[least].Capacity < load[least]*w.Capacity {
				least = i
			}
		}
		if least < 0 {
			break
		}
		load[least]++
		if b.Workers[least].ID == worker {
			own = append(own, wish)
		}
	}
	return own
}
