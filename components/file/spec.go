package file

import (
	"fmt"
	"slices"
	"time"

	"millrace/components/component"
	"millrace/components/internal/changelog"
	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/models/schema"
)

// Name is the component's name.
const Name = "file"

const (
	formatParquet = "parquet"

	compressionAuto = "auto"
	compressionNone = "none"
	compressionGzip = "gzip"
	compressionZstd = "zstd"

	modeBounded = "bounded"
	modeFollow  = "follow"

	defaultPoll = 500 * time.Millisecond
)

func text(en, zh string) component.Text { return component.Text{En: en, Zh: zh} }

func option(value, en, zh string) component.Option {
	return component.Option{Value: value, Label: text(en, zh)}
}

const icon = `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round"><path d="M3.5 2h5.8l3.2 3.2V14h-9zM9.2 2v3.3h3.3M5.7 8.5h4.6M5.7 11h4.6"/></svg>`

// Spec declares the source.
func Spec() component.Spec {
	return component.Spec{
		Name: Name, Version: 1, Kind: component.KindSource,
		Title:   text("Files", "文件"),
		Summary: text("Reads files of JSON lines, CSV, Parquet or another format.", "读取 JSON 行、CSV、Parquet 等格式的文件。"),
		Help: text(
			"Each file that the path matches is read on its own, in the order of the names. Bounded, reading ends where the files ended when it "+
				"began; following, new files and growing ones are read on. Files must only grow.",
			"路径匹配的每个文件按名称顺序独立读取。有界模式读到开始时的文件末尾为止；跟随模式会继续读取新文件和增长的文件。文件只能追加。"),
		Icon:   icon,
		Fields: fields(),
		Examples: []component.Example{{Title: text("Count the lines of a folder by event", "读取文件夹中的事件"), YAML: `format: 1
kind: view
name: ods.music.from_files
time_zone: UTC
nodes:
  - id: lines
    component: file
    params:
      path: data/*.ndjson
      format: json
      schema:
        columns: [{name: user_id, type: int64}, {name: event, type: string}, {name: ts, type: timestamp(3)}]
        event_time: ts
  - {id: out, component: console}
edges: [lines -> out]
`}, {Title: text("Read the changes of a table", "读取表的变更"), YAML: `format: 1
kind: view
name: ods.music.prices_from_files
time_zone: UTC
nodes:
  - id: prices
    component: file
    params:
      path: data/prices.ndjson
      changelog: upsert
      op_column: op
      schema: {columns: [{name: song_id, type: int64, nullable: false}, {name: price, type: "decimal(9, 2)"}], key: [song_id]}
  - {id: out, component: console}
edges: [prices -> out]
`}},
		Source: &component.SourceDef{Plan: planSource, Mode: changelog.ScanMode, Physical: physical, Open: open},
	}
}

// FormatSpec declares Parquet as a format, so that it can be chosen where formats are. It is read by this source only, never record by
// record.
func FormatSpec() component.Spec {
	return component.Spec{
		Name: formatParquet, Version: 1, Kind: component.KindFormat,
		Title:   text("Parquet", "Parquet"),
		Summary: text("Columnar files that carry their own types.", "自带类型的列式文件。"),
		Help:    text("Only the file source reads Parquet. The columns are taken from the files unless they are declared.", "只有文件来源可以读取 Parquet。未声明列时使用文件自带的列。"),
		Icon:    icon,
		Format: &component.FormatDef{NewDecoder: func(component.Params, component.DecodeTarget) (component.Decoder, error) {
			return nil, component.Permanent(CodeFormat, nil, "Use the file source, or another format.", "Parquet is not a format of single records")
		}},
	}
}

func fields() []component.Field {
	return append(sourceFields(),
		component.NewField("schema", component.FieldSchema, "Columns", "列").
			WithHelp("The columns of the records and their event time. Parquet files and catalog tables bring their own.", "记录的列及事件时间。Parquet 文件和目录表自带列定义。").Optional(),
		component.NewField("event_time", component.FieldString, "Event time", "事件时间").
			WithHelp("The column with the event time, where the columns are not declared (Parquet).", "未声明列时（Parquet）的事件时间列。").Optional().AsAdvanced(),
	)
}

