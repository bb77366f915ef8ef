package console

import (
	"context"
	"fmt"
	"io"
	"os"

	"golang.org/x/term"

	"millrace/components/component"
	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/plan"
)

// Name is the sink's name.
const Name = "console"

// CodeBadParams is the diagnostic of parameters that cannot be stored.
const CodeBadParams diag.Code = "console.bad_params"

const (
	formatTable = "table"
	formatJSON  = "ndjson"
)

const icon = `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" ` +
	`stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round"><rect x="1.8" y="2.8" width="12.4" height="10.4" rx="1.4"/>` +
	`<path d="M4.4 6l2.2 2-2.2 2M8.4 10.4h3.2"/></svg>`

func text(en, zh string) component.Text { return component.Text{En: en, Zh: zh} }

// Spec declares the sink, which prints to standard output.
func Spec() component.Spec { return SpecTo(os.Stdout) }

// SpecTo declares the sink, which prints to w.
func SpecTo(w io.Writer) component.Spec {
	return component.Spec{
		Name: Name, Version: 1, Kind: component.KindSink, MinInputs: 1, MaxInputs: 1,
		Title:   text("Console", "控制台"),
		Summary: text("Prints rows on standard output.", "将数据打印到标准输出。"),
		Help: text("For trying a model out: rows come as an aligned table or as one JSON object a line, when their epoch is committed. "+
			"Rows that change others say what they do, in front: +I inserted, -U and +U before and after an update, -D deleted; in JSON as \"op\". "+
			"After a crash the last epoch may be printed again.",
			"用于试运行模型：在周期提交后，以对齐的表格或每行一个 JSON 对象的形式输出。变更数据在行首标明操作：+I 新增，-U、+U 更新前后，-D 删除；JSON 中为 \"op\"。故障恢复后，最后一个周期可能会重复打印。"),
		Icon: icon,
		Fields: []component.Field{
			component.NewField("format", component.FieldEnum, "Format", "格式").WithDefault(formatTable).WithOptions(
				component.Option{Value: formatTable, Label: text("Table", "表格")},
				component.Option{Value: formatJSON, Label: text("JSON, one object a line", "JSON，每行一个对象")}),
			component.NewField("limit", component.FieldInt, "Rows at most", "最多行数").WithDefault(int64(0)).AtLeast(0).
				WithHelp("Later rows are counted but not printed; 0 prints all.", "超出的行只计数、不打印；0 表示全部打印。"),
		},
		Examples: []component.Example{{Title: text("Print plays", "打印播放事件"), YAML: example}},
		Sink: &component.SinkDef{Plan: planSink, Accepts: []plan.ChangeMode{plan.Append, plan.Upsert, plan.Retract},
			Open: func(_ context.Context, oc component.SinkContext) (component.Sink, error) { return open(w, oc) }},
	}
}

const example = `format: 1
kind: view
name: cdm.music.look_at_plays
time_zone: Asia/Shanghai
nodes:
  - {id: plays, component: table, params: {table: ods.music.play_events}}
  - {id: out, component: console, params: {limit: 20}}
edges: [plays -> out]
`

func planSink(pc *component.Planning, p component.Params, _ *plan.Node) (*plan.Sink, bool) {
	params, err := component.Encode(SpecTo(nil).Fields, p)
	if err != nil {
		pc.Diags.Errorf(CodeBadParams, p.Span(""), "%v", err)
		return nil, false
	}
	return &plan.Sink{Component: Name, Version: 1, Params: params}, true
}

// sink prints in Apply, which the engine calls one at a time.
type sink struct {
	w    io.Writer
	json bool
	// changes says that rows change others, so that each is told with its kind; colour that the kinds are told apart by colour too.
	changes bool
	colour  bool
	limit   int
	printed int
	held    int
	title   bool
}

var _ component.StagedSink = (*sink)(nil)

func open(w io.Writer, oc component.SinkContext) (*sink, error) {
	p, err := component.DecodeJSON(SpecTo(nil).Fields, oc.Params)
	if err != nil {
		return nil, &component.PermanentError{Err: err}
	}
	return &sink{w: w, json: p.String("format") == formatJSON, limit: int(p.Int("limit")),
		changes: oc.Mode.Change != plan.Append, colour: coloured(w)}, nil
}

// coloured reports whether w is a terminal whose user has not asked for plain text (see no-color.org).
func coloured(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) && os.Getenv("NO_COLOR") == ""
}

// Promise says that a crash may print an epoch twice.
func (s *sink) Promise() component.Promise {
	return component.Promise{Why: "What was printed cannot be taken back."}
}

// Check takes every row.
func (s *sink) Check(*batch.Batch) []component.RowReject { return nil }

// Limits keeps tables readable and chunks small.
func (s *sink) Limits() component.ChunkLimits {
	return component.ChunkLimits{Rows: 10_000, Bytes: 16 << 20}
}

// ChunkKey lets all rows share a chunk.
func (s *sink) ChunkKey(*batch.Batch) []uint64 { return nil }

// Apply prints a chunk.
func (s *sink) Apply(_ context.Context, _ component.ChunkRef, rows []*batch.Batch) error {
	var out []byte
	for _, b := range rows {
		n := b.Rows()
		if s.limit > 0 {
			n = min(n, s.limit-s.printed)
		}
		s.held += b.Rows() - n
		s.printed += n
		if n == 0 {
			continue
		}
		if s.json {
			out = appendJSONRows(out, b, n, s.changes)
		} else {
			out = s.appendTable(out, b, n, !s.title)
			s.title = true
		}
	}
	if len(out) == 0 {
		return nil
	}
	if _, err := s.w.Write(out); err != nil {
		return fmt.Errorf("printing rows: %w", err)
	}
	return nil
}

// Close says how many rows the limit kept back.
func (s *sink) Close() error {
	if s.held == 0 || s.json {
		return nil
	}
	_, err := fmt.Fprintf(s.w, "(%d more rows)\n", s.held)
	return err
}
