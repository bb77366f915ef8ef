package kafka

import (
	"time"

	"millrace/components/component"
	"millrace/components/internal/changelog"
	"millrace/components/internal/secure"
	"millrace/models/plan"
)

// Name is the name of the connection, the source and the sink.
const Name = "kafka"

// Values of enum parameters.
const (
	startEarliest = "earliest"
	startLatest   = "latest"
	startTime     = "time"

	lostFail     = "fail"
	lostEarliest = "earliest"

	tombstonesReject = "reject"
	tombstonesSkip   = "skip"

	// How a record's key is written: as the text of its one column, as a JSON array of its columns, or as a JSON object.
	keyText   = "text"
	keyArray  = "json_array"
	keyObject = "json"

	valueAll       = "all"
	valueExceptKey = "except_key"

	createNever     = "never"
	createIfMissing = "if_missing"
)

const icon = `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" ` +
	`stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round"><circle cx="5" cy="8" r="2"/><circle cx="5" cy="2.9" r="1.3"/>` +
	`<circle cx="5" cy="13.1" r="1.3"/><circle cx="11.5" cy="5.1" r="1.4"/><circle cx="11.5" cy="10.9" r="1.4"/>` +
	`<path d="M5 4.2V6M5 10v1.8M6.8 7.2l3.4-1.6M6.8 8.8l3.4 1.6"/></svg>`

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
		component.NewField("brokers", component.FieldList, "Brokers", "Broker 地址").AtLeast(1).AsDestination().
			WithHelp("host:port; the port is 9092 where none is given.", "host:port；不写端口时为 9092。").
			ListOf(component.NewField("broker", component.FieldString, "Broker", "Broker")),
		component.NewField("sasl", component.FieldEnum, "Login", "登录方式").WithDefault("none").WithOptions(
			option("none", "None", "无"), option("plain", "SASL PLAIN", "SASL PLAIN"),
			option("scram_sha_256", "SASL SCRAM-SHA-256", "SASL SCRAM-SHA-256"), option("scram_sha_512", "SASL SCRAM-SHA-512", "SASL SCRAM-SHA-512")),
		component.NewField("username", component.FieldString, "User", "用户名").ShownIf("sasl", "plain", "scram_sha_256", "scram_sha_512"),
		component.NewField("password", component.FieldString, "Password", "密码").AsSecret().ShownIf("sasl", "plain", "scram_sha_256", "scram_sha_512"),
	}
	fields = append(fields, secure.Fields()...)
	fields = append(fields,
		component.NewField("client_id", component.FieldString, "Client id", "客户端标识").Optional().AsAdvanced().
			WithHelp("What the brokers log and set quotas by; left empty, millrace-<pipeline>.", "broker 日志与配额使用的标识；留空为 millrace-<管道名>。"),
		component.NewField("timeout", component.FieldDuration, "Time to connect", "连接超时").WithDefault(defaultTimeout).
			Between(int64(time.Second), int64(10*time.Minute)).AsAdvanced(),
	)
	return component.Spec{
		Name: Name, Version: 1, Kind: component.KindConnection,
		Title:   text("Kafka", "Kafka"),
		Summary: text("A Kafka cluster, or a broker that speaks its protocol.", "一个 Kafka 集群，或兼容其协议的消息服务。"),
		Help: text("Give one or more brokers; the others are found through them. The brokers' advertised addresses must be reachable from "+
			"the workers. Only topics that exist are read and written, unless a sink is told to create its own.",
			"填写一个或多个 broker 地址，其余 broker 会自动发现。工作进程必须能访问 broker 对外公布的地址。除非写入端配置为自动创建，否则只读写已存在的主题。"),
		Icon:       icon,
		Fields:     fields,
		Connection: &component.ConnectionDef{Check: check, Discover: discover, Addresses: addresses},
	}
}

