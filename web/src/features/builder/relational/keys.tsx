import { AutoComplete, Select } from "antd";
import { useState } from "react";
import { keysOf, tablesOf } from "@/core/model/joins";
import { setKeys, type Table } from "@/core/model/relational";
import type { Join, JoinKey } from "@/core/model/types";
import { useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import { IconButton } from "@/ui/menu";
import { Section } from "@/ui/page";
import { useCanvas } from "../canvas/context";
import { useBuilder, useBuilderStore } from "../state";
import css from "./relational.module.css";
import { w } from "./words";

/** Keys are the pairs that a join compares. A pair that is not whole yet stays here; the document gets it when both sides are chosen. */
export function Keys({ id, join }: { id: string; join: Join }) {
  const t = useWords(w);
  const store = useBuilderStore();
  const model = useBuilder((s) => s.model);
  const analysis = useBuilder((s) => s.analysis);
  const { mayEdit } = useCanvas();
  const [draft, setDraft] = useState<Partial<JoinKey>>();
  const tables = tablesOf(model, analysis);
  const [from, to] = [tables(join.from), tables(join.to)];
  const said = keysOf(join, to);
  const write = (keys: readonly JoinKey[], gesture?: string) => store.getState().edit(t("did.join", { from: join.from, to: join.to }), (text) => setKeys(text, id, keys), gesture ? { gesture } : undefined);
  const change = (i: number, key: JoinKey) => write(said.map((k, n) => (n === i ? key : k)), `on ${id} ${i}`);
  const asked: Partial<JoinKey> | undefined = draft ?? (said.length === 0 && mayEdit ? {} : undefined);
  const complete = (key: Partial<JoinKey>) => {
    if (!key.from || !key.to) return setDraft(key);
    setDraft(undefined);
    write([...said, { from: key.from, to: key.to }]);
  };
  return (
    <Section title={t("join.keys")}>
      {said.map((k, i) => (
        // The place is the key: a pair has no other identity, and what is typed into one must stay in it.
        <Pair key={i} join={join} from={from} to={to} pair={k} readOnly={!mayEdit} onChange={(next) => change(i, { from: next.from ?? k.from, to: next.to ?? k.to })} onRemove={join.on && join.on.length > 0 ? () => write(said.filter((_, n) => n !== i)) : undefined} />
      ))}
      {asked ? <Pair join={join} from={from} to={to} pair={asked} readOnly={false} onChange={complete} onRemove={said.length > 0 ? () => setDraft(undefined) : undefined} /> : null}
      <div className={css.aside}>
        <Types join={join} keys={said} from={from} to={to} />
        {mayEdit && !asked ? (
          <button type="button" className={css.link} onClick={() => setDraft({})}>
            + {t("join.addKey")}
          </button>
        ) : null}
      </div>
    </Section>
  );
}

interface PairProps {
  join: Join;
  from: Table;
  to: Table;
  pair: Partial<JoinKey>;
  readOnly: boolean;
  onChange: (pair: Partial<JoinKey>) => void;
  onRemove?: () => void;
}

function Pair({ join, from, to, pair, readOnly, onChange, onRemove }: PairProps) {
  const t = useWords(w);
  const options = (table: Table) => table.columns.map((c) => ({ value: c.name, label: c.name, title: `${c.name} ${c.type}` }));
  return (
    <div className={css.pair}>
      <AutoComplete
        aria-label={t("join.from", { entity: join.from })}
        value={pair.from}
        disabled={readOnly}
        options={options(from)}
        // What stands there already must not hide the other columns.
        showSearch={{ filterOption: (typed, o) => typed === pair.from || (o?.value ?? "").includes(typed) }}
        onChange={(value: string) => onChange({ ...pair, from: value })}
      />
      <span className={css.equals}>=</span>
      <Select aria-label={t("join.to", { entity: join.to })} showSearch value={pair.to} disabled={readOnly} options={options(to)} onChange={(value: string) => onChange({ ...pair, to: value })} />
      {onRemove && !readOnly ? <IconButton small glyph="close" label={t("join.removeKey", { from: pair.from ?? "", to: pair.to ?? "" })} onClick={onRemove} /> : <span />}
    </div>
  );
}

/** Types says whether the compared columns are of one type, which they have to be. */
function Types({ join, keys, from, to }: { join: Join; keys: readonly JoinKey[]; from: Table; to: Table }) {
  const t = useWords(w);
  const typed = keys.map((k) => ({ ...k, fromType: from.columns.find((c) => c.name === k.from)?.type, toType: to.columns.find((c) => c.name === k.to)?.type }));
  const wrong = typed.find((k) => k.fromType !== undefined && k.toType !== undefined && k.fromType !== k.toType);
  if (wrong)
    return (
      <p className={css.note}>
        <Glyph name="error" size={14} className={css.bad} />
        <span>{t("join.differ", { from: wrong.from, fromType: wrong.fromType ?? "", to: wrong.to, toType: wrong.toType ?? "" })}</span>
      </p>
    );
  if (!join.on?.length && keys.length > 0) return <p className={css.note}>{t("join.byKey", { entity: join.to })}</p>;
  const types = [...new Set(typed.map((k) => k.fromType))];
  return <p className={css.note}>{types.length > 0 && types.every((x) => x !== undefined) ? t("join.same", { type: types.join(", ") }) : null}</p>;
}
