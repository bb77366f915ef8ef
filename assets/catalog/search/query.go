package search

// Bounds of a search.
const (
	// MaxLimit is the largest page, MaxDepth how far into the answer pages go.
	MaxLimit = 100
	MaxDepth = 1000
	// MaxText is how much of a question counts, in code points.
	MaxText = 200
	// maxTerms is how many terms of it count.
	maxTerms = 12
)

// Query is a question.
type Query struct {
	// Text is what is looked for; nothing gives all that the filters leave, the most used first.
	Text string
	// Names asks only for things whose name matches, as the suggestions of an input do.
	Names bool
	// The filters: what is found has one of the values, and all of the tags. An empty list filters nothing. Teams are ids.
	Kinds   []Kind
	Types   []string
	Layers  []string
	Domains []string
	Tags    []string
	Teams   []string
	// Offset and Limit are the page; a limit of 0 is 20.
	Offset, Limit int
}

// Hit is something that was found.
type Hit struct {
	// Entry is without its columns; those that matched are among the highlights.
	Entry
	Highlights []Highlight `json:"highlights,omitempty"`
}

// Highlight is a text that matched.
type Highlight struct {
	// Field is name, column, column_description, description, type, tag, domain or owner.
	Field string `json:"field"`
	// Column is the column's name where the field is one of a column.
	Column string `json:"column,omitempty"`
	// Text is the field's text, of a long one the part around the first match; then Cut says that there is more.
	Text string `json:"text"`
	Cut  bool   `json:"cut,omitempty"`
	// Spans are the parts of Text that matched: from and to, in code points, to being exclusive.
	Spans [][2]int `json:"spans"`
}

// Page is a part of an answer.
type Page struct {
	Hits []Hit
	// More says that the viewer may see more.
	More bool
	// Complete says that the index has caught up with its sources at least once.
	Complete bool
}
