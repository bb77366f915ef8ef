import { useQuery } from "@tanstack/react-query";
import { type Graph, keyOf, linkKey, type Path, type Spot, shortName } from "@/core/lineage";
import { api, must } from "@/infra/api";
import { useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import { Pairs, Section } from "@/ui/page";
import { Num } from "@/ui/text";
import type { Column } from "../data";
import { common } from "../words";
import css from "./view.module.css";
import { w } from "./words";

/** PinPanel says of the pinned column what it is, where its value comes from and whom a change of it reaches. */
export function PinPanel({ pin, graph, path, columns }: { pin: Spot; graph: Graph; path: Path; columns: ReadonlyMap<string, readonly Column[]> }) {
  const t = useWords(w);
  const shared = useWords(common);
  const node = graph.nodes.find((n) => n.id === pin.table);
  const column = columns.get(pin.table)?.find((c) => c.name === pin.column);
  const names = new Map(graph.nodes.map((n) => [n.id, shortName(n.name ?? "").own]));
  const into = new Set([keyOf(pin)]);
  const from = graph.edges.flatMap((e) => e.columns.filter((l) => path.links.has(linkKey(e, l)) && into.has(keyOf({ table: e.to, column: l.to }))).map((l) => ({ key: linkKey(e, l), table: names.get(e.from) ?? "", column: l.from, direct: l.direct })));
  const reach = useQuery({
    queryKey: ["tables", pin.table, "impact", pin.column],
    enabled: node?.kind === "table",
    queryFn: () => must(api.GET("/tables/{table}/impact", { params: { path: { table: pin.table }, query: { column: pin.column } } })),
  }).data;
  const models = (reach?.items ?? []).filter((i) => i.kind === "document").length;
  const pipelines = (reach?.items ?? []).filter((i) => i.kind === "pipeline").length;
  return (
    <div className={css.panel}>
      <div className={css.about}>
        <h2><Glyph name="pin" /> {pin.column}</h2>
        <span><code>{column?.type}</code> <span className={css.quiet}>{node?.name}</span></span>
        {column?.description ? <p>{column.description}</p> : null}
      </div>
      <Section title={t("lineage.from")}>
        {from.length === 0 ? <span className={css.quiet}>{t("lineage.fromNothing")}</span> : null}
        {from
          .sort((a, b) => Number(b.direct) - Number(a.direct))
          .map((f) => (
            <div key={f.key} className={css.from}>
              <Glyph name={f.direct ? "minus" : "more"} size={14} />
              <code title={`${f.table}.${f.column}`}>{f.table}.{f.column}</code>
              <span>{t(f.direct ? "lineage.value" : "lineage.decides")}</span>
            </div>
          ))}
      </Section>
      {reach ? (
        <Section title={t("lineage.reaches")}>
          <Pairs
            items={[
              { label: shared("browse.models"), value: <Num value={models} /> },
              { label: t("lineage.pipelines"), value: <Num value={pipelines} /> },
              { label: t("lineage.notNamed"), value: <Num value={reach.hidden} /> },
            ]}
          />
        </Section>
      ) : null}
    </div>
  );
}
