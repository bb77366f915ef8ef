import type { RouteObject } from "react-router";

export const routes: RouteObject[] = [
  { path: "pipelines", lazy: async () => ({ Component: (await import("./list/page")).PipelinesPage }) },
  {
    path: "pipelines/:pipeline",
    lazy: async () => ({ Component: (await import("./detail/page")).PipelinePage }),
    children: [
      { index: true, lazy: async () => ({ Component: (await import("./detail/overview")).Overview }) },
      { path: "operators", lazy: async () => ({ Component: (await import("./detail/operators")).Operators }) },
      { path: "epochs", lazy: async () => ({ Component: (await import("./detail/epochs")).Epochs }) },
      { path: "dead-letters", lazy: async () => ({ Component: (await import("./rejects/dead")).DeadLetters }) },
      { path: "late-rows", lazy: async () => ({ Component: (await import("./rejects/late")).LateRows }) },
      { path: "logs", lazy: async () => ({ Component: (await import("./detail/logs")).Logs }) },
      { path: "versions", lazy: async () => ({ Component: (await import("./detail/versions")).Versions }) },
      { path: "settings", lazy: async () => ({ Component: (await import("./detail/settings")).PipelineSettings }) },
    ],
  },
];
