// A real browser that remembers everything a page must not do: ask another origin, report an error, break its own policy.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const { chromium } = await import(pathToFileURL(join(process.env.PLAYWRIGHT, "index.mjs")));

const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
];

export class Browser {
  static async start(app, shots) {
    mkdirSync(shots, { recursive: true });
    return new Browser(app, shots, await chromium.launch({ executablePath: process.env.CHROMIUM, args: FLAGS }));
  }

  constructor(app, shots, browser) {
    this.app = new URL(app);
    this.shots = shots;
    this.browser = browser;
    this.wrong = [];
    this.expected = [];
  }

  async page({ width = 1280, height = 860, ...options } = {}) {
    const context = await this.browser.newContext({ viewport: { width, height }, reducedMotion: "reduce", ...options });
    await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: this.app.origin });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    page.on("pageerror", (error) => this.wrong.push(`error: ${error.stack}`));
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) {
        this.wrong.push(`console: ${message.text()}`);
      }
    });
    page.on("request", (request) => {
      const address = new URL(request.url());
      if (address.origin !== this.app.origin && address.protocol !== "data:") {
        this.wrong.push(`request to ${address.origin}`);
      }
      if (request.url().includes(process.env.KEY)) {
        this.wrong.push("the key is in an address");
      }
    });
    page.on("dialog", (dialog) => {
      this.wrong.push(`dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    return page;
  }

  /** Opens the dashboard with the key. */
  async signedIn(options) {
    const page = await this.page(options);
    await page.goto(new URL("/api/dashboard", this.app).href);
    await page.getByLabel("Function key").fill(process.env.KEY);
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("heading", { name: "Runs", exact: true }).waitFor();
    return page;
  }

  /** Lets one kind of complaint pass, because the test provokes it. */
  expects(pattern) {
    const found = this.wrong.filter((complaint) => pattern.test(complaint));
    assert.ok(found.length > 0, `no complaint like ${pattern}`);
    this.wrong = this.wrong.filter((complaint) => !pattern.test(complaint));
  }

  async shot(page, name) {
    await page.evaluate(() => scrollTo(0, 0));
    await page.screenshot({ path: join(this.shots, `${name}.png`), fullPage: true });
  }

  /** Does one step and says so; the name is a sentence. If it fails, shows what the pages showed. */
  async step(name, work) {
    const begun = Date.now();
    try {
      await work();
    } catch (e) {
      console.log(`failed: ${name}: ${e.message}`, this.wrong);
      for (const page of this.browser.contexts().flatMap((context) => context.pages())) {
        await this.shot(page, "failed");
        console.log(page.url(), (await page.locator("dialog[open], main").last().innerText()).slice(0, 1500));
      }
      await this.browser.close();
      process.exit(1);
    }
    console.log(`${String(Date.now() - begun).padStart(6)} ms  ${name}`);
  }

  async close() {
    await this.browser.close();
    assert.deepEqual(this.wrong, [], "the page did what it must not do");
  }
}

