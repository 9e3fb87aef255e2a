// Calls to the app. The key is kept for this tab only and travels in a header, never in an address.

const BASE = new URL("../", import.meta.url);
const VERSION = "2025-06-01-preview";
const KEY = "transship-key";

let key = sessionStorage.getItem(KEY) ?? "";
let whenRefused = () => {};
const answers = new Map();

/** A refusal, with the problems that the app named. */
export class ApiError extends Error {
  constructor(status, message, details) {
    super(message);
    this.status = status;
    this.details = details;
  }
}

export const hasKey = () => key !== "";
export const signsInFirst = () => document.documentElement.dataset.signIn === "yes";

export function setKey(value) {
  key = value;
  answers.clear();
  if (value) {
    sessionStorage.setItem(KEY, value);
  } else {
    sessionStorage.removeItem(KEY);
  }
}

/** Is called when the app wants another key, or none was given. */
export function onRefused(listener) {
  whenRefused = listener;
}

/** Lets the platform's sign-in come back here. */
export function signIn() {
  location.assign(`/.auth/login/aad?post_login_redirect_uri=${encodeURIComponent(location.pathname)}`);
}

async function call(method, path, { body, query = {}, signal } = {}) {
  const address = new URL(path.replace(/^\//, ""), BASE);
  for (const [name, value] of Object.entries(query)) {
    address.searchParams.set(name, value);
  }
  const headers = { Accept: "application/json" };
  if (key) {
    headers["x-functions-key"] = key;
  }
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
  }
  const known = method === "GET" ? answers.get(address.href) : undefined;
  if (known) {
    headers["If-None-Match"] = known.tag;
  }
  let answer;
  try {
    answer = await fetch(address, {
      method, headers, signal, cache: "no-store", redirect: "manual",
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (e) {
    if (e.name === "AbortError") {
      throw e;
    }
    throw new ApiError(0, "The app does not answer. Check the network, and that the app is running.", []);
  }
  if (answer.status === 304) {
    return known.json;
  }
  if (answer.status === 401 || answer.status === 403 || answer.type === "opaqueredirect") {
    whenRefused();
    throw new ApiError(answer.status || 401, "The app refused the key.", []);
  }
  const json = await parsed(answer);
  if (!answer.ok) {
    const { message, details = [] } = json?.error ?? {};
    throw new ApiError(answer.status, message ?? `The app answered ${answer.status}; its log says why.`, details);
  }
  const tag = answer.headers.get("ETag");
  if (method === "GET" && tag && address.pathname.includes("/overview")) {
    answers.set(address.href, { tag, json });
  }
  return json;
}

async function parsed(answer) {
  try {
    return JSON.parse((await answer.text()) || "null");
  } catch {
    return null;
  }
}

const resource = (id, query = {}) => ({ query: { "api-version": VERSION, ...query } });

/** Registries and pipelines of all of them. */
export async function overview() {
  const { registries, exportPipelines, importPipelines } = await call("GET", "overview");
  return { registries, pipelines: [...exportPipelines, ...importPipelines] };
}

/** Runs of all registries that go on, or have ended a moment ago. */
export const activeRuns = (signal) => call("GET", "overview/runs", { signal });
export const secrets = () => call("GET", "overview/secrets");
export const health = () => call("GET", "overview/health");

/** A page of the runs of a registry, newest first; `next` is the nextLink of the page before. */
export function runs(registryId, next, top = 25) {
  const token = next ? new URL(next, BASE).searchParams.get("$skiptoken") : null;
  return call("GET", `${registryId}/pipelineRuns`, resource(registryId, { $top: top, ...(token && { $skiptoken: token }) }));
}

export const get = (id) => call("GET", id, resource(id));
export const post = (id, verb, body) => call("POST", `${id}/${verb}`, { ...resource(id), body });
export const startExport = (body) => call("POST", "export", { body });

/** The id of the registry that a pipeline or run is under. */
export const registryOf = (id) => id.split("/").slice(0, 9).join("/");
export const nameOf = (id) => id.split("/").pop();
