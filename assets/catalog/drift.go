package catalog

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"millrace/components/component"
	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/model"
	"millrace/models/schema"
)

// Severity says how bad a change outside is for those who read the table.
type Severity string

// The severities, worst first.
const (
	// Breaking changes make readers fail or read something else; Risky ones may; Harmless ones do not.
	Breaking Severity = "breaking"
	Risky    Severity = "risky"
	Harmless Severity = "harmless"
	// Unchanged is that everything is as declared.
	Unchanged Severity = "none"
)

func (s Severity) rank() int {
	return slices.Index([]Severity{Breaking, Risky, Harmless, Unchanged}, s)
}

// Compare orders severities, the worst first.
func (s Severity) Compare(t Severity) int { return cmp.Compare(s.rank(), t.rank()) }

// DriftKind is what has changed.
type DriftKind string

// The kinds of changes.
const (
	DriftGone          DriftKind = "gone"
	DriftColumnGone    DriftKind = "column_gone"
	DriftColumnAdded   DriftKind = "column_added"
	DriftColumnType    DriftKind = "column_type"
	DriftEngine        DriftKind = "engine"
	DriftKey           DriftKind = "key"
	DriftPartitions    DriftKind = "partitions"
	DriftCleanup       DriftKind = "cleanup"
	DriftRecordsReject DriftKind = "records_rejected"
)

// Drift is one difference between a table and what is outside.
type Drift struct {
	Kind     DriftKind `json:"kind"`
	Severity Severity  `json:"severity"`
	Column   string    `json:"column,omitempty"`
	Was      string    `json:"was,omitempty"`
	Is       string    `json:"is,omitempty"`
	// Message is a sentence for a person.
	Message string `json:"message"`
}

// driftTime bounds one comparison.
const driftTime = 20 * time.Second

// CheckDrift compares a table with what its system has now, keeps the result, and logs it where it is another one than before.
func (h *Hub) CheckDrift(ctx context.Context, id string) (DriftEntry, error) {
	s, err := h.Snapshot(ctx)
	if err != nil {
		return DriftEntry{}, err
	}
	t, ok := s.ByID(id)
	if !ok {
		return DriftEntry{}, notFound("table")
	}
	if t.Physical == "" || len(t.Connections) == 0 {
		return DriftEntry{}, diag.Refuse(diag.ErrInvalid, CodeCannot, "", "the table %s lies in no system that it could differ from", t.Name)
	}
	out := DriftEntry{Table: id, At: time.Now().UTC(), Severity: Unchanged, Changes: []Drift{}}
	bounded, cancel := context.WithTimeout(ctx, driftTime)
	defer cancel()
	out.Changes, err = h.compare(bounded, s, t)
	switch {
	case ctx.Err() != nil:
		return out, ctx.Err()
	case err != nil:
		// The system may be away: what was known of it goes on to count.
		last, lookup := h.Store.Drifts(ctx, id)
		if lookup != nil {
			return out, lookup
		}
		if before, ok := last[id]; ok {
			out.Changes, out.Severity = before.Changes, before.Severity
		}
		out.Error = messageOf(err)
	}
	for _, c := range out.Changes {
		if c.Severity.rank() < out.Severity.rank() {
			out.Severity = c.Severity
		}
	}
	changed, err := h.Store.Drifted(ctx, out)
	if err == nil && changed {
		h.Log.Info("what a table is outside has changed", "table", t.Name, "severity", out.Severity, "changes", len(out.Changes))
	}
	return out, err
}

// messageOf is what is shown of an error of a system.
func messageOf(err error) string {
	var failure *diag.Failure
	if asFailure(err, &failure) {
		return failure.Message
	}
	return "the comparison failed"
}

func asFailure(err error, out **diag.Failure) bool { return errors.As(err, out) }
func asList(err error, out *diag.List) bool        { return errors.As(err, out) }

