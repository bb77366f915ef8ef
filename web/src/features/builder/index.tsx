import type { RouteObject } from "react-router";

export const routes: RouteObject[] = [{ path: "models/:id", handle: { rail: true }, lazy: async () => ({ Component: (await import("./page/builder-page")).BuilderPage }) }];
