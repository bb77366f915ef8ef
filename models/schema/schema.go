package schema

import (
	"fmt"
	"time"
)

// Schema is the shape of a table's or a plan node's rows.
type Schema struct {
	Fields []Field `json:"fields"`
	// Key names the columns of the primary key, in order; empty when there is none.
	Key []string `json:"key,omitempty"`
	// EventTime is present when the rows have an event time.
	EventTime *EventTime `json:"event_time,omitempty"`
}

// EventTime says which timestamp column orders the rows in time and how far they may be out of order.
type EventTime struct {
	Column string `json:"column"`
	// OutOfOrder is how far behind the largest time seen a row may come and still be on time.
	OutOfOrder Duration `json:"out_of_order"`
	// MaxFuture is how far ahead of the broker's record time an event time may lie before it counts as wrong.
	MaxFuture Duration `json:"max_future"`
	// Idle is the silence after which a partition no longer holds the watermark back.
	Idle Duration `json:"idle"`
}

// Defaults of event time (all overridable per table).
const (
	DefaultOutOfOrder = Duration(5 * time.Second)
	DefaultMaxFuture  = Duration(10 * time.Minute)
	DefaultIdle       = Duration(60 * time.Second)
)

// EventTimeOn returns the default event time on a column.
func EventTimeOn(column string) *EventTime {
	return &EventTime{Column: column, OutOfOrder: DefaultOutOfOrder, MaxFuture: DefaultMaxFuture, Idle: DefaultIdle}
}

// Duration is a time.Duration that texts carry as "5s", "10m", "1h30m".
type Duration time.Duration

// Micros returns the duration in microseconds, the unit of event time.
func (d Duration) Micros() int64 { return time.Duration(d).Microseconds() }

// String returns Go's notation.
func (d Duration) String() string { return time.Duration(d).String() }

// MarshalText writes the duration.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads a duration; negative ones are refused.
func (d *Duration) UnmarshalText(b []byte) error {
	v, err := time.ParseDuration(string(b))
	if err != nil {
		return fmt.Errorf("parsing duration %q: %w", b, err)
	}
	if v < 0 {
		return fmt.Errorf("the duration %q is negative", b)
	}
	*d = Duration(v)
	return nil
}

// Index returns the position of the named field, or -1. Names are compared exactly.
func (s *Schema) Index(name string) int {
	for i := range s.Fields {
		if s.Fields[i].Name == name {
			return i
		}
	}
	return -1
}

// Positions returns the position of each named field, -1 for a name that no field has.
func (s *Schema) Positions(names []string) []int {
	out := make([]int, len(names))
	for i, name := range names {
		out[i] = s.Index(name)
	}
	return out
}

// Names returns the field names in order.
func (s *Schema) Names() []string {
	out := make([]string, len(s.Fields))
	for i := range s.Fields {
		out[i] = s.Fields[i].Name
	}
	return out
}

// TimeIndex returns the position of the event-time column, or -1.
func (s *Schema) TimeIndex() int {
	if s.EventTime == nil {
		return -1
	}
	return s.Index(s.EventTime.Column)
}

// Equal reports whether two schemas agree in fields, key and event time.
func (s *Schema) Equal(o *Schema) bool {
	if !FieldsEqual(s.Fields, o.Fields) || len(s.Key) != len(o.Key) || (s.EventTime == nil) != (o.EventTime == nil) {
		return false
	}
	for i := range s.Key {
		if s.Key[i] != o.Key[i] {
			return false
		}
	}
	return s.EventTime == nil || *s.EventTime == *o.EventTime
}
