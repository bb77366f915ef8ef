// Package probe checks one expression, as an editor holds it, and computes it on sample rows.
//
// It is the language's own checker and evaluator: what is said of an expression here is what compiling the model will say, and a row that
// fails here fails in a pipeline, with the same code. Samples come as JSON and are read as the json format reads records.
//
// An editor asks at every pause of typing, so a probe is bounded: in the length of the text, in rows and columns, in the bytes that a value
// may grow to, which is estimated before anything is computed (size.go), and in time, which is looked at between rows.
package probe
