import type { ReactNode } from "react";
import type { Specs } from "@/core/model/specs";
import type { Schemas } from "@/infra/api";
import { useText, useWords } from "@/infra/words";
import { Glyph, type GlyphName, KindTile, type Kind } from "@/ui/glyph";
import { Empty } from "@/ui/states";
import type { Comparison } from "./comparison";
import css from "./diff.module.css";
import { ValueDiff } from "./ValueDiff";
import { w } from "./words";

const ops = ["removed", "renamed", "changed", "added"] as const;
type Op = (typeof ops)[number];
const glyphs: Record<Op, GlyphName> = { added: "plus", removed: "minus", renamed: "tag", changed: "edit" };

function opOf(op: string): Op {
  return ops.find((o) => o === op) ?? "changed";
}

/** DiffView shows what is different between two texts of a model: what it comes to first, then node by node, parameter by parameter, word by word. */
export function DiffView({ comparison: c, specs, onNode }: { comparison: Comparison; specs: Specs; onNode?: (id: string) => void }) {
  const t = useWords(w);
  const text = useText();
  if (c.unread) return <Empty what={t("diff.unread")} />;
  const drawing = c.drawing ?? [];
  if (c.same && drawing.length === 0) return <Empty what={c.layout ? t("diff.layout") : t("diff.same")} />;
  const outputs = (c.pipelines ?? []).flatMap((p) => p.outputs ?? []).filter((o) => (o.columns ?? []).length > 0);
  // The texts' differences are drawn below; of the sentences those count that say what they come to.
  const result = c.plans && !c.same ? (c.sentences ?? []).slice(countOfText(c)) : [];
  return (
    <div className={css.diff} role="region" aria-label={t("diff.label")}>
      {result.length > 0 ? (
        <Part title={t("diff.result")}>
          <ul className={css.sentences}>
            {result.map((s, i) => (
              <li key={i}>{text(s)}</li>
            ))}
          </ul>
        </Part>
      ) : null}
      <Values title={t("diff.settings")} values={c.settings} />
      <Values title={t("diff.params")} values={c.params} />
      {(c.nodes ?? []).length > 0 ? (
        <Part title={t("diff.nodes")}>
          {(c.nodes ?? []).map((n) => (
            <NodePart key={`${n.op} ${n.component} ${n.id}`} node={n} specs={specs} onNode={onNode} />
          ))}
        </Part>
      ) : null}
      {(c.edges ?? []).length > 0 ? (
        <Part title={t("diff.edges")}>
          <ul>
            {(c.edges ?? []).map((e, i) => (
              <li key={i} className={css.edge}>
                <OpMark op={opOf(e.op)} />
                <code>{e.from}</code>
                <Glyph name="arrowRight" size={12} />
                <code>{e.to}</code>
                {e.port ? <span className={css.quiet}>{e.port}</span> : null}
                {e.op === "changed" ? <span className={css.quiet}>{t("diff.order")}</span> : null}
              </li>
            ))}
          </ul>
        </Part>
      ) : null}
      {(c.statements ?? []).length > 0 ? (
        <Part title={t("diff.statements")}>
          {(c.statements ?? []).map((s, i) => (
            <div key={i} className={css.statement}>
              <OpMark op={opOf(s.op)} />
              <pre>{s.text}</pre>
            </div>
          ))}
        </Part>
      ) : null}
      {drawing.length > 0 ? (
        <Part title={t("diff.drawing")}>
          {drawing.map((n) => (
            <DrawnPart key={`${n.op} ${n.component} ${n.id}`} part={n} />
          ))}
        </Part>
      ) : null}
      {outputs.map((o) => (
        <Part key={o.table} title={t("diff.outputs")} note={o.table}>
          <ul>
            {(o.columns ?? []).map((col) => (
              <li key={col.name} className={css.edge}>
                <OpMark op={opOf(col.op)} />
                <code>{col.name}</code>
                <ValueDiff old={col.old ?? null} now={col.new ?? null} />
              </li>
            ))}
          </ul>
        </Part>
      ))}
    </div>
  );
}

/** countOfText is how many sentences tell of the text. The server writes them first, one for each difference that is drawn here. */
function countOfText(c: Comparison): number {
  const single = (c.settings ?? []).length + (c.params ?? []).length + (c.edges ?? []).length + (c.statements ?? []).length + (c.drawing ?? []).length;
  return (c.nodes ?? []).reduce((n, node) => n + sentencesOf(node), single);
}

function sentencesOf(n: Schemas["DiffNode"]): number {
  const params = (n.params ?? []).length;
  if (n.op === "added" || n.op === "removed") return 1;
  return params + (n.op === "renamed" ? 1 : 0) + (n.was_component ? 1 : 0);
}

function Part({ title, note, children }: { title: string; note?: string; children: ReactNode }) {
  return (
    <section className={css.part}>
      <h3>
        {title}
        {note ? <code>{note}</code> : null}
      </h3>
      {children}
    </section>
  );
}

function OpMark({ op }: { op: Op }) {
  const t = useWords(w);
  return (
    <span className={css.op} data-op={op}>
      <Glyph name={glyphs[op]} size={12} />
      {t(`diff.op.${op}`)}
    </span>
  );
}

function Values({ title, values }: { title: string; values: Schemas["DiffChange"][] | null | undefined }) {
  if (!values || values.length === 0) return null;
  return (
    <Part title={title}>
      <Table values={values} />
    </Part>
  );
}

function Table({ values }: { values: readonly Schemas["DiffChange"][] }) {
  return (
    <dl className={css.params}>
      {values.map((v) => (
        <div key={v.path}>
          <dt>
            <code>{v.path}</code>
          </dt>
          <dd>
            <ValueDiff old={v.old} now={v.new} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function NodePart({ node: n, specs, onNode }: { node: Schemas["DiffNode"]; specs: Specs; onNode?: (id: string) => void }) {
  const t = useWords(w);
  const text = useText();
  const spec = specs.nodes.find((s) => s.name === n.component);
  const kind: Kind = spec?.kind === "source" || spec?.kind === "sink" ? spec.kind : spec ? "transform" : "relational";
  const name = <strong>{n.id}</strong>;
  return (
    <article className={css.node} data-op={opOf(n.op)}>
      <header>
        <KindTile kind={kind} icon={spec?.icon} />
        {onNode && n.op !== "removed" ? (
          <button type="button" className={css.name} onClick={() => onNode(n.id)}>
            {name}
          </button>
        ) : (
          name
        )}
        <span className={css.quiet}>{spec ? text(spec.title) : n.component}</span>
        {n.was ? <span className={css.quiet}>{t("diff.was", { name: n.was })}</span> : null}
        {n.was_component ? <span className={css.quiet}>{t("diff.was", { name: n.was_component })}</span> : null}
        <OpMark op={opOf(n.op)} />
      </header>
      {(n.params ?? []).length > 0 ? <Table values={n.params ?? []} /> : null}
    </article>
  );
}

/** DrawnPart is a group or a note of the canvas that differs. */
function DrawnPart({ part: n }: { part: Schemas["DiffNode"] }) {
  const t = useWords(w);
  const group = n.component === "group";
  return (
    <article className={css.node} data-op={opOf(n.op)}>
      <header>
        <Glyph name={group ? "group" : "note"} />
        <strong>{n.id}</strong>
        <span className={css.quiet}>{group ? t("diff.group") : t("diff.note")}</span>
        <OpMark op={opOf(n.op)} />
      </header>
      {(n.params ?? []).length > 0 ? <Table values={n.params ?? []} /> : null}
    </article>
  );
}
