import type { RouteObject } from "react-router";

export const routes: RouteObject[] = [{ path: "query", lazy: async () => ({ Component: (await import("./page")).QueryPage }) }];
