package probe

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"millrace/components/component"
	jsonformat "millrace/components/json"
	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/expr"
	"millrace/models/schema"
	"millrace/pipelines/compile"
	"millrace/pipelines/engine"
)

// Kind says what an expression is for.
type Kind string

// The kinds.
const (
	// Bool is a condition, Scalar any expression over a row, Aggregate one over aggregates.
	Bool      Kind = "bool"
	Scalar    Kind = "scalar"
	Aggregate Kind = "aggregate"
)

// Bounds of a probe.
const (
	MaxText    = 16 << 10
	MaxColumns = 2000
	MaxRows    = 200
)

// The refusals.
const (
	// CodeInput is a probe whose columns, parameters or rows do not fit together.
	CodeInput diag.Code = "probe.input"
	// CodeTooLarge is an expression whose values may be too large to be computed while somebody waits.
	CodeTooLarge diag.Code = "probe.too_large"
	// CodeTimeout is a row that was not reached in time.
	CodeTimeout diag.Code = "probe.timeout"
)

// Input is an expression with what it stands over.
type Input struct {
	Columns []Column `json:"columns" maxItems:"2000" nullable:"false"`
	Text    string   `json:"text" maxLength:"16384"`
	Kind    Kind     `json:"kind" required:"false" enum:"bool,scalar,aggregate" default:"scalar"`
	// TimeZone is an IANA name; empty is UTC.
	TimeZone string  `json:"time_zone,omitempty" maxLength:"64" doc:"of the model, an IANA name; empty is UTC"`
	Params   []Param `json:"params,omitempty" maxItems:"500" doc:"the parameters of the model"`
	// Rows have one value a column.
	Rows [][]json.RawMessage `json:"rows,omitempty" maxItems:"200" doc:"sample rows: a value for each column, as JSON"`
}

// Column is a column of the rows.
type Column struct {
	Name     string `json:"name" maxLength:"1024"`
	Type     string `json:"type" maxLength:"4096" doc:"a type of the language, such as int64 or decimal(10, 2)"`
	Nullable bool   `json:"nullable,omitempty"`
}

// Param is a parameter of the model.
type Param struct {
	Name string `json:"name" maxLength:"255"`
	Type string `json:"type" maxLength:"4096"`
	// Value is a text that CAST to the type is the value; none is NULL.
	Value *string `json:"value,omitempty" doc:"as a text; none is NULL"`
}

// Output is what is known of an expression.
type Output struct {
	// Type is empty where there is an error.
	Type     string `json:"type,omitempty"`
	Nullable bool   `json:"nullable,omitempty"`
	Alias    string `json:"alias,omitempty" doc:"the name given with AS"`
	// Diagnostics have places within the text.
	Diagnostics diag.List `json:"diagnostics" nullable:"false" doc:"with places within the text"`
	// Results has one entry a row; an aggregate has none.
	Results []Result `json:"results,omitempty" doc:"what comes of each row; of an aggregate the type alone is told"`
}

// Result is what comes of one row: a value, or an error.
type Result struct {
	Value json.RawMessage `json:"value,omitempty" doc:"the value as JSON; null is NULL"`
	Error *RowError       `json:"error,omitempty" doc:"why the row has no value"`
}

// RowError is why a row fails.
type RowError struct {
	Code    diag.Code `json:"code"`
	Message string    `json:"message"`
	Fix     string    `json:"fix,omitempty"`
}

// Run checks the expression and computes it on the rows until ctx ends; rows that were not reached say so. The error, a diag.ErrInvalid, is
// about the rest of the input: what is wrong with the expression is among the diagnostics.
func Run(ctx context.Context, in Input) (Output, error) {
	s, params, zone, err := in.read()
	if err != nil {
		return Output{}, err
	}
	out := Output{Diagnostics: diag.List{}}
	pc := compile.NewPlanning(compile.Env{}, compile.Place{TimeZone: zone.String()}, params, &out.Diagnostics)
	// The text stands for itself: its places are its own.
	whole := diag.Span{Start: diag.Pos{Line: 1, Column: 1}, End: end(in.Text)}
	var e *expr.Expr
	ok := false
	switch in.Kind {
	case Bool:
		e, ok = pc.Exprs.Bool(in.Text, s, whole, "")
	case Aggregate:
		_, e, out.Alias, ok = pc.Exprs.Aggregate(in.Text, s, whole, "")
	default:
		e, out.Alias, ok = pc.Exprs.Scalar(in.Text, s, whole, "")
	}
	if !ok {
		return out, nil
	}
	out.Type, out.Nullable = e.Type.String(), e.Nullable
	if in.Kind == Aggregate || len(in.Rows) == 0 {
		return out, nil
	}
	if largest(e, in.widest()) > maxValue {
		d := out.Diagnostics.Warnf(CodeTooLarge, diag.Span{}, "the expression is not tried on the sample: its values may become very large")
		d.Fix = "Its type is right; preview the node to see its rows."
		return out, nil
	}
	out.Results, err = results(ctx, e, s, zone, in.Rows)
	return out, err
}

