import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// A component that only one server has is one walk's, and no other server's: TestComponent in server/e2e/browser builds it.
const { component } = JSON.parse(process.env.MILLRACE_WORLD ?? "{}") as { component?: string };

// The walks share a server and follow each other: what one leaves is there for the next, under names of its own.
export default defineConfig({
  root: fileURLToPath(new URL("..", import.meta.url)),
  resolve: { alias: { "@": fileURLToPath(new URL("../src", import.meta.url)) } },
  test: { include: ["e2e/**/*.walk.ts"], exclude: component === undefined ? ["e2e/component.walk.ts"] : [], fileParallelism: false, testTimeout: 240_000, hookTimeout: 60_000, reporters: ["verbose", "json"], bail: 0 },
});
