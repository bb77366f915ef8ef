package grants

import (
	"hash/maphash"
	"iter"
	"slices"
	"time"
)

// Index answers questions about a set of policies. It is never changed: With makes another one. Its methods may be called from any
// number of goroutines; May allocates nothing.
//
// Policies lie in cells, one for each subject and scope that has any, and the cells in pages of buckets by the hash of the two. A change
// copies the buckets and the pages it touches. Beside them a second kind of cell holds all policies of a scope, whoever they are for.
type Index struct {
	seed  maphash.Seed
	pages [fanOut]*page
	count int
}

// fanOut is the number of pages, and of the buckets of a page.
const fanOut = 256

type page [fanOut][]slot

// slot is a cell of a bucket, with its hash beside it: most of those that are looked at are other ones.
type slot struct {
	hash uint64
	*cell
}

// cellKey is what the policies of a cell have in common; no subject is every subject.
type cellKey struct {
	subject Subject
	place   place
}

// cell holds the policies of one key. allow and deny are what those say that never expire; timed are the others.
type cell struct {
	key         cellKey
	allow, deny mask
	timed       []timedMask
	policies    []*Policy
}

// timedMask is what one policy says until a time, in microseconds.
type timedMask struct {
	until       int64
	allow, deny mask
}

// NewIndex compiles policies. Those that are not valid, of which Policy.Validate tells, are left out.
func NewIndex(policies []Policy) *Index {
	x := &Index{seed: maphash.MakeSeed()}
	e := edit{Index: x, fresh: map[*page]bool{}, own: map[*cell]uint64{}}
	for i := range policies {
		e.add(&policies[i])
	}
	e.seal()
	return x
}

// With returns the index after changes, in their order. A policy that is added under an id that is there takes its place.
func (x *Index) With(changes []Change) *Index {
	next := *x
	e := edit{Index: &next, fresh: map[*page]bool{}, own: map[*cell]uint64{}}
	for i := range changes {
		c := &changes[i]
		e.remove(&c.Policy)
		if c.Revoked == nil {
			e.add(&c.Policy)
		}
	}
	e.seal()
	return &next
}

// Len returns how many policies there are.
func (x *Index) Len() int { return x.count }

// edit is an index while it is made. fresh are the pages and own the cells that no other index shares, with their
// hashes.
type edit struct {
	*Index
	fresh map[*page]bool
	own   map[*cell]uint64
}

func (e *edit) add(p *Policy) {
	where, ok := p.Scope.place()
	if !ok || p.touches() == 0 || p.Effect != Allow && p.Effect != Deny || p.Subject == "" {
		return
	}
	for _, key := range []cellKey{{p.Subject, where}, {"", where}} {
		c := e.writable(key)
		c.policies = append(c.policies, p)
	}
	e.count++
}

func (e *edit) remove(p *Policy) {
	where, ok := p.Scope.place()
	if !ok {
		return
	}
	same := func(other *Policy) bool { return other.ID == p.ID }
	for i, key := range []cellKey{{p.Subject, where}, {"", where}} {
		old := e.find(key, e.hash(key))
		if old == nil || !slices.ContainsFunc(old.policies, same) {
			continue
		}
		c := e.writable(key)
		c.policies = slices.DeleteFunc(c.policies, same)
		if i == 0 {
			e.count--
		}
	}
}

// writable returns the cell of a key, which no other index has.
func (e *edit) writable(key cellKey) *cell {
	h := e.hash(key)
	n := h >> 56
	pg := e.pages[n]
	switch {
	case pg == nil:
		pg = &page{}
	case !e.fresh[pg]:
		own := *pg
		pg = &own
	}
	e.pages[n], e.fresh[pg] = pg, true

	b := &pg[h>>48&(fanOut-1)]
	i := slices.IndexFunc(*b, func(s slot) bool { return s.hash == h && s.key == key })
	if i >= 0 {
		if _, own := e.own[(*b)[i].cell]; own {
			return (*b)[i].cell
		}
	}
	c := &cell{key: key}
	*b = slices.Clone(*b)
	if i >= 0 {
		c.policies = slices.Clone((*b)[i].policies)
		(*b)[i].cell = c
	} else {
		*b = append(*b, slot{h, c})
	}
	e.own[c] = h
	return c
}

