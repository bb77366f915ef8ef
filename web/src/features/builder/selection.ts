/** Selection is what is selected, by ids. columns are "entity.column"; groups and notes are those of the drawing. */
export interface Selection {
  readonly nodes: ReadonlySet<string>;
  readonly edges: ReadonlySet<string>;
  readonly columns: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
  readonly notes: ReadonlySet<string>;
}

export const nothingSelected: Selection = { nodes: new Set(), edges: new Set(), columns: new Set(), groups: new Set(), notes: new Set() };

/** selected makes a selection of nodes, and of edges and columns where any are given. */
export function selected(nodes: Iterable<string>, edges: Iterable<string> = [], columns: Iterable<string> = []): Selection {
  return { ...nothingSelected, nodes: new Set(nodes), edges: new Set(edges), columns: new Set(columns) };
}

/** selectedDrawing makes a selection of groups and notes. */
export function selectedDrawing(groups: Iterable<string>, notes: Iterable<string> = []): Selection {
  return { ...nothingSelected, groups: new Set(groups), notes: new Set(notes) };
}

/** sizeOf is how many things are selected. */
export function sizeOf(s: Selection): number {
  return s.nodes.size + s.edges.size + s.columns.size + s.groups.size + s.notes.size;
}

export function sameSelection(a: Selection, b: Selection): boolean {
  return sameSet(a.nodes, b.nodes) && sameSet(a.edges, b.edges) && sameSet(a.columns, b.columns) && sameSet(a.groups, b.groups) && sameSet(a.notes, b.notes);
}

function sameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  if (a.size !== b.size) return false;
  for (const x of a) if (!b.has(x)) return false;
  return true;
}
