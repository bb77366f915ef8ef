import type { RouteObject } from "react-router";

export const routes: RouteObject[] = [{ path: "models", lazy: async () => ({ Component: (await import("./page")).ModelsPage }) }];