func connectionField() component.Field {
	f := component.NewField("connection", component.FieldConnection, "Connection", "连接")
	return f.WithOptions(option(Name, "Kafka", "Kafka"))
}

func formatFields() []component.Field {
	return []component.Field{
		component.NewField("format", component.FieldFormat, "Format", "格式").WithDefault("json"),
		component.NewField("format_params", component.FieldParams, "Format settings", "格式参数").Optional(),
	}
}

func sourceSpec() component.Spec {
	fields := []component.Field{
		connectionField(),
		component.NewField("topic", component.FieldString, "Topic", "主题"),
	}
	fields = append(fields, formatFields()...)
	fields = append(fields,
		component.NewField("schema", component.FieldSchema, "Columns", "列").Optional().
			WithHelp("The columns of the records, and which of them is the event time. A catalog table brings its own.", "记录的列，以及哪一列是事件时间。目录表自带列定义。"),
		component.NewField("start_from", component.FieldEnum, "Start from", "起始位置").WithDefault(startEarliest).
			WithHelp("Where the pipeline's first run begins; later runs go on where the last one stopped.", "管道首次运行的起点；之后从上次停止处继续。").
			WithOptions(option(startEarliest, "The earliest record", "最早的记录"), option(startLatest, "New records", "最新记录"), option(startTime, "A time", "指定时间")),
		component.NewField("start_time", component.FieldTime, "Start time", "起始时间").ShownIf("start_from", startTime),
		component.NewField("on_lost_offsets", component.FieldEnum, "When retention passed the pipeline", "数据因过期被清理时").WithDefault(lostFail).AsAdvanced().
			WithHelp("What to do when records were deleted before they were read.", "记录在被读取之前已被清理时的处理方式。").
			WithOptions(option(lostFail, "Stop", "停止"), option(lostEarliest, "Go on with what is left and count the loss", "从剩余数据继续，并统计丢失量")),
		changelog.SourceField(text("What the records mean. upsert reads a compacted topic: a record is the row its key has now, one without a value deletes it. The table's key says which columns those are. Left empty, every record is a row of its own.",
			"记录的含义。upsert 用于压缩主题：一条记录是其键的当前行，空值记录表示删除该键；键列由表的 key 声明。留空则每条记录都是独立的一行。")),
		component.NewField("key_format", component.FieldEnum, "Key format", "键格式").Optional().ShownIf(changelog.Param, changelog.ParamUpsert).AsAdvanced().
			WithHelp("How the record's key is written. Left empty, as the sink writes it: one column as text, several as a JSON array.", "记录键的写法。留空则与写入端一致：单列为文本，多列为 JSON 数组。").
			WithOptions(option(keyText, "Text of the one column", "单列文本"), option(keyArray, "JSON array, in the key's order", "JSON 数组（按键列顺序）"), option(keyObject, "JSON object", "JSON 对象")),
		component.NewField("value_fields", component.FieldEnum, "The value holds", "值中包含").Optional().ShownIf(changelog.Param, changelog.ParamUpsert).AsAdvanced().
			WithHelp("Left empty, all columns.", "留空表示全部列。").
			WithOptions(option(valueAll, "All columns", "全部列"), option(valueExceptKey, "All columns but the key's", "除键以外的列")),
		component.NewField("timestamp_column", component.FieldString, "Timestamp column", "时间戳列").Optional().
			WithHelp("A declared column that takes the record's timestamp instead of a value of the record: the time of a version where the rows have none.", "用记录时间戳填充的已声明列（不取自记录内容）：当数据本身没有版本时间时使用。"),
		component.NewField("tombstones", component.FieldEnum, "Records without a value", "空值记录").WithDefault(tombstonesReject).AsAdvanced().
			WithHelp("Where every record is a row. With changelog: upsert such a record deletes its key.", "仅在每条记录都是一行时适用；changelog: upsert 时空值记录表示删除该键。").
			WithOptions(option(tombstonesReject, "Reject", "拒绝并记录"), option(tombstonesSkip, "Skip", "跳过")),
	)
	return component.Spec{
		Name: Name, Version: 1, Kind: component.KindSource,
		Title:   text("Kafka", "Kafka"),
		Summary: text("Reads the records of a Kafka topic.", "读取 Kafka 主题中的记录。"),
		Help: text("Only committed records are read. Each partition is read on its own; partitions that are added while the pipeline runs "+
			"are read from their first record. Progress is shown to consumer-group tools under the group millrace-<pipeline>.",
			"只读取已提交的记录。每个分区独立读取；运行期间新增的分区从其首条记录开始读取。消费进度以消费组 millrace-<管道名> 的形式对外可见。"),
		Icon: icon, Fields: fields,
		Examples: []component.Example{{Title: text("Read plays from a topic", "从主题读取播放事件"), YAML: sourceExample},
			{Title: text("Read a table that a compacted topic tells of", "读取压缩主题中的表"), YAML: upsertExample}},
		Source: &component.SourceDef{Plan: planSource, Mode: changelog.ScanMode, Physical: physical, Open: openSource},
	}
}

