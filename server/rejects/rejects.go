package rejects

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"millrace/assets/audit"
	"millrace/assets/grants"
	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/pipelines/compile"
	"millrace/pipelines/control"
	"millrace/pipelines/engine"
	"millrace/server/store"
)

// The diagnostics of this package.
const (
	// CodeNotFound is a dead letter that is not there, or was taken by retention.
	CodeNotFound diag.Code = "rejects.not_found"
	// CodeHidden is content that may not be seen.
	CodeHidden diag.Code = "rejects.hidden"
	// CodeContent is a dead letter without a whole record, which has to be given.
	CodeContent diag.Code = "rejects.content"
)

// Store has the files of rejects and remembers replays; store.Store is one.
type Store interface {
	RejectFiles(ctx context.Context, pipeline string, limit int) ([]store.RejectFile, error)
	BeginReplay(ctx context.Context, pipeline, replay string, rejects []string, entry *audit.Entry) error
	EndReplay(ctx context.Context, replay string, done bool) error
	Replays(ctx context.Context, pipeline string) (map[string]store.Replayed, error)
	control.Manifests
	control.Leases
	Forget(ctx context.Context, pipeline string) error
}

// Pipelines knows what was deployed; control.Service does.
type Pipelines interface {
	Get(ctx context.Context, id string) (*control.Status, error)
	Version(ctx context.Context, id string, number int64) (*control.Version, error)
	Versions(ctx context.Context, id string, before int64, limit int) ([]control.Version, error)
}

// Deps is what a Service is made of.
type Deps struct {
	Store     Store
	Pipelines Pipelines
	Registry  *component.Registry
	// Env has the catalog and the policy that decides for a principal.
	Env func(ctx context.Context, p grants.Principal) (compile.Env, error)
	// Connections opens those of a pipeline's sinks.
	Connections func(ctx context.Context) (component.Connections, error)
	// Folder is a pipeline's part of the checkpoint folder.
	Folder func(pipeline string) string
	// Installation names this installation to sinks; Holder is this process.
	Installation, Holder string
}

// Service shows and replays rejects. Its methods may be called from several goroutines.
type Service struct{ Deps }

// New returns a service.
func New(d Deps) *Service { return &Service{d} }

// Item is a dead letter or a late row.
type Item struct {
	ID          string    `json:"id"`
	CommittedAt time.Time `json:"committed_at"`
	// Hidden says that the content is not shown.
	Hidden bool `json:"hidden,omitempty"`
	engine.Reject
	// Replayed is set where it was put through the pipeline again.
	Replayed *store.Replayed `json:"replayed,omitempty"`
}

// Filter narrows a list; zero values are all.
type Filter struct {
	// Kind is "dead" or "late", Code a code, Node an operator's id, and From and To bound the time of commit.
	Kind, Code, Node string
	From, To         time.Time
	// After is the id behind which the page begins; the newest come first.
	After string
	Limit int
}

// Page is a part of a list.
type Page struct {
	Items []Item
	// Next reads on; empty is the end. A page may be short of Limit and go on nevertheless.
	Next string
	// Contents says whether records are shown; Why says why they are not.
	Contents bool
	Why      string
}

// pageBytes bounds how much of the files is read for one page.
const pageBytes = 64 << 20

// List returns a page of a pipeline's rejects, as a principal may see them.
func (s *Service) List(ctx context.Context, who grants.Principal, pipeline string, f Filter) (*Page, error) {
	hidden, err := s.hidden(ctx, who, pipeline)
	if err != nil {
		return nil, err
	}
	files, err := s.Store.RejectFiles(ctx, pipeline, 0)
	if err != nil {
		return nil, err
	}
	replays, err := s.Store.Replays(ctx, pipeline)
	if err != nil {
		return nil, err
	}
	out := &Page{Items: []Item{}, Contents: hidden == "", Why: hidden}
	manifest, below, _ := parseID(f.After)
	if manifest != "" {
		for len(files) > 0 && files[0].Manifest != manifest {
			files = files[1:]
		}
	}
	read := int64(0)
	for _, file := range files {
		if !f.From.IsZero() && file.CommittedAt.Before(f.From) || !f.To.IsZero() && !file.CommittedAt.Before(f.To) {
			continue
		}
		if read > pageBytes {
			return out, nil
		}
		read += file.Bytes
		rejects, err := s.read(file)
		if err != nil {
			return nil, err
		}
		last := len(rejects)
		if file.Manifest == manifest {
			last = min(last, below)
		}
		// Within a file the oldest come first.
		for i := last - 1; i >= 0; i-- {
			r := rejects[i]
			if f.Kind != "" && r.Kind != f.Kind || f.Code != "" && string(r.Code) != f.Code || f.Node != "" && r.Node != f.Node {
				continue
			}
			item := Item{ID: idOf(file.Manifest, i), CommittedAt: file.CommittedAt, Reject: r}
			if again, ok := replays[item.ID]; ok {
				item.Replayed = &again
			}
			if hidden != "" {
				item.hide()
			}
			if out.Items = append(out.Items, item); len(out.Items) == f.Limit {
				out.Next = item.ID
				return out, nil
			}
		}
		out.Next = idOf(file.Manifest, 0)
	}
	out.Next = ""
	return out, nil
}