// compare looks at the system and returns what is different, the worst first.
func (h *Hub) compare(ctx context.Context, s *Snapshot, t *TableEntry) ([]Drift, error) {
	table, err := t.Table(h.Registry)
	if err != nil {
		return nil, fmt.Errorf("reading the declaration of %s: %w", t.Name, err)
	}
	e, ok := s.ConnectionEntry(t.Connections[0])
	if !ok {
		return []Drift{{Kind: DriftGone, Severity: Breaking, Message: fmt.Sprintf("The connection %s is gone.", t.Connections[0])}}, nil
	}
	spec, ok := h.Registry.Get(component.KindConnection, e.Component)
	if !ok || spec.Connection.Discover == nil {
		return nil, diag.Refuse(diag.ErrInvalid, CodeCannot, "", "a connection to %s cannot be compared with", e.Component)
	}
	c, err := h.open(e)
	if err != nil {
		return nil, err
	}
	var found *component.Found
	err = spec.Connection.Discover(ctx, c, component.Discovery{Registry: h.Registry, Names: []string{t.Physical}, Samples: defaultSamples, KeepSamples: true},
		func(f component.Found) bool { found = &f; return false })
	if err != nil {
		return nil, err
	}
	d := differ{declared: table.Schema, kind: t.Kind, out: []Drift{}}
	if found == nil {
		d.add(DriftGone, Breaking, "", t.Physical, "", fmt.Sprintf("%s has no %q any more.", e.Name, t.Physical))
		return d.out, nil
	}
	var before *component.Found
	if len(t.Baseline) > 0 {
		before = &component.Found{}
		if err := json.Unmarshal(t.Baseline, before); err != nil {
			return nil, fmt.Errorf("reading what %s was: %w", t.Name, err)
		}
	}
	d.facts(before, found)
	switch {
	case len(found.Samples) > 0 && table.Source != nil:
		if err := d.records(h.Registry, table, found); err != nil {
			return nil, err
		}
	case len(found.Columns) > 0:
		d.columns(before, found)
	}
	slices.SortStableFunc(d.out, func(a, b Drift) int {
		return cmp.Or(cmp.Compare(a.Severity.rank(), b.Severity.rank()), cmp.Compare(a.Column, b.Column))
	})
	return d.out, nil
}

// differ gathers differences.
type differ struct {
	declared *schema.Schema
	kind     component.TableKind
	out      []Drift
}

func (d *differ) add(kind DriftKind, severity Severity, column, was, is, message string) {
	d.out = append(d.out, Drift{Kind: kind, Severity: severity, Column: column, Was: was, Is: is, Message: message})
}

// facts compares what is known beside the columns. Without a baseline there is nothing to compare with.
func (d *differ) facts(before, now *component.Found) {
	if before == nil {
		return
	}
	was, is := before.Facts, now.Facts
	if was.Engine != is.Engine {
		severity := Risky
		if strings.Contains(was.Engine, "Replacing") != strings.Contains(is.Engine, "Replacing") {
			severity = Breaking // one row a key became all rows, or the other way round
		}
		d.add(DriftEngine, severity, "", was.Engine, is.Engine, fmt.Sprintf("The engine was %s and is %s.", was.Engine, is.Engine))
	}
	if was.SortKey != is.SortKey {
		severity := Risky
		if strings.Contains(is.Engine, "Replacing") {
			severity = Breaking
		}
		d.add(DriftKey, severity, "", was.SortKey, is.SortKey, fmt.Sprintf("The sorting key was (%s) and is (%s).", was.SortKey, is.SortKey))
	}
	if was.PartitionKey != is.PartitionKey {
		d.add(DriftKey, Harmless, "", was.PartitionKey, is.PartitionKey, fmt.Sprintf("The partition key was (%s) and is (%s).", was.PartitionKey, is.PartitionKey))
	}
	if was.Cleanup != "" && is.Cleanup != "" && was.Cleanup != is.Cleanup {
		severity := Risky
		if d.kind != component.TableStream && !strings.Contains(is.Cleanup, "compact") {
			severity = Breaking // the rows of keys that nothing was said of lately get lost
		}
		d.add(DriftCleanup, severity, "", was.Cleanup, is.Cleanup, fmt.Sprintf("The topic's cleanup policy was %s and is %s.", was.Cleanup, is.Cleanup))
	}
	switch {
	case was.Engine != "" || was.Partitions == is.Partitions:
	case is.Partitions < was.Partitions && now.Facts.Cleanup != "":
		d.add(DriftPartitions, Breaking, "", fmt.Sprint(was.Partitions), fmt.Sprint(is.Partitions),
			fmt.Sprintf("There were %d partitions and are %d: the topic was made anew.", was.Partitions, is.Partitions))
	default:
		d.add(DriftPartitions, Harmless, "", fmt.Sprint(was.Partitions), fmt.Sprint(is.Partitions), fmt.Sprintf("There were %d partitions and are %d.", was.Partitions, is.Partitions))
	}
}

