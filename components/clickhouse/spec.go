package clickhouse

import (
	"time"

	"millrace/components/component"
	"millrace/components/internal/secure"
	"millrace/models/plan"
)

// Name is the name of the connection, of the source and of the sink.
const Name = "clickhouse"

// Values of enum parameters.
const (
	createNever     = "never"
	createIfMissing = "if_missing"

	outcomeStop  = "stop"
	outcomeRetry = "retry"
)

const icon = `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" ` +
	`stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round"><path d="M2.5 2.5v11M5.5 2.5v11M8.5 2.5v11M11.5 2.5v11M13.8 6.8v2.4"/></svg>`

// Specs returns the connection, the source and the sink.
func Specs() []component.Spec {
	return []component.Spec{connectionSpec(), sourceSpec(), sinkSpec()}
}

func text(en, zh string) component.Text { return component.Text{En: en, Zh: zh} }

func option(value, en, zh string) component.Option {
	return component.Option{Value: value, Label: text(en, zh)}
}

func connectionSpec() component.Spec {
	fields := []component.Field{
		component.NewField("addresses", component.FieldList, "Addresses", "地址").AtLeast(1).AsDestination().
			ListOf(component.NewField("address", component.FieldString, "Address", "地址")),
		component.NewField("database", component.FieldString, "Database", "数据库").WithDefault("default").
			WithHelp("Where tables without a database of their own lie.", "未指明数据库的表所在的库。"),
		component.NewField("username", component.FieldString, "User", "用户名").WithDefault("default"),
		component.NewField("password", component.FieldString, "Password", "密码").Optional().AsSecret(),
		component.NewField("compression", component.FieldEnum, "Compression", "压缩").WithDefault("lz4").AsAdvanced().WithOptions(
			option("none", "None", "不压缩"), option("lz4", "LZ4", "LZ4"), option("zstd", "Zstandard", "Zstandard")),
	}
	fields = append(fields, secure.Fields()...)
	fields = append(fields, component.NewField("timeout", component.FieldDuration, "Time to connect", "连接超时").WithDefault(defaultTimeout).
		Between(int64(time.Second), int64(10*time.Minute)).AsAdvanced())
	return component.Spec{
		Name: Name, Version: 1, Kind: component.KindConnection,
		Title:   text("ClickHouse", "ClickHouse"),
		Summary: text("A ClickHouse server, reached over its native protocol.", "一个 ClickHouse 服务，通过原生协议访问。"),
		Help: text("Give the native port (9000, with TLS 9440), not the HTTP one. With several addresses the first that answers is used: give "+
			"replicas of the same data.",
			"请填写原生端口（9000，启用 TLS 时为 9440），而非 HTTP 端口。填写多个地址时使用首个可用的地址，它们应是同一数据的副本。"),
		Icon:       icon,
		Fields:     fields,
		Connection: &component.ConnectionDef{Check: check, Discover: discover, Upload: upload, Addresses: addresses, Absolute: absolute},
	}
}

