package httpapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"millrace/assets/catalog/search"
	"millrace/models/diag"
	"millrace/server/auth"
)

// searchTime bounds a search.
const searchTime = 5 * time.Second

// registerSearch serves the search.
func (a *API) registerSearch() {
	if a.services.Search == nil {
		return
	}
	const tag = "search"
	register(a, op{ID: "search", Method: http.MethodGet, Path: "/search", Tag: tag, Access: need(auth.View), Summary: "Find tables, models and connections",
		Description: "By name, columns, description, tags, owner and domain, in English and Chinese: words may be cut short, and a letter may be wrong. " +
			"What matches alike comes in the order of its use. Without a text, everything that the filters leave comes. Only what you may know of is found."}, a.searchThings)
	register(a, op{ID: "suggest", Method: http.MethodGet, Path: "/search/suggest", Tag: tag, Access: need(auth.View), Summary: "Names that fit what was typed so far"}, a.suggestNames)
}

// Found is an answer of the search.
type Found struct {
	Items[search.Hit]
	// Complete is false while the index is being made: then there may be more.
	Complete bool `json:"complete" doc:"false while the index is being made: then there may be more"`
}

type searchIn struct {
	Q      string   `query:"q" maxLength:"1000" doc:"what is looked for"`
	Kind   []string `query:"kind,explode" enum:"table,document,connection" doc:"one of these kinds"`
	Type   []string `query:"type,explode" doc:"kind of table or document, or component of connection"`
	Layer  []string `query:"layer,explode" doc:"one of these layers"`
	Domain []string `query:"domain,explode" doc:"one of these domains"`
	Tag    []string `query:"tag,explode" doc:"all of these tags"`
	Team   []string `query:"team,explode" doc:"the id of one of these teams"`
	Limit  int      `query:"limit" minimum:"1" maximum:"100" default:"20" doc:"how many items at most"`
	Cursor string   `query:"cursor" maxLength:"2048" doc:"next_cursor of the page before"`
}

func (a *API) searchThings(ctx context.Context, in *searchIn) (*out[Found], error) {
	q := search.Query{Text: in.Q, Types: in.Type, Layers: in.Layer, Domains: in.Domain, Tags: in.Tag, Teams: in.Team, Limit: in.Limit}
	for _, k := range in.Kind {
		q.Kinds = append(q.Kinds, search.Kind(k))
	}
	question, err := json.Marshal(q)
	if err != nil {
		return nil, err
	}
	// A cursor goes with its question: in the answer of another it would mean another place.
	sum := sha256.Sum256(question)
	asked := hex.EncodeToString(sum[:8])
	var of, offset string
	if err := (Page{Cursor: in.Cursor}).after(&of, &offset); err != nil {
		return nil, err
	}
	if in.Cursor != "" {
		n, err := strconv.Atoi(offset)
		if of != asked || err != nil || n < 0 {
			return nil, diag.Refuse(diag.ErrInvalid, CodeCursor, "Begin again without a cursor.", "the cursor is not one of this search")
		}
		q.Offset = n
	}
	page, err := a.findThings(ctx, q)
	if err != nil {
		return nil, err
	}
	answer := &out[Found]{Body: Found{Items: Items[search.Hit]{Items: page.Hits}, Complete: page.Complete}}
	if answer.Body.Items.Items == nil {
		answer.Body.Items.Items = []search.Hit{}
	}
	if next := q.Offset + len(page.Hits); page.More && next <= search.MaxDepth {
		answer.Body.NextCursor = cursorOf(asked, strconv.Itoa(next))
	}
	return answer, nil
}

func (a *API) findThings(ctx context.Context, q search.Query) (search.Page, error) {
	ctx, cancel := context.WithTimeout(ctx, searchTime)
	defer cancel()
	return a.services.Search.Search(ctx, a.seer(ctx), q)
}

// Suggestion is a name that fits.
type Suggestion struct {
	Kind  search.Kind `json:"kind"`
	ID    string      `json:"id"`
	Name  string      `json:"name"`
	Type  string      `json:"type,omitempty"`
	Spans [][2]int    `json:"spans,omitempty" doc:"the parts of the name that match: from and to, in code points"`
}

func (a *API) suggestNames(ctx context.Context, in *struct {
	Q     string   `query:"q" maxLength:"1000" doc:"what was typed so far"`
	Kind  []string `query:"kind,explode" enum:"table,document,connection" doc:"one of these kinds"`
	Limit int      `query:"limit" minimum:"1" maximum:"50" default:"8"`
},
) (*listOut[Suggestion], error) {
	q := search.Query{Text: in.Q, Names: true, Limit: in.Limit}
	for _, k := range in.Kind {
		q.Kinds = append(q.Kinds, search.Kind(k))
	}
	page, err := a.findThings(ctx, q)
	if err != nil {
		return nil, err
	}
	items := make([]Suggestion, 0, len(page.Hits))
	for i := range page.Hits {
		h := &page.Hits[i]
		s := Suggestion{Kind: h.Kind, ID: h.ID, Name: h.Name, Type: h.Type}
		for _, m := range h.Highlights {
			if m.Field == "name" && !m.Cut {
				s.Spans = m.Spans
			}
		}
		items = append(items, s)
	}
	return &listOut[Suggestion]{Body: Items[Suggestion]{Items: items}}, nil
}
