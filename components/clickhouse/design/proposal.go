package design

import (
	"fmt"

	"millrace/components/component"
	"millrace/models/diag"
)

// Proposal is a table that was designed, or an existing one that was looked at.
type Proposal struct {
	// Database and Table are the table's names in ClickHouse; New says that it has to be made.
	Database string `json:"database"`
	Table    string `json:"table"`
	New      bool   `json:"new"`
	// Engine is one of the sink's for a new table, and ClickHouse's own name for an existing one.
	Engine  string   `json:"engine"`
	OrderBy []string `json:"order_by,omitempty"`
	// PartitionBy is nil for one partition, TTL where rows stay for ever.
	PartitionBy *Partition `json:"partition_by,omitempty"`
	TTL         *TTL       `json:"ttl,omitempty"`
	Window      int64      `json:"deduplication_window"`

	// Choices are the decisions but for those of columns, in the order in which they are made.
	Choices []Choice `json:"choices"`
	Columns []Column `json:"columns"`
	// Statements make the table, its view and, on a cluster, what belongs to them, in this order; none for an existing table.
	Statements []string `json:"statements,omitempty"`
	// View is the view that shows the rows there are now; empty where the table itself does.
	View string `json:"view,omitempty"`
	Size Size   `json:"size"`
	// Params are the parameters of the sink "clickhouse" that the model's document gets, as its text has them.
	Params map[string]any `json:"params"`
	// Findings say what would go wrong, the worst first.
	Findings []Finding `json:"findings,omitempty"`
}

// Choice is one decision.
type Choice struct {
	// Path is the place: "engine", "order_by", "columns.platform.type".
	Path string `json:"path"`
	// Value is what was chosen, as people read it; Pinned says that a person chose it.
	Value        string         `json:"value"`
	Pinned       bool           `json:"pinned"`
	Why          component.Text `json:"why"`
	Figures      []Figure       `json:"figures,omitempty"`
	Alternatives []Alternative  `json:"alternatives,omitempty"`
}

// Figure is a number behind a choice.
type Figure struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Alternative is another way to decide, with what it would mean.
type Alternative struct {
	Value       string         `json:"value"`
	Consequence component.Text `json:"consequence"`
	// Pins choose it.
	Pins Choices `json:"pins"`
}

// Column is a column of the table beside that of the rows.
type Column struct {
	Name string `json:"name"`
	// Ours is the rows' type, empty for a column that only the table has. Nullable is theirs.
	Ours     string `json:"ours,omitempty"`
	Nullable bool   `json:"nullable,omitempty"`
	// Type is the choice of the table's type, Codec that of its codec; an existing table's come with a Verdict instead of alternatives.
	Type    Choice  `json:"type"`
	Codec   Choice  `json:"codec"`
	Verdict Verdict `json:"verdict,omitempty"`
}

// Verdict says how a column of an existing table suits the rows.
type Verdict string

// The verdicts.
const (
	// Fits takes every value.
	Fits Verdict = "fits"
	// Narrower takes some values; rows with others are rejected.
	Narrower Verdict = "narrower"
	// NotNull takes every value but NULL; rows with it are rejected.
	NotNull Verdict = "not_null"
	// Refused would change values, so the sink does not open.
	Refused Verdict = "refused"
	// Missing is a column of the rows that the table has not.
	Missing Verdict = "missing"
	// Computed is one that the table computes itself.
	Computed Verdict = "computed"
	// Unfilled is a column of the table that the rows have not and that has no default; Defaulted is one that has.
	Unfilled  Verdict = "unfilled"
	Defaulted Verdict = "defaulted"
	// BySink is filled by the sink.
	BySink Verdict = "by_sink"
)

// Size estimates what the table takes.
type Size struct {
	// BytesPerRow are compressed bytes; Measured says that they come from rows that landed in a scratch table.
	BytesPerRow float64 `json:"bytes_per_row"`
	Measured    bool    `json:"measured"`
	// RowsPerDay and BytesPerDay are 0 where no event time tells.
	RowsPerDay  float64        `json:"rows_per_day,omitempty"`
	BytesPerDay float64        `json:"bytes_per_day,omitempty"`
	Basis       component.Text `json:"basis"`
}

