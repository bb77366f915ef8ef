package kafka

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"millrace/components/component"
	jsonformat "millrace/components/json"
	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/model"
	"millrace/models/plan"
	"millrace/models/schema"
)

// schemaOf reads "name type [not null]" columns.
func schemaOf(t testing.TB, key string, columns ...string) *schema.Schema {
	t.Helper()
	s := &schema.Schema{Key: strings.Fields(key)}
	for _, c := range columns {
		name, typ, _ := strings.Cut(c, " ")
		typ, required := strings.CutSuffix(typ, " not null")
		parsed, err := schema.Parse(typ)
		require.NoError(t, err)
		s.Fields = append(s.Fields, schema.Field{Name: name, Type: parsed, Nullable: !required})
	}
	return s
}

// jsonRig is a rig whose registry has the JSON format too.
func jsonRig(t *testing.T) *rig {
	g := newRig(t)
	r, err := component.NewRegistry(append(Specs(), jsonformat.Spec())...)
	require.NoError(t, err)
	g.reg = r
	return g
}

// upsertSource opens a source on the topic "t"; more are further parameters.
func (g *rig) upsertSource(s *schema.Schema, more string) *source {
	g.t.Helper()
	params := `{"connection":"events","topic":"t","format":"json","start_from":"earliest","on_lost_offsets":"fail","tombstones":"reject","changelog":"upsert"` + more + `}`
	return g.source(params, bounded, func(oc *component.SourceContext) {
		oc.Target = component.DecodeTarget{Schema: s, Columns: s.Names(), Checked: make([]bool, len(s.Fields)), BatchRows: 4}
		for i := range oc.Target.Checked {
			oc.Target.Checked[i] = true
		}
	})
}

// changes reads a partition to its end: "kind values", and "reject code path raw".
func (g *rig) changes(r component.Reader) []string {
	g.t.Helper()
	var out []string
	for {
		c, err := r.Read(g.ctx())
		if errors.Is(err, io.EOF) {
			return out
		}
		require.NoError(g.t, err)
		for _, x := range c.Rejects {
			out = append(out, fmt.Sprintf("reject %s %s %s", x.Code, x.Path, x.Raw))
		}
		if c.Batch == nil {
			continue
		}
		require.NoError(g.t, c.Batch.Check())
		require.Len(g.t, c.Batch.Offs, c.Batch.N)
		require.Len(g.t, c.RecordTimes, c.Batch.N)
		require.True(g.t, slices.IsSorted(c.Batch.Offs), "rows stay in the records' order")
		for i := range c.Batch.N {
			line := c.Batch.Kind(i).String()
			for _, col := range c.Batch.Cols {
				v := col.Value(i)
				if v == nil {
					v = "~"
				}
				line += fmt.Sprint(" ", v)
			}
			out = append(out, line)
		}
	}
}

// put produces records "key|value|millis"; a value of - is none, a key of - is none.
func (g *rig) put(topic string, partition int32, records ...string) {
	g.t.Helper()
	for i, r := range records {
		f := strings.Split(r, "|")
		rec := &kgo.Record{Topic: topic, Partition: partition, Timestamp: time.UnixMilli(int64(i) + 1)}
		if f[0] != "-" {
			rec.Key = []byte(f[0])
		}
		if f[1] != "-" {
			rec.Value = []byte(f[1])
		}
		require.NoError(g.t, g.client.ProduceSync(g.ctx(), rec).FirstErr())
	}
}

