package design

import (
	"bytes"
	"math/big"
	"strconv"
	"time"

	"millrace/models/batch"
	"millrace/models/schema"
)

// Stats is what a sample showed.
type Stats struct {
	Rows int64 `json:"rows"`
	// RowsPerSecond goes by the rows' event times; 0 when they have none, or all the same.
	RowsPerSecond float64       `json:"rows_per_second"`
	Columns       []ColumnStats `json:"columns"`
}

// ColumnStats is what a sample showed of a column.
type ColumnStats struct {
	Name  string `json:"name"`
	Nulls int64  `json:"nulls"`
	// Distinct is the number of different values, NULL not counted; Exact says that it is no estimate.
	Distinct int64 `json:"distinct"`
	Exact    bool  `json:"exact"`
	// Min and Max are the bounds of integers, decimals (unscaled), dates (days) and timestamps (microseconds), as decimal numbers; empty for
	// other types and without values.
	Min string `json:"min,omitempty"`
	Max string `json:"max,omitempty"`
	// MeanBytes and MaxBytes are the sizes of texts, and of arrays, maps and rows as keys have them.
	MeanBytes float64 `json:"mean_bytes,omitempty"`
	MaxBytes  int64   `json:"max_bytes,omitempty"`
	// Ascending is the share of values that are not below the one before; Even that of steps equal to the step before.
	Ascending float64 `json:"ascending"`
	Even      float64 `json:"even"`
	// Days counts the rows of each day (yyyy-mm-dd in the model's zone) of dates and timestamps; nil beyond maxDays of them. Months is how
	// many months lie between the first and the last.
	Days   map[string]int64 `json:"days,omitempty"`
	Months int              `json:"months,omitempty"`
}

// Column returns what is known of a column, nil when nothing is.
func (s *Stats) Column(name string) *ColumnStats {
	if s == nil {
		return nil
	}
	for i := range s.Columns {
		if s.Columns[i].Name == name {
			return &s.Columns[i]
		}
	}
	return nil
}

// bound reads Min or Max.
func bound(text string) (*big.Int, bool) {
	if text == "" {
		return nil, false
	}
	return new(big.Int).SetString(text, 10)
}

// maxDays bounds how many days are counted one by one.
const maxDays = 4096

// Collector gathers the statistics of a sample. It belongs to one goroutine.
type Collector struct {
	schema  *schema.Schema
	zone    *time.Location
	rows    int64
	columns []*columnCollector
}

// NewCollector returns a Collector of rows of a schema; days are those of zone, nil being UTC.
func NewCollector(s *schema.Schema, zone *time.Location) *Collector {
	if zone == nil {
		zone = time.UTC
	}
	c := &Collector{schema: s, zone: zone}
	for _, f := range s.Fields {
		one := &columnCollector{field: f, distinct: newSketch()}
		if f.Type.Kind == schema.Date || f.Type.Kind == schema.Timestamp {
			one.days = map[int64]int64{}
		}
		c.columns = append(c.columns, one)
	}
	return c
}

// Add takes the selected rows of a batch of the Collector's schema. Rows that take others back are left out: those that were there have been
// counted, and of a deleted one only the key may be known.
func (c *Collector) Add(b *batch.Batch) {
	for j := range b.Rows() {
		row := b.Row(j)
		if k := b.Kind(row); k == batch.Delete || k == batch.UpdateBefore {
			continue
		}
		c.rows++
		for i, one := range c.columns {
			one.add(b.Cols[i], row, c.zone)
		}
	}
}

// Stats returns what has been seen so far.
func (c *Collector) Stats() *Stats {
	out := &Stats{Rows: c.rows, Columns: make([]ColumnStats, len(c.columns))}
	for i, one := range c.columns {
		out.Columns[i] = one.stats()
	}
	if at := c.schema.TimeIndex(); at >= 0 && c.columns[at].min != nil {
		span := new(big.Int).Sub(c.columns[at].max, c.columns[at].min)
		if micros := span.Int64(); span.IsInt64() && micros > 0 {
			out.RowsPerSecond = float64(c.rows) / (float64(micros) / 1e6)
		}
	}
	return out
}

type columnCollector struct {
	field       schema.Field
	values      int64
	nulls       int64
	distinct    *sketch
	min, max    *big.Int
	bytes, most int64
	// last is the value before as a number, lastStep the step to it; lastText the text before.
	last, lastStep  *big.Int
	lastText        []byte
	rising, even    int64
	days            map[int64]int64
	key             []byte
	firstDay, final int64
}