// hide takes away what is data.
func (i *Item) hide() {
	i.Hidden, i.Raw, i.Row = true, nil, nil
	// A path names a column, and may name a key of a record.
	i.Path = ""
}

func (s *Service) read(f store.RejectFile) ([]engine.Reject, error) {
	rejects, err := engine.ReadRejects(s.Folder(f.Pipeline), f.RejectFile, f.Epoch)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // retention took it in the meantime
	}
	return rejects, err
}

func idOf(manifest string, i int) string { return manifest + "." + strconv.Itoa(i) }

func parseID(id string) (manifest string, i int, ok bool) {
	at := strings.LastIndexByte(id, '.')
	if at < 0 {
		return "", 0, false
	}
	i, err := strconv.Atoi(id[at+1:])
	return id[:at], i, err == nil && i >= 0
}

// Get returns one reject with its content.
func (s *Service) Get(ctx context.Context, who grants.Principal, pipeline, id string) (*Item, error) {
	hidden, err := s.hidden(ctx, who, pipeline)
	if err != nil {
		return nil, err
	}
	if hidden != "" {
		return nil, diag.Refuse(diag.ErrDenied, CodeHidden, "Request read on what the pipeline reads.", "%s", hidden)
	}
	items, err := s.items(ctx, pipeline, []string{id})
	if err != nil {
		return nil, err
	}
	return &items[0], nil
}

// items finds rejects by their ids, in that order.
func (s *Service) items(ctx context.Context, pipeline string, ids []string) ([]Item, error) {
	files, err := s.Store.RejectFiles(ctx, pipeline, 0)
	if err != nil {
		return nil, err
	}
	replays, err := s.Store.Replays(ctx, pipeline)
	if err != nil {
		return nil, err
	}
	read := map[string][]engine.Reject{}
	at := map[string]time.Time{}
	out := make([]Item, len(ids))
	for n, id := range ids {
		manifest, i, _ := parseID(id)
		if _, done := read[manifest]; !done {
			read[manifest] = nil
			for _, f := range files {
				if f.Manifest == manifest {
					at[manifest] = f.CommittedAt
					if read[manifest], err = s.read(f); err != nil {
						return nil, err
					}
				}
			}
		}
		if i >= len(read[manifest]) {
			return nil, diag.Refuse(diag.ErrNotFound, CodeNotFound, "", "there is no reject %.80q of this pipeline; retention may have taken it", id)
		}
		out[n] = Item{ID: id, CommittedAt: at[manifest], Reject: read[manifest][i]}
		if again, ok := replays[id]; ok {
			out[n].Replayed = &again
		}
	}
	return out, nil
}

// manyVersions is how many versions of a pipeline are looked at.
const manyVersions = 50

// hidden says why a principal may not see the records of a pipeline; empty is that it may. They may have been read by any version that ran
// within the time that rejects are kept, so all are looked at.
func (s *Service) hidden(ctx context.Context, who grants.Principal, pipeline string) (string, error) {
	env, err := s.Env(ctx, who)
	if err != nil {
		return "", err
	}
	env = env.Seen()
	versions, err := s.Pipelines.Versions(ctx, pipeline, 0, manyVersions)
	if err != nil {
		return "", err
	}
	seen := map[string]bool{}
	for _, v := range versions {
		if seen[v.Fingerprint] {
			continue
		}
		seen[v.Fingerprint] = true
		p, err := s.planOf(ctx, pipeline, v.Number)
		if err != nil {
			return "", err
		}
		if why := unreadable(env, p); why != "" {
			return why, nil
		}
	}
	return "", nil
}

func (s *Service) planOf(ctx context.Context, pipeline string, number int64) (*plan.Plan, error) {
	v, err := s.Pipelines.Version(ctx, pipeline, number)
	if err != nil {
		return nil, err
	}
	p, err := plan.Unmarshal(v.Plan)
	if err != nil {
		return nil, fmt.Errorf("reading the plan of version %d: %w", number, err)
	}
	return p, nil
}

// unreadable says what of a plan's sources the policy does not let be read whole.
func unreadable(env compile.Env, p *plan.Plan) string {
	why := ""
	p.Walk(func(n *plan.Node) {
		scan, ok := n.Op.(*plan.Scan)
		if !ok || why != "" {
			return
		}
		if scan.Table != "" {
			switch access := env.Policy.Read(scan.Table); {
			case !env.Policy.Discover(scan.Table):
				why = "the records are of a table that you may not read"
			case access.Denied != "":
				why = "the records are of " + scan.Table + ": " + access.Denied
			case access.RowFilter != "":
				why = "the records are of " + scan.Table + ", of which you may not read every row"
			}
			return
		}
		place, reaches, err := env.Registry.ScanPlace(nil, scan)
		switch {
		case err != nil:
			why = "the pipeline's source cannot be told"
		case reaches && env.Policy.Connect(compile.Use{Place: place}).Denied != "":
			why = "the records were read through a connection that you may not use"
		}
	})
	return why
}
