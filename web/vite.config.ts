import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// MILLRACE_URL is the server that a page under development talks to.
const server = process.env.MILLRACE_URL ?? "http://127.0.0.1:8470";

export default defineConfig({
  base: "./",
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: {
    host: "127.0.0.1",
    // The Host header stays the page's: the server compares it with the Origin.
    proxy: { "/api": { target: server, ws: true, changeOrigin: false } },
  },
  build: {
    outDir: "dist",
    emptyOutDir: false, // dist/.gitkeep stays; the build script empties the folder
    target: "es2023",
    chunkSizeWarningLimit: 1600,
    reportCompressedSize: false,
  },
  worker: { format: "es" },
  test: { include: ["src/**/*.test.ts", "src/**/*.test.tsx"], environment: "node" },
});
