import type { RouteObject } from "react-router";

export const routes: RouteObject[] = [
  { path: "access", lazy: async () => ({ Component: (await import("./grants/page")).GrantsPage }) },
  { path: "access/requests", lazy: async () => ({ Component: (await import("./requests/page")).RequestsPage }) },
  { path: "access/requests/:request", lazy: async () => ({ Component: (await import("./requests/detail")).RequestPage }) },
  { path: "access/teams", lazy: async () => ({ Component: (await import("./teams/page")).TeamsPage }) },
  { path: "access/teams/:team", lazy: async () => ({ Component: (await import("./teams/detail")).TeamPage }) },
  { path: "access/people", lazy: async () => ({ Component: (await import("./people/page")).PeoplePage }) },
  { path: "access/people/:user", lazy: async () => ({ Component: (await import("./people/detail")).PersonPage }) },
  { path: "access/audit", lazy: async () => ({ Component: (await import("./audit/page")).AuditPage }) },
  { path: "access/why", lazy: async () => ({ Component: (await import("./why/page")).WhyPage }) },
];
