import { groupBy } from "@/core/group";
import { useMemo, useState } from "react";
import { useText, useWords } from "@/infra/words";
import { KindTile } from "@/ui/glyph";
import { Search } from "@/ui/menu";
import { candidates } from "@/core/model/rules";
import type { Spec } from "@/core/model/specs";
import type { Commands } from "../canvas/commands";
import { startDrag } from "../canvas/drag";
import { useBuilder, useBuilderStore } from "../state";
import { w } from "../words";
import css from "./left.module.css";
import { type Row, Rows } from "./rows";

/** Components is the palette: all that can be a node, in groups. With a node selected, what is picked goes behind it where it fits. */
export function Components({ commands }: { commands: Commands }) {
  const t = useWords(w);
  const text = useText();
  const store = useBuilderStore();
  const [search, setSearch] = useState("");
  const specs = useBuilder((s) => s.specs);
  const groups = useMemo(() => {
    const wanted = search.trim().toLowerCase();
    const found = specs.nodes.filter((s) => `${s.name} ${s.title.en} ${s.title.zh} ${s.summary.en} ${s.summary.zh}`.toLowerCase().includes(wanted));
    const add = (spec: Spec) => {
      const { model, analysis, selection } = store.getState();
      const [only] = selection.nodes.size === 1 ? selection.nodes : [];
      const fits = only !== undefined && model.nodes.some((n) => n.id === only) && candidates(model, specs, analysis, { behind: only }).includes(spec) && mayFeed(only);
      commands.add({ type: "component", spec }, fits ? { from: { node: only } } : {});
    };
    const mayFeed = (id: string) => {
      const { model } = store.getState();
      const node = model.nodes.find((n) => n.id === id);
      return (node && specs.ofNode(node.component, model.edges.some((e) => e.to === id))?.has_output) ?? false;
    };
    return [...groupBy(found, (s) => s.category)].map(([category, inIt]) => ({
      category,
      rows: inIt.map(
        (spec): Row => ({
          key: `${spec.kind}.${spec.name}`,
          depth: 0,
          icon: <KindTile kind={spec.kind === "source" || spec.kind === "sink" ? spec.kind : "transform"} icon={spec.icon} />,
          label: text(spec.title),
          title: text(spec.summary),
          onDrag: (to) => startDrag(to, { type: "component", spec }),
          onEnter: () => add(spec),
        }),
      ),
    }));
  }, [specs, search, store, commands, text]);
  const word = (category: string) =>
    category === "source" ? t("category.source") : category === "shape" ? t("category.shape") : category === "combine" ? t("category.combine") : category === "sink" ? t("category.sink") : category;
  return (
    <>
      <div className={css.search}>
        <Search value={search} onChange={setSearch} placeholder={t("left.searchComponents")} />
      </div>
      {groups.length === 0 ? <p className={css.none}>{t("left.noComponents")}</p> : null}
      <div className={css.groups}>
        {groups.map((g) => (
          <section key={g.category}>
            <h2 className={css.group}>{word(g.category)}</h2>
            <Rows rows={g.rows} label={word(g.category)} />
          </section>
        ))}
      </div>
    </>
  );
}
