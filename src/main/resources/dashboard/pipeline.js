// The page of one pipeline: what it is, whether it works, and what is in its container.

import * as api from "./api.js";
import { archivesCard } from "./archive.js";
import { announce, el, facts, field, fill, nextSteps, notice, table } from "./dom.js";
import { count, exactTime } from "./format.js";
import { containersOf, directionBadge, isExport, secretBadges } from "./pipelines.js";
import { verdictBadge } from "./runstate.js";

export async function showPipeline(main, id, { signal, startExport, query }) {
  const [pipeline, overview] = await Promise.all([api.get(id), api.overview()]);
  const sas = el("div", { class: "chips" }, "…");
  const notes = el("div", {});
  const preflight = new Preflight(id);
  fill(main,
    el("p", { class: "crumb" }, el("a", { href: "#/pipelines" }, "Pipelines")),
    el("div", { class: "title" }, el("h1", {}, pipeline.name), directionBadge(pipeline),
      el("div", { class: "actions" }, isExport(pipeline)
        && el("button", { type: "button", class: "primary", onclick: () => startExport(overview, pipeline.id) }, "Start an export"))),
    el("section", { class: "card", "aria-label": "Definition" }, definition(pipeline, overview, sas), notes),
    preflight.element,
    archivesCard(pipeline));
  if (query === "preflight") {
    preflight.run();
  }
  try {
    const { value } = await api.secrets();
    const own = value.filter((state) => state.pipeline.toLowerCase() === id.toLowerCase());
    if (!signal.aborted) {
      fill(sas, secretBadges(own));
      fill(notes, own.filter((state) => state.rotation?.failuresInARow > 0).map((state) =>
        notice("bad", el("strong", {}, `Rotation of ${state.secret} failed ${exactTime(state.rotation.lastFailure)}`), el("div", {}, nextSteps(state.rotation.message)))),
      own.filter((state) => state.message).map((state) =>
        notice(state.verdict === "Failed" ? "bad" : "warn", el("strong", {}, `SAS in ${state.secret}`), el("div", {}, nextSteps(state.message)))));
    }
  } catch (e) {
    fill(sas, `not known: ${e.message}`);
  }
}

function definition(pipeline, overview, sas) {
  const { options = [] } = pipeline.properties;
  const registry = overview.registries.find(({ id }) => id.toLowerCase() === api.registryOf(pipeline.id).toLowerCase());
  const { createdBy, createdAt } = pipeline.systemData ?? {};
  return facts(
    ["Registry", registry ? `${registry.name} (${registry.loginServer})` : api.nameOf(api.registryOf(pipeline.id))],
    ["Acts as", pipeline.identity?.type === "UserAssigned" ? "a user-assigned identity" : "the app's own identity"],
    ["Options", options.join(", ") || "none"],
    ["SAS", sas],
    ["Created", createdAt ? `${exactTime(createdAt)}${createdBy ? ` by ${createdBy}` : ""}` : "declared with the app"],
    ...containersOf(pipeline).map(([label, container]) => [`Archives ${label}`,
      el("span", {}, el("code", {}, container.uri), el("span", { class: "sub" }, container.storageAccessMode === "SasToken" ? `by the SAS in ${container.keyVaultUri}` : "by managed identity")), true]),
    ["Address in the API", el("code", {}, `/api${pipeline.id}`), true]);
}

function checkTable(caption, checks) {
  return el("div", { class: "card flush checks" }, table(caption, ["Hop", "Verdict", "Found"], checks.map((check) => [
    el("div", {}, check.hop, el("span", { class: "sub" }, check.target)),
    verdictBadge(check.verdict),
    el("div", {}, check.message, check.action && nextSteps(check.action)),
  ])));
}

/** Tries every hop when it is asked to. */
class Preflight {
  constructor(id) {
    this.id = id;
    this.repositories = el("input", { id: "preflight-repositories", autocomplete: "off", spellcheck: "false", placeholder: "shop/web, tools/cli" });
    this.button = el("button", { type: "submit" }, "Run preflight");
    this.result = el("div", { class: "result", role: "status" });
    const form = el("form", { class: "bar" },
      el("div", { class: "grow" }, field("Repositories whose rights are tried", this.repositories)), this.button);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.run();
    });
    this.element = el("section", { class: "card", "aria-label": "Preflight" }, el("h2", {}, "Preflight"),
      el("p", { class: "soft" }, "Tries every hop and right by itself, and says what to do where one fails. It leaves nothing behind."), form, this.result);
  }

  async run() {
    this.button.disabled = true;
    fill(this.result, el("p", { class: "soft" }, "Tries every hop …"));
    try {
      const repositories = this.repositories.value.split(/[\s,]+/).filter(Boolean);
      const report = await api.post(this.id, "preflight", { repositories });
      const failed = report.checks.filter((check) => check.verdict === "Failed").length;
      const notable = report.checks.filter((check) => ["Failed", "Warning"].includes(check.verdict));
      announce(`Preflight: ${report.verdict}`);
      fill(this.result, el("p", {}, verdictBadge(report.verdict), ` ${failed === 0 ? `${count(report.checks.length, "check")}, none failed` : `${failed} of ${count(report.checks.length, "check")} failed`}`),
        notable.length > 0 && checkTable("What needs a look", notable),
        el("details", {}, el("summary", {}, `All ${count(report.checks.length, "check")}, hop by hop`), checkTable("What was tried", report.checks)));
    } catch (e) {
      fill(this.result, notice("bad", el("p", {}, e.message), (e.details ?? []).map((detail) => el("p", {}, detail.message))));
    }
    this.button.disabled = false;
  }
}
