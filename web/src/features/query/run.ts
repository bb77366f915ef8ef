import { useCallback, useEffect, useRef, useState } from "react";
import { stream } from "@/infra/api";

export interface Column {
  name: string;
  type: string;
  nullable: boolean;
}

/** Summary is how an answer ended. */
export interface Summary {
  rows: number;
  more: boolean;
  limit?: "rows" | "bytes";
  rows_read: number;
  bytes_read: number;
  elapsed_ns: number;
  rejected: { node: string; code: string; rows: number }[];
}

/** Answer is what is known of an answer so far. */
export interface Answer {
  state: "running" | "done" | "cancelled" | "failed";
  /** text is what was asked, and from where in its question that stands. */
  text: string;
  from: number;
  begun: number;
  columns: readonly Column[];
  rows: readonly (readonly unknown[])[];
  summary?: Summary;
  problem?: unknown;
}

interface Line {
  columns?: Column[];
  row?: Record<string, unknown>;
  end?: Summary;
}

/** drawEvery is how often rows that stream in are drawn, in milliseconds. */
const drawEvery = 120;

/** useRuns asks questions, one at a time for each tab. To cancel one, or to leave the page, ends it on the server. */
export function useRuns(onDone: (answer: Answer) => void) {
  const [answers, setAnswers] = useState<Readonly<Record<string, Answer>>>({});
  const running = useRef(new Map<string, AbortController>());
  useEffect(() => {
    const all = running.current;
    return () => {
      for (const c of all.values()) c.abort();
    };
  }, []);

  const cancel = useCallback((id: string) => running.current.get(id)?.abort(), []);

  const run = useCallback(
    async (id: string, text: string, from: number, limit: number) => {
      running.current.get(id)?.abort();
      const own = new AbortController();
      running.current.set(id, own);
      let answer: Answer = { state: "running", text, from, begun: Date.now(), columns: [], rows: [] };
      const rows: unknown[][] = [];
      let drawn = 0;
      const show = (more: Partial<Answer>) => {
        answer = { ...answer, ...more };
        // A question that was asked again meanwhile has another answer.
        if (running.current.get(id) === own) setAnswers((all) => ({ ...all, [id]: answer }));
      };
      show({});
      try {
        for await (const line of stream<Line>("/queries", { text, limit }, own.signal)) {
          if (line.columns) show({ columns: line.columns });
          if (line.row) rows.push(answer.columns.map((c) => line.row?.[c.name] ?? null));
          if (line.end) show({ state: "done", rows: [...rows], summary: line.end });
          else if (Date.now() - drawn > drawEvery) {
            drawn = Date.now();
            show({ rows: [...rows] });
          }
        }
        if (answer.state === "running") show({ state: "cancelled", rows: [...rows] });
        onDone(answer);
      } catch (problem) {
        show(own.signal.aborted ? { state: "cancelled", rows: [...rows] } : { state: "failed", rows: [...rows], problem });
      }
    },
    [onDone],
  );
  return { answers, run, cancel };
}
