package search

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/blevesearch/bleve/v2/document"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/index/scorch/mergeplan"
	index "github.com/blevesearch/bleve_index_api"
)

// form is the version of what the index holds. An index of another form is made anew.
const form = "1"

// The fields that are searched, and what a match in them counts: one in the name more than one in a description. It is never changed.
var fields = [...]struct {
	name   string
	weight float32
}{{fieldName, 4}, {fieldColumns, 1.6}, {fieldLabels, 1.8}, {fieldText, 1}}

// The fields of an indexed document. The last two are stored and not searched: what every search needs of an entry, and all of it.
const (
	fieldName    = "name"
	fieldColumns = "columns"
	fieldLabels  = "labels"
	fieldText    = "text"
	fieldHead    = "head"
	fieldEntry   = "entry"
)

// What the index keeps about itself.
const (
	keyForm     = "form"
	keyOrigin   = "origin"
	keyPosition = "position:"
)

// ErrClosed is what a closed index answers.
var ErrClosed = errors.New("the search index is closed")

// Index is the index of one server. Its methods may be called from several goroutines.
type Index struct {
	dir, origin string
	log         *slog.Logger
	seen        *decisions
	complete    atomic.Bool
	// damaged is set when a search ran into something that cannot be read.
	damaged atomic.Bool

	// applying is held while the index is changed; it guards items and uses, and is taken before mu.
	applying sync.Mutex
	items    map[string]*item
	uses     map[string]float64
	nextOrd  int

	// mu guards what follows. Searching holds it for reading, so that a view is not closed under a search.
	mu     sync.RWMutex
	scorch index.Index
	view   *view
}

// item is what is in memory of an entry.
type item struct {
	Entry
	// ord numbers the items in the order in which they came; an entry that changes gets a new item.
	ord int
	// norms are less than 1 the longer a field is, by fields.
	norms [len(fields)]float32
	// folded is the name in lower case, last where its last part begins.
	folded string
	last   int
}

// Options say where an index is and what it is of.
type Options struct {
	// Dir is the index's folder. It is made when it is missing, and removed when what is in it cannot be used.
	Dir string
	// Origin names what is indexed: the installation. An index of another origin is made anew.
	Origin string
	Log    *slog.Logger
}

// Open opens an index, an empty one when there is none that can be used. Position tells how far an index has followed its sources.
func Open(o Options) (*Index, error) {
	ix := &Index{dir: o.Dir, origin: o.Origin, log: o.Log, seen: newDecisions(), uses: map[string]float64{}}
	if ix.log == nil {
		ix.log = slog.New(slog.DiscardHandler)
	}
	err := ix.load()
	if err == nil {
		return ix, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		ix.log.Info("the search index is made anew", "dir", ix.dir, "why", err.Error())
	}
	if err := ix.Reset(); err != nil {
		return nil, err
	}
	return ix, nil
}

// load opens what is in the folder. Bleve panics on some broken files.
func (ix *Index) load() (err error) {
	if _, err := os.Stat(filepath.Join(ix.dir, "root.bolt")); err != nil {
		return err
	}
	defer guard(&err)
	return ix.open()
}

// guard turns a panic into an error.
func guard(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("the search index is damaged: %v", r)
	}
}

// open opens the folder's index and reads the items. The lock of the folder's database is waited for only shortly: who has it is another
// server on the same folder, which is a mistake.
func (ix *Index) open() (err error) {
	s, err := scorch.NewScorch(scorch.Name, map[string]any{"path": ix.dir, "bolt_timeout": "5s"}, index.NewAnalysisQueue(max(1, runtime.GOMAXPROCS(0))))
	if err != nil {
		return fmt.Errorf("opening the search index: %w", err)
	}
	if err := s.Open(); err != nil {
		return fmt.Errorf("opening the search index: %w", err)
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the search index is damaged: %v", r)
		}
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	reader, err := s.Reader()
	if err != nil {
		return fmt.Errorf("reading the search index: %w", err)
	}
	items, err := loadItems(reader, ix.origin)
	if err == nil {
		err = ix.install(s, reader, items)
	}
	if err != nil {
		return errors.Join(err, reader.Close())
	}
	return nil
}

// install makes an opened index the one that is searched.
func (ix *Index) install(s index.Index, reader index.IndexReader, items map[string]*item) error {
	for _, it := range items {
		ix.nextOrd++
		it.ord = ix.nextOrd
	}
	v, err := newView(reader, items)
	if err != nil {
		return err
	}
	v.setUses(ix.uses)
	ix.mu.Lock()
	defer ix.mu.Unlock()
	ix.scorch, ix.items, ix.view = s, items, v
	return nil
}

