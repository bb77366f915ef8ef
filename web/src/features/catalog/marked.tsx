import css from "./marked.module.css";

/** Marked shows the parts of a text that a search has matched. Spans count code points, as the server does. */
export function Marked({ text, spans }: { text: string; spans: ReadonlyArray<readonly number[] | null> | null | undefined }) {
  const points = Array.from(text);
  const parts: { text: string; on: boolean }[] = [];
  let at = 0;
  for (const span of spans ?? []) {
    const [from = 0, to = 0] = span ?? [];
    if (from > at) parts.push({ text: points.slice(at, from).join(""), on: false });
    if (to > from) parts.push({ text: points.slice(from, to).join(""), on: true });
    at = Math.max(at, to);
  }
  parts.push({ text: points.slice(at).join(""), on: false });
  return <>{parts.map((p, i) => (p.on ? <mark key={i} className={css.mark}>{p.text}</mark> : p.text))}</>;
}