// seal works out what the changed cells say, and takes those out that say nothing any more.
func (e *edit) seal() {
	for c, h := range e.own {
		c.allow, c.deny, c.timed = 0, 0, nil
		if len(c.policies) == 0 {
			b := &e.pages[h>>56][h>>48&(fanOut-1)]
			*b = slices.DeleteFunc(slices.Clone(*b), func(other slot) bool { return other.cell == c })
			continue
		}
		if c.key.subject == "" {
			continue // nobody asks it for a decision
		}
		for _, p := range c.policies {
			m := timedMask{until: microsOf(p.Expires)}
			if p.Effect == Deny {
				m.deny = p.touches()
			} else {
				m.allow = p.touches()
			}
			if m.until != 0 {
				c.timed = append(c.timed, m)
				continue
			}
			c.allow |= m.allow
			c.deny |= m.deny
		}
	}
}

func (x *Index) hash(key cellKey) uint64 {
	return combine(x.hashOf(key.place), maphash.String(x.seed, string(key.subject)))
}

func (x *Index) hashOf(p place) uint64 {
	return combine(combine(uint64(p.level)+1, maphash.String(x.seed, p.catalog)), maphash.String(x.seed, p.name))
}

// combine mixes two hashes such that their order matters.
func combine(a, b uint64) uint64 {
	const odd = 0x9e3779b97f4a7c15
	h := (a ^ b>>29 ^ b<<35) * odd
	return (h ^ h>>32) * odd
}

func (x *Index) find(key cellKey, h uint64) *cell {
	pg := x.pages[h>>56]
	if pg == nil {
		return nil
	}
	b := pg[h>>48&(fanOut-1)]
	for i := range b {
		if b[i].hash == h && b[i].key == key {
			return b[i].cell
		}
	}
	return nil
}

// at is what a cell says at a time, in microseconds.
func (c *cell) at(micros int64) (allow, deny mask) {
	allow, deny = c.allow, c.deny
	for i := range c.timed {
		if t := &c.timed[i]; micros < t.until {
			allow |= t.allow
			deny |= t.deny
		}
	}
	return allow, deny
}

// places are an object and what is above it, as places; n says how many.
func (o Object) places() (out [4]place, n int) {
	n = 1
	if o.Catalog != "" {
		out[n] = place{levelCatalog, o.Catalog, ""}
		n++
	}
	if o.DB != "" {
		out[n] = place{levelDB, o.Catalog, o.DB}
		n++
	}
	if o.Table != "" {
		out[n] = place{levelTable, "", o.Table}
		n++
	}
	return out, n
}

// actions returns what the policies at some places let a principal do, and what they keep it from.
func (x *Index) actions(p *Principal, places []place, micros int64) (allow, deny mask) {
	for i := range places {
		h := x.hashOf(places[i])
		for g := -1; g < len(p.Groups); g++ {
			s := p.Subject
			if g >= 0 {
				s = p.Groups[g]
			}
			c := x.find(cellKey{s, places[i]}, combine(h, maphash.String(x.seed, string(s))))
			if c == nil {
				continue
			}
			a, d := c.at(micros)
			allow |= a
			deny |= d
		}
	}
	return allow, deny
}

// May reports whether a principal may do something at a time of the store's clock.
func (x *Index) May(p Principal, a Action, o Object, at time.Time) bool {
	if p.Subject == "" {
		return false
	}
	places, n := o.places()
	allow, deny := x.actions(&p, places[:n], at.UnixMicro())
	return (allow&^deny)&a.bit() != 0
}