// loadItems reads the items of an index that has the form and the origin.
func loadItems(reader index.IndexReader, origin string) (map[string]*item, error) {
	for key, want := range map[string]string{keyForm: form, keyOrigin: origin} {
		if got, err := reader.GetInternal([]byte(key)); err != nil || string(got) != want {
			return nil, errors.Join(fmt.Errorf("the index has the %s %q, not %q", key, got, want), err)
		}
	}
	all, err := reader.DocIDReaderAll()
	if err != nil {
		return nil, fmt.Errorf("listing the search index: %w", err)
	}
	items := map[string]*item{}
	for {
		id, err := all.Next()
		if err != nil {
			return nil, fmt.Errorf("listing the search index: %w", err)
		}
		if id == nil {
			return items, all.Close()
		}
		key, err := reader.ExternalID(id)
		if err != nil {
			return nil, fmt.Errorf("listing the search index: %w", err)
		}
		var h head
		if err := stored(reader, key, fieldHead, &h); err != nil {
			return nil, err
		}
		items[key] = newItem(h)
	}
}

// stored reads a stored field of a document.
func stored(reader index.IndexReader, key, field string, into any) error {
	doc, err := reader.Document(key)
	if err != nil {
		return fmt.Errorf("reading %s in the search index: %w", key, err)
	}
	if doc == nil {
		return fmt.Errorf("reading %s in the search index: %w", key, fs.ErrNotExist)
	}
	err = fmt.Errorf("reading %s in the search index: there is no %s", key, field)
	doc.VisitFields(func(f index.Field) {
		if f.Name() == field {
			err = json.Unmarshal(f.Value(), into)
		}
	})
	return err
}

// head is what is stored of an entry for the item, its description and columns being empty.
type head struct {
	Entry
	// Lengths are those of the fields, about in words.
	Lengths [len(fields)]int `json:"lengths"`
}

func newItem(h head) *item {
	it := &item{Entry: h.Entry, folded: strings.ToLower(h.Name)}
	it.last = strings.LastIndexByte(it.folded, '.') + 1
	for i, n := range h.Lengths {
		it.norms[i] = float32(1 / math.Sqrt(float64(max(1, n))))
	}
	return it
}

// Position returns how far the index has followed a source; 0 is the beginning.
func (ix *Index) Position(source string) (int64, error) {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	if ix.view == nil {
		return 0, ErrClosed
	}
	text, err := ix.view.reader.GetInternal([]byte(keyPosition + source))
	if err != nil {
		return 0, fmt.Errorf("reading the position of %s: %w", source, err)
	}
	if len(text) == 0 {
		return 0, nil
	}
	at, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("reading the position of %s: %w", source, err)
	}
	return at, nil
}

// Apply takes changes of a source in, up to a position of it. They are found after the next Refresh.
func (ix *Index) Apply(source string, position int64, changes []Change) error {
	ix.applying.Lock()
	defer ix.applying.Unlock()
	if ix.scorch == nil {
		return ErrClosed
	}
	b := index.NewBatch()
	fresh := map[string]*item{}
	for i := range changes {
		c := &changes[i]
		key := c.Key()
		if c.Gone {
			b.Delete(key)
			fresh[key] = nil
			continue
		}
		doc, h, err := documentOf(&c.Entry)
		if err != nil {
			return err
		}
		b.Update(doc)
		ix.nextOrd++
		it := newItem(h)
		it.ord = ix.nextOrd
		fresh[key] = it
	}
	b.SetInternal([]byte(keyPosition+source), strconv.AppendInt(nil, position, 10))
	if err := ix.scorch.Batch(b); err != nil {
		return fmt.Errorf("changing the search index: %w", err)
	}
	for key, it := range fresh {
		if it == nil {
			delete(ix.items, key)
			continue
		}
		ix.items[key] = it
	}
	return nil
}

// documentOf is an entry as bleve keeps it, with its head.
func documentOf(e *Entry) (*document.Document, head, error) {
	var columns, text strings.Builder
	text.WriteString(e.Description)
	for _, c := range e.Columns {
		columns.WriteString(c.Name)
		columns.WriteByte('\n')
		if c.Description != "" {
			text.WriteByte('\n')
			text.WriteString(c.Description)
		}
	}
	texts := [len(fields)]string{e.Name, columns.String(), strings.Join(append([]string{e.Domain, e.Owner, e.Type}, e.Tags...), "\n"), text.String()}

	h := head{Entry: *e}
	h.Description, h.Columns = "", nil
	doc := document.NewDocument(e.Key())
	for i, t := range texts {
		doc.AddField(document.NewTextFieldCustom(fields[i].name, nil, []byte(t), index.IndexField|index.SkipFreqNorm, analyzer{}))
		const wordBytes = 5 // about, with what stands between words
		h.Lengths[i] = len(t) / wordBytes
	}
	for name, value := range map[string]any{fieldHead: h, fieldEntry: e} {
		text, err := json.Marshal(value)
		if err != nil {
			return nil, head{}, fmt.Errorf("writing %s for the search index: %w", e.Key(), err)
		}
		doc.AddField(document.NewTextFieldWithIndexingOptions(name, nil, text, index.StoreField))
	}
	return doc, h, nil
}