// sourceFields are the parameters that a plan keeps.
func sourceFields() []component.Field {
	return []component.Field{
		component.NewField("connection", component.FieldConnection, "Connection", "连接").Optional().WithOptions(option(Name, "Files", "文件")).
			WithHelp("The folder that the files lie in. Left empty, the path is one of this machine, which a server does not allow.", "文件所在的文件夹。留空则路径为本机路径，服务器上不允许。"),
		component.NewField("path", component.FieldString, "Path", "路径").
			WithHelp("A file, or a pattern with *, ? and [a-z]; within the connection's folder where there is one.", "文件路径，或包含 *、? 和 [a-z] 的模式；指定连接时相对于其文件夹。"),
		component.NewField("format", component.FieldFormat, "Format", "格式").WithDefault("json"),
		component.NewField("format_params", component.FieldParams, "Format settings", "格式参数").Optional(),
		component.NewField("compression", component.FieldEnum, "Compression", "压缩").
			WithOptions(option(compressionAuto, "by the name's suffix", "按文件名后缀"), option(compressionNone, "none", "无"),
				option(compressionGzip, "gzip", "gzip"), option(compressionZstd, "zstd", "zstd")).
			WithDefault(compressionAuto).AsAdvanced(),
		component.NewField("mode", component.FieldEnum, "Reading", "读取方式").
			WithOptions(option(modeBounded, "to the end of the files", "读到文件末尾"), option(modeFollow, "follow new data", "持续跟随新数据")).
			WithDefault(modeBounded),
		changelog.SourceField(text("What the records mean. upsert: a record is the row its key has now; the table's key says which columns those are. The changes of one key belong into one file. Left empty, every record is a row of its own.",
			"记录的含义。upsert：一条记录是其键的当前行，键列由表的 key 声明；同一键的变更应位于同一文件中。留空则每条记录都是独立的一行。")),
		component.NewField("op_column", component.FieldString, "Column with the change", "变更类型列").Optional().ShownIf(changelog.Param, changelog.ParamUpsert).
			WithHelp("Where records say what they do: +I, -U, +U, -D; c, r, u, d; or insert, update, delete. It need not be among the columns. Left empty, every record inserts or updates.",
				"记录中标明操作的列：+I、-U、+U、-D，或 c、r、u、d，或 insert、update、delete；无需声明为数据列。留空则每条记录都是新增或更新。"),
		component.NewField("poll_interval", component.FieldDuration, "Look for new data every", "检查新数据的间隔").
			WithDefault(defaultPoll).Between(int64(10*time.Millisecond), int64(time.Minute)).ShownIf("mode", modeFollow).AsAdvanced(),
	}
}

func report(pc *component.Planning, code diag.Code, p component.Params, field, format string, args ...any) *diag.Diagnostic {
	d := pc.Diags.Errorf(code, p.Span(field), format, args...)
	d.Path = p.Path(field)
	return d
}

func planSource(pc *component.Planning, p component.Params) (*plan.Scan, bool) {
	if !checkPlace(pc, p) {
		return nil, false
	}
	s := p.Schema("schema")
	if p.String("format") != formatParquet {
		format, _, ok := pc.Registry.DecodeFormat(p, "format", pc.Diags)
		if !ok {
			return nil, false
		}
		if format.Format.NewDecoder == nil {
			report(pc, CodeFormat, p, "format", "the format %q cannot be read", format.Name)
			return nil, false
		}
	} else if s == nil {
		var ok bool
		if s, ok = schemaOfFiles(pc, p); !ok {
			return nil, false
		}
	}
	if s == nil {
		report(pc, CodeSchemaMissing, p, "schema", "the columns of the files' records are not declared").
			Fix = "Add schema: {columns: [...]}, or let millrace infer write the table's catalog entry."
		return nil, false
	}
	if !checkChanges(pc, p, s) {
		return nil, false
	}
	params, err := component.Encode(sourceFields(), p)
	if err != nil {
		report(pc, CodeFormat, p, "", "%v", err)
		return nil, false
	}
	return &plan.Scan{Component: Name, Version: 1, Params: params, Source: s}, true
}

// schemaOfFiles takes the columns from the first file.
func schemaOfFiles(pc *component.Planning, p component.Params) (*schema.Schema, bool) {
	at, err := placeIn(pc.Catalog, p.String("connection"))
	if err != nil {
		report(pc, CodeConnection, p, "connection", "%v", err)
		return nil, false
	}
	defer at.Close()
	names, err := at.glob(p.String("path"))
	if err != nil {
		report(pc, CodePattern, p, "path", "the path %q is no pattern", p.String("path"))
		return nil, false
	}
	if len(names) == 0 {
		report(pc, CodeNotFound, p, "path", "no file matches %q, so its columns are not known", p.String("path")).Fix = "Declare them in schema, or correct the path."
		return nil, false
	}
	slices.Sort(names)
	s, err := at.parquetSchema(names[0])
	if err != nil {
		report(pc, CodeParquet, p, "path", "%v", err)
		return nil, false
	}
	if column := p.String("event_time"); column != "" {
		i := s.Index(column)
		if i < 0 || s.Fields[i].Type.Kind != schema.Timestamp {
			d := report(pc, CodeParquet, p, "event_time", "the files have no timestamp column %q", column)
			if near := diag.Nearest(column, s.Names()); near != "" && near != column {
				d.Fix = "Did you mean " + near + "?"
			}
			return nil, false
		}
		s.EventTime = schema.EventTimeOn(column)
	}
	return s, true
}

func formatOf(r *component.Registry, p component.Params) (*component.Spec, component.Params, error) {
	var diags diag.List
	format, params, ok := r.DecodeFormat(p, "format", &diags)
	if !ok {
		return nil, component.Params{}, &component.PermanentError{Err: fmt.Errorf("choosing the format of the files: %w", diags.Err())}
	}
	return format, params, nil
}
