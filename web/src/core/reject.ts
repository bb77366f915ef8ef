/**
 * Records that a pipeline has put aside, as a person reads and mends them. A record is bytes; where those are text they are shown as text, and what
 * cannot be is never altered by having been looked at.
 */

/** Shown is a record as an editor has it. */
export interface Shown {
  text: string;
  language: "json" | "text";
  /** exact says that the text turns into the same bytes again, so that it may be mended. */
  exact: boolean;
}

/** shownOf decodes a record that came as base64. */
export function shownOf(raw: string, truncated: boolean): Shown {
  const bytes = Uint8Array.from(atob(raw), (c) => c.charCodeAt(0));
  let text: string;
  let exact = !truncated;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
    exact = false;
  }
  return { text, language: /^\s*[[{]/.test(text) ? "json" : "text", exact };
}

/** rawOf is the base64 of a mended text. */
export function rawOf(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let binary = "";
  for (let i = 0; i < bytes.length; i += 8192) binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(binary);
}

/** Range is a place in a text, in UTF-16 units, the end not included. */
export interface Range {
  from: number;
  to: number;
}

/**
 * placeOf finds what a path such as "user.tags[2]" names in a JSON text: the value where it is there, else the end of the innermost object that should
 * have it. A text that breaks off is marked where it does. It returns undefined where the path says nothing about this text.
 */
export function placeOf(text: string, path: string): Range | undefined {
  const steps = path.match(/[^.[\]]+/g) ?? [];
  const reader = new Reader(text);
  try {
    return reader.find(steps);
  } catch (e) {
    if (e instanceof Broken) return { from: Math.max(0, Math.min(e.at, text.length) - 1), to: Math.max(1, Math.min(e.at + 1, text.length)) };
    throw e;
  }
}

class Broken extends Error {
  constructor(readonly at: number) {
    super("the text is not JSON");
  }
}

/** Reader walks over a JSON text without building its values. */
class Reader {
  private at = 0;
  constructor(private readonly text: string) {}

  find(steps: readonly string[]): Range | undefined {
    this.space();
    const [step, ...rest] = steps;
    const from = this.at;
    if (step === undefined) {
      this.skip();
      return { from, to: this.at };
    }
    switch (this.text[this.at]) {
      case "{":
        return this.member((key) => key === step, rest);
      case "[":
        return this.member((_, index) => String(index) === step, rest);
      default:
        this.skip();
        return steps.length > 0 && from === 0 ? undefined : { from, to: this.at };
    }
  }

  /** member finds the member of an object or array that is wanted and goes on inside it. */
  private member(wanted: (key: string, index: number) => boolean, rest: readonly string[]): Range {
    const close = this.text[this.at] === "{" ? "}" : "]";
    this.at++;
    for (let index = 0; ; index++) {
      this.space();
      if (this.text[this.at] === close) {
        const end = { from: this.at, to: this.at + 1 };
        this.at++;
        return end;
      }
      if (index > 0) this.expect(",");
      this.space();
      let key = "";
      if (close === "}") {
        const began = this.at;
        this.string();
        key = this.unquoted(began);
        this.space();
        this.expect(":");
      }
      if (wanted(key, index)) {
        this.space();
        const found = this.find(rest);
        if (found) return found;
      } else {
        this.space();
        this.skip();
      }
    }
  }

  private unquoted(from: number): string {
    try {
      return JSON.parse(this.text.slice(from, this.at)) as string;
    } catch {
      throw new Broken(from);
    }
  }

  private skip(): void {
    const c = this.text[this.at];
    if (c === '"') return this.string();
    if (c !== "{" && c !== "[") return this.scalar();
    // Depth is counted instead of recursing: a record may be as deep as its writer liked.
    let depth = 0;
    do {
      const d = this.text[this.at];
      if (d === undefined) throw new Broken(this.at);
      if (d === '"') {
        this.string();
        continue;
      }
      if (d === "{" || d === "[") depth++;
      if (d === "}" || d === "]") depth--;
      this.at++;
    } while (depth > 0);
  }

  private scalar(): void {
    const m = /^(?:true|false|null|-?[0-9][0-9.eE+-]*)/.exec(this.text.slice(this.at, this.at + 400));
    if (!m) throw new Broken(this.at);
    this.at += m[0].length;
  }

  private string(): void {
    if (this.text[this.at] !== '"') throw new Broken(this.at);
    for (this.at++; ; this.at++) {
      const c = this.text[this.at];
      if (c === undefined) throw new Broken(this.at);
      if (c === "\\") this.at++;
      else if (c === '"') break;
    }
    this.at++;
  }

  private expect(c: string): void {
    if (this.text[this.at] !== c) throw new Broken(this.at);
    this.at++;
  }

  private space(): void {
    while (/\s/.test(this.text[this.at] ?? "")) this.at++;
  }
}

/** excerpt is a line of a text around a place: before, the place itself, and after. Breaks and runs of space become one space. */
export function excerpt(text: string, place: Range | undefined, width: number): { before: string; marked: string; after: string; cut: boolean } {
  const flat = (s: string) => s.replace(/\s+/g, " ");
  if (!place) return { before: flat(text.slice(0, width)), marked: "", after: "", cut: text.length > width };
  const lead = Math.max(0, place.from - Math.floor(width / 3));
  return {
    before: (lead > 0 ? "…" : "") + flat(text.slice(lead, place.from)),
    marked: flat(text.slice(place.from, place.to)),
    after: flat(text.slice(place.to, Math.max(place.to, lead + width))),
    cut: text.length > lead + width,
  };
}
