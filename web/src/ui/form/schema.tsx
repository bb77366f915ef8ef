import { FormContext, useWorld } from "./context";
import { type Field, isMap, listOf, mapOf, textOf } from "./field";
import css from "./form.module.css";
import { Fields } from "./spec-form";
import type { ControlProps } from "./widget";

const label = (en: string, zh: string) => ({ en, zh });

/** The fields of columns with their key and event time, as the catalog file writes them. */
const fields: readonly Field[] = [
  {
    name: "columns",
    type: "list",
    required: true,
    label: label("Columns", "列"),
    of: {
      name: "column",
      type: "object",
      label: label("Column", "列"),
      fields: [
        { name: "name", type: "string", required: true, label: label("Name", "名称") },
        { name: "type", type: "type", required: true, label: label("Type", "类型") },
        { name: "nullable", type: "bool", default: true, label: label("May be NULL", "可为 NULL") },
        { name: "description", type: "text", label: label("Description", "说明"), advanced: true },
      ],
    },
  },
  { name: "key", type: "list", label: label("Primary key", "主键"), of: { name: "column", type: "column", label: label("Column", "列") } },
  {
    name: "event_time",
    type: "object",
    label: label("Event time", "事件时间"),
    fields: [
      { name: "column", type: "column", label: label("Column", "列") },
      { name: "out_of_order", type: "duration", default: "5s", label: label("Out of order by at most", "最大乱序") },
      { name: "max_future", type: "duration", default: "10m", label: label("Into the future by at most", "最大超前"), advanced: true },
      { name: "idle", type: "duration", default: "1m", label: label("Idle after", "空闲判定"), advanced: true },
    ],
  },
];

/** SchemaControl edits the columns of a table; its key and event time choose among them. */
export function SchemaControl(p: ControlProps) {
  const world = useWorld();
  const value = mapOf(p.value);
  const columns = listOf(value.columns)
    .map((c) => ({ name: textOf(mapOf(c).name), type: textOf(mapOf(c).type) }))
    .filter((c) => c.name !== "");
  // The event time may be written as the column's name alone.
  const short = value.event_time !== undefined && !isMap(value.event_time);
  const values = short ? { ...value, event_time: { column: value.event_time } } : value;
  return (
    <FormContext value={{ ...world, columns }}>
      <div className={css.nested}>
        <Fields
          fields={fields}
          values={values}
          diagnostics={p.diagnostics}
          readOnly={p.readOnly}
          path={p.path}
          onChange={(path, next) => {
            const [first, second] = path.slice(p.path.length);
            if (!short || first !== "event_time" || typeof second !== "string") return p.onChangeAt(path, next);
            const now = { column: value.event_time, [second]: next };
            const key = [...p.path, "event_time"];
            if (second === "column") p.onChangeAt(key, next);
            else p.onChangeAt(key, now);
          }}
        />
      </div>
    </FormContext>
  );
}
