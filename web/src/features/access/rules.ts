/** The rules of access that pages need to know to say them; who may do what is the server's to decide. */

export const actions = ["discover", "read", "write", "manage"] as const;
export type Action = (typeof actions)[number];

export const roles = ["viewer", "analyst", "operator", "admin"] as const;
export type Role = (typeof roles)[number];

export function isAction(text: string | null | undefined): text is Action {
  return actions.some((a) => a === text);
}

export function isRole(text: string | null | undefined): text is Role {
  return roles.some((r) => r === text);
}

/** given is what an allow of an action allows, denied what a deny of it denies. Writing does not include reading. */
export function given(action: Action): readonly Action[] {
  return action === "manage" ? actions : action === "discover" ? ["discover"] : ["discover", action];
}

export function denied(action: Action): readonly Action[] {
  return action === "discover" ? actions : action === "manage" ? ["manage"] : [action, "manage"];
}

/** A scope is everything, a catalog or database by name, or a table by id. */
export interface Scope {
  kind: "all" | "catalog" | "db" | "table";
  value: string;
}

/** scopeOf reads a scope as the API writes it; undefined where it is none. */
export function scopeOf(text: string): Scope | undefined {
  if (text === "*") return { kind: "all", value: "" };
  const [, kind, value] = /^(catalog|db|table):(.+)$/.exec(text) ?? [];
  if ((kind === "catalog" || kind === "db" || kind === "table") && value !== undefined) return { kind, value };
  return undefined;
}

/** A subject is a person, a team or a role; the server itself has no id. */
export interface Subject {
  kind: "user" | "team" | "role" | "system";
  id: string;
}

export function subjectOf(text: string): Subject {
  const [, kind, id] = /^(user|team|role):(.+)$/.exec(text) ?? [];
  if ((kind === "user" || kind === "team" || kind === "role") && id !== undefined) return { kind, id };
  return { kind: "system", id: "" };
}

/** placesOf are the catalogs and databases that tables stand in, by their full names. */
export function placesOf(names: readonly string[]): { catalogs: string[]; databases: string[] } {
  const catalogs = new Set<string>();
  const databases = new Set<string>();
  for (const name of names) {
    const [catalog, db, table] = name.split(".");
    if (!catalog || !db || !table) continue;
    catalogs.add(catalog);
    databases.add(`${catalog}.${db}`);
  }
  return { catalogs: [...catalogs].sort(), databases: [...databases].sort() };
}

interface Ordered {
  id: string;
  state: string;
  at: string;
}

/** inOrder puts the requests that wait for whoever looks first, then the other open ones, then the decided ones; each the newest first. */
export function inOrder<T extends Ordered>(requests: readonly T[], waiting: ReadonlySet<string>): T[] {
  const rank = (r: T) => (r.state !== "open" ? 2 : waiting.has(r.id) ? 0 : 1);
  return [...requests].sort((a, b) => rank(a) - rank(b) || b.at.localeCompare(a.at));
}

/** Told is a line of what an audit entry says of a change; was is there where both are known. */
export interface Told {
  name: string;
  was?: string;
  now: string;
}

/** toldOf lays an entry's detail out in lines. A pair of scalars is what it was and what it is. */
export function toldOf(detail: unknown): Told[] {
  if (detail === undefined || detail === null) return [];
  if (typeof detail !== "object" || Array.isArray(detail)) return [{ name: "", now: plain(detail) }];
  return Object.entries(detail).flatMap(([name, value]): Told[] => {
    if (!Array.isArray(value) || value.length !== 2 || (name !== "role" && name !== "disabled" && name !== "name")) return [{ name, now: plain(value) }];
    return value[0] === value[1] ? [] : [{ name, was: plain(value[0]), now: plain(value[1]) }];
  });
}

function plain(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, typeof value === "object" ? 2 : undefined);
}

/** placeOf is the page of what an audit line is about; undefined where it has none. */
export function placeOf(object: string): string | undefined {
  const [kind, id] = object.split(":");
  if (!id) return undefined;
  const pages: Record<string, string> = { table: "/catalog", pipeline: "/pipelines", document: "/models", connection: "/settings/connections", team: "/access/teams", user: "/access/people" };
  const page = kind === undefined ? undefined : pages[kind];
  return page && `${page}/${encodeURIComponent(id)}`;
}
