// Package values is the source whose rows stand in the model itself: small mappings, and the inputs of tests.
//
// The rows are records of a format, JSON objects one a line unless another is chosen, and are decoded as a file's are. They are decoded once
// while the model is compiled too, so that a row which does not fit its columns is a mistake of the document and not of the data.
package values
