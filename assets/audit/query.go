package audit

import "time"

// Query says which lines to read, the newest first. The zero value of a field asks for nothing in particular.
type Query struct {
	// Before is the id of the last line that was read.
	Before int64
	// Subject, Object, Team and Action are as lines have them.
	Subject, Object, Team, Action string
	// From and To are times by the store's clock, To exclusive.
	From, To time.Time
	// Everything reads all lines; without it only those of Teams are.
	Everything bool
	Teams      []string
	// Limit is how many lines at most.
	Limit int
}
