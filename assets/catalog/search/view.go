package search

import (
	"encoding/binary"
	"fmt"
	"math"
	"sync"
	"sync/atomic"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// view is one moment of an index.
type view struct {
	reader   *scorch.IndexSnapshot
	segments []viewSegment
	// items holds what every live document is, by its number; numbers of documents that were replaced have none.
	items []*item
	live  int
	// norms are the items' by field, and uses their factors, close together for the loops over many documents. uses is replaced as a whole.
	norms [len(fields)][]float32
	uses  atomic.Pointer[[]float32]
	// scratch keeps the arrays of searches.
	scratch sync.Pool
}

// viewSegment is a part of the index. A document's number is its number within the segment and offset.
type viewSegment struct {
	offset  int32
	deleted *roaring.Bitmap
	// fields are the dictionaries of fields.
	fields [len(fields)]segment.TermDictionary
}

// newView numbers the items as a reader does.
func newView(reader index.IndexReader, items map[string]*item) (*view, error) {
	snapshot, ok := reader.(*scorch.IndexSnapshot)
	if !ok {
		return nil, fmt.Errorf("reading the search index: scorch gave a %T", reader)
	}
	v := &view{reader: snapshot}
	offset := int32(0)
	for _, s := range snapshot.Segments() {
		one := viewSegment{offset: offset, deleted: s.Deleted()}
		for i := range fields {
			dict, err := s.Segment().Dictionary(fields[i].name)
			if err != nil {
				return nil, fmt.Errorf("reading the search index: %w", err)
			}
			one.fields[i] = dict
		}
		v.segments = append(v.segments, one)
		offset += int32(s.FullSize())
	}
	v.items = make([]*item, offset)
	for f := range v.norms {
		v.norms[f] = make([]float32, offset)
	}
	all, err := reader.DocIDReaderAll()
	if err != nil {
		return nil, fmt.Errorf("listing the search index: %w", err)
	}
	for {
		id, err := all.Next()
		if err != nil {
			return nil, fmt.Errorf("listing the search index: %w", err)
		}
		if id == nil {
			break
		}
		key, err := reader.ExternalID(id)
		if err != nil {
			return nil, fmt.Errorf("listing the search index: %w", err)
		}
		n, it := number(id), items[key]
		if it == nil {
			return nil, fmt.Errorf("the search index is damaged: it has %s, which is not known", key)
		}
		v.items[n] = it
		for f := range v.norms {
			v.norms[f][n] = it.norms[f]
		}
		v.live++
	}
	return v, all.Close()
}

// setUses computes the factors of uses: 1 for none, and a bit more than another 1 for each ten times as much.
func (v *view) setUses(uses map[string]float64) {
	factors := make([]float32, len(v.items))
	for n, it := range v.items {
		if it != nil {
			factors[n] = float32(1 + 1.2*math.Log10(1+max(0, uses[it.Key()])))
		}
	}
	v.uses.Store(&factors)
}

// number is a document's number, which scorch's internal ids are, big-endian.
func number(id index.IndexInternalID) int { return int(binary.BigEndian.Uint64(id)) }

// mostViewers is how many viewers' decisions are remembered.
const mostViewers = 256

// decisions remembers what viewers may see, so that it is decided once for each item, viewer and version of what was granted.
type decisions struct {
	mu   sync.Mutex
	by   map[string]*decided
	tick uint64
}

// again drops one viewer's decisions.
func (d *decided) again() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.bits = nil
}

// decide asks the viewer.
func decide(who Viewer, it *item) bool {
	if it.Kind == Table {
		return who.Discover(it.object())
	}
	return who.Sees(it.Team)
}

// forget drops all decisions.
func (d *decisions) forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	clear(d.by)
}

// decided is what was decided for one viewer: two bits an item, by its ord.
type decided struct {
	who  Viewer
	mu   sync.Mutex
	bits []uint64
	used uint64
}

func newDecisions() *decisions { return &decisions{by: map[string]*decided{}} }

// of returns the viewer's decisions. The one longest not asked for makes room.
func (d *decisions) of(who Viewer) *decided {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.tick++
	key := who.Key()
	one := d.by[key]
	if one == nil {
		if len(d.by) >= mostViewers {
			oldest := ""
			for k, o := range d.by {
				if oldest == "" || o.used < d.by[oldest].used {
					oldest = k
				}
			}
			delete(d.by, oldest)
		}
		one = &decided{who: who}
		d.by[key] = one
	}
	one.used = d.tick
	return one
}

// sees decides whether the viewer may know of an item. Held is d.mu.
func (d *decided) sees(it *item) bool {
	const known, yes = 1, 2
	at, shift := it.ord/32, uint(it.ord%32)*2
	for len(d.bits) <= at {
		d.bits = append(d.bits, 0)
	}
	switch bits := d.bits[at] >> shift; {
	case bits&yes != 0:
		return true
	case bits&known != 0:
		return false
	}
	see := decide(d.who, it)
	d.bits[at] |= known << shift
	if see {
		d.bits[at] |= yes << shift
	}
	return see
}
