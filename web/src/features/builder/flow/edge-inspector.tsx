import { Select } from "antd";
import { disconnect, reconnect } from "@/core/model/ops";
import { portsOf, specOf } from "@/core/model/rules";
import { edgeIds, inputsOf } from "@/core/model/types";
import { useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import { IconButton } from "@/ui/menu";
import { Pairs, Section } from "@/ui/page";
import { useCanvas } from "../canvas/context";
import css from "../page/inspector.module.css";
import { selected, useBuilder, useBuilderStore } from "../state";
import { w } from "../words";

/** EdgeInspector says what flows along an edge and into which input. */
export function EdgeInspector({ id }: { id: string }) {
  const t = useWords(w);
  const store = useBuilderStore();
  const model = useBuilder((s) => s.model);
  const specs = useBuilder((s) => s.specs);
  const analysis = useBuilder((s) => s.analysis);
  const { mayEdit } = useCanvas();
  const edge = model.edges[edgeIds(model.edges).indexOf(id)];
  if (!edge) return null;
  const to = model.nodes.find((n) => n.id === edge.to);
  const spec = to && specOf(model, specs, to);
  const ports = spec ? portsOf(model, spec, edge.to) : [];
  const port = ports[inputsOf(model, edge.to).indexOf(edge)];
  const columns = analysis?.nodes.find((n) => n.id === edge.from)?.schema?.columns.length;
  const node = (at: string) => (
    <button type="button" className={css.link} onClick={() => store.getState().goTo(at)}>
      {at}
    </button>
  );
  return (
    <>
      <header className={css.head}>
        <Glyph name="arrowRight" />
        <div className={css.headWords}>
          <h2 className={css.title}>{t("edge.label", { from: edge.from, to: edge.to })}</h2>
          <span className={css.what}>{columns === undefined ? t("inspect.edge") : t("inspect.reads", { count: columns })}</span>
        </div>
        {mayEdit ? <IconButton glyph="trash" label={t("inspect.remove")} hotkey="Del" onClick={() => store.getState().edit(t("did.remove", { count: 1 }), (text) => disconnect(text, [id]), { select: selected([]) })} /> : null}
      </header>
      <div className={css.body}>
        <Section>
          <Pairs
            items={[
              { label: t("inspect.from"), value: node(edge.from) },
              { label: t("inspect.to"), value: node(edge.to) },
            ]}
          />
        </Section>
        {spec && spec.ports.length > 1 ? (
          <Section title={t("inspect.port")}>
            <Select
              aria-label={t("inspect.port")}
              className={css.wide}
              disabled={!mayEdit}
              value={port}
              options={spec.ports.map((p) => ({ value: p, label: p, disabled: p !== port && ports.includes(p) }))}
              onChange={(next) => store.getState().edit(t("did.reconnect", { from: edge.from, to: edge.to }), (text) => reconnect(text, id, { ...edge, port: next }), { select: selected([], []) })}
            />
          </Section>
        ) : null}
      </div>
    </>
  );
}
