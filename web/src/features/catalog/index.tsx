import type { RouteObject } from "react-router";

export const routes: RouteObject[] = [
  { path: "catalog", lazy: async () => ({ Component: (await import("./browse/page")).CatalogPage }) },
  { path: "catalog/new/connection", lazy: async () => ({ Component: (await import("./wizard/connection")).ConnectionWizard }) },
  { path: "catalog/connections/:connection", lazy: async () => ({ Component: (await import("./wizard/discover")).DiscoverPage }) },
  { path: "catalog/new/table", lazy: async () => ({ Component: (await import("./wizard/table")).TableWizard }) },
  { path: "catalog/new/upload", lazy: async () => ({ Component: (await import("./wizard/upload")).UploadWizard }) },
  { path: "catalog/:table", lazy: async () => ({ Component: (await import("./table/page")).TablePage }) },
  { path: "catalog/:table/:tab", lazy: async () => ({ Component: (await import("./table/page")).TablePage }) },
];
