// The dashboard in a real browser, over the packaged app: executed by DashboardIT, which has prepared the runs that are named here.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Browser } from "./browser.mjs";
import { assertContrast, assertNamed, assertNoSidewaysScrolling } from "./looks.mjs";

const [app, shots, signals] = process.argv.slice(2);
const HOSTILE = "<img src=x onerror=document.title='owned'>";
const browser = await Browser.start(app, shots);
const page = await browser.page();
const row = (name) => page.locator(".runs tbody tr", { has: page.getByRole("link", { name, exact: true }) });
const link = (name) => page.getByRole("navigation").getByRole("link", { name });
const status = (name, wanted) => row(name).locator(".badge", { hasText: wanted }).waitFor();
const heading = (name) => page.getByRole("heading", { name, exact: true }).waitFor();

await browser.step("the page asks for a key, and says that a wrong one is wrong", async () => {
  const answer = await page.goto(new URL("/api/dashboard", app).href);
  const headers = answer.headers();
  assert.match(headers["content-security-policy"], /default-src 'none'.*frame-ancestors 'none'/);
  assert.equal(headers["x-content-type-options"], "nosniff");
  assert.equal(headers["referrer-policy"], "no-referrer");
  assert.equal(await page.evaluate(() => document.activeElement.id), "key");
  await page.keyboard.type("wrong");
  await page.keyboard.press("Enter");
  await page.getByText("The app refused the key").waitFor();
  browser.expects(/401/);
  await assertContrast(page, "asking for a key");
  await browser.shot(page, "key");
  await page.getByLabel("Function key").fill(process.env.KEY);
  await page.keyboard.press("Enter");
  await heading("Runs");
  assert.equal(new URL(page.url()).search, "");
});

await browser.step("runs are listed with their status, and one moves live until it has succeeded", async () => {
  await status("half-way", "Moving");
  await status("late", "Failed");
  const bar = row("half-way").locator("progress");
  await page.waitForFunction((element) => element.value > 0 && element.value < 100, await bar.elementHandle());
  assert.match(await row("half-way").innerText(), /export · \d+ % · .* of .*iB/);
  await browser.shot(page, "runs");
  await assertContrast(page, "runs");
  await assertNamed(page, "runs");
  writeFileSync(join(signals, "mend"), "");
  await status("half-way", "Succeeded");
  await page.waitForFunction(() => document.getElementById("announcer").textContent.includes("Succeeded"));
});

await browser.step("the list is filtered by status and by text, and says what to do when nothing matches", async () => {
  await page.getByLabel("Status").selectOption("failed");
  await row("late").waitFor();
  assert.equal(await row("half-way").count(), 0);
  await page.getByLabel("Search").fill("no such thing");
  await heading("No run matches");
  await browser.shot(page, "nothing-matches");
  await page.getByRole("button", { name: "Clear the filter" }).click();
  await row("half-way").waitFor();
});

