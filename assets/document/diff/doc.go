// Package diff says what is different between two texts of a model: in words a person would use, and as data.
//
// Two levels are compared. The text: nodes, their parameters, edges, settings of a document (document.go), or the statements of an SQL
// script (script.go). And the plans the texts compile to: what is read and written, the columns that come out, whether the fingerprint
// is the same, and what becomes of each operator's state (plan.go). A node or a pipeline with another id but the same content is
// renamed, not removed and added. Positions on the canvas are told apart from all else: a drawing that was rearranged is no change.
//
// sentences.go puts a Diff in words, English and Chinese.
package diff
