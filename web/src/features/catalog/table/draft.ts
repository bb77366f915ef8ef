import type { Table, TableInput } from "../data";

/** Draft is what somebody is about to say of a table. */
export interface Draft extends Pick<TableInput, "domain" | "layer" | "tags" | "team"> {
  description: string;
  /** about are the columns' descriptions by name. */
  about: Record<string, string>;
}

/** draftOf begins with what is said of the table. */
export function draftOf(table: Table): Draft {
  return {
    description: table.description ?? "",
    domain: table.domain ?? "",
    layer: table.layer ?? "",
    tags: table.tags ?? [],
    team: table.team ?? "",
    about: Object.fromEntries(table.columns.map((c) => [c.name, c.description ?? ""])),
  };
}

/**
 * changesOf is what a draft changes of the table as it is now: only what its writer has touched since it was begun from base. What others have said in
 * the meantime stays.
 */
export function changesOf(base: Draft, draft: Draft, table: Table): Partial<TableInput> {
  const out: Partial<TableInput> = {};
  if (draft.description !== base.description) out.description = draft.description;
  if (draft.domain !== base.domain) out.domain = draft.domain;
  if (draft.layer !== base.layer) out.layer = draft.layer;
  if (draft.team !== base.team) out.team = draft.team;
  if (draft.tags?.join("\n") !== base.tags?.join("\n")) out.tags = draft.tags;
  out.columns = table.columns.map((c) => {
    const text = draft.about[c.name] ?? "";
    return text === (base.about[c.name] ?? "") ? c : { ...c, description: text || undefined };
  });
  return out;
}
