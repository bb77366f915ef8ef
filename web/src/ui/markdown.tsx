import type { ReactNode } from "react";
import css from "./markdown.module.css";

/**
 * Markdown shows what people write of tables and beside models: paragraphs, headings, lists, code, bold, italics and links. HTML in it is text, and links lead to http
 * and to pages of this site alone, for whoever may describe something may not run anything in its readers' browsers. What
 * stands aside of a page has no headings of its own: they are bold there.
 */
export function Markdown({ text, aside = false }: { text: string; aside?: boolean }) {
  return <div className={css.markdown}>{blocks(text, aside)}</div>;
}

function blocks(text: string, aside: boolean): ReactNode[] {
  const out: ReactNode[] = [];
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  for (let i = 0; i < lines.length; ) {
    const line = lines[i] ?? "";
    const run = (test: (l: string) => boolean): string[] => {
      const from = i;
      while (i < lines.length && test(lines[i] ?? "")) i++;
      return lines.slice(from, i);
    };
    const heading = /^#{1,6}\s+(.*)$/.exec(line);
    if (line.trim() === "") i++;
    else if (heading) {
      const words = inline(heading[1] ?? "");
      out.push(aside ? <p key={i}><strong>{words}</strong></p> : <h4 key={i}>{words}</h4>);
      i++;
    } else if (line.startsWith("```")) {
      i++;
      const code = run((l) => !l.startsWith("```"));
      i++;
      out.push(<pre key={i}>{code.join("\n")}</pre>);
    } else if (/^\s*[-*]\s+/.test(line)) {
      out.push(<ul key={`l${i}`}>{run((l) => /^\s*[-*]\s+/.test(l)).map((l, n) => <li key={n}>{inline(l.replace(/^\s*[-*]\s+/, ""))}</li>)}</ul>);
    } else if (/^\s*\d+[.)]\s+/.test(line)) {
      out.push(<ol key={`l${i}`}>{run((l) => /^\s*\d+[.)]\s+/.test(l)).map((l, n) => <li key={n}>{inline(l.replace(/^\s*\d+[.)]\s+/, ""))}</li>)}</ol>);
    } else {
      const at = i;
      out.push(<p key={at}>{inline(run((l) => l.trim() !== "" && !/^(#{1,6}\s|```|\s*[-*]\s|\s*\d+[.)]\s)/.test(l)).join(" "))}</p>);
      // A line that begins like a block and is none would be looked at for ever.
      if (i === at) i++;
    }
  }
  return out;
}

const marks = /(`[^`]+`)|(\*\*[^*]+\*\*)|(\*[^*\s][^*]*\*)|\[([^\]]+)\]\(([^)\s]+)\)/g;

function inline(text: string): ReactNode[] {
  const out: ReactNode[] = [];
  let at = 0;
  for (const m of text.matchAll(marks)) {
    if (m.index > at) out.push(text.slice(at, m.index));
    const [all, code, bold, italic, label, href] = m;
    if (code) out.push(<code key={m.index}>{code.slice(1, -1)}</code>);
    else if (bold) out.push(<strong key={m.index}>{bold.slice(2, -2)}</strong>);
    else if (italic) out.push(<em key={m.index}>{italic.slice(1, -1)}</em>);
    else if (href && /^https?:\/\//.test(href)) out.push(<a key={m.index} href={href} target="_blank" rel="noreferrer">{label}</a>);
    else out.push(all);
    at = m.index + all.length;
  }
  out.push(text.slice(at));
  return out;
}
