import { expect } from "vitest";
import { landCSV, makePerson, makeTeam, own } from "./arrange";
import { admin, axe, call, visit, walk } from "./rig";

walk("ask for a table, be granted it, use it, lose it", async (open) => {
  const boss = await open(admin());
  const run = own();
  const team = await makeTeam(boss, `ow${run}`);
  const table = await landCSV(boss, { name: `acc.upload.rows_${run}`, team, csv: "song,plays\namber,12\nblue,7\n" });
  const owner = await makePerson(boss, `owner${run}`, "analyst", team);
  const asker = await makePerson(boss, `asker${run}`, "analyst");
  await call(boss, "POST", "/policies", { subject: `user:${asker.id}`, action: "discover", scope: `table:${table}`, effect: "allow" });

  // The analyst finds the table, sees that the rows are not theirs to see, and asks.
  const a = await open(visit(asker.name, asker.password));
  await a.go(`/catalog/${table}/sample`);
  await a.page.getByText("You may know of this table, but not read its rows.").waitFor();
  await axe(a);
  await a.page.getByRole("button", { name: "Request access" }).first().click();
  const drawer = a.page.getByRole("dialog");
  await drawer.getByLabel("Reason").fill(`To count plays, ${run}.`);
  await axe(a);
  await drawer.getByRole("button", { name: "Send request" }).click();
  await a.page.getByText("Access requested").first().waitFor();

  // Nobody approves their own.
  const mine = await call<{ items: { id: string }[] }>(a, "GET", "/access_requests?mine=true");
  const request = mine.items[0]?.id ?? "";
  const second = await a.tab(`/access/requests/${request}`);
  await second.page.getByRole("button", { name: "Withdraw request" }).waitFor();
  expect(await second.page.getByRole("button", { name: "Approve", exact: true }).count()).toBe(0);
  await expect(call(a, "POST", `/access_requests/${request}/approve`, {})).rejects.toThrow(/40[34]/);
  await axe(second);
  await second.page.close();

  // The owner reads what for, and grants it.
  const o = await open(visit(owner.name, owner.password));
  await o.go("/access/requests");
  await o.page.getByText(`To count plays, ${run}.`).waitFor();
  await axe(o);
  await o.go(`/access/requests/${request}`);
  await o.page.getByRole("button", { name: "Approve", exact: true }).waitFor();
  await axe(o);
  await o.page.getByRole("button", { name: "Approve", exact: true }).click();
  await o.page.getByRole("article").nth(1).waitFor();

  // The analyst has done nothing, and the rows are there.
  await a.page.getByRole("grid").getByText("amber", { exact: true }).waitFor({ timeout: 15_000 });

  // Why it is so.
  await a.go(`/access/why?subject=user:${asker.id}&scope=table:${table}&action=read`);
  await a.page.getByText("Yes, allowed").waitFor();
  await axe(a);
  await a.go(`/catalog/${table}/sample`);
  await a.page.getByRole("grid").getByText("amber", { exact: true }).waitFor();

  // It is taken back, and the analyst's page loses the rows by itself.
  await o.go(`/catalog/${table}/access`);
  const rule = o.page.getByRole("button", { name: `Take back what ${asker.name} was granted` });
  await rule.first().waitFor();
  await axe(o);
  const policies = await call<{ items: { id: string; action: string; subject: string }[] }>(boss, "GET", `/policies?subject=user:${asker.id}`);
  expect(policies.items.map((p) => p.action).sort()).toEqual(["discover", "read"]);
  const held = o.page.locator("div", { has: o.page.getByText("Read", { exact: true }) }).getByRole("button", { name: `Take back what ${asker.name} was granted` });
  await held.last().click();
  await o.page.getByRole("dialog").getByRole("button", { name: "Take back" }).click();
  await a.page.getByText("You may know of this table, but not read its rows.").waitFor({ timeout: 15_000 });
  expect(await a.page.getByText("amber").count()).toBe(0);

  // Both stand in the audit.
  const trail = await call<{ items: { action: string; name: string }[] }>(boss, "GET", "/audit?limit=200");
  const did = trail.items.filter((e) => e.name === owner.name).map((e) => e.action);
  expect(did).toContain("access.approve");
  expect(did).toContain("grant.revoke");
  await boss.go(`/access/audit?subject=user:${owner.id}`);
  await boss.page.getByRole("row", { name: new RegExp(owner.name) }).first().waitFor();
  await axe(boss);
});

walk("access in Chinese and dark", async (open) => {
  const v = await open(admin({ language: "zh", theme: "dark", size: { width: 1280, height: 720 } }));
  for (const page of ["grants", "requests", "teams", "people", "audit", "why"]) {
    await v.go(page === "grants" ? "/access" : `/access/${page}`);
    await v.page.getByRole("navigation", { name: "页面" }).or(v.page.getByRole("navigation").first()).first().waitFor();
    await v.page.getByRole("link", { name: "审计" }).or(v.page.getByText("审计")).first().waitFor();
    await axe(v);
  }
});
