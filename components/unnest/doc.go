// Package unnest is the transform that makes a row of each element of an array or map.
package unnest
