// Whether the app itself is well.

import * as api from "./api.js";
import { el, facts, fill, notice, table } from "./dom.js";
import { badge, verdictBadge } from "./runstate.js";

export async function showHealth(main) {
  const health = await api.health();
  const well = health.status === "Healthy";
  fill(main,
    el("div", { class: "title" }, el("h1", {}, "Health"), badge(health.status, well ? "good" : "bad", well ? "✓" : "✕")),
    health.settingsProblems.length > 0 && notice("bad", el("strong", {}, "The app's settings have problems"),
      health.settingsProblems.map((problem) => el("p", {}, problem)), el("p", {}, "Correct them in the function app's configuration; it restarts by itself.")),
    health.rotationFailures.length > 0 && notice("bad", el("strong", {}, "SAS could not be rotated"),
      health.rotationFailures.map((failure) => el("p", {}, failure))),
    health.warnings.map((warning) => notice("warn", el("p", {}, warning))),
    el("section", { class: "card flush", "aria-label": "Checks" }, table("What the app needs", ["Part", "Verdict", "Found"],
      health.checks.map((check) => [check.name, verdictBadge(check.verdict), check.message ?? "It can be reached."]))),
    el("section", { class: "card", "aria-label": "About" }, facts(["Version", health.version],
      ["For load balancers", el("code", {}, "GET /api/health")], ["Description of the API", el("code", {}, "GET /api/openapi.json")])));
}