await browser.step("a run is canceled, and says so", async () => {
  await page.getByRole("link", { name: "endless", exact: true }).click();
  await heading("endless");
  await page.getByRole("button", { name: "Cancel run" }).click();
  await page.getByRole("dialog").getByText("Cancel endless?").waitFor();
  await page.keyboard.press("Escape");
  assert.equal(await page.getByRole("dialog").count(), 0);
  await page.getByRole("button", { name: "Cancel run" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel run" }).click();
  await page.locator(".title .badge", { hasText: "Canceled" }).waitFor();
  await page.getByText("canceled by request").waitFor();
});

await browser.step("a run that failed says why, and is retried until it succeeds", async () => {
  await link("Runs").click();
  await page.getByRole("link", { name: "late", exact: true }).click();
  await page.getByText("Why it failed").waitFor();
  await assertContrast(page, "a failed run");
  await browser.shot(page, "run-failed");
  await page.getByRole("button", { name: "Retry" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Retry" }).click();
  await page.locator(".title .badge", { hasText: "Succeeded" }).waitFor();
  await page.getByRole("cell", { name: "Succeeded" }).waitFor();
});

await browser.step("an export is started with the keyboard alone, after its plan was shown", async () => {
  await link("Runs").click();
  await heading("Runs");
  const press = async (key, times = 1) => {
    for (let i = 0; i < times; i++) {
      await page.keyboard.press(key);
    }
  };
  const focused = () => page.evaluate(() => document.activeElement.textContent || document.activeElement.id);
  const tabTo = async (name) => {
    for (let i = 0; i < 40 && (await focused()) !== name; i++) {
      await press("Tab");
      const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
      assert.ok(outline !== "none" || (await page.evaluate(() => document.activeElement === document.body)), "the focus cannot be seen");
    }
    assert.equal(await focused(), name);
  };
  await page.evaluate(() => document.activeElement.blur());
  await tabTo("Start an export");
  await press("Enter");
  assert.equal(await focused(), "export-artifacts");
  await press("Shift+Tab");
  await page.keyboard.type("outgoing");
  await press("Tab");
  assert.equal(await focused(), "export-artifacts");
  await page.keyboard.type("Shop/Web:1\nshop/web:1.4.0");
  await page.getByText("the repository is not one").waitFor();
  assert.equal(await page.getByRole("textbox", { name: "Artifacts" }).getAttribute("aria-invalid"), "true");
  await press("Control+A");
  await page.keyboard.type("shop/web:1.4.0\nshop/api:2.0.1\nshop/none:1");
  await tabTo("Preview");
  await press("Enter");
  await page.getByText("A run would fail").waitFor();
  await page.getByText("1 of 3 artifacts cannot be exported").waitFor();
  assert.ok(await page.getByRole("button", { name: "Start export" }).isDisabled());
  await page.getByRole("textbox", { name: "Artifacts" }).focus();
  await press("Control+A");
  await page.keyboard.type("shop/web:1.4.0\nshop/api:2.0.1");
  await tabTo("export-name");
  await page.keyboard.type("by-keyboard");
  await tabTo("Preview");
  await press("Enter");
  await page.getByText("2 artifacts in an archive of").waitFor();
  await browser.shot(page, "export");
  await assertContrast(page, "the plan of an export");
  await assertNamed(page, "the plan of an export");
  for (let i = 0; i < 12; i++) {
    await press("Tab");
    assert.ok(await page.evaluate(() => document.activeElement === document.body || Boolean(document.activeElement.closest("dialog"))), "the focus left the dialog");
  }
  await tabTo("Start export");
  await press("Enter");
  await heading("by-keyboard");
  await page.locator(".title .badge", { hasText: "Succeeded" }).waitFor();
  await browser.shot(page, "run");
});

await browser.step("what is named by other security domains stays text", async () => {
  await link("Runs").click();
  await page.getByLabel("Search").fill("onerror");
  const arrived = page.locator(".runs tbody tr").first();
  await arrived.getByText(`${HOSTILE}.tar`).waitFor();
  await arrived.getByRole("link").click();
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.locator("code", { hasText: HOSTILE }).first().waitFor();
  assert.equal(await page.locator("main img").count(), 0);
  assert.notEqual(await page.title(), "owned");
  await link("Runs").click();
  await page.getByLabel("Search").fill("");
});

await browser.step("pipelines of all registries are shown with the days that their SAS last", async () => {
  await link("Pipelines").click();
  await page.getByRole("article", { name: "incoming" }).getByText(/SAS: 29 days left/).waitFor();
  await page.getByRole("article", { name: "expired" }).getByText("SAS has expired").waitFor();
  await browser.shot(page, "pipelines");
  await assertContrast(page, "pipelines");
  await assertNamed(page, "pipelines");
});

await browser.step("preflight names each hop with its verdict, and what to do", async () => {
  await page.getByRole("article", { name: "incoming" }).getByRole("link", { name: "Preflight of incoming" }).click();
  await page.getByText(/\d+ checks, none failed/).waitFor();
  await link("Pipelines").click();
  await page.getByRole("link", { name: "Preflight of expired" }).click();
  await page.getByText(/\d of \d+ checks failed/).waitFor();
  await page.locator(".checks code", { hasText: /az storage container generate-sas/ }).first().waitFor();
  await page.locator(".checks").getByRole("button", { name: "Copy the command" }).first().click();
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /az keyvault secret set/);
  await browser.shot(page, "preflight");
  await assertContrast(page, "preflight");
});

await browser.step("an archive shows its contents before it is imported, and what that would do", async () => {
  await link("Pipelines").click();
  await page.getByRole("link", { name: "Archives of incoming" }).click();
  await page.getByRole("button", { name: "List archives" }).click();
  await page.getByRole("button", { name: `Contents of ${HOSTILE}.tar` }).click();
  await page.getByText("shop/web:1.4.0").first().waitFor();
  assert.match(await page.locator(".contents").innerText(), /linux\/amd64[\s\S]*linux\/arm64/);
  assert.match(await page.locator(".contents").innerText(), /<img src=x onerror/);
  assert.equal(await page.locator("main img").count(), 0);
  await page.getByRole("button", { name: "What would an import do?" }).click();
  await page.getByText("Is there").first().waitFor();
  await browser.shot(page, "archive");
  await assertContrast(page, "an archive");
  await page.getByLabel("Archive", { exact: true }).fill("none.tar");
  await page.getByRole("button", { name: "Show contents" }).click();
  await page.getByText("blob 'none.tar' does not exist").waitFor();
});

await browser.step("health shows what the app needs", async () => {
  await link("Health").click();
  await page.getByText("Healthy").waitFor();
  assert.equal(await page.getByRole("cell", { name: "Passed" }).count(), 3);
  await browser.shot(page, "health");
});

await browser.step("who does not look is not asked for, and who does not answer is asked less and less", async () => {
  const timed = await browser.page();
  await timed.clock.install();
  await timed.goto(new URL("/api/dashboard", app).href);
  await timed.getByLabel("Function key").fill(process.env.KEY);
  await timed.keyboard.press("Enter");
  await timed.locator(".runs tbody tr").first().waitFor();
  let asked = 0;
  timed.on("request", (request) => {
    asked += request.url().endsWith("/overview/runs") ? 1 : 0;
  });
  const look = (hidden) => timed.evaluate((value) => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => value });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);
  const minute = async () => {
    for (let i = 0; i < 12; i++) {
      await timed.clock.runFor(5000);
      await timed.evaluate(() => new Promise((resolve) => { const channel = new MessageChannel(); channel.port1.onmessage = resolve; channel.port2.postMessage(0); }));
    }
  };
  await timed.clock.runFor(6000);
  await timed.locator("#connection", { hasText: "Live" }).waitFor();
  await look(true);
  asked = 0;
  await minute();
  assert.equal(asked, 0, "a hidden page asks");
  await look(false);
  await timed.clock.runFor(6000);
  await timed.locator("#connection", { hasText: "Live" }).waitFor();
  await timed.route("**/overview/runs", (route) => route.abort());
  asked = 0;
  await minute();
  await timed.locator("#connection", { hasText: "No answer, next try in" }).waitFor();
  assert.ok(asked >= 1 && asked <= 7, `asked ${asked} times in a minute without an answer`);
  browser.expects(/ERR_FAILED/);
  await timed.context().close();
});

await browser.step("where the platform signs people in, the page asks without a key first, and then offers both", async () => {
  const visitor = await browser.page();
  await visitor.route("**/api/dashboard", async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: (await answer.text()).replace('data-sign-in="no"', 'data-sign-in="yes"') });
  });
  await visitor.goto(new URL("/api/dashboard", app).href);
  await visitor.getByRole("button", { name: "Sign in with Entra ID" }).waitFor();
  assert.equal(await visitor.getByText("The app refused the key").count(), 0);
  browser.expects(/401/);
  await visitor.context().close();
});

