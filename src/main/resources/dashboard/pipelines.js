// Pipelines of all registries, with how long their SAS last.

import * as api from "./api.js";
import { el, empty, fill, notice } from "./dom.js";
import { count, exactTime } from "./format.js";
import { badge } from "./runstate.js";

/** What is not to expire within these days and is warned about has another reason, which the pipeline's page tells. */
const SOON = 7;

export const isExport = (pipeline) => pipeline.type.endsWith("/exportPipelines");

export async function showPipelines(main, { signal, startExport }) {
  const overview = await api.overview();
  const states = new Map();
  const trouble = el("div", {});
  const actions = el("div", { class: "actions" });
  fill(main, el("div", { class: "title" }, el("h1", {}, "Pipelines"), actions), trouble);
  if (overview.pipelines.some(isExport)) {
    fill(actions, el("button", { type: "button", class: "primary", onclick: () => startExport(overview) }, "Start an export"));
  }
  if (overview.pipelines.length === 0) {
    main.append(el("section", { class: "card" }, empty("No pipelines yet",
      "Put one at its ARM path, or declare it in the app setting TRANSSHIP_PIPELINES; docs/api.md has examples.")));
    return;
  }
  for (const registry of overview.registries) {
    const own = overview.pipelines.filter((pipeline) => api.registryOf(pipeline.id).toLowerCase() === registry.id.toLowerCase());
    if (own.length > 0) {
      main.append(el("section", { class: "registry", "aria-label": `Registry ${registry.name}` },
        el("div", { class: "title" }, el("h2", {}, registry.name), el("span", { class: "soft" }, registry.loginServer)),
        el("div", { class: "cards" }, own.map((pipeline) => card(pipeline, overview, states, startExport)))));
    }
  }
  try {
    const { value } = await api.secrets();
    if (!signal.aborted) {
      states.forEach((holder, id) => fill(holder, secretBadges(value.filter((state) => state.pipeline.toLowerCase() === id))));
    }
  } catch (e) {
    fill(trouble, notice("warn", el("p", {}, `How long the SAS last is not known: ${e.message}`)));
  }
}

function card(pipeline, overview, states, startExport) {
  const sas = el("div", { class: "chips", role: "status" }, el("span", { class: "soft" }, "Looks at its SAS …"));
  states.set(pipeline.id.toLowerCase(), sas);
  return el("article", { class: "card", "aria-label": pipeline.name },
    el("div", { class: "title" },
      el("h3", {}, el("a", { class: "name", href: `#/pipeline${pipeline.id}` }, pipeline.name)), directionBadge(pipeline)),
    el("div", {}, containersOf(pipeline).map(([label, container]) =>
      el("p", {}, el("span", { class: "soft" }, `${label} `), el("code", {}, container.uri)))),
    sas,
    pipeline.properties.options?.length > 0
      && el("div", { class: "chips" }, pipeline.properties.options.map((option) => badge(option, "", "•"))),
    el("div", { class: "actions" },
      isExport(pipeline)
        ? el("button", { type: "button", class: "small", "aria-label": `Start an export with ${pipeline.name}`, onclick: () => startExport(overview, pipeline.id) }, "Start an export")
        : el("a", { class: "button small", href: `#/pipeline${pipeline.id}`, "aria-label": `Archives of ${pipeline.name}` }, "Archives"),
      el("a", { class: "button small", href: `#/pipeline${pipeline.id}?preflight`, "aria-label": `Preflight of ${pipeline.name}` }, "Preflight")));
}

export function directionBadge(pipeline) {
  if (isExport(pipeline)) {
    return badge(pipeline.properties.relay ? "Export and relay" : "Export", "busy", "↑");
  }
  return pipeline.properties.trigger?.sourceTrigger?.status === "Disabled"
    ? badge("Import on request", "", "↓") : badge("Import on arrival", "busy", "↓");
}

export function containersOf(pipeline) {
  const { target, relay, source } = pipeline.properties;
  return [["to", target], ["relay to", relay], ["from", source]].filter(([, container]) => container);
}

/** How long each SAS will last, and whether it will do. */
export function secretBadges(states) {
  if (states.length === 0) {
    return badge("Managed identity, no SAS", "good", "✓");
  }
  return states.map((state) => {
    const [kind, sign] = { Passed: ["good", "✓"], Warning: ["warn", "!"] }[state.verdict] ?? ["bad", "✕"];
    const left = state.daysLeft === undefined ? (state.verdict === "Failed" ? "SAS does not work" : "SAS by stored policy")
      : state.verdict === "Failed" && state.daysLeft === 0 ? "SAS has expired" : `SAS: ${count(state.daysLeft, "day")} left`;
    const shown = badge(state.verdict === "Warning" && state.daysLeft > SOON ? `${left}, with a remark` : left, kind, sign);
    shown.title = [state.expiresOn && `until ${exactTime(state.expiresOn)}`, state.secret].filter(Boolean).join("\n");
    return [shown, rotationBadge(state.rotation)];
  }).flat();
}

function rotationBadge(rotation) {
  if (!rotation) {
    return null;
  }
  const fails = rotation.failuresInARow > 0;
  const shown = badge(fails ? `Rotation fails, ${count(rotation.failuresInARow, "time")} in a row` : "Rotated by the app", fails ? "bad" : "good", fails ? "✕" : "↻");
  shown.title = rotation.lastSuccess ? `last success ${exactTime(rotation.lastSuccess)}` : "it never succeeded";
  return shown;
}