// Decide is May with the policies that decided.
func (x *Index) Decide(p Principal, a Action, o Object, at time.Time) Decision {
	allows, denies := x.sayings(p, a, o, at)
	if len(denies) > 0 {
		return Decision{By: denies}
	}
	return Decision{Allowed: len(allows) > 0, By: allows}
}

// sayings are the policies in force that allow an action and those that deny it, the widest scopes first.
func (x *Index) sayings(p Principal, a Action, o Object, at time.Time) (allows, denies []Policy) {
	if p.Subject == "" {
		return nil, nil
	}
	places, n := o.places()
	for _, where := range places[:n] {
		for g := -1; g < len(p.Groups); g++ {
			s := p.Subject
			if g >= 0 {
				if s = p.Groups[g]; s == p.Subject || slices.Contains(p.Groups[:g], s) {
					continue
				}
			}
			key := cellKey{s, where}
			c := x.find(key, x.hash(key))
			if c == nil || s == "" {
				continue
			}
			for _, one := range c.policies {
				if !one.liveAt(at) || one.touches()&a.bit() == 0 {
					continue
				}
				if one.Effect == Deny {
					denies = append(denies, *one)
				} else {
					allows = append(allows, *one)
				}
			}
		}
	}
	return allows, denies
}

// liveAt reports whether a policy has not expired.
func (p *Policy) liveAt(at time.Time) bool {
	return p.Expires.IsZero() || at.UnixMicro() < p.Expires.UnixMicro()
}

// Allowed answers for each of many objects whether a principal may.
func (x *Index) Allowed(p Principal, a Action, objects []Object, at time.Time) []bool {
	out := make([]bool, len(objects))
	if p.Subject == "" || a.bit() == 0 {
		return out
	}
	micros := at.UnixMicro()
	subjects := slices.Clone(p.Groups)
	subjects = append(subjects, p.Subject)
	slices.Sort(subjects)
	p = Principal{Subject: subjects[0], Groups: slices.Compact(subjects)[1:]}
	hashes := make([]uint64, 0, len(p.Groups)+1)
	for _, s := range subjects[:len(p.Groups)+1] {
		hashes = append(hashes, maphash.String(x.seed, string(s)))
	}

	// What is said above the tables is the same for all of a database.
	type said struct{ allow, deny mask }
	above := map[[2]string]said{}
	for i := range objects {
		o := objects[i]
		path := [2]string{o.Catalog, o.DB}
		up, known := above[path]
		if !known {
			places, n := Object{Catalog: o.Catalog, DB: o.DB}.places()
			up.allow, up.deny = x.actions(&p, places[:n], micros)
			above[path] = up
		}
		if up.deny&a.bit() != 0 {
			continue
		}
		allow, deny := up.allow, up.deny
		if o.Table != "" {
			where := place{levelTable, "", o.Table}
			h := x.hashOf(where)
			for k, s := range subjects[:len(hashes)] {
				if c := x.find(cellKey{s, where}, combine(h, hashes[k])); c != nil {
					al, de := c.at(micros)
					allow |= al
					deny |= de
				}
			}
		}
		out[i] = (allow&^deny)&a.bit() != 0
	}
	return out
}

// Within lists the policies whose scope is exactly this one, expired ones among them.
func (x *Index) Within(s Scope) []Policy {
	where, ok := s.place()
	if !ok {
		return nil
	}
	key := cellKey{"", where}
	c := x.find(key, x.hash(key))
	if c == nil {
		return nil
	}
	out := make([]Policy, len(c.policies))
	for i, p := range c.policies {
		out[i] = *p
	}
	return out
}

// All goes over the policies, in no order, expired ones among them.
func (x *Index) All() iter.Seq[*Policy] {
	return func(yield func(*Policy) bool) {
		for _, pg := range x.pages {
			if pg == nil {
				continue
			}
			for _, b := range pg {
				for _, c := range b {
					if c.key.subject != "" {
						continue
					}
					for _, p := range c.policies {
						if !yield(p) {
							return
						}
					}
				}
			}
		}
	}
}

// microsOf is a time as policies keep it; 0 is none.
func microsOf(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}
