import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// The walks share a server and follow each other: what one leaves is there for the next, under names of its own.
export default defineConfig({
  root: fileURLToPath(new URL("..", import.meta.url)),
  resolve: { alias: { "@": fileURLToPath(new URL("../src", import.meta.url)) } },
  test: { include: ["e2e/**/*.walk.ts"], fileParallelism: false, testTimeout: 90_000, hookTimeout: 60_000, reporters: ["verbose"], bail: 0 },
});