func sinkSpec() component.Spec {
	fields := []component.Field{
		connectionField(),
		component.NewField("topic", component.FieldString, "Topic", "主题"),
	}
	fields = append(fields, formatFields()...)
	fields = append(fields,
		component.NewField("key", component.FieldList, "Key", "键").Optional().
			WithHelp("Columns whose values make the record's key: equal keys go to the same partition, in order. One column is written as text, several as a JSON array.",
				"作为记录键的列：相同的键按顺序进入同一分区。单列写为文本，多列写为 JSON 数组。").
			ListOf(component.NewField("column", component.FieldColumn, "Column", "列")),
		component.NewField(changelog.Param, component.FieldEnum, "Changes", "变更").Optional().
			WithHelp("upsert writes a compacted topic: the row a key has now is a record, a deleted one a record without a value. It needs the key. Left empty, only inserts are taken.",
				"upsert 写入压缩主题：键的当前行写为一条记录，删除写为空值记录；需要指定键。留空则只接受新增数据。").
			WithOptions(option(changelog.ParamNone, "Only inserts", "仅新增"), option(changelog.ParamUpsert, "The row each key has now", "按键更新")),
		component.NewField("compression", component.FieldEnum, "Compression", "压缩").WithDefault("none").WithOptions(
			option("none", "None", "不压缩"), option("lz4", "LZ4", "LZ4"), option("zstd", "Zstandard", "Zstandard"), option("snappy", "Snappy", "Snappy")),
		component.NewField("create", component.FieldEnum, "Create the topic", "创建主题").WithDefault(createNever).Beginning(createIfMissing).WithOptions(
			option(createNever, "Never", "从不"), option(createIfMissing, "If it is missing", "不存在时创建")),
		component.NewField("partitions", component.FieldInt, "Partitions", "分区数").WithDefault(int64(4)).Between(1, 10000).ShownIf("create", createIfMissing),
		component.NewField("replication", component.FieldInt, "Replicas", "副本数").WithDefault(int64(-1)).Between(-1, 32).ShownIf("create", createIfMissing).
			WithHelp("-1 takes the cluster's default.", "-1 表示使用集群默认值。"),
		component.NewField("retention", component.FieldDuration, "Kept for", "保留时长").Optional().AtLeast(int64(time.Second)).ShownIf("create", createIfMissing).
			WithHelp("The new topic's retention.ms; left empty, the cluster's default.", "新主题的 retention.ms；留空则使用集群默认值。"),
		component.NewField("transaction_timeout", component.FieldDuration, "Transaction timeout", "事务超时").WithDefault(time.Minute).
			Between(int64(5*time.Second), int64(15*time.Minute)).AsAdvanced().
			WithHelp("After this long the cluster takes back what a dead pipeline left open. Until then readers of the topic wait.",
				"超过该时间后，集群会回滚已停止的管道遗留的事务；在此之前，该主题的读取者会等待。"),
		component.NewField("batch_bytes", component.FieldSize, "Bytes a batch", "批大小").WithDefault(int64(1<<20)).Between(16<<10, 128<<20).AsAdvanced().
			WithHelp("Also the largest record that can be written. The topic's max.message.bytes has to allow it.", "同时也是可写入记录的上限，主题的 max.message.bytes 须不小于此值。"),
		component.NewField("buffer_bytes", component.FieldSize, "Bytes waiting for the broker", "缓冲大小").WithDefault(int64(16<<20)).Between(1<<20, 4<<30).AsAdvanced(),
	)
	return component.Spec{
		Name: Name, Version: 1, Kind: component.KindSink, MinInputs: 1, MaxInputs: 1,
		Title:   text("Kafka", "Kafka"),
		Summary: text("Writes rows to a Kafka topic, each epoch as one transaction.", "将数据写入 Kafka 主题，每个周期为一个事务。"),
		Help: text("Rows become visible to readers with isolation.level=read_committed when their epoch commits, exactly once. Rows without a "+
			"key are spread over the partitions. The sink keeps its commit markers in the compacted topic millrace-commits.",
			"数据在其周期提交后对 isolation.level=read_committed 的读取者可见，恰好一次。没有键的数据会分散到各分区。提交标记保存在压缩主题 millrace-commits 中。"),
		Icon: icon, Fields: fields,
		Examples: []component.Example{{Title: text("Write long plays to a topic", "将长播放写入主题"), YAML: sinkExample},
			{Title: text("Copy a table from one compacted topic to another", "将压缩主题中的表复制到另一主题"), YAML: copyExample}},
		Sink: &component.SinkDef{Plan: planSink, Accepts: []plan.ChangeMode{plan.Append, plan.Upsert, plan.Retract}, Physical: physical, Open: openSink},
	}
}

