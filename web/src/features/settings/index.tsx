import type { RouteObject } from "react-router";

export const routes: RouteObject[] = [
  { path: "settings", lazy: async () => ({ Component: (await import("./account/page")).AccountPage }) },
  { path: "settings/account", lazy: async () => ({ Component: (await import("./account/page")).AccountPage }) },
  { path: "settings/connections", lazy: async () => ({ Component: (await import("./connections/page")).ConnectionsPage }) },
  { path: "settings/connections/:connection", lazy: async () => ({ Component: (await import("./connections/detail")).ConnectionPage }) },
  { path: "settings/server", lazy: async () => ({ Component: (await import("./server/page")).ServerPage }) },
];
