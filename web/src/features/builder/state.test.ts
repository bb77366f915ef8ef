import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Analysis } from "@/core/model/analysis";
import { addNode, setParam } from "@/core/model/ops";
import { Specs } from "@/core/model/specs";
import { Problem } from "@/infra/api";
import { analyseAfter, type Builder, createBuilder, type Document, type Keep, saveAfter, selected, type Server } from "./state";

vi.mock("@/infra/api", () => ({
  Problem: class extends Error {
    constructor(readonly body: { status: number; code: string }) {
      super(body.code);
    }
    get status() {
      return this.body.status;
    }
  },
}));

const draft = "kind: view\nnodes:\n  - {id: a, component: x} # first\n";
const document = { id: "d1", name: "a.b.c", format: "yaml", kind: "view", draft, published: 0 } as unknown as Document;

/** Fake is a server that holds one document. */
class Fake implements Server {
  revision = 1;
  text = draft;
  asked: string[] = [];
  saves = 0;
  down = false;
  gate: Promise<void> | undefined;

  analyse(_: string, text: string, __: string, signal: AbortSignal): Promise<Analysis> {
    this.asked.push(text);
    return new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
      setTimeout(() => resolve({ diagnostics: [], kind: "view", name: "", time_zone: "UTC", nodes: [] }), 50);
    });
  }
  async save(_: string, text: string, etag: string) {
    await this.gate;
    if (this.down) throw problem(0);
    if (etag !== String(this.revision)) throw problem(412);
    this.saves++;
    this.text = text;
    this.revision++;
    return this.answer();
  }
  read() {
    return Promise.resolve(this.answer());
  }
  private answer() {
    return { value: { ...document, draft: this.text }, etag: String(this.revision) };
  }
}

function problem(status: number): Problem {
  return new Problem({ status, code: "test", title: "", detail: "" });
}

function memory(): Keep & { all: Map<string, string> } {
  const all = new Map<string, string>();
  return { all, getItem: (k) => all.get(k) ?? null, setItem: (k, v) => void all.set(k, v), removeItem: (k) => void all.delete(k) };
}

let server: Fake;
let keep: ReturnType<typeof memory>;
const opened: Builder[] = [];

function open(mayEdit = true): Builder {
  const b = createBuilder({ document: { ...document, draft: server.text }, etag: String(server.revision), specs: new Specs([]), mayEdit, server, keep });
  opened.push(b);
  return b;
}

const add = (id: string) => (text: string) => addNode(text, { id, component: "x", params: {} });
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
  server = new Fake();
  keep = memory();
});
afterEach(() => {
  for (const b of opened.splice(0)) b.getState().dispose();
  vi.useRealTimers();
});

describe("editing", () => {
  it("makes one text of each edit, and goes back and forth with what was selected", () => {
    const b = open();
    b.getState().select(selected(["a"]));
    b.getState().edit("add", add("b"), { select: selected(["b"]) });
    expect(b.getState().model.nodes.map((n) => n.id)).toEqual(["a", "b"]);
    b.getState().undo();
    expect(b.getState().text).toBe(draft);
    expect([...b.getState().selection.nodes]).toEqual(["a"]);
    expect(b.getState().done).toMatchObject({ what: "undo", label: "add" });
    b.getState().redo();
    expect([...b.getState().selection.nodes]).toEqual(["b"]);
  });

  it("goes back twenty edits to the very same text", () => {
    const b = open();
    for (let i = 0; i < 20; i++) b.getState().edit("add", add(`n${i}`));
    for (let i = 0; i < 20; i++) b.getState().undo();
    expect(b.getState().text).toBe(draft);
    expect(b.getState().history.past).toEqual([]);
  });

  it("makes one entry of a gesture", () => {
    const b = open();
    for (const v of ["1", "12", "123"]) b.getState().edit("p", (t) => setParam(t, "a", ["p"], v), { gesture: "p" });
    expect(b.getState().history.past).toHaveLength(1);
    b.getState().endGesture();
    b.getState().edit("p", (t) => setParam(t, "a", ["p"], "1234"), { gesture: "p" });
    expect(b.getState().history.past).toHaveLength(2);
  });

  it("keeps the last model while the text cannot be read", () => {
    const b = open();
    b.getState().edit("typing", (t) => `${t}broken: [`);
    expect(b.getState().modelStale).toBe(true);
    expect(b.getState().model.nodes.map((n) => n.id)).toEqual(["a"]);
    b.getState().edit("typing", (t) => `${t}]\n`);
    expect(b.getState().modelStale).toBe(false);
  });

  it("is not for who may only look", () => {
    const b = open(false);
    b.getState().edit("add", add("b"));
    expect(b.getState().text).toBe(draft);
  });
});

