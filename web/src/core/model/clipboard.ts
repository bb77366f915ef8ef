import { itemsOf } from "./edges";
import { asYAML, type Clip, declaredIn } from "./ops";
import { parse } from "./text";

/**
 * The clipboard holds text, so that a paste works across tabs, browsers and a mail: a first line that says what it is, then a document's nodes, edges,
 * entities, joins, groups, notes and layout.
 */
const head = "# millrace/nodes+yaml";

/** toClipboard writes a clip as text. */
export function toClipboard(c: Clip): string {
  const nodes = c.nodes.map((n) => ({ id: n.id, component: n.component, ...(n.description ? { description: n.description } : {}), ...(n.bypass ? { bypass: true } : {}), params: n.params }));
  const more = Object.entries({ entities: c.entities, joins: c.joins, groups: c.groups, notes: c.notes }).filter(([, all]) => all.length > 0);
  return `${head}\n${asYAML({ nodes, edges: itemsOf(c.edges), ...Object.fromEntries(more), layout: c.layout })}`;
}

/** fromClipboard reads a clip; undefined where the text is none. */
export function fromClipboard(text: string): Clip | undefined {
  if (!text.startsWith(head)) return undefined;
  const { model, ok } = parse(text);
  if (!ok || model.nodes.length + model.entities.length + model.notes.length === 0) return undefined;
  const entities = declaredIn(text, "entities").filter((e) => typeof e.id === "string" && e.id !== "");
  const known = new Set(entities.map((e) => e.id));
  const joins = declaredIn(text, "joins").filter((j) => known.has(j.from) && known.has(j.to));
  const ids = new Set([...model.nodes, ...model.entities].map((n) => n.id));
  const edges = model.edges.filter((e) => ids.has(e.from) && ids.has(e.to));
  return { nodes: model.nodes, edges, entities, joins, groups: model.groups, notes: model.notes, layout: model.layout };
}
