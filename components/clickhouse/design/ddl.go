package design

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"millrace/components/clickhouse/chsql"
	"millrace/components/clickhouse/chtype"
	"millrace/models/schema"
)

// What the window is sized by.
const (
	// remembered is how long an insert may stay unanswered and still be recognized.
	remembered = 10 * time.Minute
	// leastWindow is the least that is proposed, and the step by which it grows; chunkRows is how many rows an insert has at most.
	leastWindow = 1000
	chunkRows   = 500_000
	mostWindow  = 1_000_000
)

// window decides how many inserts the table remembers: twice as many as come while one may be unanswered.
func (d *designer) window() {
	perEpoch := int64(1)
	rate, epoch := 0.0, time.Duration(d.in.Epoch).Seconds()
	if d.in.Stats != nil {
		rate = d.in.Stats.RowsPerSecond
		perEpoch = max(1, int64(math.Ceil(rate*epoch/chunkRows)))
	}
	inserts := 2 * perEpoch * int64(math.Ceil(remembered.Seconds()/epoch))
	d.p.Window = min(max(leastWindow, (inserts+leastWindow-1)/leastWindow*leastWindow), mostWindow)
	c := Choice{Path: "deduplication_window",
		Figures: []Figure{figure("epoch", d.in.Epoch), figure("inserts_per_epoch", perEpoch), figure("rows_per_second", grouped(int64(rate)))},
		Why: textf("At most %[1]d inserts an epoch of %[2]s, remembered twice as long as one may stay unanswered (%[3]s): a repeated one is recognized.",
			"每个 %[2]s 的周期至多写入 %[1]d 次，记住时长为未确认写入上限（%[3]s）的两倍：重复写入可被识别。", perEpoch, d.in.Epoch, remembered),
		Alternatives: []Alternative{{Value: "0", Pins: Choices{Window: ptr(int64(0))},
			Consequence: text("At least once: after a crash rows may come twice.", "至少一次：故障后数据可能重复。")}}}
	if pin := d.in.Pins.Window; pin != nil {
		proposed := d.p.Window
		d.p.Window, c.Pinned = *pin, true
		c.Why = textf("Chosen by you; %d is what would be proposed.", "由您选定；建议为 %d。", proposed)
		if *pin < minWindow || *pin > mostWindow {
			d.stop(CodeWindow, "deduplication_window", textf("the table would remember %[1]d inserts; %[2]d to %[3]d are needed for exactly once: after a crash rows may come twice", "表只会记住 %[1]d 次写入；恰好一次需要 %[2]d 到 %[3]d 次：故障后数据可能重复", *pin, minWindow, mostWindow),
				textf("Remember %d.", "请设为 %d。", proposed), &Choices{Window: &proposed}, figure("window", *pin), figure("needed", minWindow))
		}
	}
	c.Value = fmt.Sprint(d.p.Window)
	d.choose(c)
}

// statements writes the DDL.
func (d *designer) statements() {
	cluster := d.in.Cluster
	on, sharded := "", false
	if cluster != nil {
		on, sharded = cluster.Name, cluster.Shards > 1
	}
	t := d.tableDDL()
	t.Cluster = on
	columns := d.in.Schema.Names()
	name := d.p.Table
	if sharded {
		t.Name += "_local"
	}
	d.p.Statements = append(d.p.Statements, chsql.CreateDatabase(d.p.Database, on), t.Create())
	if sharded {
		d.p.Statements = append(d.p.Statements, d.distributed(t, columns))
	}
	if d.keeps() {
		d.p.View = name + CurrentSuffix
		d.p.Statements = append(d.p.Statements, chsql.CreateCurrent(d.p.Database, d.p.View, name, on, columns))
	}
	if d.p.Database == "" {
		d.p.Statements = d.p.Statements[1:]
	}
}

// tableDDL is the table on one server.
func (d *designer) tableDDL() chsql.Table {
	t := chsql.Table{Database: d.p.Database, Name: d.p.Table, OrderBy: d.p.OrderBy}
	var summed []string
	for _, c := range d.p.Columns {
		t.Columns = append(t.Columns, chsql.Column{Name: c.Name, Type: c.Type.Value, Codec: c.Codec.Value})
		if !slices.Contains(d.p.OrderBy, c.Name) {
			summed = append(summed, chsql.Quote(c.Name))
		}
	}
	window := "non_replicated_deduplication_window"
	var args []string
	if strings.HasPrefix(d.p.Engine, "replicated_") {
		window = "replicated_deduplication_window"
		t.Engine = "Replicated"
		args = []string{chsql.Text("/clickhouse/tables/{uuid}/{shard}"), chsql.Text("{replica}")}
	}
	switch {
	case d.keeps():
		t.Engine += "ReplacingMergeTree"
		args = append(args, chsql.Quote(VersionColumn), chsql.Quote(DeletedColumn))
		t.Columns = append(t.Columns, chsql.Column{Name: VersionColumn, Type: "UInt64"}, chsql.Column{Name: DeletedColumn, Type: "UInt8"})
	case d.p.Engine == Summing:
		t.Engine += "SummingMergeTree"
		args = append(args, "("+strings.Join(summed, ", ")+")")
	default:
		t.Engine += "MergeTree"
	}
	if len(args) > 0 {
		t.Engine += "(" + strings.Join(args, ", ") + ")"
	}
	if d.p.PartitionBy != nil {
		t.PartitionBy = d.p.PartitionBy.SQL()
	}
	if d.p.TTL != nil {
		t.TTL = chsql.Expires(d.p.TTL.Column, d.p.TTL.seconds())
	}
	t.Settings = []chsql.Setting{{Name: window, Value: d.p.Window}}
	return t
}

