// The list of runs of all registries, newest first, live.

import * as api from "./api.js";
import { announce, el, empty, field, fill, notice, row, setText, table } from "./dom.js";
import { ago, count, exactTime } from "./format.js";
import { poll } from "./poll.js";
import { blobOf, createdAt, isOver, isPartial, pipelineOf, ProgressBar, response, statusBadge, statusOf } from "./runstate.js";

const HEADINGS = ["Run", "Status", "Progress", "Started"];
const FILTERS = {
  all: ["All", () => true],
  active: ["Going on", (run) => !isOver(run)],
  succeeded: ["Succeeded", (run) => statusOf(run) === "Succeeded"],
  failed: ["Failed or in part", (run) => statusOf(run) === "Failed" || isPartial(run)],
  canceled: ["Canceled", (run) => statusOf(run) === "Canceled"],
};
const BUSY = 2000;
const IDLE = 5000;

// Kept while one looks at something else, so that going back shows the list as it was left.
const wanted = { status: "all", text: "" };

/** Runs of several registries in one order: as far down as the list of each registry has been read. */
class RunList {
  constructor(registries) {
    this.runs = new Map();
    this.lists = registries.map(({ id }) => ({ id, next: null, done: false, oldest: "9" }));
  }

  put(run) {
    const id = run.id.toLowerCase();
    const before = this.runs.get(id);
    this.runs.set(id, run);
    return before;
  }

  /** Registries whose next page may hold the next run of all. */
  async more() {
    const open = this.lists.filter((list) => !list.done);
    const newest = open.map((list) => list.oldest).sort().at(-1);
    await Promise.all(open.filter((list) => list.oldest === newest).map(async (list) => {
      const page = await api.runs(list.id, list.next);
      page.value.forEach((run) => this.put(run));
      list.next = page.nextLink ?? null;
      list.done = !page.nextLink;
      list.oldest = page.value.length > 0 ? createdAt(page.value.at(-1)) : list.oldest;
    }));
  }

  get complete() {
    return this.lists.every((list) => list.done);
  }

  /** In order; what is older than the end of a list that goes on is kept back, since others may come before it. */
  shown() {
    const end = this.lists.filter((list) => !list.done).map((list) => list.oldest).sort().at(-1) ?? "";
    return [...this.runs.values()]
      .filter((run) => createdAt(run) >= end || !isOver(run))
      .sort((one, other) => (createdAt(one) < createdAt(other) ? 1 : -1));
  }
}

/** A row that is kept while its run changes. */
class RunRow {
  constructor(run) {
    this.progress = new ProgressBar(run.name);
    this.status = el("div", {});
    this.started = el("time", {});
    this.message = el("span", { class: "sub message" });
    this.progress.element.append(this.message);
    this.element = row(HEADINGS, [
      el("div", {},
        el("a", { class: "name", href: `#/run${run.id}` }, run.name),
        el("span", { class: "sub" }, `${pipelineOf(run)} → ${blobOf(run)}`)),
      this.status, this.progress.element, { content: this.started, class: "soft" },
    ]);
    this.show(run);
  }

  show(run) {
    const state = JSON.stringify([response(run).status, isPartial(run)]);
    if (state !== this.state) {
      this.state = state;
      fill(this.status, statusBadge(run));
    }
    this.progress.show(run);
    setText(this.message, response(run).pipelineRunErrorMessage ?? "");
    setText(this.started, ago(createdAt(run)));
    this.started.dateTime = createdAt(run);
    this.started.title = exactTime(createdAt(run));
  }
}

