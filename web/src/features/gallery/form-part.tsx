import { useState } from "react";
import { type Field, FormContext, pathText, putAt, SpecForm, type Values } from "@/ui/form";
import { Section, Split } from "@/ui/page";
import { Code } from "@/ui/text";
import { Scroll } from "@/ui/page";

const l = (en: string, zh = en) => ({ en, zh });
const fields: Field[] = [
  { name: "connection", type: "connection", required: true, label: l("Connection", "连接"), options: [{ value: "kafka", label: l("Kafka") }] },
  { name: "topic", type: "string", required: true, label: l("Topic", "主题"), help: l("One topic, or several by a pattern.", "一个主题，或用模式匹配多个。") },
  { name: "start", type: "enum", label: l("Start from", "从哪里开始"), default: "latest", options: [{ value: "earliest", label: l("Earliest", "最早") }, { value: "latest", label: l("Latest", "最新") }, { value: "time", label: l("A time", "某个时间") }] },
  { name: "start_time", type: "time", required: true, label: l("Time", "时间"), show_if: { field: "start", in: ["time"] } },
  { name: "codec", type: "enum", label: l("Compression", "压缩"), default: "none", options: ["none", "gzip", "snappy", "lz4", "zstd"].map((v) => ({ value: v, label: l(v) })) },
  { name: "where", type: "expr", required: true, label: l("Condition", "条件"), help: l("Rows for which it is true go on.", "满足条件的行继续。") },
  { name: "by", type: "list", label: l("Group by", "分组列"), of: { name: "column", type: "column", label: l("Column", "列") } },
  { name: "order", type: "column", label: l("Order column", "排序列") },
  { name: "columns", type: "list", required: true, label: l("Columns", "列"), of: { name: "column", type: "object", short: "name", label: l("Column", "列"), fields: [{ name: "name", type: "string", required: true, label: l("Name", "名称") }, { name: "expr", type: "expr", label: l("Expression", "表达式") }] }, short: "name" },
  { name: "sinks", type: "list", label: l("Targets", "目标"), of: { name: "target", type: "object", label: l("Target", "目标"), fields: [{ name: "host", type: "string", required: true, label: l("Host", "主机") }, { name: "port", type: "int", default: 9000, label: l("Port", "端口") }, { name: "timeout", type: "duration", default: "5s", label: l("Timeout", "超时") }, { name: "secure", type: "bool", label: l("Encrypt", "加密") }] } },
  { name: "brokers", type: "list", label: l("Brokers"), of: { name: "broker", type: "string", label: l("Broker") } },
  { name: "headers", type: "map", label: l("Headers", "请求头"), of: { name: "value", type: "string", label: l("Value", "值") } },
  { name: "wait", type: "duration", default: "5s", label: l("Wait for", "等待"), help: l("Longer waits make bigger batches.", "等待越久，批次越大。") },
  { name: "buffer", type: "size", default: "16MiB", label: l("Buffer", "缓冲") },
  { name: "parallel", type: "int", default: 4, min: 1, max: 64, label: l("Parallelism", "并行度") },
  { name: "exact", type: "bool", default: true, label: l("Exactly once", "精确一次") },
  { name: "password", type: "string", secret: true, label: l("Password", "密码") },
  { name: "to", type: "type", label: l("Type", "类型"), default: "string" },
  { name: "format", type: "format", default: "json", label: l("Format", "格式") },
  { name: "format_params", type: "params", label: l("Format settings", "格式参数") },
  { name: "sql", type: "text", label: l("Statement", "语句"), advanced: true },
  { name: "retry", type: "duration", default: "500ms", label: l("Retry after", "重试间隔"), advanced: true },
  { name: "schema", type: "schema", label: l("Schema", "结构") },
];

const world = {
  columns: [{ name: "play_id", type: "string" }, { name: "member_id", type: "int64" }, { name: "ms_played", type: "int32" }, { name: "played_at", type: "timestamp" }],
  tables: async () => [{ name: "cdm.dwd.play_log", note: "CDM" }],
  connections: async () => [{ name: "kafka_prod", note: "kafka" }],
  formats: [{ name: "json", title: l("JSON"), fields: [{ name: "strict", type: "bool" as const, default: false, label: l("Refuse unknown fields", "拒绝未知字段") }] }],
};
const diagnostics = [
  { path: "columns[1].expr", message: "There is no column ms_plaid.", fix: "Did you mean ms_played?", severity: "error" },
  { path: "by", message: "Grouping by a unique column keeps every row.", severity: "warning" },
];

export function FormPart() {
  const [values, setValues] = useState<Values>({ topic: "play_log", where: "ms_played > 30000", by: ["play_id", "gone"], columns: ["play_id", { name: "seconds", expr: "ms_plaid / 1000" }], sinks: [{ host: "a.example" }, { host: "b.example", port: 9001 }], headers: { "X-Team": "music" }, retry: "2s", wait: "1h30m", schema: { columns: [{ name: "id", type: "int64" }, { name: "at", type: "timestamp", nullable: false }], key: ["id"], event_time: "at" } });
  const [last, setLast] = useState("");
  return (
    <FormContext value={world}>
      <Split name="gallery.form" side="left" size={344} panel={<Scroll><Section title="Inspector"><SpecForm fields={fields.slice(0, 11)} values={values} diagnostics={diagnostics} onChange={(path, v) => { setLast(`${pathText(path)} = ${JSON.stringify(v)}`); setValues(putAt(values, path, v)); }} /></Section></Scroll>}>
        <Split name="gallery.form2" side="left" size={344} panel={<Scroll><Section title="More"><SpecForm fields={fields.slice(11)} values={values} onChange={(path, v) => { setLast(`${pathText(path)} = ${JSON.stringify(v)}`); setValues(putAt(values, path, v)); }} /></Section></Scroll>}>
          <Scroll><Section title="Values" note={last}><Code block>{JSON.stringify(values, null, 2)}</Code></Section></Scroll>
        </Split>
      </Split>
    </FormContext>
  );
}
