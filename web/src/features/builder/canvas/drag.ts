import type { Specs } from "@/core/model/specs";
import type { Candidate } from "../grammar";

/** What is dragged from the left onto the canvas travels as text of a kind of its own. */
const kind = "application/x-millrace-candidate";

/** startDrag says what is dragged. The ghost is the row itself. */
export function startDrag(to: DataTransfer, candidate: Candidate): void {
  const text = candidate.type === "table" ? { table: candidate.table, tableKind: candidate.kind } : { kind: candidate.spec.kind, name: candidate.spec.name };
  to.setData(kind, JSON.stringify(text));
  to.effectAllowed = "copy";
}

/** dragged returns what is let go. */
export function dragged(from: DataTransfer, specs: Specs): Candidate | undefined {
  const text = from.getData(kind);
  if (text === "") return undefined;
  const said = JSON.parse(text) as { table?: string; tableKind?: string; kind?: "source" | "transform" | "sink"; name?: string };
  if (said.table !== undefined) return { type: "table", table: said.table, kind: said.tableKind };
  const spec = said.kind && said.name ? specs.find(said.kind, said.name) : undefined;
  return spec && { type: "component", spec };
}
