import { InputNumber } from "antd";
import { useText, useWords } from "@/infra/words";
import type { Spec } from "@/core/model/specs";
import { Segmented } from "@/ui/menu";
import { ChoiceRow, Choices, type Deciding, FindingLine } from "./choice";
import { EngineControl, KeepControl, OrderControl, PartitionControl, TextControl, WindowControl } from "./controls";
import { type Choice, type Design, exactlyOnce } from "./data";
import css from "./settings.module.css";
import { w } from "./words";

interface Props {
  design: Design;
  deciding: Deciding;
  spec: Spec;
}

type Column = NonNullable<Design["proposal"]["columns"]>[number];

/** ColumnSettings are the columns beside those of the rows: the type that each gets in the table, and how it is compressed. */
export function ColumnSettings({ design, deciding }: Props) {
  const t = useWords(w);
  return (
    <Choices label={t("step.columns")}>
      {(design.proposal.columns ?? []).map((c) => (
        <ColumnRows key={c.name} column={c} deciding={deciding} />
      ))}
    </Choices>
  );
}

function ColumnRows({ column, deciding }: { column: Column; deciding: Deciding }) {
  const t = useWords(w);
  const { type, codec } = column;
  const showCodec = codec.value !== "" || codec.pinned || deciding.findings.some((f) => f.path === codec.path);
  return (
    <>
      <ChoiceRow
        mono
        label={column.name}
        note={column.ours ? (column.nullable ? `${column.ours}?` : column.ours) : undefined}
        choice={type}
        deciding={deciding}
        control={(close) => (
          <>
            <TextControl label={t("control.type")} value={type.value} make={(text) => ({ columns: { [column.name]: { type: text } } })} pin={deciding.pin} close={close} />
            {showCodec ? null : <TextControl label={t("control.codec")} value="" make={(text) => ({ columns: { [column.name]: { codec: text } } })} pin={deciding.pin} close={close} />}
          </>
        )}
      />
      {showCodec ? (
        <ChoiceRow
          mono
          label={column.name}
          note={t("setting.codec")}
          choice={codec}
          deciding={deciding}
          control={(close) => <TextControl label={t("control.codec")} value={codec.value} make={(text) => ({ columns: { [column.name]: { codec: text } } })} pin={deciding.pin} close={close} />}
        />
      ) : null}
    </>
  );
}

/** of are the decisions of one step. */
const of = { keys: ["engine", "order_by", "partition_by", "ttl"], delivery: ["deduplication_window"] } as const;

/** TableSettings are the decisions about the table as a whole. */
export function TableSettings({ design, deciding, spec, step }: Props & { step: keyof typeof of }) {
  const t = useWords(w);
  const paths: readonly string[] = of[step];
  return (
    <Choices label={t(`step.${step}`)}>
      {(design.proposal.choices ?? [])
        .filter((c) => paths.includes(c.path))
        .sort((x, y) => paths.indexOf(x.path) - paths.indexOf(y.path))
        .map((c) => (
          <TableChoice key={c.path} choice={c} design={design} deciding={deciding} spec={spec} />
        ))}
    </Choices>
  );
}

function TableChoice({ choice, design, deciding, spec }: Props & { choice: Choice }) {
  const t = useWords(w);
  const { proposal } = design;
  const columns = (proposal.columns ?? []).filter((c) => c.ours).map((c) => c.name);
  const times = (proposal.columns ?? []).filter((c) => /^(timestamp|date)/.test(c.ours ?? "")).map((c) => c.name);
  const { pin } = deciding;
  const label = choice.path === "engine" || choice.path === "order_by" || choice.path === "partition_by" || choice.path === "ttl" || choice.path === "deduplication_window" ? t(`setting.${choice.path}`) : choice.path;
  const control = (close: () => void) => {
    const c = { pin, close };
    switch (choice.path) {
      case "engine":
        return <EngineControl field={spec.fields.find((f) => f.name === "engine")} {...c} />;
      case "order_by":
        return <OrderControl columns={columns} value={proposal.order_by ?? []} {...c} />;
      case "partition_by":
        return <PartitionControl columns={columns} value={proposal.partition_by} {...c} />;
      case "ttl":
        return <KeepControl columns={times} value={proposal.ttl} {...c} />;
      case "deduplication_window":
        return <WindowControl value={proposal.deduplication_window} {...c} />;
      default:
        return null;
    }
  };
  return <ChoiceRow label={label} choice={choice} deciding={deciding} control={control} />;
}