// end is the place behind a text.
func end(text string) diag.Pos {
	last := strings.LastIndexByte(text, '\n') + 1
	return diag.Pos{Line: 1 + strings.Count(text, "\n"), Column: 1 + utf8.RuneCountInString(text[last:])}
}

// read checks the input's shape, and returns the columns, the parameters and the zone.
func (in *Input) read() (*schema.Schema, map[string]expr.Param, *time.Location, error) {
	refuse := func(fix, format string, args ...any) (*schema.Schema, map[string]expr.Param, *time.Location, error) {
		return nil, nil, nil, diag.Refuse(diag.ErrInvalid, CodeInput, fix, format, args...)
	}
	switch in.Kind {
	case "", Bool, Scalar, Aggregate:
	default:
		return refuse("Use bool, scalar or aggregate.", "there is no kind %q", in.Kind)
	}
	if len(in.Text) > MaxText || len(in.Columns) > MaxColumns || len(in.Rows) > MaxRows {
		return refuse("", "at most %d bytes, %d columns and %d rows are looked at", MaxText, MaxColumns, MaxRows)
	}
	zone, err := time.LoadLocation(in.TimeZone)
	if err != nil {
		return refuse("Use an IANA name, such as Asia/Shanghai.", "there is no time zone %q", in.TimeZone)
	}
	s, seen := &schema.Schema{}, map[string]bool{}
	for _, c := range in.Columns {
		t, err := schema.Parse(c.Type)
		if err != nil {
			return refuse("", "the column %q: %v", c.Name, err)
		}
		if seen[c.Name] {
			return refuse("Give one of them another name.", "there are two columns %q", c.Name)
		}
		seen[c.Name] = true
		s.Fields = append(s.Fields, schema.Field{Name: c.Name, Type: t, Nullable: c.Nullable})
	}
	params := map[string]expr.Param{}
	for _, p := range in.Params {
		t, err := schema.Parse(p.Type)
		if err != nil {
			return refuse("", "the parameter %q: %v", p.Name, err)
		}
		value := expr.Param{Type: t}
		if p.Value != nil {
			v, ok := compile.Constant(zone, t, *p.Value)
			if !ok {
				return refuse("", "the value of the parameter %q is no %s", p.Name, t)
			}
			value.Value = v
		}
		params[p.Name] = value
	}
	for i, row := range in.Rows {
		if len(row) != len(in.Columns) {
			return refuse("Give a value for each column.", "row %d has %d values for %d columns", i, len(row), len(in.Columns))
		}
	}
	return s, params, zone, nil
}

// results computes the expression row by row, so that no more than one row's values are in memory and time is looked at between them.
func results(ctx context.Context, e *expr.Expr, s *schema.Schema, zone *time.Location, rows [][]json.RawMessage) ([]Result, error) {
	program, err := expr.Compile(e, zone)
	if err != nil {
		return nil, fmt.Errorf("compiling an expression: %w", err)
	}
	checked := make([]bool, len(s.Fields))
	for i := range checked {
		checked[i] = true
	}
	decoder, err := jsonformat.NewDecoder(component.NewParams(nil), component.DecodeTarget{Schema: s, Checked: checked, BatchRows: 1, TimeZone: zone, MaxRecordBytes: 16 << 20})
	if err != nil {
		return nil, fmt.Errorf("reading samples: %w", err)
	}
	value := &schema.Schema{Fields: []schema.Field{{Name: "value", Type: e.Type, Nullable: true}}}
	out := make([]Result, len(rows))
	for i, row := range rows {
		if ctx.Err() != nil {
			out[i].Error = &RowError{Code: CodeTimeout, Message: "there was no time left for this row", Fix: "Try fewer rows."}
			continue
		}
		if _, reject := decoder.Decode(engine.RecordJSON(s, row)); reject != nil {
			out[i].Error = rowError(reject.Code)
			if reject.Path != "" {
				out[i].Error.Message = reject.Path + ": " + out[i].Error.Message
			}
			continue
		}
		b := decoder.Finish()
		r := program.Eval(b)
		if r.Errs != nil && r.Errs[0] != diag.RowOK {
			out[i].Error = rowError(r.Errs[0])
			continue
		}
		var made struct {
			Value json.RawMessage `json:"value"`
		}
		text := engine.RowJSON(&batch.Batch{Schema: value, N: 1, Part: batch.NoPart, Cols: []*batch.Vector{r.Vec}}, 0)
		if err := json.Unmarshal(text, &made); err != nil {
			return nil, fmt.Errorf("writing a value: %w", err)
		}
		if out[i].Value = made.Value; made.Value == nil {
			out[i].Value = json.RawMessage("null")
		}
	}
	return out, nil
}

func rowError(c diag.RowCode) *RowError {
	return &RowError{Code: c.Code(), Message: c.Message(), Fix: c.Fix()}
}
