import { Button, Radio } from "antd";
import { useMemo, useState } from "react";
import type { Change } from "@/core/model/changes";
import { type Clash, merge, type Side } from "@/core/model/merge";
import { chosen, type LineClash, mergeLines } from "@/core/model/mergelines";
import { type Path, pathText } from "@/core/model/tree";
import { type Say, useWords } from "@/infra/words";
import { CodeEditor } from "@/ui/code";
import { Glyph } from "@/ui/glyph";
import { Drawer, Section } from "@/ui/page";
import { Failure } from "@/ui/states";
import { type Conflict, useBuilder, useBuilderStore } from "../state";
import css from "./conflict.module.css";
import { shown, ValueDiff } from "./ValueDiff";
import { w } from "./words";

type T = Say<typeof w.en>;

/** ConflictDialog merges what somebody else has saved with what was changed here. Until that is done, a line says that this one is not saved. */
export function ConflictDialog() {
  const t = useWords(w);
  const conflict = useBuilder((s) => s.conflict);
  const [later, setLater] = useState<string>();
  if (!conflict) return null;
  const put = later === conflict.etag;
  return (
    <>
      {put ? (
        <p className={css.waiting} role="status">
          <Glyph name="warning" />
          {t("conflict.waiting")}
          <Button size="small" onClick={() => setLater(undefined)}>
            {t("conflict.resolve")}
          </Button>
        </p>
      ) : null}
      <Merging key={conflict.etag} conflict={conflict} open={!put} onLater={() => setLater(conflict.etag)} />
    </>
  );
}

/** Choice is something that has to be chosen, of a merge of nodes or of lines. */
interface Choice {
  readonly place: string;
  readonly base: unknown;
  readonly mine: unknown;
  readonly theirs: unknown;
}

interface Plan {
  readonly byLines: boolean;
  readonly choices: readonly Choice[];
  readonly mine: readonly Change[];
  readonly theirs: readonly Change[];
  finish(sides: readonly Side[]): string;
}

function planOf(conflict: Conflict, mine: string, format: string, t: T): Plan {
  const theirs = conflict.theirs.draft ?? "";
  const byNodes = format === "yaml" ? merge(conflict.base, mine, theirs) : undefined;
  if (byNodes) {
    const choices = byNodes.clashes.map((c) => ({ ...c, place: placeText(c, t) }));
    return { byLines: false, choices, mine: told(byNodes.mine), theirs: told(byNodes.theirs), finish: byNodes.finish };
  }
  const parts = mergeLines(conflict.base, mine, theirs);
  const clashes = parts.flatMap((p): LineClash[] => ("clash" in p ? [p.clash] : []));
  return {
    byLines: true,
    choices: clashes.map((c) => ({ place: t("conflict.line", { n: c.at + 1 }), base: c.base, mine: c.mine, theirs: c.theirs })),
    mine: [],
    theirs: [],
    finish: (sides) => chosen(parts, (_, i) => sides[i] ?? "theirs"),
  };
}

/** told leaves out what is worth no line: where nodes stand. */
function told(changes: readonly Change[]): Change[] {
  return changes.filter((c) => c.path[0] !== "layout");
}

