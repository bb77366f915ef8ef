import { createBrowserRouter, type RouteObject } from "react-router";
import { routes as access } from "@/features/access";
import { routes as builder } from "@/features/builder";
import { routes as catalog } from "@/features/catalog";
import { routes as home } from "@/features/home";
import { routes as models } from "@/features/models";
import { routes as pipelines } from "@/features/pipelines";
import { routes as query } from "@/features/query";
import { routes as settings } from "@/features/settings";
import { routes as wizard } from "@/features/wizard";
import { basename } from "@/infra/address";
import { Crash, Missing } from "./crash";
import { Shell } from "./shell";

/** pages are all of them; each loads its code when it is opened. */
function pages(): RouteObject[] {
  const all = [...home, ...catalog, ...models, ...builder, ...wizard, ...pipelines, ...query, ...access, ...settings];
  if (import.meta.env.DEV) all.push({ path: "_ui", lazy: async () => ({ Component: (await import("@/features/gallery")).Gallery }) });
  return all;
}

/** newRouter makes the router of the application. */
export function newRouter() {
  return createBrowserRouter([{ path: "/", Component: Shell, ErrorBoundary: Crash, children: [{ ErrorBoundary: Crash, children: [...pages(), { path: "*", Component: Missing }] }] }], {
    basename: basename() || "/",
  });
}