func TestUpsertTopic(t *testing.T) {
	timed := func(s *schema.Schema, column string) *schema.Schema {
		s.EventTime = schema.EventTimeOn(column)
		return s
	}
	for _, c := range []struct {
		name    string
		schema  *schema.Schema
		params  string
		records []string
		want    []string
	}{
		{"the key's row", schemaOf(t, "id", "id int64", "name string"), "",
			[]string{`1|{"id":1,"name":"a"}`, `2|{"id":2}`, `1|-`, `1|{"id":1,"name":"b"}`, `x|-`, `-|-`, `2|{"name":"no id"}`, `3|-`},
			[]string{"+U 1 a", "+U 2 ~", "-D 1 ~", "+U 1 b", "reject row.wrong_type id x", "reject row.missing_field id ", `reject row.missing_field id {"name":"no id"}`, "-D 3 ~"}},
		{"a key of several columns", schemaOf(t, "b a", "a int64", "b string", "v boolean"), "",
			[]string{`["x",1]|{"a":1,"b":"x","v":true}`, `["x",1]|-`, `["x"]|-`, `["x",null]|-`, `["x",[]]|-`, `[1,1]|-`, `["x",1.5]|-`, `{"a":1,"b":"x"}|-`, `["y",2]|-`},
			[]string{"+U 1 x true", "-D 1 x ~", `reject row.malformed  ["x"]`, `reject row.missing_field a ["x",null]`, `reject row.wrong_type  ["x",[]]`, `reject row.wrong_type  [1,1]`,
				`reject row.wrong_type a ["x",1.5]`, `reject row.malformed  {"a":1,"b":"x"}`, "-D 2 y ~"}},
		{"a key as an object", schemaOf(t, "a b", "a int64", "b string"), `,"key_format":"json"`,
			[]string{`{"b":"x","a":1}|-`, `{"b":"x"}|-`, `{"a":1,"a":2,"b":"x"}|-`},
			[]string{"-D 1 x", `reject row.missing_field a {"b":"x"}`, `reject row.duplicate_key a {"a":1,"a":2,"b":"x"}`}},
		{"a value without its key", schemaOf(t, "id", "v int64", "id string"), `,"value_fields":"except_key"`,
			[]string{`a|{"v":1}`, `b|{"v":"no"}`, `-|{"v":2}`, `c|{"v":3}`, `a|-`, `d|{"id":"not this","v":4}`},
			[]string{"+U 1 a", `reject row.wrong_type v {"v":"no"}`, "reject row.missing_field id ", "+U 3 c", "-D ~ a", "+U 4 d"}},
		{"the record's time", timed(schemaOf(t, "id", "at timestamp(3)", "id int64", "v int64"), "at"), `,"timestamp_column":"at"`,
			[]string{`1|{"id":1,"v":7,"at":"ignored"}`, `1|-`},
			[]string{"+U 1000 1 7", "-D 2000 1 ~"}},
		{"a deleted row's event time", timed(schemaOf(t, "id", "id int64", "at timestamp(3)"), "at"), "",
			[]string{`1|{"id":1,"at":"1970-01-01T00:00:09Z"}`, `1|-`},
			[]string{"+U 1 9000000", "-D 1 2000"}},
		{"nothing but the key", schemaOf(t, "id", "id bytes"), `,"value_fields":"except_key"`, []string{"\x00\xff|{}", "\x00\xff|-"}, []string{"+U [0 255]", "-D [0 255]"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := jsonRig(t)
			g.topic("t", 1, "cleanup.policy", "compact")
			g.put("t", 0, c.records...)
			s := g.upsertSource(c.schema, c.params)
			// Rejects come in front of the rows of their chunk; what matters is the order of either.
			got := g.changes(g.reader(s, 0, "", true))
			split := func(lines []string) (rows, rejects []string) {
				for _, l := range lines {
					if strings.HasPrefix(l, "reject") {
						rejects = append(rejects, l)
					} else {
						rows = append(rows, l)
					}
				}
				return rows, rejects
			}
			wantRows, wantRejects := split(c.want)
			rows, rejects := split(got)
			require.Equal(t, wantRows, rows)
			require.Equal(t, wantRejects, rejects)

			// A position in the middle gives the same rows again.
			again, _ := split(g.changes(g.reader(s, 0, "1", false)))
			require.Equal(t, append([]string(nil), wantRows[1:]...), again)
		})
	}
}

