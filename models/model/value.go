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
	// At is where the value starts; for a string it is where its first character stands, so that positions inside it add up.
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
