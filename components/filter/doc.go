// Package filter is the component that keeps the rows for which a condition holds.
package filter
