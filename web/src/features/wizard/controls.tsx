import { Button, Input, InputNumber, Select } from "antd";
import { useState } from "react";
import type { Pins } from "@/core/design";
import type { Field } from "@/core/model/specs";
import { useText, useWords } from "@/infra/words";
import css from "./controls.module.css";
import { w } from "./words";

interface Control {
  pin: (pins: Pins) => void;
  close: () => void;
}

function Use({ onClick, disabled }: { onClick: () => void; disabled?: boolean }) {
  const t = useWords(w);
  return (
    <Button size="small" disabled={disabled} onClick={onClick}>
      {t("control.use")}
    </Button>
  );
}

/** TextControl takes what is written by hand: a type, a codec, a name. */
export function TextControl({ label, value, make, pin, close }: Control & { label: string; value: string; make: (text: string) => Pins }) {
  const [text, setText] = useState(value);
  const use = () => {
    pin(make(text.trim()));
    close();
  };
  return (
    <label className={css.line}>
      <span>{label}</span>
      <Input size="small" className={css.mono} value={text} spellCheck={false} onChange={(e) => setText(e.target.value)} onPressEnter={use} />
      <Use onClick={use} disabled={text.trim() === value} />
    </label>
  );
}

/** EngineControl chooses among the engines that the component makes. */
export function EngineControl({ field, pin, close }: Control & { field: Field | undefined }) {
  const t = useWords(w);
  const text = useText();
  return (
    <label className={css.line}>
      <span>{t("control.engine")}</span>
      <Select
        size="small"
        className={css.wide}
        placeholder={t("control.engine")}
        options={(field?.options ?? []).map((o) => ({ value: o.value, label: text(o.label) }))}
        onChange={(engine: string) => {
          pin({ engine });
          close();
        }}
      />
    </label>
  );
}

/** OrderControl chooses columns in their order: the first that is picked sorts first. */
export function OrderControl({ columns, value, pin, close }: Control & { columns: readonly string[]; value: readonly string[] }) {
  const t = useWords(w);
  const [picked, setPicked] = useState<string[]>([...value]);
  return (
    <label className={css.line}>
      <span>{t("control.order")}</span>
      <Select size="small" mode="multiple" className={css.wide} value={picked} options={columns.map((c) => ({ value: c, label: <code>{c}</code> }))} onChange={setPicked} />
      <Use
        onClick={() => {
          pin({ order_by: picked });
          close();
        }}
      />
    </label>
  );
}

/** The functions that a partition may be made by. */
const partitions = ["toYYYYMM", "toYYYYMMDD", "toDate", ""];

/** PartitionControl chooses a column, and how it becomes a partition. */
export function PartitionControl({ columns, value, pin, close }: Control & { columns: readonly string[]; value: Pins["partition_by"] }) {
  const t = useWords(w);
  const [by, setBy] = useState({ function: value?.function ?? "toYYYYMM", column: value?.column ?? "" });
  return (
    <label className={css.line}>
      <span>{t("control.partition")}</span>
      <Select size="small" className={css.half} value={by.function} options={partitions.map((f) => ({ value: f, label: f ? <code>{f}</code> : t("control.itself") }))} onChange={(f: string) => setBy({ ...by, function: f })} />
      <Select size="small" className={css.half} value={by.column || undefined} placeholder={t("control.column")} options={columns.map((c) => ({ value: c, label: <code>{c}</code> }))} onChange={(column: string) => setBy({ ...by, column })} />
      <Use
        disabled={by.column === ""}
        onClick={() => {
          pin({ partition_by: by.function ? by : { column: by.column } });
          close();
        }}
      />
    </label>
  );
}

const hoursOfDay = 24;

/** KeepControl says for how many days rows stay, counted from a column. */
export function KeepControl({ columns, value, pin, close }: Control & { columns: readonly string[]; value: Pins["ttl"] }) {
  const t = useWords(w);
  const [column, setColumn] = useState(value?.column ?? columns[0] ?? "");
  const [days, setDays] = useState<number | null>(Math.round(Number.parseFloat(value?.after ?? "0") / hoursOfDay) || 90);
  return (
    <label className={css.line}>
      <span>{t("control.keep")}</span>
      <InputNumber size="small" className={css.short} min={1} max={36_500} value={days} suffix={t("control.days")} onChange={setDays} />
      <span>{t("control.after")}</span>
      <Select size="small" className={css.half} value={column || undefined} placeholder={t("control.column")} options={columns.map((c) => ({ value: c, label: <code>{c}</code> }))} onChange={setColumn} />
      <Use
        disabled={days === null || column === ""}
        onClick={() => {
          pin({ ttl: { column, after: `${(days ?? 1) * hoursOfDay}h` } });
          close();
        }}
      />
    </label>
  );
}

/** WindowControl says how many inserts the table remembers. */
export function WindowControl({ value, pin, close }: Control & { value: number }) {
  const t = useWords(w);
  const [n, setN] = useState<number | null>(value);
  return (
    <label className={css.line}>
      <span>{t("control.window")}</span>
      <InputNumber size="small" className={css.short} min={0} max={1_000_000} value={n} onChange={setN} />
      <Use
        disabled={n === null || n === value}
        onClick={() => {
          pin({ deduplication_window: n ?? value });
          close();
        }}
      />
    </label>
  );
}