// columns compares what the system says of its columns with the baseline, or where there is none with what was declared.
func (d *differ) columns(before, now *component.Found) {
	is := map[string]component.FoundColumn{}
	for _, c := range now.Columns {
		is[c.Name] = c
	}
	was := map[string]component.FoundColumn{}
	if before != nil {
		for _, c := range before.Columns {
			was[c.Name] = c
		}
	}
	for _, f := range d.declared.Fields {
		c, ok := is[f.Name]
		if !ok {
			d.add(DriftColumnGone, Breaking, f.Name, cmp.Or(was[f.Name].Type, f.Type.String()), "", fmt.Sprintf("The column %q is gone.", f.Name))
			continue
		}
		old, known := was[f.Name]
		if known && old.Type == c.Type {
			continue
		}
		held, fits := fitsNow(now.Schema, f, known)
		switch {
		case fits && !known: // declared by hand, and right
		case fits:
			d.add(DriftColumnType, Risky, f.Name, old.Type, c.Type, fmt.Sprintf("The column %q was %s and is %s; what is declared (%s) still holds it.", f.Name, old.Type, c.Type, f.Type))
		default:
			d.add(DriftColumnType, Breaking, f.Name, cmp.Or(old.Type, f.Type.String()), c.Type,
				fmt.Sprintf("The column %q is %s, which does not fit what is declared (%s)%s.", f.Name, c.Type, f.Type, held))
		}
	}
	for _, c := range now.Columns {
		if _, known := was[c.Name]; known || d.declared.Index(c.Name) >= 0 {
			continue
		}
		d.add(DriftColumnAdded, Harmless, c.Name, "", c.Type, fmt.Sprintf("The column %q (%s) is new.", c.Name, c.Type))
	}
}

// fitsNow reports whether a declared column holds what the system's column of its name has now. changed says that the column was of
// another type when somebody looked last: only then is it known that it was not always nullable.
func fitsNow(now *schema.Schema, declared schema.Field, changed bool) (why string, ok bool) {
	if now == nil {
		return "", false
	}
	i := now.Index(declared.Name)
	if i < 0 {
		return ": no type of the language holds its values", false
	}
	f := now.Fields[i]
	if changed && f.Nullable && !declared.Nullable {
		return ": it may be NULL now", false
	}
	return "", holds(declared.Type, f.Type)
}

// holds reports whether every value of a type found is one of the type declared, texts standing for what is kept as text.
func holds(declared, found schema.Type) bool {
	textual := func(k schema.Kind) bool { return k == schema.String || k == schema.Bytes || k == schema.JSON }
	switch {
	case textual(declared.Kind) && textual(found.Kind):
		return true
	case declared.Integer() && found.Integer():
		return declared.Unsigned() == found.Unsigned() && declared.Bits() >= found.Bits() || declared.Signed() && found.Unsigned() && declared.Bits() > found.Bits()
	case declared.Float() && found.Float():
		return declared.Bits() >= found.Bits()
	case declared.Kind == schema.Decimal && found.Kind == schema.Decimal:
		return declared.Scale >= found.Scale && declared.Precision-declared.Scale >= found.Precision-found.Scale
	case declared.Kind != found.Kind:
		return false
	}
	switch declared.Kind {
	case schema.Array:
		return holds(*declared.Elem, *found.Elem)
	case schema.Map:
		return holds(*declared.Key, *found.Key) && holds(*declared.Elem, *found.Elem)
	case schema.Row:
		if len(declared.Fields) != len(found.Fields) {
			return false
		}
		for i := range declared.Fields {
			if declared.Fields[i].Name != found.Fields[i].Name || !holds(declared.Fields[i].Type, found.Fields[i].Type) {
				return false
			}
		}
	}
	return true
}

