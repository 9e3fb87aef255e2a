// The page of one run.

import * as api from "./api.js";
import { confirm } from "./dialogs.js";
import { announce, el, facts, fill, notice, table } from "./dom.js";
import { bytes, count, duration, exactTime, shortDigest } from "./format.js";
import { poll } from "./poll.js";
import { badge, blobOf, createdAt, isOver, isPartial, pipelineOf, ProgressBar, response, statusBadge, statusOf, tookSeconds } from "./runstate.js";

const BUSY = 2000;
const IDLE = 15_000;
const OUTCOMES = { Succeeded: ["good", "✓"], Skipped: ["", "–"], Failed: ["bad", "✕"] };

export async function showRun(main, id, { signal, trouble, well, later = () => {} }) {
  let run = await api.get(id);
  const progress = new ProgressBar(run.name, "large");
  const status = el("span", {});
  const actions = el("div", { class: "actions" });
  const message = el("div", {});
  const details = el("div", {});
  const artifacts = el("section", { class: "card flush", "aria-label": "Artifacts" });
  fill(main,
    el("p", { class: "crumb" }, el("a", { href: "#/runs" }, "Runs")),
    el("div", { class: "title" }, el("h1", {}, run.name), status, actions),
    message,
    el("section", { class: "card", "aria-label": "Progress" }, progress.element, details),
    artifacts, requestCard(run));
  let drawn = "";

  function draw() {
    progress.show(run);
    const version = JSON.stringify([statusOf(run), response(run).pipelineRunErrorMessage, response(run).artifacts, response(run).progress]);
    if (version === drawn) {
      return;
    }
    drawn = version;
    fill(status, statusBadge(run));
    fill(actions, buttons());
    fill(message, messageOf(run));
    fill(details, factsOf(run));
    fill(artifacts, el("h2", {}, "Artifacts"), artifactTable(run));
  }

  function buttons() {
    if (!isOver(run)) {
      return el("button", { type: "button", class: "danger", onclick: cancel }, "Cancel run");
    }
    return (statusOf(run) !== "Succeeded" || isPartial(run))
      && el("button", { type: "button", class: "primary", onclick: retry }, "Retry");
  }

  async function cancel() {
    const done = await confirm(`Cancel ${run.name}?`,
      "Nothing of it becomes visible at the target. What has been sent so far is used when the run is retried.",
      "Cancel run", async () => { run = await api.post(id, "cancel"); }, "danger");
    if (done) {
      announce(`Run ${run.name}: canceled`);
      draw();
    }
  }

  async function retry() {
    const done = await confirm(`Retry ${run.name}?`,
      isPartial(run) ? "The artifacts that failed are tried again." : "It goes on where it stopped: what is at the target already is not sent again.",
      "Retry", async () => { run = await api.post(id, "retry"); });
    if (done) {
      announce(`Run ${run.name} started again`);
      draw();
      later();
    }
  }

  draw();
  poll(signal, async () => {
    if (!isOver(run) || document.hasFocus()) {
      const before = statusOf(run);
      run = await api.get(id);
      if (statusOf(run) !== before && isOver(run)) {
        announce(`Run ${run.name}: ${statusOf(run)}`);
      }
      draw();
    }
    return isOver(run) ? IDLE : BUSY;
  }, { onTrouble: trouble, onWell: well, first: isOver(run) ? IDLE : BUSY });
}

function messageOf(run) {
  const text = response(run).pipelineRunErrorMessage;
  if (!text) {
    return null;
  }
  const kind = { Failed: "bad", Canceled: "warn" }[statusOf(run)] ?? "warn";
  return notice(kind, el("strong", {}, { Failed: "Why it failed", Canceled: "Canceled" }[statusOf(run)] ?? "Worth knowing"), el("p", {}, text));
}

function factsOf(run) {
  const { progress = {}, startTime, finishTime } = response(run);
  const took = tookSeconds(run);
  return facts(
    ["Leg", progress.leg],
    ["Moved", progress.bytesTotal ? `${bytes(progress.bytesDone)} of ${bytes(progress.bytesTotal)}` : ""],
    ["Rate", progress.bytesPerSecond === undefined ? "" : `${bytes(progress.bytesPerSecond)}/s`],
    ["Time left", progress.secondsLeft === undefined ? "" : duration(progress.secondsLeft)],
    ["Took", took === null ? "" : duration(took)],
    ["Saved", progress.bytesSaved ? bytes(progress.bytesSaved) : ""],
    ["Copied by the storage service", progress.bytesCopied ? bytes(progress.bytesCopied) : ""],
    ["Artifacts", `${progress.artifactsDone} of ${progress.artifactsTotal}`],
    ["Contents", progress.contentsTotal ? `${progress.contentsDone} of ${progress.contentsTotal}` : ""],
    ["Slices", progress.slicesTotal ? `${progress.slicesDone} of ${progress.slicesTotal}` : ""],
    ["Started", exactTime(startTime ?? createdAt(run))],
    ["Finished", exactTime(finishTime)]);
}

function artifactTable(run) {
  const results = response(run).artifacts ?? [];
  const asked = run.properties.request.artifacts ?? [];
  if (results.length === 0) {
    return asked.length === 0
      ? el("p", { class: "empty soft" }, "What the archive holds is known as soon as the run has read it.")
      : table("Artifacts that were asked for", ["Artifact", "Status"], asked.map((name) => [el("code", {}, name), badge(isOver(run) ? "Not moved" : "Waiting", "", "–")]));
  }
  return table("What became of each artifact", ["Artifact", "Status", "Digest", "Sent", "Saved"], results.map((artifact) => [
    el("code", {}, artifact.name),
    el("div", {}, badge(artifact.outcome, ...(OUTCOMES[artifact.outcome] ?? ["", ""])),
      artifact.code && el("span", { class: "sub" }, el("code", {}, artifact.code)),
      artifact.message && el("span", { class: "sub" }, artifact.message)),
    artifact.digest && el("code", { class: "digest", title: artifact.digest }, shortDigest(artifact.digest)),
    { content: bytes(artifact.bytesSent), class: "number right" },
    { content: bytes(artifact.bytesSaved), class: "number right" },
  ]));
}

function requestCard(run) {
  const { request, forceUpdateTag } = run.properties;
  const imports = request.source !== undefined;
  const { target, source, relay, catalogDigest, trigger } = response(run);
  return el("section", { class: "card", "aria-label": "Request" },
    el("h2", {}, "Request"),
    facts(
      ["Pipeline", el("a", { href: `#/pipeline${request.pipelineResourceId}` }, pipelineOf(run))],
      ["Archive", el("code", {}, blobOf(run))],
      ["Asked for", imports ? "" : count((request.artifacts ?? []).length, "artifact")],
      ["Started by", trigger ? "an archive that arrived" : "a request"],
      ["forceUpdateTag", forceUpdateTag],
      [imports ? "Source" : "Target", (target ?? source) && el("code", {}, (target ?? source).uri), true],
      ["Relay", relay && el("code", {}, relay.uri), true],
      ["Catalog digest", catalogDigest && el("code", {}, catalogDigest), true],
      ["Address in the API", el("code", {}, `/api${run.id}`), true]));
}
