package generator

import (
	"math"
	"math/bits"
)

// golden is 2^64 divided by the golden ratio, SplitMix64's increment.
const golden = 0x9e3779b97f4a7c15

// mix is SplitMix64's output function: a bijection in which every input bit changes half of the output's.
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

// random is the state of a SplitMix64 generator.
type random uint64

func (r *random) next() uint64 {
	*r += golden
	return mix(uint64(*r))
}

// below returns a number from 0 to n-1; its bias is below n/2^64.
func (r *random) below(n uint64) uint64 {
	hi, _ := bits.Mul64(r.next(), n)
	return hi
}

// unit returns a number in [0, 1).
func (r *random) unit() float64 { return toUnit(r.next()) }

func toUnit(x uint64) float64 { return float64(x>>11) * 0x1p-53 }

// ranks draws numbers from 1 to n of which k comes with probability ln(1+1/k)/ln(n+1): Zipf's law with exponent 1, but for the
// first few ranks, and without a table.
type ranks struct {
	n   int64
	log float64
}

func ranksOf(n int64) ranks { return ranks{n, math.Log(float64(n) + 1)} }

func (z ranks) draw(r *random) int64 {
	return min(int64(math.Exp(r.unit()*z.log)), z.n)
}

// weight is a value with its share among the others of a choice.
type weight struct {
	value string
	share uint64
}

// choice draws one of several values.
type choice struct {
	values []weight
	total  uint64
}

func choiceOf(values ...weight) choice {
	c := choice{values: values}
	for _, w := range values {
		c.total += w.share
	}
	return c
}

// at returns the value that a hash falls on.
func (c *choice) at(hash uint64) string {
	x, _ := bits.Mul64(hash, c.total)
	for i := range c.values {
		if x < c.values[i].share {
			return c.values[i].value
		}
		x -= c.values[i].share
	}
	return c.values[len(c.values)-1].value
}

func (c *choice) draw(r *random) string { return c.at(r.next()) }
