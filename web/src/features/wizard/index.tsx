import type { RouteObject } from "react-router";

export const routes: RouteObject[] = [{ path: "models/:document/land", lazy: async () => ({ Component: (await import("./page")).LandPage }) }];