describe("analysis", () => {
  it("is asked once for a row of edits, and marked while it is old", async () => {
    const b = open();
    await pass(100);
    expect(b.getState().analysisStale).toBe(false);
    b.getState().edit("add", add("b"));
    await pass(analyseAfter - 10);
    b.getState().edit("add", add("c"));
    expect(b.getState().analysisStale).toBe(true);
    expect(b.getState().analysis).toBeDefined();
    await pass(analyseAfter + 60);
    expect(b.getState().analysisStale).toBe(false);
    expect(server.asked).toHaveLength(2);
  });

  it("of an older text is never taken for that of a newer", async () => {
    const b = open();
    await pass(10);
    b.getState().edit("add", add("b"));
    await pass(60);
    expect(b.getState().analysis).toBeUndefined();
    expect(b.getState().analysisStale).toBe(true);
  });
});

describe("saving", () => {
  it("happens a moment after the last edit", async () => {
    const b = open();
    b.getState().edit("add", add("b"));
    expect(b.getState().saving).toBe("unsaved");
    expect(keep.all.size).toBe(1);
    await pass(saveAfter + 10);
    expect(b.getState().saving).toBe("saved");
    expect(server.text).toBe(b.getState().text);
    expect(keep.all.size).toBe(0);
  });

  it("is one request at a time, however many ask", async () => {
    const b = open();
    let go = () => {};
    server.gate = new Promise((resolve) => (go = resolve));
    b.getState().edit("add", add("b"));
    const all = [b.getState().save()];
    await pass(0);
    b.getState().edit("add", add("c"));
    all.push(b.getState().save(), b.getState().save());
    go();
    await Promise.all(all);
    expect(server.saves).toBe(2);
    expect(b.getState().saving).toBe("saved");
    expect(server.text).toBe(b.getState().text);
  });

  it("is tried again when the server was away", async () => {
    const b = open();
    server.down = true;
    b.getState().edit("add", add("b"));
    await pass(saveAfter + 10);
    expect(b.getState().saving).toBe("failed");
    server.down = false;
    await pass(6000);
    expect(b.getState().saving).toBe("saved");
  });

  it("never overwrites a colleague", async () => {
    const b = open();
    b.getState().edit("add", add("mine"));
    server.text = add("theirs")(draft);
    server.revision++;
    await pass(saveAfter + 10);
    expect(b.getState().saving).toBe("conflict");
    expect(b.getState().conflict).toMatchObject({ base: draft, theirs: { draft: server.text } });
    b.getState().edit("add", add("more"));
    await pass(10_000);
    expect(server.saves).toBe(0);
    const merged = add("mine")(server.text);
    await b.getState().resolve(merged);
    expect(server.text).toBe(merged);
    expect(b.getState().saving).toBe("saved");
    b.getState().undo();
    expect(b.getState().text).toContain("more");
  });

  it("is no conflict where both have written the same", async () => {
    const b = open();
    b.getState().edit("add", add("b"));
    server.text = b.getState().text;
    server.revision++;
    await pass(saveAfter + 10);
    expect(b.getState().saving).toBe("saved");
    expect(b.getState().etag).toBe("2");
  });

  it("survives a reload, and finds the conflict then", async () => {
    const first = open();
    first.getState().edit("add", add("b"));
    first.getState().dispose();
    server.text = add("theirs")(draft);
    server.revision++;
    const b = open();
    expect(b.getState().model.nodes.map((n) => n.id)).toEqual(["a", "b"]);
    expect(b.getState().saving).toBe("unsaved");
    await pass(saveAfter + 10);
    expect(b.getState().saving).toBe("conflict");
  });
});