const sourceExample = `format: 1
kind: view
name: cdm.music.plays_from_topic
time_zone: Asia/Shanghai
nodes:
  - id: plays
    component: kafka
    params:
      connection: events
      topic: play_events
      schema:
        columns:
          - {name: user_id, type: int64}
          - {name: song_id, type: int64}
          - {name: ms_played, type: int32}
          - {name: ts, type: timestamp(3)}
        event_time: {column: ts, out_of_order: 5s}
  - {id: out, component: console}
edges: [plays -> out]
`

const sinkExample = `format: 1
kind: view
name: cdm.music.long_plays_topic
time_zone: Asia/Shanghai
nodes:
  - {id: plays, component: table, params: {table: ods.music.play_events}}
  - {id: long, component: filter, params: {where: "ms_played > 30000"}}
  - {id: out, component: kafka, params: {connection: events, topic: long_plays, key: [user_id], create: if_missing}}
edges: [plays -> long, long -> out]
`

const upsertExample = `format: 1
kind: view
name: cdm.music.songs
time_zone: UTC
nodes:
  - id: songs
    component: kafka
    params:
      connection: events
      topic: songs
      changelog: upsert
      timestamp_column: changed_at
      schema:
        columns:
          - {name: song_id, type: int64, nullable: false}
          - {name: title, type: string}
          - {name: changed_at, type: timestamp(3)}
        key: [song_id]
        event_time: changed_at
  - {id: out, component: console}
edges: [songs -> out]
`

const copyExample = `format: 1
kind: view
name: cdm.music.songs_copy
time_zone: UTC
nodes:
  - id: songs
    component: kafka
    params:
      connection: events
      topic: songs
      changelog: upsert
      schema: {columns: [{name: song_id, type: int64, nullable: false}, {name: title, type: string}], key: [song_id]}
  - {id: out, component: kafka, params: {connection: events, topic: songs_copy, create: if_missing, changelog: upsert, key: [song_id]}}
edges: [songs -> out]
`
