import type { Finding, Position } from "@/core/model/analysis";
import type { CodeDiagnostic } from "@/ui/code";

/** Lines finds offsets in a text. The server counts columns in characters; a text of the browser counts UTF-16 units. */
export class Lines {
  private readonly starts: number[] = [0];

  constructor(private readonly text: string) {
    for (let i = text.indexOf("\n"); i >= 0; i = text.indexOf("\n", i + 1)) this.starts.push(i + 1);
  }

  /** offset is where a line and column are, both from 1. Beyond the text it is the nearest place in it. */
  offset(at: Position | undefined): number {
    const line = Math.min(Math.max(at?.line ?? 1, 1), this.starts.length);
    const start = this.starts[line - 1] ?? 0;
    const end = (this.starts[line] ?? this.text.length + 1) - 1;
    let offset = start;
    for (let i = 1; i < (at?.column ?? 1) && offset < end; i++) offset += (this.text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
    return offset;
  }

  /** range is a span in offsets; one without an end goes to the end of its word. */
  range(span: Finding["span"]): { from: number; to: number } {
    const from = this.offset(span?.start);
    const end = span?.end ? this.offset(span.end) : from;
    if (end > from) return { from, to: end };
    const word = /^[\p{L}\p{N}_.]+|^[^\n]/u.exec(this.text.slice(from))?.[0] ?? "";
    return { from, to: from + word.length };
  }
}

/** marks puts findings where they belong in a text. */
export function marks(text: string, findings: readonly Finding[]): CodeDiagnostic[] {
  if (findings.length === 0) return [];
  const lines = new Lines(text);
  return findings
    .filter((f) => f.span?.start?.line !== undefined)
    .map((f) => ({
      ...lines.range(f.span),
      severity: f.severity === "error" || f.severity === "warning" ? f.severity : ("info" as const),
      message: f.fix ? `${f.message}. ${f.fix}` : f.message,
    }));
}
