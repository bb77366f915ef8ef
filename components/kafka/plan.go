package kafka

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"millrace/components/component"
	"millrace/components/internal/changelog"
	"millrace/components/lowering"
	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/models/schema"
)

// topicName is what Kafka accepts as the name of a topic.
var topicName = regexp.MustCompile(`^[a-zA-Z0-9._-]{1,249}$`)

// scanParams and sinkParams are the parameters of a plan, typed.
type (
	scanParams struct {
		Connection, Topic, StartFrom, OnLostOffsets, Tombstones string
		Changelog, KeyFormat, ValueFields, TimestampColumn      string
		StartTime                                               time.Time
	}
	sinkParams struct {
		Connection, Topic, Compression, Create, Changelog string
		Key                                               []string
		Partitions, Replication                           int64
		TransactionTimeout, Retention                     time.Duration
		BatchBytes, BufferBytes                           int64
	}
)

func scanParamsOf(p component.Params) scanParams {
	return scanParams{
		Connection: p.String("connection"), Topic: p.String("topic"), StartFrom: p.String("start_from"), StartTime: p.Time("start_time"),
		OnLostOffsets: p.String("on_lost_offsets"), Tombstones: p.String("tombstones"),
		Changelog: p.String("changelog"), KeyFormat: p.String("key_format"), ValueFields: p.String("value_fields"), TimestampColumn: p.String("timestamp_column"),
	}
}

func sinkParamsOf(p component.Params) sinkParams {
	return sinkParams{
		Connection: p.String("connection"), Topic: p.String("topic"), Compression: p.String("compression"), Create: p.String("create"),
		Changelog: p.String("changelog"), Key: p.Strings("key"), Partitions: p.Int("partitions"), Replication: p.Int("replication"),
		TransactionTimeout: p.Duration("transaction_timeout"), Retention: p.Duration("retention"), BatchBytes: p.Int("batch_bytes"), BufferBytes: p.Int("buffer_bytes"),
	}
}

func planSource(pc *component.Planning, p component.Params) (*plan.Scan, bool) {
	ok := checkCommon(pc, p)
	if format, _, found := pc.Registry.DecodeFormat(p, "format", pc.Diags); !found {
		ok = false
	} else if format.Format.NewDecoder == nil {
		lowering.Report(pc, CodeUnknownFormat, p.Span("format"), p.Path("format"), "the format %q cannot be read", format.Name)
		ok = false
	}
	s := p.Schema("schema")
	if s == nil {
		lowering.Report(pc, CodeSchemaMissing, p.Span("schema"), p.Path("schema"), "the columns of the topic's records are not declared").
			Fix = "Add schema: {columns: [...]}, or let millrace infer write the table's catalog entry."
		ok = false
	} else if !checkColumns(pc, p, s) {
		ok = false
	}
	if !ok {
		return nil, false
	}
	// The schema is the plan's own; storing it twice would let the two differ.
	fields := slices.DeleteFunc(sourceSpec().Fields, func(f component.Field) bool { return f.Name == "schema" })
	params, err := component.Encode(fields, p)
	if err != nil {
		lowering.Report(pc, CodeBadParams, p.Span(""), p.Path(""), "%v", err)
		return nil, false
	}
	return &plan.Scan{Component: Name, Version: 1, Params: params, Source: s}, true
}

// checkColumns checks what is said about single columns of a source: its key and the records' timestamp.
func checkColumns(pc *component.Planning, p component.Params, s *schema.Schema) bool {
	ok := true
	report := func(code diag.Code, field, fix, format string, args ...any) {
		lowering.Report(pc, code, p.Span(field), p.Path(field), format, args...).Fix = fix
		ok = false
	}
	if name := p.String("timestamp_column"); name != "" {
		i := s.Index(name)
		switch {
		case i < 0:
			report(CodeColumn, "timestamp_column", "Declare it among the columns: {name: "+name+", type: timestamp(3)}.", "there is no column %q to hold the records' timestamps", name)
		case s.Fields[i].Type.Kind != schema.Timestamp:
			report(CodeColumn, "timestamp_column", "Declare it as timestamp(3).", "%q is %s and cannot hold the records' timestamps", name, s.Fields[i].Type)
		case slices.Contains(s.Key, name):
			report(CodeColumn, "timestamp_column", "", "%q is in the key, which records' timestamps are not", name)
		}
	}
	if p.String("changelog") != changelog.ParamUpsert {
		return ok
	}
	if len(s.Key) == 0 {
		report(CodeKeyMissing, "changelog", "Write key: [column, ...] beside the columns.", "the records of a compacted topic replace each other by their key, and no key is declared")
	}
	for _, name := range s.Key {
		if i := s.Index(name); i >= 0 && !keyable(s.Fields[i].Type) {
			report(CodeKeyColumn, "changelog", "Use integers, decimals, strings, bytes, booleans, dates or timestamps.", "%q is %s, which has no one form as a record's key", name, s.Fields[i].Type)
		}
	}
	if p.String("key_format") == keyText && len(s.Key) > 1 {
		report(CodeKeyColumn, "key_format", "Use json_array, as the sink writes it, or json.", "a key of %d columns is not one text", len(s.Key))
	}
	return ok
}

