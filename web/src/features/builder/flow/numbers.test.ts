import { expect, it, vi } from "vitest";
import { byNode, Numbers } from "./numbers";

const of = (bottleneck?: string, rate = 1) => byNode(["slow", "fast"].map((node) => ({ node, rows_out_per_second: rate })), bottleneck);

it("tells of another bottleneck, and of nothing else", () => {
  const numbers = new Numbers();
  const tell = vi.fn();
  const stop = numbers.watch(tell);
  numbers.set(of());
  expect(numbers.bottleneck).toBeUndefined();
  expect(tell).not.toHaveBeenCalled();
  numbers.set(of("slow"));
  numbers.set(of("slow", 2));
  expect(numbers.bottleneck).toBe("slow");
  expect(tell).toHaveBeenCalledTimes(1);
  numbers.set(new Map());
  expect(numbers.bottleneck).toBeUndefined();
  expect(tell).toHaveBeenCalledTimes(2);
  stop();
  numbers.set(of("fast"));
  expect(tell).toHaveBeenCalledTimes(2);
});
