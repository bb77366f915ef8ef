import { describe, expect, it } from "vitest";
import type { Sample } from "@/core/sample";
import { empty, type Model } from "@/core/model/types";
import { createPins, maxRows, pinsFor, samePins } from "./pins";

/** memory is a storage that has room for so many characters. */
function memory(room = Infinity): Storage {
  const all = new Map<string, string>();
  return {
    getItem: (key: string) => all.get(key) ?? null,
    setItem(key: string, value: string) {
      if (value.length > room) throw new Error("full");
      all.set(key, value);
    },
    removeItem: (key: string) => void all.delete(key),
    get length() {
      return all.size;
    },
  } as Storage;
}

const sample = (...rows: unknown[][]): Sample => ({ columns: [{ name: "a", type: "int32", nullable: true }], rows, ops: rows.map(() => undefined) });
const node = (id: string) => ({ id, component: "c", params: {} });
const model: Model = {
  ...empty,
  nodes: ["in", "few", "shape", "other"].map(node),
  edges: [
    { from: "in", to: "few" },
    { from: "few", to: "shape" },
  ],
};

describe("pins", () => {
  it("are kept for the next time, each model's for itself", () => {
    const keep = memory();
    const pins = createPins("m", keep);
    expect(pins.getState().pin("few", sample([1], [2]))).toBe(true);
    expect(createPins("m", keep).getState().byNode).toEqual({ few: { columns: [{ name: "a", type: "int32" }], rows: [[1], [2]] } });
    expect(createPins("other", keep).getState().byNode).toEqual({});
    pins.getState().rename("few", "less");
    expect(Object.keys(createPins("m", keep).getState().byNode)).toEqual(["less"]);
    pins.getState().unpin("less");
    expect(keep.length).toBe(0);
  });

  it("keep what rows do to those before", () => {
    const pins = createPins("m", memory());
    pins.getState().pin("few", { ...sample([1], [2]), ops: [undefined, "-D"] });
    expect(pins.getState().byNode.few?.ops).toEqual(["", "-D"]);
  });

  it("are bounded, and say so", () => {
    const full = createPins("m", memory(10));
    expect(full.getState().pin("few", sample([1]))).toBe(false);
    expect(full.getState().byNode).toEqual({});
    const rows = Array.from({ length: maxRows + 1 }, (_, i) => [i]);
    expect(createPins("m", memory()).getState().pin("few", sample(...rows))).toBe(false);
    expect(createPins("m", memory()).getState().pin("few", sample(...rows.slice(1)))).toBe(true);
  });

  it("begin anew where what is kept is damaged", () => {
    const keep = memory();
    for (const damaged of ["{", "null", "7", '{"few": null, "shape": {"rows": []}}']) {
      keep.setItem("millrace.pinned.m", damaged);
      expect(createPins("m", keep).getState().byNode).toEqual({});
    }
  });
});

describe("pinsFor", () => {
  const pin = { columns: [], rows: [] };
  it("takes a node's own and those of what leads to it", () => {
    const pinned = { few: pin, other: pin, gone: pin };
    expect(pinsFor(pinned, model, "shape")).toEqual({ few: pin });
    expect(pinsFor(pinned, model, "few")).toEqual({ few: pin });
    expect(pinsFor(pinned, model, "in")).toBeUndefined();
  });
  it("tells pins apart by what is pinned", () => {
    expect(samePins(undefined, {})).toBe(true);
    expect(samePins({ few: pin }, { few: pin })).toBe(true);
    expect(samePins({ few: pin }, { few: { ...pin } })).toBe(false);
    expect(samePins({ few: pin }, undefined)).toBe(false);
  });
});