func sinkSpec() component.Spec {
	column := component.NewField("column", component.FieldColumn, "Column", "列")
	return component.Spec{
		Name: Name, Version: 1, Kind: component.KindSink, MinInputs: 1, MaxInputs: 1,
		Title:   text("ClickHouse", "ClickHouse"),
		Summary: text("Writes rows to a ClickHouse table, exactly once where the table allows it.", "将数据写入 ClickHouse 表，在表支持时保证恰好一次。"),
		Help: text("Each epoch's rows are inserted as blocks under tokens of their own. A MergeTree table with "+
			"non_replicated_deduplication_window of at least 100 (replicated tables: replicated_deduplication_window), and the same for the tables its "+
			"materialized views fill, recognizes a block that is inserted again after a crash. Elsewhere the sink says \"at least once\" and why. "+
			"Rows that do not fit the table's columns are rejected, never changed. Rows that change others need a ReplacingMergeTree with a version and an "+
			"is_deleted column; read it with FINAL, or through the view that create: if_missing makes beside it.",
			"每个周期的数据以带独立令牌的块写入。当 MergeTree 表（及其物化视图写入的表）的 non_replicated_deduplication_window 不小于 100（复制表为 "+
				"replicated_deduplication_window）时，故障后重复写入的块会被识别。否则该写入端仅保证“至少一次”并说明原因。与表列不符的行会被拒绝，绝不会被改写。变更数据需要带版本列与 is_deleted 列的 ReplacingMergeTree，并通过 FINAL 或自动创建的 _current 视图读取。"),
		Icon: icon,
		Fields: []component.Field{
			component.NewField("connection", component.FieldConnection, "Connection", "连接").WithOptions(option(Name, "ClickHouse", "ClickHouse")),
			component.NewField("table", component.FieldTable, "Table", "表").
				WithHelp("The table's full name: catalog.database.table.", "表的全名：catalog.database.table。"),
			component.NewField("physical", component.FieldString, "Name in ClickHouse", "ClickHouse 中的表名").Optional().AsAdvanced().
				WithHelp("database.table, or table in the connection's database; left empty, the last two parts of the full name.",
					"database.table，或连接默认库中的 table；留空则取全名的后两段。"),
			component.NewField("create", component.FieldEnum, "Create the table", "创建表").WithDefault(createNever).Beginning(createIfMissing).WithOptions(
				option(createNever, "Never", "从不"), option(createIfMissing, "If it is missing", "不存在时创建")),
			component.NewField("engine", component.FieldEnum, "Engine", "表引擎").WithDefault(engineMergeTree).ShownIf("create", createIfMissing).WithOptions(
				option(engineMergeTree, "MergeTree", "MergeTree"), option(engineReplicated, "ReplicatedMergeTree", "ReplicatedMergeTree"),
				option(engineReplacing, "ReplacingMergeTree", "ReplacingMergeTree"), option(engineReplicatedReplacing, "ReplicatedReplacingMergeTree", "ReplicatedReplacingMergeTree"),
				option(engineSumming, "SummingMergeTree", "SummingMergeTree")).
				WithHelp("A ReplacingMergeTree keeps one row of each sorting key, the last, and takes changes: the sink fills the columns _version and _deleted, and the view <table>_current shows the rows there are now. A SummingMergeTree adds up the rows of one sorting key and keeps the sums.",
					"ReplacingMergeTree 对每个排序键只保留最新一行，可写入变更：_version 与 _deleted 列由写入端填充，视图 <表名>_current 展示当前数据。SummingMergeTree 将同一排序键的行相加，只保留合计。"),
			component.NewField("order_by", component.FieldList, "Sorted by", "排序键").Optional().ShownIf("create", createIfMissing).ListOf(column).
				WithHelp("Left out, the rows' key; an empty list keeps rows as they come. Rows with NULL there are rejected.", "不填则使用数据的主键；空列表表示按到达顺序存放。这些列为 NULL 的行会被拒绝。"),
			component.NewField("partition_by", component.FieldString, "Partitioned by", "分区表达式").Optional().ShownIf("create", createIfMissing).
				WithHelp("A column, or toYYYYMM(column), toYYYYMMDD(column), toDate(column).", "某一列，或 toYYYYMM(列)、toYYYYMMDD(列)、toDate(列)。"),
			component.NewField("ttl", component.FieldObject, "Expiry", "过期").Optional().ShownIf("create", createIfMissing).WithFields(
				component.NewField("column", component.FieldColumn, "Time", "时间列"),
				component.NewField("after", component.FieldDuration, "After", "保留时长").AtLeast(int64(time.Second))),
			component.NewField("columns", component.FieldList, "Columns made otherwise", "自定义列类型").Optional().ShownIf("create", createIfMissing).AsAdvanced().
				WithHelp("Columns whose type or codec is not the one that follows from the rows.", "类型或编码不同于默认推导结果的列。").
				ListOf(component.NewField("made", component.FieldObject, "Column", "列").WithFields(column,
					component.NewField("type", component.FieldString, "Type", "类型").Optional().
						WithHelp("A ClickHouse type that holds the rows' values as they are: LowCardinality(String), DateTime64(3, 'Asia/Shanghai').",
							"能原样保存数据的 ClickHouse 类型，例如 LowCardinality(String)、DateTime64(3, 'Asia/Shanghai')。"),
					component.NewField("codec", component.FieldString, "Codec", "压缩编码").Optional().
						WithHelp("Delta, DoubleDelta, Gorilla, T64, LZ4, ZSTD(level), in the order in which they are applied.",
							"Delta、DoubleDelta、Gorilla、T64、LZ4、ZSTD(级别)，按应用顺序填写。"))),
			component.NewField("deduplication_window", component.FieldInt, "Remembered inserts", "去重窗口").WithDefault(int64(1000)).
				Between(0, 1_000_000).ShownIf("create", createIfMissing).AsAdvanced(),
			component.NewField("on_unknown_outcome", component.FieldEnum, "When an insert's outcome is not known", "写入结果未知时").WithDefault(outcomeStop).AsAdvanced().
				WithHelp("Only for tables that do not recognize a repeated insert.", "仅适用于无法识别重复写入的表。").WithOptions(
				option(outcomeStop, "Stop and ask", "停止并等待处理"), option(outcomeRetry, "Insert again; rows may double", "重新写入，可能产生重复行")),
		},
		Examples: []component.Example{{Title: text("Write long plays to a table", "将长播放写入表"), YAML: example},
			{Title: text("Keep the rows that a compacted topic tells of", "保存压缩主题中的当前数据"), YAML: changesExample}},
		Sink: &component.SinkDef{Plan: planSink, Accepts: []plan.ChangeMode{plan.Append, plan.Upsert, plan.Retract}, Physical: physical, Reads: reads, Open: openSink},
	}
}

const example = `format: 1
kind: view
name: cdm.music.long_plays
time_zone: Asia/Shanghai
nodes:
  - {id: plays, component: table, params: {table: ods.music.play_events}}
  - {id: long, component: filter, params: {where: "event = 'play' AND ms_played > 30000"}}
  - id: out
    component: clickhouse
    params:
      connection: olap
      table: ads.music.long_plays
      create: if_missing
      order_by: [user_id, ts]
      partition_by: toYYYYMM(ts)
edges: [plays -> long, long -> out]
`

const changesExample = `format: 1
kind: view
name: dim.music.songs_in_olap
time_zone: UTC
nodes:
  - id: songs
    component: kafka
    params:
      connection: events
      topic: songs
      changelog: upsert
      schema: {columns: [{name: song_id, type: int64, nullable: false}, {name: title, type: string}], key: [song_id]}
  - id: out
    component: clickhouse
    params: {connection: olap, table: dim.music.songs, create: if_missing, engine: replacing_merge_tree}
edges: [songs -> out]
`