const rhythms = ["1000", "5000", "10000", "60000"] as const;
const millisOfSecond = 1000;

/** DeliverySettings are how often rows are written, what the table remembers, and what happens when an answer is lost. */
export function DeliverySettings({ epoch, onEpoch, unknown, onUnknown, ...rest }: Props & { epoch: number; onEpoch: (ms: number) => void; unknown: string | undefined; onUnknown: (value: string) => void }) {
  const t = useWords(w);
  const text = useText();
  const once = exactlyOnce(rest.design);
  const field = rest.spec.fields.find((f) => f.name === "on_unknown_outcome");
  const options = field?.options ?? [];
  return (
    <>
      <div className={css.line}>
        <span>{t("delivery.promise")}</span>
        <div>
          <code>{once ? "exactly_once" : "at_least_once"}</code>
          <small>{once ? t("delivery.once") : t("delivery.least")}</small>
        </div>
      </div>
      <div className={css.line}>
        <span>{t("delivery.every")}</span>
        <div>
          <span className={css.controls}>
            <Segmented
              label={t("delivery.every")}
              value={rhythms.find((r) => Number(r) === epoch)}
              onChange={(r) => onEpoch(Number(r))}
              options={rhythms.map((r) => ({ value: r, label: t("delivery.seconds", { n: Number(r) / millisOfSecond }) }))}
            />
            <InputNumber size="small" aria-label={t("delivery.every")} min={0.1} max={3600} value={epoch / millisOfSecond} suffix={t("delivery.unit")} onChange={(v) => v && onEpoch(Math.round(v * millisOfSecond))} />
          </span>
          <small>{t("delivery.everyNote")}</small>
        </div>
      </div>
      <TableSettings {...rest} step="delivery" />
      {field && options.length > 0 ? (
        <div className={css.line}>
          <span>{text(field.label)}</span>
          <div>
            <span className={css.controls}>
              <Segmented label={text(field.label)} value={unknown ?? String(field.default ?? options[0]?.value)} onChange={onUnknown} options={options.map((o) => ({ value: o.value, label: text(o.label) }))} />
            </span>
            <small>{text(field.help)}</small>
          </div>
        </div>
      ) : null}
    </>
  );
}

/** ReviewSettings are all decisions, but for columns that are as they are for want of another way. */
export function ReviewSettings(props: Props) {
  const t = useWords(w);
  const { design, deciding } = props;
  const columns = design.proposal.columns ?? [];
  const found = (path: string) => deciding.findings.some((f) => f.path === path || f.path === path.replace(/\.(type|codec)$/, ""));
  const chosen = columns.filter((c) => c.type.pinned || c.codec.pinned || (c.type.alternatives ?? []).length > 0 || c.codec.value !== "" || found(c.type.path) || found(c.codec.path) || (c.verdict && c.verdict !== "fits"));
  const plain = columns.length - chosen.length;
  const shown = new Set([...(design.proposal.choices ?? []).map((c) => c.path), ...chosen.flatMap((c) => [c.type.path, c.codec.path])]);
  const elsewhere = deciding.findings.filter((f) => !shown.has(f.path));
  return (
    <>
      {elsewhere.length > 0 ? (
        <div className={css.findings}>
          {elsewhere.map((f) => (
            <FindingLine key={f.code + f.path} finding={f} pin={deciding.pin} />
          ))}
        </div>
      ) : null}
      <TableSettings {...props} step="keys" />
      <Choices label={t("step.columns")}>
        {chosen.map((c) => (
          <ColumnRows key={c.name} column={c} deciding={deciding} />
        ))}
      </Choices>
      <TableSettings {...props} step="delivery" />
      {plain > 0 ? <p className={css.plain}>{t("review.plain", { count: plain })}</p> : null}
    </>
  );
}