// distributed writes the table over the shards' tables. Rows that belong together go to one shard; others anywhere.
func (d *designer) distributed(local chsql.Table, columns []string) string {
	by := "rand()"
	if key := d.keptKey(); len(key) > 0 {
		quoted := make([]string, len(key))
		for i, k := range key {
			quoted[i] = chsql.Quote(k)
		}
		by = "cityHash64(" + strings.Join(quoted, ", ") + ")"
	}
	shards := figure("shards", d.in.Cluster.Shards)
	if d.changes() {
		d.stop(CodeDistributed, "engine",
			textf("the cluster %[1]s has %[2]d shards, and rows that change others cannot be written through a Distributed table: the sink does not see that the versions of a key meet on one shard",
				"集群 %[1]s 有 %[2]d 个分片，变更数据不能通过 Distributed 表写入：写入端无法确认同键的版本落在同一分片", d.in.Cluster.Name, d.in.Cluster.Shards),
			text("Use a cluster of one shard with replicas, or one pipeline a shard.", "请使用单分片多副本的集群，或每个分片一条流水线。"), nil, shards)
	} else {
		d.warn(CodeDistributed, "engine", textf("over %d shards a repeated insert is not recognized: at least once", "跨 %d 个分片时无法识别重复写入：仅保证至少一次", d.in.Cluster.Shards),
			text("Use a cluster of one shard with replicas where rows must not double.", "若不允许重复，请使用单分片多副本的集群。"), nil, shards)
	}
	t := chsql.Table{Database: d.p.Database, Name: d.p.Table, Cluster: d.in.Cluster.Name, Without: true,
		Engine: fmt.Sprintf("Distributed(%s, %s, %s, %s)", chsql.Text(d.in.Cluster.Name), chsql.Text(d.p.Database), chsql.Text(local.Name), by)}
	for _, c := range local.Columns {
		t.Columns = append(t.Columns, chsql.Column{Name: c.Name, Type: c.Type})
	}
	return t.Create()
}

// params writes the parameters of the sink, as the text of a model has them.
func (d *designer) params() {
	physical := d.p.Table
	if d.p.Database != "" {
		physical = d.p.Database + "." + d.p.Table
	}
	p := map[string]any{"connection": d.in.Connection, "table": d.in.Table, "physical": physical}
	d.p.Params = p
	if !d.p.New || d.in.Cluster != nil {
		p["create"] = "never" // there is one, or its statements have to run on the whole cluster
		return
	}
	p["create"], p["engine"], p["deduplication_window"] = "if_missing", d.p.Engine, d.p.Window
	p["order_by"] = anys(d.p.OrderBy)
	if d.p.PartitionBy != nil {
		p["partition_by"] = d.p.PartitionBy.String()
	}
	if d.p.TTL != nil {
		p["ttl"] = map[string]any{"column": d.p.TTL.Column, "after": d.p.TTL.After.String()}
	}
	var made []any
	plain := d.plain()
	for _, c := range d.p.Columns {
		f, _ := d.field(c.Name)
		one := map[string]any{"column": c.Name}
		if own, err := d.sinkType(f, plain[c.Name]); err == nil && own != c.Type.Value {
			one["type"] = c.Type.Value
		}
		if c.Codec.Value != "" {
			one["codec"] = c.Codec.Value
		}
		if len(one) > 1 {
			made = append(made, one)
		}
	}
	if made != nil {
		p["columns"] = made
	}
}

// sinkType is the type that the sink makes a column of by itself.
func (d *designer) sinkType(f schema.Field, plain bool) (string, error) {
	own, err := chsql.Type(f.Type, f.Nullable && !plain)
	if err != nil {
		return "", err
	}
	return chtype.InsertableSQL(own)
}

func anys(names []string) []any {
	out := make([]any, len(names))
	for i, n := range names {
		out[i] = n
	}
	return out
}

// Scratch writes the parameters of the sink for a table of another name in which the rows are tried: with the same columns and sorting key,
// on one server, keeping what lands. changes says that the rows change others.
func (p Proposal) Scratch(physical string, changes bool) map[string]any {
	out := map[string]any{"connection": "try", "table": "try.try", "physical": physical, "create": "never"}
	if !p.New {
		return out
	}
	out["create"], out["engine"], out["deduplication_window"], out["order_by"] = "if_missing", MergeTree, int64(leastWindow), anys(p.OrderBy)
	if changes {
		out["engine"] = Replacing
	}
	if p.PartitionBy != nil {
		out["partition_by"] = p.PartitionBy.String()
	}
	made := make([]any, len(p.Columns))
	for i, c := range p.Columns {
		one := map[string]any{"column": c.Name, "type": c.Type.Value}
		if c.Codec.Value != "" {
			one["codec"] = c.Codec.Value
		}
		made[i] = one
	}
	out["columns"] = made
	return out
}
