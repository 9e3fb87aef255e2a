// The dialog that starts an export: what to export, what that would do, and then only does it.

import * as api from "./api.js";
import { open } from "./dialogs.js";
import { announce, el, field, fill, notice, table } from "./dom.js";
import { bytes, count, shortDigest } from "./format.js";
import { badge } from "./runstate.js";

const REPOSITORY = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;
const DIGEST = /^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;
const SHOWN_LINES = 8;

/** What is wrong with the name of an artifact; empty if nothing is. The app checks again, and more. */
export function problemOf(name) {
  const [repository, digest, more] = name.split("@");
  if (digest !== undefined) {
    if (more !== undefined || !DIGEST.test(digest)) {
      return "the digest is not one: expected sha256: and 64 hexadecimal digits";
    }
    return repository.includes(":") ? "has a tag and a digest: name it by one of them" : repositoryProblem(repository);
  }
  const colon = name.lastIndexOf(":");
  if (colon < 0) {
    return repositoryProblem(name);
  }
  if (name.indexOf("/", colon) >= 0) {
    return "starts with a registry: name it inside its registry, as repository:tag";
  }
  return TAG.test(name.slice(colon + 1)) ? repositoryProblem(name.slice(0, colon)) : "the tag is not one: letters, digits and . _ -, at most 128";
}

const repositoryProblem = (name) => (REPOSITORY.test(name) && name.length <= 255 ? "" : "the repository is not one: lower-case letters, digits, . _ - and / between them");