export async function showRuns(main, { signal, startExport, trouble, well }) {
  const overview = await api.overview();
  const list = new RunList(overview.registries);
  const rows = new Map();
  const status = el("select", {}, Object.entries(FILTERS).map(([value, [label]]) => el("option", { value }, label)));
  const text = el("input", { type: "search", autocomplete: "off", placeholder: "Run, pipeline, archive, message" });
  status.value = wanted.status;
  text.value = wanted.text;
  const grid = table("Runs, newest first", HEADINGS, [], "runs");
  const body = grid.querySelector("tbody");
  const holder = el("section", { class: "card flush", "aria-label": "Runs" });
  const older = el("button", { type: "button", hidden: true }, "Load older runs");
  const summary = el("p", { class: "soft", role: "status" });
  const exports = overview.pipelines.filter((pipeline) => pipeline.type.endsWith("/exportPipelines"));
  fill(main,
    el("div", { class: "title" }, el("h1", {}, "Runs"),
      el("div", { class: "actions" }, exports.length > 0
        && el("button", { type: "button", class: "primary", onclick: () => startExport(overview) }, "Start an export"))),
    el("div", { class: "bar" }, field("Status", status), el("div", { class: "grow" }, field("Search", text))),
    summary, holder, el("div", { class: "actions" }, older));

  const matches = (run) => FILTERS[wanted.status][1](run)
    && [run.name, pipelineOf(run), blobOf(run), response(run).pipelineRunErrorMessage]
      .some((part) => part?.toLowerCase().includes(wanted.text.trim().toLowerCase()));

  function draw() {
    const all = list.shown();
    const found = all.filter(matches);
    found.forEach((run) => {
      const known = rows.get(run.id);
      if (known) {
        known.show(run);
      } else {
        rows.set(run.id, new RunRow(run));
      }
    });
    const wantedRows = found.map((run) => rows.get(run.id).element);
    if (wantedRows.length !== body.children.length || wantedRows.some((element, at) => body.children[at] !== element)) {
      fill(body, wantedRows);
    }
    const active = all.filter((run) => !isOver(run)).length;
    setText(summary, `${count(found.length, "run")} shown, ${active === 0 ? "nothing goes on" : `${active} going on`}`);
    if (found.length > 0) {
      if (grid.parentNode !== holder) {
        fill(holder, grid);
      }
    } else {
      fill(holder, nothing(all.length));
    }
    older.hidden = list.complete;
  }

  function nothing(read) {
    if (overview.pipelines.length === 0) {
      return empty("No pipelines yet", "Put one at its ARM path, or declare it in the app setting TRANSSHIP_PIPELINES; docs/api.md has examples.");
    }
    if (read > 0 || !list.complete) {
      return empty("No run matches", `Looked at the ${count(read, "newest run")}. Change the filter${list.complete ? "" : ", or load older runs"}.`,
        el("button", { type: "button", onclick: clear }, "Clear the filter"));
    }
    return empty("No runs yet", "An export starts here or with POST /api/export; an import starts by itself when an archive arrives.",
      exports.length > 0 && el("button", { type: "button", class: "primary", onclick: () => startExport(overview) }, "Start an export"));
  }

  function clear() {
    status.value = wanted.status = "all";
    text.value = wanted.text = "";
    draw();
    text.focus();
  }

  status.addEventListener("change", () => { wanted.status = status.value; draw(); });
  text.addEventListener("input", () => { wanted.text = text.value; draw(); });
  older.addEventListener("click", async () => {
    older.disabled = true;
    try {
      await list.more();
    } catch (e) {
      main.append(notice("bad", e.message));
    }
    older.disabled = false;
    draw();
  });

  await list.more();
  draw();
  poll(signal, async () => {
    const going = new Set([...list.runs.values()].filter((run) => !isOver(run)).map((run) => run.id));
    const { value } = await api.activeRuns(signal);
    value.forEach((run) => update(run));
    value.forEach((run) => going.delete(run.id));
    // Over and settled between two looks, or deleted.
    await Promise.all([...going].map(async (id) => {
      try {
        update(await api.get(id));
      } catch (e) {
        if (e.status !== 404) {
          throw e;
        }
        list.runs.delete(id.toLowerCase());
      }
    }));
    draw();
    return value.some((run) => !isOver(run)) ? BUSY : IDLE;
  }, { onTrouble: trouble, onWell: well, first: BUSY });

  function update(run) {
    const before = list.put(run);
    if (before && statusOf(before) !== statusOf(run) && isOver(run)) {
      announce(`Run ${run.name}: ${statusOf(run)}`);
    } else if (!before) {
      announce(`Run ${run.name} started`);
    }
  }
}