func TestTimestampColumnOfAStream(t *testing.T) {
	g := jsonRig(t)
	g.topic("t", 1)
	g.put("t", 0, `-|{"n":1}`, `-|{"n":2}`)
	target := schemaOf(t, "", "n int64", "at timestamp(3)")
	s := g.source(`{"connection":"events","topic":"t","format":"json","start_from":"earliest","timestamp_column":"at"}`, bounded, func(oc *component.SourceContext) {
		oc.Target = component.DecodeTarget{Schema: target, Columns: target.Names(), Checked: []bool{true, true}, BatchRows: 4}
	})
	require.Equal(t, []string{"+I 1 1000", "+I 2 2000"}, g.changes(g.reader(s, 0, "", true)))
}

// rowsOf makes a batch of {id int64, v string} from "+I 1 a" lines; ~ is NULL.
func rowsOf(t *testing.T, lines ...string) *batch.Batch {
	t.Helper()
	kinds := map[string]batch.RowKind{"+I": batch.Insert, "-U": batch.UpdateBefore, "+U": batch.UpdateAfter, "-D": batch.Delete}
	b := &batch.Batch{Schema: schemaOf(t, "id", "id int64", "v string"), N: len(lines), Part: batch.NoPart}
	id, v := batch.NewBuilder(b.Schema.Fields[0].Type, 4), batch.NewBuilder(b.Schema.Fields[1].Type, 4)
	for _, l := range lines {
		f := strings.Fields(l)
		b.Kinds = append(b.Kinds, kinds[f[0]])
		var n int64
		if _, err := fmt.Sscan(f[1], &n); err == nil {
			id.AppendInt(n)
		} else {
			id.AppendNull()
		}
		if f[2] == "~" {
			v.AppendNull()
		} else {
			v.AppendString(f[2])
		}
	}
	b.Cols = []*batch.Vector{id.Finish(), v.Finish()}
	return b
}

func (g *rig) upsertSink(mode plan.ChangeMode) *sink {
	g.t.Helper()
	oc := g.sinkContext(`{"connection":"events","topic":"t","format":"json","compression":"none","create":"if_missing","partitions":2,"replication":1,` +
		`"transaction_timeout":"60s","batch_bytes":"1MiB","buffer_bytes":"64MiB","changelog":"upsert","key":["id"]}`)
	oc.Schema = schemaOf(g.t, "id", "id int64", "v string")
	oc.Mode = plan.Mode{Change: mode}
	if mode == plan.Upsert {
		oc.Mode.Key = oc.Schema.Key
	}
	s, err := openSink(g.ctx(), oc)
	require.NoError(g.t, err)
	g.t.Cleanup(func() { require.NoError(g.t, s.Close()) })
	return s.(*sink)
}

// TestUpsertSinkReadsBack: what the sink tells a topic of changes, the source reads as the same table; and within an epoch the order in
// which a retract stream mixes the rows of a key means nothing.
func TestUpsertSinkReadsBack(t *testing.T) {
	for _, c := range []struct {
		mode   plan.ChangeMode
		epochs [][][]string // an epoch's batches
		want   []string     // what the topic tells
	}{
		{plan.Append, [][][]string{{{"+I 1 a", "+I 1 b"}}}, []string{"+U 1 a", "+U 1 b"}},
		{plan.Upsert, [][][]string{{{"+I 1 a", "-U 1 a", "+U 1 b"}, {"-D 1 ~", "+I 2 ~"}}, {{"+U 1 c"}}}, []string{"+U 1 a", "+U 1 b", "-D 1 ~", "+U 1 c", "+U 2 ~"}},
		{plan.Retract, [][][]string{{{"+I 1 a"}, {"+I 2 x"}}, {{"+I 1 b"}, {"-D 1 a"}}, {{"-D 2 x", "+I 2 y", "-D 2 y"}}}, []string{"+U 1 a", "+U 1 b", "+U 2 x", "-D 2 ~"}},
	} {
		t.Run(c.mode.String(), func(t *testing.T) {
			g := jsonRig(t)
			s := g.upsertSink(c.mode)
			g.recover(s)
			w, err := s.NewWriter()
			require.NoError(t, err)
			for i, epoch := range c.epochs {
				require.NoError(t, s.Begin(g.ctx()))
				for _, lines := range epoch {
					require.NoError(t, w.Write(g.ctx(), rowsOf(t, lines...)))
				}
				require.NoError(t, s.Flush(g.ctx()))
				require.NoError(t, s.Commit(g.ctx(), fmt.Sprint("m", i)))
			}
			// An epoch that is taken back leaves nothing behind, also not what was held back.
			require.NoError(t, s.Begin(g.ctx()))
			require.NoError(t, w.Write(g.ctx(), rowsOf(t, "+I 9 z")))
			require.NoError(t, s.Abort(g.ctx()))
			require.NoError(t, s.Begin(g.ctx()))
			require.NoError(t, s.Commit(g.ctx(), "last"))

			src := g.upsertSource(schemaOf(t, "id", "id int64", "v string"), "")
			var got []string
			for p := range int32(2) {
				got = append(got, g.changes(g.reader(src, p, "", true))...)
			}
			slices.SortStableFunc(got, func(a, b string) int { return strings.Compare(strings.Fields(a)[1], strings.Fields(b)[1]) })
			require.Equal(t, c.want, got)

			configs, err := g.admin.DescribeTopicConfigs(g.ctx(), "t")
			require.NoError(t, err)
			policy := slices.IndexFunc(configs[0].Configs, func(c kadm.Config) bool { return c.Key == "cleanup.policy" })
			require.GreaterOrEqual(t, policy, 0)
			require.Equal(t, "compact", configs[0].Configs[policy].MaybeValue())
		})
	}
}