// records decodes samples as the table is declared: whatever would be rejected is what a reader runs into.
func (d *differ) records(registry *component.Registry, t *component.Table, now *component.Found) error {
	format := t.Source.Params.String("format")
	spec, ok := registry.Get(component.KindFormat, format)
	if !ok || spec.Format.NewDecoder == nil {
		d.columns(nil, now)
		return nil
	}
	raw := t.Source.Params.Raw("format_params")
	params, err := component.ParamsOf(spec.Fields, valuesOf(raw))
	if err != nil {
		return fmt.Errorf("reading the format of %s: %w", t.Name, err)
	}
	target := component.DecodeTarget{Schema: t.Schema, Checked: slices.Repeat([]bool{true}, len(t.Schema.Fields)), BatchRows: len(now.Samples), TimeZone: time.UTC}
	decoder, err := spec.Format.NewDecoder(params, target)
	if err != nil {
		return fmt.Errorf("reading records of %s: %w", t.Name, err)
	}
	samples := now.Samples
	if stream, ok := decoder.(component.StreamDecoder); ok {
		if used, err := stream.Header(samples[0]); err != nil {
			d.add(DriftColumnGone, Breaking, "", "", "", fmt.Sprintf("The header does not fit the declared columns: %v.", err))
			return nil
		} else if used {
			samples = samples[1:]
		}
	}
	type place struct {
		path string
		code diag.RowCode
	}
	counts := map[place]int{}
	for _, s := range samples {
		if _, reject := decoder.Decode(s); reject != nil {
			counts[place{reject.Path, reject.Code}]++
		}
	}
	rows := decoder.Finish()
	for p, n := range counts {
		severity := Risky
		if n*2 > len(samples) {
			severity = Breaking
		}
		d.add(DriftRecordsReject, severity, p.path, "", "", fmt.Sprintf("%d of %d sampled records would be rejected at %q: %s.", n, len(samples), p.path, p.code.Message()))
	}
	d.absent(rows, now)
	return nil
}

// absent finds declared columns that no sample has any more, and members of the samples that are not declared.
func (d *differ) absent(rows *batch.Batch, now *component.Found) {
	if now.Schema == nil {
		return
	}
	for i, f := range d.declared.Fields {
		if now.Schema.Index(f.Name) >= 0 || rows == nil || !allNull(rows.Cols[i]) {
			continue
		}
		d.add(DriftColumnGone, Risky, f.Name, f.Type.String(), "", fmt.Sprintf("No sampled record has the column %q.", f.Name))
	}
	for _, f := range now.Schema.Fields {
		if d.declared.Index(f.Name) < 0 {
			d.add(DriftColumnAdded, Harmless, f.Name, "", f.Type.String(), fmt.Sprintf("The sampled records have %q, which is not declared.", f.Name))
		}
	}
}

func allNull(v *batch.Vector) bool {
	for i := range v.N {
		if !v.IsNull(i) {
			return false
		}
	}
	return v.N > 0
}

// valuesOf is a mapping of a document as JSON values.
func valuesOf(v model.Value) map[string]any {
	out := map[string]any{}
	if json.Unmarshal(v.JSON(), &out) != nil {
		return map[string]any{}
	}
	return out
}

// AcceptDrift takes what the system has now as right: later comparisons are with this.
func (h *Hub) AcceptDrift(ctx context.Context, id string, revision int64) (*TableEntry, error) {
	s, old, err := h.tableAt(ctx, id, revision)
	if err != nil {
		return nil, err
	}
	if old.Physical == "" || len(old.Connections) == 0 {
		return nil, diag.Refuse(diag.ErrInvalid, CodeCannot, "", "the table %s lies in no system", old.Name)
	}
	c, ok := s.ConnectionEntry(old.Connections[0])
	if !ok {
		return nil, notFound("connection")
	}
	e := old.copied()
	var now *component.Found
	if _, err := h.Discover(ctx, c.ID, Search{Names: []string{old.Physical}}, func(p Proposal) bool { now = &p.Found; return false }); err != nil {
		return nil, err
	}
	if now != nil {
		e.Baseline, err = baseline(now)
	}
	switch {
	case err != nil:
		return nil, err
	case now == nil:
		return nil, diag.Refuse(diag.ErrConflict, CodeNotFound, "", "the system has no %q any more", old.Physical)
	}
	return e, h.apply(ctx, update(ctx, e, old, "table.accept_drift"))
}
