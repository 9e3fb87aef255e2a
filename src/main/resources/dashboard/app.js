// Starts the page: which view an address names, the key, the colours.

import * as api from "./api.js";
import { el, field, fill, notice } from "./dom.js";
import { exportDialog } from "./export.js";
import { duration } from "./format.js";
import { showHealth } from "./health.js";
import { showPipeline } from "./pipeline.js";
import { showPipelines } from "./pipelines.js";
import { showRun } from "./run.js";
import { showRuns } from "./runs.js";

const main = document.getElementById("main");
const connection = document.getElementById("connection");
const signOut = document.getElementById("sign-out");
const navigation = document.querySelector("nav");
const theme = document.getElementById("theme");
let present = new AbortController();
let shownBefore = false;

const tools = (signal, query) => ({
  signal,
  query,
  startExport: (overview, chosen) => exportDialog(overview, chosen, (run) => { location.hash = `#/run${run.id}`; }),
  trouble(e, wait) {
    connection.className = "connection trouble";
    connection.textContent = `No answer, next try in ${duration(wait / 1000)}`;
  },
  well() {
    connection.className = "connection";
    connection.textContent = "Live";
  },
});

function view() {
  const [path, query = ""] = location.hash.slice(1).split("?");
  let decoded = path;
  try {
    decoded = decodeURI(path);
  } catch {
    // An address that somebody mistyped shows the runs.
  }
  for (const [prefix, title, nav, show] of [
    ["/run/", "Run", "#/runs", showRun], ["/pipeline/", "Pipeline", "#/pipelines", showPipeline],
  ]) {
    if (decoded.startsWith(prefix)) {
      const id = decoded.slice(prefix.length - 1);
      return { title: `${title} ${api.nameOf(id)}`, nav, show: (holder, use) => show(holder, id, use), query };
    }
  }
  return {
    "/pipelines": { title: "Pipelines", nav: "#/pipelines", show: showPipelines },
    "/health": { title: "Health", nav: "#/health", show: showHealth },
  }[decoded] ?? { title: "Runs", nav: "#/runs", show: showRuns };
}

async function show() {
  present.abort();
  present = new AbortController();
  const { signal } = present;
  document.querySelectorAll("dialog").forEach((dialog) => dialog.close());
  if (!api.hasKey() && !api.signsInFirst()) {
    askForKey();
    return;
  }
  const { title, nav, show: draw, query } = view();
  document.title = `${title} · Transship`;
  document.querySelectorAll("nav a").forEach((link) => {
    if (link.getAttribute("href") === nav) {
      link.setAttribute("aria-current", "page");
    } else {
      link.removeAttribute("aria-current");
    }
  });
  signOut.hidden = !api.hasKey();
  navigation.hidden = false;
  connection.textContent = "";
  // A new holder for each view: what an older one draws late is seen by nobody.
  const holder = el("div", { class: "view" });
  holder.append(el("p", { class: "soft", role: "status" }, "Loading …"));
  main.replaceChildren(holder);
  if (shownBefore) {
    main.focus({ preventScroll: true });
    scrollTo(0, 0);
  }
  shownBefore = true;
  try {
    await draw(holder, { ...tools(signal, query), later: show });
  } catch (e) {
    if (!signal.aborted) {
      fill(holder, el("h1", {}, title), notice("bad", el("strong", {}, e.status === 404 ? "This is not there (any more)" : "This could not be loaded"), el("p", {}, e.message)),
        el("div", { class: "actions" }, el("button", { type: "button", onclick: show }, "Try again")));
    }
  }
}

function askForKey(refused = false) {
  document.title = "Sign in · Transship";
  signOut.hidden = true;
  navigation.hidden = true;
  connection.textContent = "";
  const key = el("input", { id: "key", type: "password", autocomplete: "off", spellcheck: "false", required: true, "aria-invalid": refused ? "true" : undefined });
  const form = el("form", { class: "card sign-in" },
    el("h1", {}, "Transship"),
    el("p", { class: "soft" }, "Moves artifacts between registries that cannot see each other. To see what it does, show a function key of this app."),
    refused && notice("bad", el("p", {}, "The app refused the key. Take one that the portal shows under App keys, or ", el("code", {}, "az functionapp keys list"), ".")),
    field("Function key", key, "It stays in this tab, and is forgotten when you close it."),
    el("div", { class: "actions" }, el("button", { type: "submit", class: "primary" }, "Continue"),
      api.signsInFirst() && el("button", { type: "button", onclick: api.signIn }, "Sign in with Entra ID")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (key.value.trim()) {
      api.setKey(key.value.trim());
      show();
    } else {
      key.focus();
    }
  });
  main.replaceChildren(form);
  key.focus();
}

api.onRefused(() => {
  const had = api.hasKey();
  present.abort();
  api.setKey("");
  document.querySelectorAll("dialog").forEach((dialog) => dialog.close());
  askForKey(had);
});

signOut.addEventListener("click", () => {
  api.setKey("");
  show();
});

theme.value = document.documentElement.dataset.theme;
theme.addEventListener("change", () => {
  document.documentElement.dataset.theme = theme.value;
  try {
    localStorage.setItem("transship-theme", theme.value);
  } catch {
    // It lasts as long as the page does.
  }
});

addEventListener("hashchange", show);
// The skip link must not change the address, which names the view.
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
show();