func planSink(pc *component.Planning, p component.Params, input *plan.Node) (*plan.Sink, bool) {
	ok := checkCommon(pc, p)
	if format, _, found := pc.Registry.DecodeFormat(p, "format", pc.Diags); !found {
		ok = false
	} else if format.Format.NewEncoder == nil {
		lowering.Report(pc, CodeUnknownFormat, p.Span("format"), p.Path("format"), "the format %q cannot be written", format.Name)
		ok = false
	}
	for i, name := range p.Strings("key") {
		path := fmt.Sprintf("%s[%d]", p.Path("key"), i)
		at, found := lowering.Find(pc, name, input.Schema, p.Span("key"), path)
		if !found {
			ok = false
			continue
		}
		if t := input.Schema.Fields[at].Type; !keyable(t) {
			lowering.Report(pc, CodeKeyColumn, p.Span("key"), path, "%q is %s, which has no one form as a record's key", name, t).
				Fix = "Use integers, decimals, strings, bytes, booleans, dates or timestamps."
			ok = false
		}
	}
	if !checkChanges(pc, p, input) {
		ok = false
	}
	if !ok {
		return nil, false
	}
	params, err := component.Encode(sinkSpec().Fields, p)
	if err != nil {
		lowering.Report(pc, CodeBadParams, p.Span(""), p.Path(""), "%v", err)
		return nil, false
	}
	return &plan.Sink{Component: Name, Version: 1, Params: params}, true
}

// checkChanges checks that the topic can be told the changes of the input.
func checkChanges(pc *component.Planning, p component.Params, input *plan.Node) bool {
	key := p.Strings("key")
	if p.String("changelog") != changelog.ParamUpsert {
		if input.Mode.Change == plan.Append {
			return true
		}
		d := lowering.Report(pc, CodeChanges, p.Span("topic"), p.Path("changelog"), "the rows change (%s), and the topic takes inserts", input.Mode.Change)
		d.Fix = "Write changelog: upsert and the key."
		if own := changelog.KeyOf(input.Mode, plan.Identity(input)); len(own) > 0 {
			d.Fix = "Write changelog: upsert and key: [" + strings.Join(own, ", ") + "]."
		}
		return false
	}
	if len(key) == 0 && input.Mode.Change == plan.Append {
		lowering.Report(pc, CodeKeyMissing, p.Span("changelog"), p.Path("key"), "an upsert topic needs a key: the records of one key replace each other").
			Fix = "Write key: [column, ...]."
		return false
	}
	if problem := changelog.CheckKey(input.Mode, plan.Identity(input), key, "key"); problem != nil {
		lowering.Report(pc, problem.Code, p.Span("key"), p.Path("key"), "%s", problem.Message).Fix = problem.Fix
		return false
	}
	return true
}

// checkCommon checks the connection and the topic.
func checkCommon(pc *component.Planning, p component.Params) bool {
	ok := true
	name := p.String("connection")
	if c, found := pc.Catalog.Connection(name); !found {
		d := lowering.Report(pc, CodeBadConnection, p.Span("connection"), p.Path("connection"), "there is no connection %q", name)
		if near := diag.Nearest(name, pc.Catalog.Connections()); near != "" {
			d.Fix = "Did you mean " + near + "?"
		}
		ok = false
	} else if c.Component != Name {
		lowering.Report(pc, CodeBadConnection, p.Span("connection"), p.Path("connection"), "%q is a connection to %s, not to Kafka", name, c.Component)
		ok = false
	}
	topic := p.String("topic")
	if !topicName.MatchString(topic) || topic == "." || topic == ".." {
		lowering.Report(pc, CodeBadParams, p.Span("topic"), p.Path("topic"), "%q cannot be the name of a topic", topic).
			Fix = "Use up to 249 of the characters a-z, A-Z, 0-9, dot, underscore and hyphen."
		ok = false
	}
	return ok
}

// keyable reports whether values of t have one form as text.
func keyable(t schema.Type) bool {
	return t.Integer() || t.Kind == schema.Boolean || t.Kind == schema.Decimal || t.Kind == schema.String || t.Kind == schema.Bytes ||
		t.Kind == schema.Date || t.Kind == schema.Timestamp
}

// formatOf finds the format of decoded parameters in the registry.
func formatOf(r *component.Registry, p component.Params) (*component.Spec, component.Params, error) {
	var found diag.List
	spec, params, ok := r.DecodeFormat(p, "format", &found)
	if !ok {
		return nil, component.Params{}, &component.PermanentError{Err: fmt.Errorf("finding format %q: %w", p.String("format"), found)}
	}
	return spec, params, nil
}
