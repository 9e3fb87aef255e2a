// What a run says, in words, badges and bars; the list and the page of a run share it.

import { nameOf } from "./api.js";
import { el, setText } from "./dom.js";
import { bytes, duration } from "./format.js";

const BADGES = {
  Succeeded: ["good", "✓"],
  Failed: ["bad", "✕"],
  Canceled: ["warn", "⊘"],
  Queued: ["", "…"],
};

export const response = (run) => run.properties?.response ?? {};
export const statusOf = (run) => response(run).status ?? "Queued";
export const isOver = (run) => ["Succeeded", "Failed", "Canceled"].includes(statusOf(run));
export const blobOf = (run) => (run.properties.request.target ?? run.properties.request.source)?.name ?? "";
export const pipelineOf = (run) => nameOf(run.properties.request.pipelineResourceId);
export const createdAt = (run) => run.systemData?.createdAt ?? "";
/** A success that left something out. */
export const isPartial = (run) => statusOf(run) === "Succeeded" && Boolean(response(run).pipelineRunErrorMessage);

/** A status as a badge: colour, sign and word say the same. */
export function badge(status, kind, sign) {
  return el("span", { class: `badge ${kind}`.trim() }, el("span", { "aria-hidden": "true" }, sign), status);
}

export function statusBadge(run) {
  const status = statusOf(run);
  if (isPartial(run)) {
    return badge("Succeeded in part", "warn", "!");
  }
  const [kind, sign] = BADGES[status] ?? ["busy", "▸"];
  return badge(status, kind, sign);
}

export function verdictBadge(verdict) {
  const [kind, sign] = { Passed: ["good", "✓"], Warning: ["warn", "!"], Failed: ["bad", "✕"], Skipped: ["", "–"] }[verdict] ?? ["", "–"];
  return badge(verdict, kind, sign);
}

/** The line under a bar. */
export function progressText(run) {
  const { leg, percentage, bytesDone = 0, bytesTotal = 0, bytesPerSecond, secondsLeft, bytesSaved = 0 } = response(run).progress ?? {};
  const parts = [leg];
  if (statusOf(run) === "Queued") {
    parts.push("waits for a worker");
  } else if (!isOver(run) && bytesTotal === 0) {
    parts.push("reads what there is to move");
  } else if (isOver(run)) {
    if (bytesTotal > 0) {
      parts.push(statusOf(run) === "Succeeded" ? bytes(bytesTotal) : `${bytes(bytesDone)} of ${bytes(bytesTotal)}`);
    }
    const time = tookSeconds(run);
    if (time !== null) {
      parts.push(`in ${duration(time)}`);
    }
  } else {
    parts.push(`${percentage} %`, `${bytes(bytesDone)} of ${bytes(bytesTotal)}`);
    if (bytesPerSecond !== undefined) {
      parts.push(`${bytes(bytesPerSecond)}/s`);
    }
    if (secondsLeft !== undefined) {
      parts.push(`${duration(secondsLeft)} left`);
    }
  }
  if (bytesSaved > 0) {
    parts.push(`${bytes(bytesSaved)} saved`);
  }
  return parts.filter(Boolean).join(" · ");
}

export function tookSeconds(run) {
  const { startTime, finishTime } = response(run);
  return startTime && finishTime ? (new Date(finishTime) - new Date(startTime)) / 1000 : null;
}

/** A bar that is kept and changed, so that it moves instead of flickering. */
export class ProgressBar {
  constructor(label, size = "") {
    this.bar = el("progress", { max: 100, "aria-label": `Progress of ${label}` });
    this.size = size;
    this.text = el("span", { class: "sub number" });
    this.element = el("div", {}, this.bar, this.text);
  }

  show(run) {
    const kind = { Succeeded: "good", Failed: "bad", Canceled: "bad" }[statusOf(run)] ?? "";
    this.bar.className = `${this.size} ${kind}`.trim();
    this.bar.value = Number(response(run).progress?.percentage ?? 0);
    setText(this.text, progressText(run));
  }
}
