// Calls of the HTTP API, and the log-in that some of them need.
import { h } from "./dom.js";
import { t, n } from "./i18n.js";
import { translate } from "./sentences.js";

const API = "/api/v1";
/** A device that takes longer than this does not answer at all. */
const ANSWER_MS = 10000;

export class ApiError extends Error {
  constructor(status, faults, retryAfter) {
    super(faults[0] ? faults[0].message : "HTTP " + status);
    this.status = status;
    this.faults = faults;
    this.retryAfter = retryAfter;
  }
  /** True when this version of the device has no such thing. */
  get absent() { return this.status === 404 || this.status === 405 || this.status === 501; }
}
/** What went wrong, in the language of the page. */
export function explain(error) {
  if (!(error instanceof ApiError)) return t("unreachable");
  if (error.status === 404) return t("notHere");
  return translate(error.message);
}

async function request(method, path, body, patience = ANSWER_MS) {
  const options = { method, headers: { Accept: "application/json, text/plain, */*" } };
  if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  options.signal = AbortSignal.timeout(patience);
  const answer = await fetch(API + path, options);
  if (answer.ok) return answer;
  let faults = [];
  try {
    const json = await answer.json();
    faults = json.errors || (json.error ? [json.error] : []);
  } catch { /* an answer without words */ }
  throw new ApiError(answer.status, faults, Number(answer.headers.get("Retry-After")) || 0);
}
export async function call(method, path, body, patience) {
  const answer = await request(method, path, body, patience);
  const text = await answer.text();
  return text && (answer.headers.get("Content-Type") || "").includes("json") ? JSON.parse(text) : text;
}
/** Sends a file, and says how many percent of it have left. */
export function send(path, body, progress) {
  return new Promise((resolve, reject) => {
    const r = new XMLHttpRequest();
    r.open("PUT", API + path);
    r.setRequestHeader("Content-Type", "application/octet-stream");
    r.upload.addEventListener("progress", (event) => progress(Math.floor(100 * event.loaded / event.total)));
    r.addEventListener("error", () => reject(new TypeError("network")));
    r.addEventListener("load", () => {
      let json = {};
      try { json = JSON.parse(r.responseText); } catch { /* an answer without words */ }
      if (r.status < 300) resolve(json);
      else reject(new ApiError(r.status, json.error ? [json.error] : [], 0));
    });
    r.send(body);
  });
}
export const get = (path) => call("GET", path);
export const file = async (path) => (await request("GET", path)).blob();

let insecure = null;
/** Where the page can be had encrypted; null when it cannot, or is already. */
export function offerHttps(https) {
  insecure = https && https.available && location.protocol === "http:" ? "https://" + location.hostname + ":" + https.port + location.pathname + location.hash : null;
  return insecure;
}

let serial = 0;
/** A form that asks for the password; calls `done` once it was right. */
export function loginForm(done, cancel) {
  const id = "login-" + ++serial;
  const input = h("input", { id, name: "password", type: "password", autocomplete: "current-password", required: true, "aria-describedby": id + "-help " + id + "-error", maxlength: 200 });
  const error = h("p", { id: id + "-error", class: "error login-error", role: "alert" });
  const button = h("button", {}, t("login"));
  const form = h("form", { class: "login card", novalidate: true },
    h("h2", {}, t("login")),
    h("p", { id: id + "-help", class: "help" }, t("loginHelp")),
    h("input", { class: "hidden", name: "username", autocomplete: "username", value: "admin", tabindex: -1, "aria-hidden": "true" }),
    h("label", { for: id }, t("password")), input, error,
    insecure ? h("p", { class: "help" }, t("plainHttp") + " ", h("a", { href: insecure, class: "https" }, t("useHttps"))) : null,
    h("div", { class: "buttons" }, button, cancel ? h("button", { type: "button", class: "quiet", onclick: cancel }, t("cancel")) : null));
  let timer = 0;
  const countDown = (seconds) => {
    clearInterval(timer);
    const end = Date.now() + seconds * 1000;
    const tick = () => {
      const left = Math.ceil((end - Date.now()) / 1000);
      button.disabled = left > 0 && form.isConnected;
      error.textContent = left > 0 ? t("tooManyTries", n(left)) : "";
      if (left <= 0 || !form.isConnected) clearInterval(timer);
    };
    tick();
    timer = setInterval(tick, 500);
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.disabled) return;
    error.textContent = "";
    input.removeAttribute("aria-invalid");
    try {
      await call("POST", "/login", { password: input.value });
      input.value = "";
      done();
      dispatchEvent(new Event("login"));
    } catch (e) {
      input.setAttribute("aria-invalid", "true");
      input.focus();
      if (e.status === 429 && e.retryAfter) countDown(e.retryAfter);
      else error.textContent = explain(e);
    }
  });
  return form;
}

/** Asks for the password over the page; true when it was right. */
export function loginDialog() {
  return new Promise((resolve) => {
    const dialog = h("dialog", { id: "login-dialog", "aria-label": t("login") });
    let inside = false;
    dialog.append(loginForm(() => { inside = true; dialog.close(); }, () => dialog.close()));
    dialog.addEventListener("close", () => { dialog.remove(); resolve(inside); });
    document.body.append(dialog);
    dialog.showModal();
    dialog.querySelector("input[name=password]").focus();
  });
}
/** Does something that needs a log-in, and asks for it where there is none. Undefined when refused. */
export async function asAdmin(action) {
  try {
    return await action();
  } catch (e) {
    if (e.status !== 401 || !await loginDialog()) throw e;
    return action();
  }
}
