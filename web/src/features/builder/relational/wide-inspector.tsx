import { rootOf, rootsOf } from "@/core/model/joins";
import { outputOf } from "@/core/model/relational";
import { useWords } from "@/infra/words";
import { KindTile } from "@/ui/glyph";
import { Section } from "@/ui/page";
import { Code } from "@/ui/text";
import css from "../page/inspector.module.css";
import { ProblemsFoot } from "../page/problems-foot";
import { useBuilder } from "../state";
import own from "./relational.module.css";
import { w } from "./words";

/** WideInspector says what the joined rows are, and what they lack to be whole. */
export function WideInspector() {
  const t = useWords(w);
  const model = useBuilder((s) => s.model);
  const analysis = useBuilder((s) => s.analysis);
  const output = analysis?.relational?.output;
  const id = outputOf(model);
  const root = rootOf(model);
  const others = rootsOf(model).filter((r) => r !== root);
  return (
    <>
      <header className={css.head}>
        <KindTile kind="relational" size={24} />
        <div className={css.headWords}>
          <h2 className={css.title}>{id}</h2>
          <span className={css.what}>{t("wide.what", { count: model.entities.length })}</span>
        </div>
      </header>
      <div className={css.body}>
        {others.length > 0 ? (
          <Section title={t("join.joins")}>
            <p className={own.why}>
              {t("wide.noJoin", { entities: others.join(", ") })} {t("wide.roots")}
            </p>
          </Section>
        ) : null}
        <Section title={t("wide.columns")} note={output ? String(output.columns.length) : undefined}>
          {output ? (
            <ul className={css.columns}>
              {output.columns.map((c) => (
                <li key={c.name} title={c.doc}>
                  <span data-key={output.key?.includes(c.name) || undefined}>{c.name}</span>
                  <Code>{c.type}</Code>
                </li>
              ))}
            </ul>
          ) : (
            <p className={css.quiet}>{t("wide.unknown")}</p>
          )}
        </Section>
      </div>
      <ProblemsFoot findings={analysis?.diagnostics.filter((d) => d.node === id) ?? []} lacks={[]} removes={false} />
    </>
  );
}
