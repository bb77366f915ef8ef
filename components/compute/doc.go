// Package compute is the component that chooses, renames and computes columns.
package compute