func (c *columnCollector) add(v *batch.Vector, row int, zone *time.Location) {
	if v.IsNull(row) {
		c.nulls++
		return
	}
	c.values++
	c.key = batch.AppendValue(c.key[:0], v, row, batch.FloatsByValue)
	c.distinct.add(batch.HashBytes(c.key, 0))
	switch class := batch.ClassOf(v.Type); class {
	case batch.ClassI64:
		c.number(big.NewInt(v.I64[row]))
		c.day(v.I64[row], zone)
	case batch.ClassU64:
		c.number(new(big.Int).SetUint64(v.U64[row]))
	case batch.ClassDec:
		c.number(v.Dec[row].BigInt())
	case batch.ClassStr:
		text := v.Bytes(row)
		c.size(int64(len(text)))
		if c.values > 1 && bytes.Compare(text, c.lastText) >= 0 {
			c.rising++
		}
		c.lastText = append(c.lastText[:0], text...)
	case batch.ClassArray, batch.ClassMap, batch.ClassRow:
		c.size(int64(len(c.key)))
	}
}

func (c *columnCollector) size(n int64) {
	c.bytes += n
	c.most = max(c.most, n)
}

func (c *columnCollector) number(n *big.Int) {
	if c.min == nil || n.Cmp(c.min) < 0 {
		c.min = n
	}
	if c.max == nil || n.Cmp(c.max) > 0 {
		c.max = n
	}
	if c.last != nil {
		step := new(big.Int).Sub(n, c.last)
		if step.Sign() >= 0 {
			c.rising++
		}
		if c.lastStep != nil && step.Cmp(c.lastStep) == 0 {
			c.even++
		}
		c.lastStep = step
	}
	c.last = n
}

// day counts a date or a time by the day it falls on.
func (c *columnCollector) day(n int64, zone *time.Location) {
	if c.field.Type.Kind != schema.Date && c.field.Type.Kind != schema.Timestamp {
		return
	}
	at := n
	if c.field.Type.Kind == schema.Timestamp {
		t := time.UnixMicro(n).In(zone)
		at = time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC).Unix() / 86400
	}
	if c.values == 1 {
		c.firstDay, c.final = at, at
	}
	c.firstDay, c.final = min(c.firstDay, at), max(c.final, at)
	if c.days == nil {
		return
	}
	c.days[at]++
	if len(c.days) > maxDays {
		c.days = nil
	}
}

func (c *columnCollector) stats() ColumnStats {
	s := ColumnStats{Name: c.field.Name, Nulls: c.nulls, MaxBytes: c.most}
	s.Distinct, s.Exact = c.distinct.count()
	if c.min != nil {
		s.Min, s.Max = c.min.String(), c.max.String()
	}
	if c.values > 0 {
		s.MeanBytes = float64(c.bytes) / float64(c.values)
	}
	if c.values > 1 {
		s.Ascending = float64(c.rising) / float64(c.values-1)
	}
	if c.values > 2 {
		s.Even = float64(c.even) / float64(c.values-2)
	}
	if k := c.field.Type.Kind; c.values > 0 && (k == schema.Date || k == schema.Timestamp) {
		first, last := day(c.firstDay), day(c.final)
		s.Months = (last.Year()-first.Year())*12 + int(last.Month()) - int(first.Month()) + 1
		if c.days != nil {
			s.Days = make(map[string]int64, len(c.days))
			for d, n := range c.days {
				s.Days[day(d).Format(time.DateOnly)] = n
			}
		}
	}
	return s
}

func day(n int64) time.Time { return time.Unix(n*86400, 0).UTC() }

// perDay returns how many rows a day has: the most of any day that was sampled, or what the rate of event times makes in a day, whichever
// is more. A sample cuts days short, never long.
func (s *Stats) perDay(column string) (rows float64, known bool) {
	c := s.Column(column)
	if c == nil {
		return 0, false
	}
	for _, n := range c.Days {
		rows = max(rows, float64(n))
	}
	if s.RowsPerSecond > 0 {
		lo, okLo := bound(c.Min)
		hi, okHi := bound(c.Max)
		if okLo && okHi && new(big.Int).Sub(hi, lo).Cmp(big.NewInt(86_400_000_000)) < 0 {
			rows = max(rows, s.RowsPerSecond*86400)
		}
	}
	return rows, rows > 0
}

// share writes a part of a whole in percent.
func share(part, whole int64) string {
	if whole == 0 {
		return "0 %"
	}
	return strconv.FormatFloat(100*float64(part)/float64(whole), 'g', 3, 64) + " %"
}

// grouped writes a number with commas between thousands.
func grouped(n int64) string {
	text := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, text = "-", text[1:]
	}
	out := text[:len(text)%3]
	for i := len(text) % 3; i < len(text); i += 3 {
		if out != "" {
			out += ","
		}
		out += text[i : i+3]
	}
	return sign + out
}
