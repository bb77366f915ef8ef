// Package design proposes the ClickHouse table that a model's rows land in, and stops the mistakes that show only months later. It is pure:
// what the server says of a table, what a sample of rows says of its columns, and what a person has already decided go in; a proposal comes
// out, with a sentence and a figure behind each choice, the alternatives and what they would cost.
//
// # Choices and pins
//
// Everything that is decided is a Choice at a place: "engine", "order_by", "columns.platform.type". A person pins any of them in Choices;
// Design takes the pins as they are and proposes the rest around them. A pin that would go wrong is not mended silently: it stays, and a
// Finding at its place says what would happen and which pins would mend it.
//
// # Which engine, by how the rows change
//
//	append    MergeTree: every row is kept once.
//	upsert    ReplacingMergeTree(_version, _deleted), sorted by the upsert's key and nothing else.
//	retract   The same, sorted by what tells the rows apart; more columns may stand behind those.
//
// SummingMergeTree and AggregatingMergeTree look right for an aggregate, and mostly are not. An aggregate here sends the new row and takes
// the old one back, so both would be added up. Windows send each row once and for ever: there MergeTree keeps exactly the answer, and a
// table that adds up has nothing to add, unless it is sorted by less than a window's row is told apart by, so that minutes become days.
// That gives up the minutes, wraps where a sum grows beyond its type, and forgets rows whose sums are all zero. So it is never proposed; it
// is taken when a person pins it and all of this holds: append, counts and sums alone behind the sorting key, and a table that remembers
// inserts, as a doubled row could not be seen.
//
// # No column that changes values
//
// Types hold every value that the rows' types have. Where only the sample says that a value fits (no NULL in a key), the proposal says so:
// other rows are then rejected by the sink, to the dead letters, and never changed.
package design
