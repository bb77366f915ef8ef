import { expect } from "vitest";
import { admin, axe, visit, walk, world } from "./rig";

walk("sign in by the form, arrive where one wanted to go, sign out", async (open) => {
  const v = await open(visit());
  const { page } = v;
  await v.go("/pipelines");
  await page.getByLabel("Name").fill("admin");
  await page.getByLabel("Password", { exact: true }).fill("wrong");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").waitFor();
  await axe(v);
  await page.getByLabel("Password", { exact: true }).fill(world.password);
  await page.keyboard.press("Enter");
  await page.getByRole("navigation", { name: "Pages" }).waitFor();
  expect(new URL(page.url()).pathname).toBe("/pipelines");
  await page.getByRole("button", { name: /^Account/ }).click();
  await page.getByText("Sign out").click();
  await page.getByRole("heading", { name: "Sign in to Millrace" }).waitFor();
});

walk("the tour leads through five steps once", async (open) => {
  const v = await open(admin({ tour: true }));
  const { page } = v;
  await v.go("/");
  const tour = page.getByRole("complementary", { name: "Tour" });
  for (const step of ["1 of 5", "2 of 5", "3 of 5", "4 of 5"]) {
    await tour.getByText(step).waitFor();
    await tour.getByRole("button", { name: "Next" }).click();
  }
  await tour.getByRole("button", { name: "Done" }).click();
  await page.reload();
  await page.getByRole("navigation", { name: "Pages" }).waitFor();
  expect(await tour.count()).toBe(0);
});

walk("Ctrl K jumps to pages and acts, by keyboard alone", async (open) => {
  const v = await open(admin());
  const { page } = v;
  await v.go("/");
  await page.getByRole("navigation", { name: "Pages" }).waitFor();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search or jump" }).fill("pipel");
  await page.getByRole("option", { name: "Pipelines" }).waitFor();
  await axe(v);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/pipelines");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("light and dark");
  await page.getByRole("option", { name: "Change between light and dark" }).waitFor();
  await page.keyboard.press("Enter");
  expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe("dark");
});