await browser.step("dark and light follow the system and the switch, with enough contrast everywhere", async () => {
  const dark = await browser.signedIn({ colorScheme: "dark" });
  const ground = () => dark.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  await dark.locator(".runs tbody tr").first().waitFor();
  const byNight = await ground();
  await browser.shot(dark, "runs-dark");
  await assertContrast(dark, "runs in the dark");
  await dark.locator("#theme").selectOption("light");
  assert.notEqual(await ground(), byNight);
  await dark.reload();
  await dark.locator(".runs tbody tr").first().waitFor();
  assert.notEqual(await ground(), byNight);
  await dark.locator("#theme").selectOption("dark");
  assert.equal(await ground(), byNight);
  await dark.getByRole("link", { name: "by-keyboard", exact: true }).click();
  await dark.getByRole("heading", { name: "by-keyboard" }).waitFor();
  await assertContrast(dark, "a run in the dark");
  for (const [name, title] of [["Pipelines", "Pipelines"], ["Health", "Health"]]) {
    await dark.getByRole("navigation").getByRole("link", { name }).click();
    await dark.getByRole("heading", { name: title, exact: true }).waitFor();
    await assertContrast(dark, `${name} in the dark`);
  }
  await dark.context().close();
});

await browser.step("everything fits into a window of 360 pixels", async () => {
  const narrow = await browser.signedIn({ width: 360, height: 740 });
  const open = async (name, ready) => {
    await narrow.getByRole("navigation").getByRole("link", { name }).click();
    await ready.waitFor();
  };
  await narrow.locator(".runs tbody tr").first().waitFor();
  await assertNoSidewaysScrolling(narrow, "runs");
  await browser.shot(narrow, "runs-narrow");
  await narrow.getByRole("button", { name: "Start an export" }).click();
  await narrow.getByLabel("Pipeline").selectOption({ label: "outgoing (source)" });
  await narrow.getByRole("textbox", { name: "Artifacts" }).fill("shop/web:1.4.0");
  await narrow.getByRole("button", { name: "Preview" }).click();
  await narrow.getByText("1 artifact in an archive of").waitFor();
  await assertNoSidewaysScrolling(narrow, "the plan of an export");
  await browser.shot(narrow, "export-narrow");
  await narrow.keyboard.press("Escape");
  await narrow.getByRole("link", { name: "by-keyboard", exact: true }).click();
  await narrow.getByRole("heading", { name: "by-keyboard" }).waitFor();
  await assertNoSidewaysScrolling(narrow, "a run");
  await browser.shot(narrow, "run-narrow");
  await open("Pipelines", narrow.getByText("SAS has expired"));
  await assertNoSidewaysScrolling(narrow, "pipelines");
  await narrow.getByRole("link", { name: "Preflight of expired" }).click();
  await narrow.getByText(/checks failed/).waitFor();
  await assertNoSidewaysScrolling(narrow, "preflight");
  await browser.shot(narrow, "preflight-narrow");
  await narrow.context().close();
});

await browser.step("the key is forgotten on demand, and was never kept longer than the tab", async () => {
  assert.equal(await page.evaluate(() => JSON.stringify(localStorage).includes("key")), false);
  await page.getByRole("button", { name: "Forget key" }).click();
  await page.getByLabel("Function key").waitFor();
  assert.equal(await page.evaluate(() => sessionStorage.length), 0);
});

await browser.close();
console.log("all right");
