import { itemsOf } from "./edges";
import { asYAML, type Clip } from "./ops";
import { parse } from "./text";

/**
 * The clipboard holds text, so that a paste works across tabs, browsers and a mail: a first line that says what it is, then a document's nodes, edges and layout.
 */
const head = "# millrace/nodes+yaml";

/** toClipboard writes a clip as text. */
export function toClipboard(c: Clip): string {
  const nodes = c.nodes.map((n) => ({ id: n.id, component: n.component, ...(n.description ? { description: n.description } : {}), ...(n.bypass ? { bypass: true } : {}), params: n.params }));
  return `${head}\n${asYAML({ nodes, edges: itemsOf(c.edges), layout: c.layout })}`;
}

/** fromClipboard reads a clip; undefined where the text is none. */
export function fromClipboard(text: string): Clip | undefined {
  if (!text.startsWith(head)) return undefined;
  const { model, ok } = parse(text);
  if (!ok || model.nodes.length === 0) return undefined;
  const ids = new Set(model.nodes.map((n) => n.id));
  const edges = model.edges.filter((e) => ids.has(e.from) && ids.has(e.to));
  return { nodes: model.nodes, edges, layout: model.layout };
}
