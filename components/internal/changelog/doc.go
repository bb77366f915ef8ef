// Package changelog is what sinks share whose target keeps one row a key: which keys a changelog can be kept under, and what is left of an
// epoch's changes for each.
//
// # One change a key
//
// A retract stream takes rows back and adds others, in an order that need not suit a target which only knows "this is the row now" and
// "there is none": the new row of a key may come before the old one is taken back, and the last change is then a removal although the
// key has a row. So the changes of an epoch are taken together. Per key, rows that were added and taken back cancel out; what is left is
// nothing, the one row the key has now, or the row it had and has no more. An upsert stream says by its order which row holds, so
// there the last change of a key is the one.
package changelog