// Finding is a mistake, or what is worth knowing, at one place.
type Finding struct {
	Code     diag.Code      `json:"code"`
	Severity diag.Severity  `json:"severity"`
	Path     string         `json:"path"`
	Message  component.Text `json:"message"`
	Figures  []Figure       `json:"figures,omitempty"`
	// Mend says what to do. Pins, when not nil, do it.
	Mend component.Text `json:"mend"`
	Pins *Choices       `json:"pins,omitempty"`
}

// Diagnostic is the finding as other parts of the product tell of one, in English.
func (f Finding) Diagnostic() diag.Diagnostic {
	return diag.Diagnostic{Code: f.Code, Severity: f.Severity, Path: f.Path, Message: f.Message.En, Fix: f.Mend.En}
}

// Stopped reports whether the findings have an error: the table would take the rows wrongly, or not at all.
func (p *Proposal) Stopped() bool {
	for _, f := range p.Findings {
		if f.Severity == diag.Error {
			return true
		}
	}
	return false
}

// The findings.
const (
	// CodeAppendOnly is an engine that keeps every row, for rows that change.
	CodeAppendOnly diag.Code = "design.append_only_engine"
	// CodeEngine is an engine that the sink does not make or write.
	CodeEngine diag.Code = "design.engine"
	// CodeNotAdditive is a table that adds up what must not be added.
	CodeNotAdditive diag.Code = "design.not_additive"
	// CodeNoKey is a table that keeps one row a key, for rows that have none.
	CodeNoKey diag.Code = "design.no_key"
	// CodeSortKey is a sorting key under which rows share a place, or leave one behind.
	CodeSortKey diag.Code = "design.sort_key_without_key"
	// CodeOrderChanged is a sorting key that an existing table has not.
	CodeOrderChanged diag.Code = "design.order_changed"
	// CodeNullableKey, CodeFloatKey and CodeKeyType are columns by which a table is not sorted well, or not at all.
	CodeNullableKey diag.Code = "design.nullable_key"
	CodeFloatKey    diag.Code = "design.float_key"
	CodeKeyType     diag.Code = "design.key_type"
	// CodeVersion is a version or is_deleted column that is missing, of a wrong type, or the rows' own.
	CodeVersion diag.Code = "design.version_column"
	// CodeTooManyPartitions is a partition key with too many values; CodePartition one that does not suit the column or the key.
	CodeTooManyPartitions diag.Code = "design.too_many_partitions"
	CodePartition         diag.Code = "design.partition"
	// CodeTTL is an expiry by a column that is no time, or that the rows of a key do not share.
	CodeTTL diag.Code = "design.ttl"
	// CodeWindow is a table that does not remember inserts, CodeViewWindow one behind a materialized view.
	CodeWindow     diag.Code = "design.window"
	CodeViewWindow diag.Code = "design.view_window"
	// CodeLowCardinality is a LowCardinality of too many values.
	CodeLowCardinality diag.Code = "design.low_cardinality"
	// CodeColumnType is a type that would change values; CodeCodec a codec that is not known or does not suit the type.
	CodeColumnType diag.Code = "design.column_type"
	CodeCodec      diag.Code = "design.codec"
	// CodeNarrower is a type that takes some values only, CodeNull one that takes no NULL.
	CodeNarrower diag.Code = "design.column_narrower"
	CodeNull     diag.Code = "design.column_not_null"
	// CodeColumnMissing, CodeColumnComputed and CodeColumnUnfilled are columns that rows and table do not share.
	CodeColumnMissing  diag.Code = "design.column_missing"
	CodeColumnComputed diag.Code = "design.column_computed"
	CodeColumnUnfilled diag.Code = "design.column_unfilled"
	// CodeName is a name that no table or column can have, or that rows cannot be written to.
	CodeName diag.Code = "design.name"
	// CodeUnknownColumn is a pin on a column that the rows have not.
	CodeUnknownColumn diag.Code = "design.unknown_column"
	// CodeDistributed is what a table over several shards does not promise.
	CodeDistributed diag.Code = "design.distributed"
)

func text(en, zh string) component.Text { return component.Text{En: en, Zh: zh} }

// textf writes both languages with the same arguments, which %[n] picks.
func textf(en, zh string, args ...any) component.Text {
	return component.Text{En: fmt.Sprintf(en, args...), Zh: fmt.Sprintf(zh, args...)}
}

func figure(name string, value any) Figure { return Figure{Name: name, Value: fmt.Sprint(value)} }

func ptr[T any](v T) *T { return &v }
