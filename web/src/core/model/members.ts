import { isRecord } from "./yamlwrite";

/**
 * The members of groups, as the text's list has them: what becomes of them when nodes go, or are called otherwise. A group that has nobody left goes too.
 */

/** withoutMembers takes ids out of all groups. */
export function withoutMembers(groups: readonly unknown[], gone: ReadonlySet<string>): unknown[] {
  return groups.flatMap((g): unknown[] => {
    if (!isRecord(g) || !Array.isArray(g.nodes) || !g.nodes.some((id) => gone.has(String(id)))) return [g];
    const left = g.nodes.filter((id) => !gone.has(String(id)));
    return left.length > 0 ? [{ ...g, nodes: left }] : [];
  });
}

/** withMemberNames gives ids in all groups other names. */
export function withMemberNames(groups: readonly unknown[], name: (id: string) => string): unknown[] {
  return groups.map((g) => (isRecord(g) && Array.isArray(g.nodes) ? { ...g, nodes: g.nodes.map((id: unknown) => (typeof id === "string" ? name(id) : id)) } : g));
}