func TestUpsertSinkChecks(t *testing.T) {
	g := jsonRig(t)
	s := g.upsertSink(plan.Retract)
	w, err := s.NewWriter()
	require.NoError(t, err)
	bad := w.(component.RowChecker).Check(rowsOf(t, "+I 1 a", "+I ~ a", "-D ~ a", "-D 2 ~"))
	require.Equal(t, []component.RowReject{{Row: 1, Code: diag.RowSinkRefused, Path: "id"}, {Row: 2, Code: diag.RowSinkRefused, Path: "id"}}, bad)

	g.recover(s)
	require.NoError(t, s.Begin(g.ctx()))
	require.NoError(t, w.Write(g.ctx(), rowsOf(t, "+I 1 a", "+I 1 b")))
	err = s.Flush(g.ctx())
	require.ErrorContains(t, err, "changelog.key_not_unique")
	var permanent *component.PermanentError
	require.ErrorAs(t, err, &permanent)
}

// eventsCatalog has the connection "events".
type eventsCatalog struct{}

func (eventsCatalog) Table(string) (*component.Table, bool) { return nil, false }
func (eventsCatalog) Tables() []string                      { return nil }
func (eventsCatalog) Connection(name string) (*component.Connection, bool) {
	return &component.Connection{Name: name, Component: Name}, name == "events"
}
func (eventsCatalog) Connections() []string { return []string{"events"} }