function Merging({ conflict, open, onLater }: { conflict: Conflict; open: boolean; onLater: () => void }) {
  const t = useWords(w);
  const store = useBuilderStore();
  const mine = useBuilder((s) => s.text);
  const format = useBuilder((s) => s.format);
  const [sides, setSides] = useState<readonly (Side | undefined)[]>([]);
  const [saving, setSaving] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const plan = useMemo(() => planOf(conflict, mine, format, t), [conflict, mine, format, t]);
  const done = plan.choices.filter((_, i) => sides[i] !== undefined).length;
  const ready = done === plan.choices.length;
  const who = conflict.theirs.updated_by;
  const text = useMemo(() => (ready ? plan.finish(sides.map((s) => s ?? "theirs")) : undefined), [plan, sides, ready]);

  const choose = (i: number, side: Side) => setSides(plan.choices.map((_, j) => (j === i ? side : sides[j])));
  const everywhere = (side: Side) => setSides(plan.choices.map(() => side));
  const save = async () => {
    if (text === undefined) return;
    setSaving(true);
    setProblem(undefined);
    try {
      await store.getState().resolve(text);
    } catch (e) {
      setProblem(e);
    } finally {
      setSaving(false);
    }
  };

  return (
    <Drawer
      open={open}
      onClose={onLater}
      width={760}
      title={t("conflict.title", { who })}
      footer={
        <div className={css.footer}>
          {plan.choices.length > 0 ? <span className={css.quiet}>{t("conflict.count", { done, n: plan.choices.length })}</span> : null}
          <Button onClick={onLater}>{t("conflict.later")}</Button>
          <Button type="primary" disabled={!ready} loading={saving} onClick={() => void save()}>
            {t("conflict.save")}
          </Button>
        </div>
      }
    >
      {problem ? <Failure problem={problem} what={t("conflict.failed")} /> : null}
      <p className={css.intro}>{plan.choices.length === 0 ? t("conflict.none") : plan.byLines ? t("conflict.lines") : t("conflict.intro")}</p>
      {plan.choices.length > 1 ? (
        <div className={css.all}>
          <Button size="small" onClick={() => everywhere("mine")}>
            {t("conflict.allMine")}
          </Button>
          <Button size="small" onClick={() => everywhere("theirs")}>
            {t("conflict.allTheirs")}
          </Button>
        </div>
      ) : null}
      {plan.choices.map((c, i) => (
        <section key={`${c.place} ${i}`} className={css.clash} aria-label={c.place}>
          <h3>{c.place}</h3>
          <div role="radiogroup" aria-label={c.place}>
            <Value name={t("conflict.base")} value={c.base} />
            <Value name={t("conflict.mine")} value={c.mine} base={c.base} picked={sides[i] === "mine"} onPick={() => choose(i, "mine")} />
            <Value name={t("conflict.theirs", { who })} value={c.theirs} base={c.base} picked={sides[i] === "theirs"} onPick={() => choose(i, "theirs")} />
          </div>
        </section>
      ))}
      {plan.mine.length + plan.theirs.length > 0 ? (
        <Section title={t("conflict.free")}>
          <Free title={t("conflict.freeMine")} changes={plan.mine} t={t} />
          <Free title={t("conflict.freeTheirs", { who })} changes={plan.theirs} t={t} />
        </Section>
      ) : null}
      {text === undefined ? null : (
        <Section title={t("conflict.preview")} flush>
          <CodeEditor language={format} value={text} readOnly height={260} label={t("conflict.preview")} />
        </Section>
      )}
    </Drawer>
  );
}

/** Value is one of the values of a clash; with onPick it can be chosen. */
function Value({ name, value, base, picked, onPick }: { name: string; value: unknown; base?: unknown; picked?: boolean; onPick?: () => void }) {
  const t = useWords(w);
  const content =
    value === undefined ? <span className={css.quiet}>{t("conflict.absent")}</span> : base === undefined ? <code>{shown(value)}</code> : <ValueDiff old={base} now={value} />;
  if (!onPick)
    return (
      <div className={css.value}>
        <span className={css.base}>{name}</span>
        <span>{content}</span>
      </div>
    );
  return (
    <label className={css.value} data-picked={picked || undefined}>
      <Radio checked={picked} onChange={onPick}>
        {name}
      </Radio>
      <span>{content}</span>
    </label>
  );
}

function Free({ title, changes, t }: { title: string; changes: readonly Change[]; t: T }) {
  if (changes.length === 0) return null;
  return (
    <>
      <h3 className={css.side}>{title}</h3>
      <ul className={css.free}>
        {changes.map((c, i) => (
          <li key={i}>
            <span>{pathWords(c.path, t)}</span>
            <ValueDiff old={c.old ?? null} now={c.new ?? null} />
          </li>
        ))}
      </ul>
    </>
  );
}

function placeText(c: Clash, t: T): string {
  return pathWords(c.paths[0] ?? [], t);
}

/** pathWords says in words where something stands. */
function pathWords(path: Path, t: T): string {
  const [list, element] = path;
  const name = typeof element === "object" ? element.key : typeof element === "string" ? element : "";
  const rest = pathText(path.slice(2).filter((s, i) => !(i === 0 && s === "params")));
  const where = rest === "" ? "" : `, ${rest}`;
  switch (name === "" ? "" : list) {
    case "nodes":
      return t("conflict.place.node", { name }) + where;
    case "entities":
      return t("conflict.place.entity", { name }) + where;
    case "joins":
      return t("conflict.place.join", { name }) + where;
    case "edges":
      return t("conflict.place.inputs", { name });
    case "params":
      return t("conflict.place.param", { name }) + where;
    default:
      return t("conflict.place.setting", { name: pathText(path) });
  }
}
