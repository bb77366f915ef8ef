import { withoutMembers } from "./members";
import { appendTop, freeId, setAt, steps, withTop } from "./ops";
import { parse } from "./text";
import type { Group, Model } from "./types";

/**
 * Changes of the frames around nodes, from text to text, as those of ops.ts. A node is in one group at most: what is put into one leaves its old one, and a group
 * that has nobody left goes away.
 */

/** longestTitle is how many characters a title may have. */
export const longestTitle = 128;

/** groupAt finds a group by its id. */
export function groupAt(model: Model, id: string): Group | undefined {
  return model.groups.find((g) => g.id === id);
}

/** groupOf is the group that a node is in. */
export function groupOf(model: Model, node: string): Group | undefined {
  return model.groups.find((g) => g.nodes.includes(node));
}

/** titleOf is what a group is called. */
export function titleOf(group: Group): string {
  return group.title ?? group.id;
}

/** group puts a frame around nodes. */
export function group(text: string, nodes: readonly string[], title: string): { text: string; id: string } {
  const id = freeId("group", new Set(parse(text).model.groups.map((g) => g.id)));
  return { text: steps(text, (t) => leave(t, nodes), (t) => appendTop(t, "groups", { id, title, nodes: [...nodes] })), id };
}

/** ungroup takes frames away; what was in them stays where it is. */
export function ungroup(text: string, ids: readonly string[]): string {
  const gone = new Set(ids);
  return withTop(text, "groups", (all) => all.filter((g) => !gone.has(String((g as { id?: unknown } | null)?.id))));
}

/** setGroup writes the title or the colour of a group; undefined takes it away. */
export function setGroup(text: string, id: string, key: "title" | "color", value: string | undefined): string {
  return groupAt(parse(text).model, id) ? setAt(text, ["groups", id, key], value === "" ? undefined : value) : text;
}

/** join puts nodes into a group, behind those that are in it. */
export function join(text: string, id: string, nodes: readonly string[]): string {
  const have = groupAt(parse(text).model, id);
  if (!have) return text;
  const added = nodes.filter((n) => !have.nodes.includes(n));
  return steps(text, (t) => leave(t, added), (t) => setAt(t, ["groups", id, "nodes"], [...have.nodes, ...added]));
}

/** leave takes nodes out of the groups that they are in. */
export function leave(text: string, nodes: readonly string[]): string {
  return withTop(text, "groups", (all) => withoutMembers(all, new Set(nodes)));
}