// Refresh lets searches see what was applied.
func (ix *Index) Refresh() error {
	ix.applying.Lock()
	defer ix.applying.Unlock()
	if ix.scorch == nil {
		return ErrClosed
	}
	reader, err := ix.scorch.Reader()
	if err != nil {
		return fmt.Errorf("reading the search index: %w", err)
	}
	v, err := newView(reader, ix.items)
	if err != nil {
		return errors.Join(err, reader.Close())
	}
	v.setUses(ix.uses)
	ix.mu.Lock()
	old := ix.view
	ix.view = v
	ix.renumber()
	ix.mu.Unlock()
	if err := old.reader.Close(); err != nil {
		return fmt.Errorf("closing the search index's last view: %w", err)
	}
	return nil
}

// renumber gives the items new numbers once most of the old ones are not in use any more: what is remembered of viewers has room for all
// numbers. No search may run.
func (ix *Index) renumber() {
	const slack = 1 << 16
	if ix.nextOrd < 4*len(ix.items)+slack {
		return
	}
	ix.nextOrd = 0
	for _, it := range ix.items {
		ix.nextOrd++
		it.ord = ix.nextOrd
	}
	ix.seen.forget()
}

// Reset empties the index, which then has followed its sources not at all.
func (ix *Index) Reset() error {
	ix.applying.Lock()
	defer ix.applying.Unlock()
	ix.complete.Store(false)
	ix.damaged.Store(false)
	err := ix.close()
	if err != nil {
		ix.log.Warn("closing the search index", "error", err)
	}
	if err := os.RemoveAll(ix.dir); err != nil {
		return fmt.Errorf("removing the search index: %w", err)
	}
	if err := os.MkdirAll(ix.dir, 0o700); err != nil {
		return fmt.Errorf("making the search index: %w", err)
	}
	s, err := scorch.NewScorch(scorch.Name, map[string]any{"path": ix.dir}, index.NewAnalysisQueue(1))
	if err != nil {
		return fmt.Errorf("making the search index: %w", err)
	}
	if err := s.Open(); err != nil {
		return fmt.Errorf("making the search index: %w", err)
	}
	b := index.NewBatch()
	b.SetInternal([]byte(keyForm), []byte(form))
	b.SetInternal([]byte(keyOrigin), []byte(ix.origin))
	if err := errors.Join(s.Batch(b), s.Close()); err != nil {
		return fmt.Errorf("making the search index: %w", err)
	}
	return ix.open()
}

// SetUses says how much things are used, by key; what is not named is not used. Higher comes first among what matches alike.
func (ix *Index) SetUses(uses map[string]float64) {
	ix.applying.Lock()
	defer ix.applying.Unlock()
	ix.uses = uses
	if ix.view != nil {
		ix.view.setUses(uses) // applying is held, so the view stays
	}
}

// Merge makes the index one piece, which is searched faster than many. It takes a while and does not hinder searches.
func (ix *Index) Merge(ctx context.Context) error {
	ix.applying.Lock()
	s := ix.scorch
	ix.applying.Unlock()
	whole, ok := s.(*scorch.Scorch)
	if !ok {
		return ErrClosed
	}
	if err := whole.ForceMerge(ctx, &mergeplan.SingleSegmentMergePlanOptions); err != nil {
		return fmt.Errorf("merging the search index: %w", err)
	}
	return ix.Refresh()
}

// Close closes the index.
func (ix *Index) Close() error {
	ix.applying.Lock()
	defer ix.applying.Unlock()
	return ix.close()
}

func (ix *Index) close() error {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if ix.scorch == nil {
		return nil
	}
	err := errors.Join(ix.view.reader.Close(), ix.scorch.Close())
	ix.scorch, ix.view, ix.items = nil, nil, nil
	if err != nil {
		return fmt.Errorf("closing the search index: %w", err)
	}
	return nil
}

// Search answers a question of a viewer. An error that is not the context's is of an index that is damaged: a Follower makes it anew.
func (ix *Index) Search(ctx context.Context, who Viewer, q Query) (page Page, err error) {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	if ix.view == nil {
		return Page{}, ErrClosed
	}
	page, err = ix.view.guarded(ctx, ix.seen.of(who), q)
	if err != nil && ctx.Err() == nil {
		ix.damaged.Store(true)
	}
	page.Complete = ix.complete.Load()
	return page, err
}