/** Opens the dialog. `started` hears of the run. */
export function exportDialog(overview, chosen, started) {
  const pipelines = overview.pipelines.filter((pipeline) => pipeline.type.endsWith("/exportPipelines"));
  const select = el("select", { id: "export-pipeline" }, pipelines.map((pipeline) =>
    el("option", { value: pipeline.id, selected: pipeline.id === chosen }, `${pipeline.name} (${api.nameOf(api.registryOf(pipeline.id))})`)));
  const artifacts = el("textarea", { id: "export-artifacts", rows: 5, spellcheck: "false", autocomplete: "off", required: true, placeholder: "shop/web:1.4.0\ntools/cli@sha256:…" });
  const blob = el("input", { id: "export-blob", autocomplete: "off", spellcheck: "false", placeholder: "release-42.tar" });
  const name = el("input", { id: "export-name", autocomplete: "off", spellcheck: "false" });
  const lines = el("ul", { class: "lines", id: "export-lines", "aria-label": "Check of each line" });
  const result = el("div", { class: "result", role: "status" });
  const preview = el("button", { type: "submit", class: "primary" }, "Preview");
  const start = el("button", { type: "button", class: "primary", disabled: true }, "Start export");
  const form = el("form", { novalidate: true },
    field("Pipeline", select),
    field("Artifacts", artifacts, "One per line: repository:tag, repository@digest, or repository for its tag latest"),
    lines,
    el("div", { class: "pair" }, field("Archive", blob, "Name of the blob; one is made up if empty"), field("Run", name, "Name of the run; likewise")),
    result,
    el("div", { class: "actions" }, el("button", { type: "button", onclick: () => dialog.close() }, "Close"), preview, start));
  let asked = 0;

  const entered = () => [...new Set(artifacts.value.split(/[\n,]/).map((line) => line.trim()).filter(Boolean))];
  const target = () => (blob.value.trim() ? { target: { name: blob.value.trim() } } : {});

  function check(fromApp = new Map()) {
    const problems = entered().map((line, at) => [line, fromApp.get(at) ?? problemOf(line)]).filter(([, problem]) => problem);
    artifacts.setAttribute("aria-invalid", String(problems.length > 0));
    fill(lines, problems.slice(0, SHOWN_LINES).map(([line, problem]) => el("li", { class: "bad" }, el("code", {}, line), `: ${problem}`)),
      problems.length > SHOWN_LINES && el("li", { class: "bad" }, `and ${problems.length - SHOWN_LINES} more`),
      problems.length === 0 && entered().length > 0 && el("li", {}, `✓ ${count(entered().length, "artifact")}, all well formed`));
    return problems.length === 0 && entered().length > 0;
  }

  function changed() {
    asked++;
    start.disabled = true;
    preview.disabled = false;
    preview.classList.add("primary");
    fill(result);
    check();
  }

  async function showPlan(event) {
    event.preventDefault();
    if (!check()) {
      artifacts.focus();
      return;
    }
    const mine = ++asked;
    preview.disabled = true;
    fill(result, el("p", { class: "soft" }, "Asks the registry what this would move …"));
    try {
      const plan = await api.post(select.value, "plan", { artifacts: entered(), ...target() });
      if (mine === asked) {
        fill(result, planOf(plan));
        start.disabled = plan.problems.length > 0;
        preview.classList.toggle("primary", start.disabled);
        if (!start.disabled) {
          start.focus();
        }
      }
    } catch (e) {
      if (mine === asked) {
        refused(e);
      }
    }
    preview.disabled = false;
  }

  function refused(e) {
    const byLine = new Map();
    for (const detail of e.details ?? []) {
      const line = /artifacts\[(\d+)\]/.exec(detail.target ?? "");
      if (line) {
        byLine.set(Number(line[1]), detail.message);
      }
    }
    check(byLine);
    fill(result, notice("bad", el("p", {}, e.message), (e.details ?? []).filter((detail) => !/artifacts\[/.test(detail.target ?? ""))
      .map((detail) => el("p", {}, `${detail.target}: ${detail.message}`))));
  }

  async function run() {
    start.disabled = true;
    try {
      const made = await api.startExport({
        pipeline: select.value, artifacts: entered(),
        ...(blob.value.trim() && { blobName: blob.value.trim() }), ...(name.value.trim() && { name: name.value.trim() }),
      });
      announce(`Run ${made.name} started`);
      dialog.close();
      started(made);
    } catch (e) {
      refused(e);
      start.disabled = false;
    }
  }

  form.addEventListener("submit", showPlan);
  form.addEventListener("input", changed);
  start.addEventListener("click", run);
  const { dialog } = open("Start an export", form);
  artifacts.focus();
}

function planOf(plan) {
  const well = plan.problems.length === 0;
  return [
    well
      ? notice("good", el("strong", {}, `${count(plan.artifacts.length, "artifact")} in an archive of ${bytes(plan.archiveBytes)}`),
        el("p", {}, `Moves ${bytes(plan.bytesToMove)} in ${count(plan.slices, "slice")}, saves ${bytes(plan.bytesSaved)}; ${count(plan.contents, "content")}, about ${count(plan.registryRequests, "registry request")} and ${plan.storageRequests.toLocaleString("en")} to storage.`))
      : notice("bad", el("strong", {}, "A run would fail"), plan.problems.map((problem) => el("p", {}, problem))),
    plan.artifacts.length > 0 && planTable(plan),
  ].filter(Boolean);
}

/** The artifacts of a plan, also of an import. */
export function planTable(plan) {
  return el("div", { class: "card flush" }, table("What would become of each artifact", ["Artifact", "Effect", "Digest", "Sends", "Saves"], plan.artifacts.map((artifact) => [
    el("code", {}, artifact.name),
    el("div", {}, effectBadge(artifact.effect), artifact.message && el("span", { class: "sub" }, artifact.message)),
    artifact.digest && el("code", { class: "digest", title: artifact.digest }, shortDigest(artifact.digest)),
    { content: bytes(artifact.bytes), class: "number right" },
    { content: bytes(artifact.bytesSaved), class: "number right" },
  ])));
}

function effectBadge(effect) {
  const [label, kind, sign] = {
    Export: ["Export", "busy", "→"], CreateTag: ["New tag", "busy", "+"], KeepTag: ["Is there", "good", "="],
    MoveTag: ["Moves tag", "warn", "!"], Fail: ["Fails", "bad", "✕"],
  }[effect] ?? [effect, "", "–"];
  return badge(label, kind, sign);
}