func TestPlanOfChanges(t *testing.T) {
	reg, err := component.NewRegistry(append(Specs(), jsonformat.Spec())...)
	require.NoError(t, err)
	decode := func(kind component.Kind, text string, diags *diag.List) component.Params {
		spec, _ := reg.Get(kind, Name)
		v, err := model.ParseJSON([]byte(text))
		require.NoError(t, err)
		p, ok := component.Decode(spec.Fields, v, "params", diags)
		require.True(t, ok, "%v", diags)
		return p
	}
	said := func(diags diag.List) string {
		var lines []string
		for _, d := range diags {
			lines = append(lines, fmt.Sprintf("%s at %s: %s [%s]", d.Code, d.Path, d.Message, d.Fix))
		}
		return strings.Join(lines, "\n")
	}

	columns := `"schema":{"columns":[{"name":"id","type":"int64"},{"name":"v","type":"float64"},{"name":"at","type":"timestamp(3)"}]`
	for _, c := range []struct{ params, want string }{
		{columns + `}`, "append"},
		{columns + `},"changelog":"none"`, "append"},
		{columns + `,"key":["id"]},"changelog":"upsert","timestamp_column":"at"`, "upsert id"},
		{columns + `},"changelog":"upsert"`, "kafka.key_missing at params.changelog: the records of a compacted topic replace each other by their key, and no key is declared [Write key: [column, ...] beside the columns.]"},
		{columns + `,"key":["v"]},"changelog":"upsert"`, `kafka.key_column at params.changelog: "v" is float64, which has no one form as a record's key [Use integers, decimals, strings, bytes, booleans, dates or timestamps.]`},
		{columns + `,"key":["id","at"]},"changelog":"upsert","key_format":"text"`, "kafka.key_column at params.key_format: a key of 2 columns is not one text [Use json_array, as the sink writes it, or json.]"},
		{columns + `},"timestamp_column":"when"`, `kafka.column at params.timestamp_column: there is no column "when" to hold the records' timestamps [Declare it among the columns: {name: when, type: timestamp(3)}.]`},
		{columns + `},"timestamp_column":"id"`, `kafka.column at params.timestamp_column: "id" is int64 and cannot hold the records' timestamps [Declare it as timestamp(3).]`},
		{columns + `,"key":["at"]},"changelog":"upsert","timestamp_column":"at"`, `kafka.column at params.timestamp_column: "at" is in the key, which records' timestamps are not []`},
	} {
		var diags diag.List
		p := decode(component.KindSource, `{"connection":"events","topic":"t",`+c.params+`}`, &diags)
		scan, ok := planSource(&component.Planning{Registry: reg, Catalog: eventsCatalog{}, Diags: &diags}, p)
		if !ok {
			require.Equal(t, c.want, said(diags))
			continue
		}
		mode := reg.ScanMode(scan)
		require.Equal(t, c.want, strings.TrimSpace(mode.Change.String()+" "+strings.Join(mode.Key, " ")))
		require.True(t, json.Valid(scan.Params))
	}

	s := schemaOf(t, "id", "id int64", "v string")
	for _, c := range []struct {
		mode         plan.Mode
		params, want string
	}{
		{plan.Mode{}, ``, ""},
		{plan.Mode{}, `,"changelog":"upsert","key":["v"]`, ""},
		{plan.Mode{}, `,"changelog":"upsert"`, "kafka.key_missing at params.key: an upsert topic needs a key: the records of one key replace each other [Write key: [column, ...].]"},
		{plan.Mode{Change: plan.Upsert, Key: s.Key}, ``, "kafka.changes at params.changelog: the rows change (upsert), and the topic takes inserts [Write changelog: upsert and key: [id].]"},
		{plan.Mode{Change: plan.Upsert, Key: s.Key}, `,"changelog":"upsert","key":["id"]`, ""},
		{plan.Mode{Change: plan.Retract}, `,"changelog":"upsert","key":["id","v"]`, ""},
		{plan.Mode{Change: plan.Retract}, `,"changelog":"upsert","key":["v"]`, "changelog.key at params.key: the rows are told apart by id: under v, without id, several would share one place [Write key: [id].]"},
	} {
		var diags diag.List
		p := decode(component.KindSink, `{"connection":"events","topic":"t"`+c.params+`}`, &diags)
		_, ok := planSink(&component.Planning{Registry: reg, Catalog: eventsCatalog{}, Diags: &diags}, p, &plan.Node{Schema: s, Mode: c.mode})
		require.Equal(t, c.want, said(diags))
		require.Equal(t, c.want == "", ok)
	}
}

func FuzzKey(f *testing.F) {
	f.Add([]byte(`["x",1]`), true)
	f.Add([]byte(`17`), false)
	f.Fuzz(func(t *testing.T, key []byte, array bool) {
		columns := []string{"a string", "b int64"}
		if !array {
			columns = columns[1:]
		}
		k := &keyDecoder{schema: schemaOf(t, "", columns...), array: array}
		for _, c := range k.schema.Fields {
			k.cols = append(k.cols, batch.NewBuilder(c.Type, 1))
		}
		n, reject := k.Decode(key)
		require.Equal(t, n == 1, reject == nil)
		b := k.Finish()
		require.Equal(t, n, b.N)
		require.NoError(t, b.Check())
	})
}
