// What is in the container of a pipeline, and in one of its archives, before anything is imported.

import * as api from "./api.js";
import { planTable } from "./export.js";
import { announce, el, field, fill, notice, table } from "./dom.js";
import { ago, bytes, count, exactTime, shortDigest } from "./format.js";
import { isExport } from "./pipelines.js";
import { badge } from "./runstate.js";

const SUGGESTED = 8;

export function archivesCard(pipeline) {
  const name = el("input", { id: "archive-name", autocomplete: "off", spellcheck: "false", placeholder: "release-42.tar" });
  const look = el("button", { type: "submit" }, "Show contents");
  const list = el("div", {});
  const result = el("div", { class: "result", role: "status" });
  const form = el("form", { class: "bar" }, el("div", { class: "grow" }, field("Archive", name)), look,
    el("button", { type: "button", onclick: () => listArchives() }, "List archives"));

  async function listArchives() {
    fill(list, el("p", { class: "soft" }, "Lists the container …"));
    try {
      const { value } = await api.post(pipeline.id, "listArchives");
      fill(list, value.length === 0
        ? el("p", { class: "soft" }, isExport(pipeline) ? "The container is empty. An export fills it." : "The container is empty. Copy an archive there.")
        : archiveTable(value));
      announce(count(value.length, "archive"));
    } catch (e) {
      fill(list, notice("bad", el("p", {}, e.message)));
    }
  }

  function archiveTable(value) {
    const rows = value.map((blob) => [
      el("code", {}, blob.name), { content: bytes(blob.bytes), class: "number" },
      el("time", { datetime: blob.lastModified, title: exactTime(blob.lastModified) }, ago(blob.lastModified)),
      el("button", { type: "button", class: "small", "aria-label": `Contents of ${blob.name}`, onclick: () => { name.value = blob.name; contents(); } }, "Contents"),
    ]);
    const shown = el("div", { class: "card flush" }, table("Archives in the container", ["Archive", "Size", "Arrived", ""], rows.slice(0, SUGGESTED)));
    if (rows.length > SUGGESTED) {
      const all = el("button", { type: "button", class: "quiet", onclick: () => fill(shown, table("Archives in the container", ["Archive", "Size", "Arrived", ""], rows)) },
        `Show all ${rows.length}`);
      shown.append(all);
    }
    return shown;
  }

  async function contents() {
    if (!name.value.trim()) {
      name.setAttribute("aria-invalid", "true");
      name.focus();
      return;
    }
    name.removeAttribute("aria-invalid");
    look.disabled = true;
    fill(result, el("p", { class: "soft" }, "Reads the archive's table of contents …"));
    const source = { source: { name: name.value.trim() } };
    try {
      const listing = await api.post(pipeline.id, "contents", source);
      announce(`${count(listing.artifacts.length, "artifact")} in ${name.value.trim()}`);
      fill(result, contentsOf(listing), !isExport(pipeline) && listing.problems.length === 0 && planButton(source, result));
    } catch (e) {
      fill(result, notice("bad", el("p", {}, e.message), (e.details ?? []).map((detail) => el("p", {}, detail.message))));
    }
    look.disabled = false;
  }

  function planButton(source, holder) {
    const plan = el("div", { class: "result", role: "status" });
    const button = el("button", { type: "button" }, "What would an import do?");
    button.addEventListener("click", async () => {
      button.disabled = true;
      try {
        const answer = await api.post(pipeline.id, "plan", source);
        fill(plan, answer.problems.map((problem) => notice("warn", el("p", {}, problem))),
          el("p", { class: "soft" }, `Moves ${bytes(answer.bytesToMove)}; the target has ${bytes(answer.bytesSaved)} already.`), planTable(answer));
      } catch (e) {
        fill(plan, notice("bad", el("p", {}, e.message)));
      }
      button.disabled = false;
    });
    return el("div", { class: "card" }, el("div", { class: "actions" }, button), plan);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    contents();
  });
  return el("section", { class: "card", "aria-label": "Archives" }, el("h2", {}, "Archives"),
    el("p", { class: "soft" }, "Shows what an archive holds without moving or changing anything."), form, list, result);
}

function contentsOf(listing) {
  return [
    listing.problems.map((problem) => notice("bad", el("p", {}, problem))),
    listing.problems.length === 0 && el("p", {}, `${count(listing.artifacts.length, "artifact")}, ${count(listing.contents, "content")}, ${bytes(listing.archiveBytes)}`,
      listing.sourceRegistry && `, from ${listing.sourceRegistry}`),
    listing.missing.length > 0 && notice("warn", el("strong", {}, "Asked for, and not in it"),
      listing.missing.map((artifact) => el("p", {}, el("code", {}, artifact.name), `: ${artifact.message}`))),
    listing.artifacts.length > 0 && el("div", { class: "card flush contents" }, table("Artifacts in the archive", ["Artifact", "Platforms", "Digest", "Contents", "Size"],
      listing.artifacts.map((artifact) => [
        el("div", {}, el("code", {}, artifact.name), el("span", { class: "sub" }, artifact.type)),
        artifact.platforms.length > 0 ? el("div", { class: "chips" }, artifact.platforms.map((platform) => badge(platform, "", "▪"))) : "",
        el("code", { class: "digest", title: artifact.digest }, shortDigest(artifact.digest)),
        { content: String(artifact.contents), class: "number" },
        { content: bytes(artifact.bytes), class: "number right" },
      ]))),
  ].flat();
}
