import { useCallback, useState } from "react";

/** A question stands in a tab; both are kept on this machine. */
export interface Question {
  id: string;
  text: string;
}

interface Kept {
  questions: Question[];
  active: string;
}

/** Asked is a question that was answered, for the history. */
export interface Asked {
  text: string;
  at: number;
  rows: number;
  ms: number;
}

const key = "millrace.query";
const historyKey = "millrace.query.history";
const historyLength = 50;

function fresh(text = ""): Question {
  return { id: crypto.randomUUID(), text };
}

function kept<T>(name: string, none: T): T {
  try {
    return (JSON.parse(localStorage.getItem(name) ?? "null") as T | null) ?? none;
  } catch {
    return none;
  }
}

function start(sql: string | null): Kept {
  const before = kept<Kept>(key, { questions: [], active: "" });
  const same = before.questions.find((q) => sql !== null && q.text === sql);
  if (same) return { ...before, active: same.id };
  if (sql === null && before.questions.length > 0) return before;
  const q = fresh(sql ?? "");
  return { questions: [...before.questions, q], active: q.id };
}

/** useQuestions keeps the tabs; sql, where there is one, opens a tab of its own. */
export function useQuestions(sql: string | null) {
  const [state, setState] = useState(() => start(sql));
  const change = useCallback((to: (now: Kept) => Kept) => {
    setState((now) => {
      const next = to(now);
      localStorage.setItem(key, JSON.stringify(next));
      return next;
    });
  }, []);
  const active = state.questions.find((q) => q.id === state.active) ?? state.questions[0];
  return {
    questions: state.questions,
    active,
    show: (id: string) => change((s) => ({ ...s, active: id })),
    write: (id: string, text: string) => change((s) => ({ ...s, questions: s.questions.map((q) => (q.id === id ? { ...q, text } : q)) })),
    open: (text?: string) =>
      change((s) => {
        const q = fresh(text);
        return { questions: [...s.questions, q], active: q.id };
      }),
    close: (id: string) =>
      change((s) => {
        const at = s.questions.findIndex((q) => q.id === id);
        const left = s.questions.filter((q) => q.id !== id);
        const questions = left.length > 0 ? left : [fresh()];
        return { questions, active: s.active === id ? (questions[Math.max(0, at - 1)]?.id ?? "") : s.active };
      }),
  };
}

/** useHistory remembers what was asked, the newest first; a question that is asked again moves up. */
export function useHistory(): [readonly Asked[], (asked: Asked) => void] {
  const [history, setHistory] = useState(() => kept<Asked[]>(historyKey, []));
  const add = useCallback((asked: Asked) => {
    setHistory((now) => {
      const next = [asked, ...now.filter((h) => h.text !== asked.text)].slice(0, historyLength);
      localStorage.setItem(historyKey, JSON.stringify(next));
      return next;
    });
  }, []);
  return [history, add];
}
