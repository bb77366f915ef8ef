package model

import "millrace/models/diag"

// Kind is the kind of a Value.
type Kind uint8

// The kinds of a Value.
const (
	Null Kind = iota
	Bool
	Number
	String
	List
	Map
)

// String returns the kind as a person would call it.
func (k Kind) String() string {
	return [...]string{"nothing", "true or false", "a number", "a text", "a list", "a mapping"}[k]
}

// Value is a parsed piece of a document that remembers where it stood. Numbers keep their text.
type Value struct {
	Kind Kind
	// Text is the text of a scalar: "true", "0.5", the string.
	Text string
	// Items are the members of a List, Entries those of a Map in the order they were written.
	Items   []Value
	Entries []Entry
	// At is where the value stands. For a scalar it is where its text stands: behind the quote of a quoted one, and in a block scalar on the
	// line behind the indicator, at the column of the block's indent. The end is known exactly when the text stands in the document
	// character by character, so that positions inside it add up (diag.Span.In does the arithmetic). It is unknown for lists and
	// mappings, and for scalars that are escaped or folded: what is wrong inside those is reported at the start.
	At diag.Span
}

// Entry is one key of a Map.
type Entry struct {
	Key   string
	KeyAt diag.Span
	Value Value
}

// Get returns the entry of a Map by key.
func (v *Value) Get(key string) (*Value, bool) {
	for i := range v.Entries {
		if v.Entries[i].Key == key {
			return &v.Entries[i].Value, true
		}
	}
	return nil, false
}
