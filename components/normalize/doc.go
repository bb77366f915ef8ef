// Package normalize is the transform that turns an upsert stream into one whose changes say which row they replace.
package normalize
