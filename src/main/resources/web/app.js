// Start, views, language, and the one sentence that says how things are.
import { h, $, say, icon } from "./dom.js";
import { t, choose, language } from "./i18n.js";
import { call, offerHttps } from "./api.js";
import { state, on, start, age, isOld, refresh } from "./store.js";
import { span } from "./i18n.js";
import { translate } from "./sentences.js";
import * as live from "./live.js";

const PATHS = { live: "/", setup: "/#setup", settings: "/config", diagnose: "/#diagnose", system: "/#system" };
const later = { setup: () => import("./setup.js"), settings: () => import("./settings.js"), diagnose: () => import("./diagnose.js"), system: () => import("./system.js") };
const modules = { live };
const built = new Set();
let now = "";

function nameOf() {
  if (location.pathname === "/config") return "settings";
  const name = location.hash.slice(1).split("/")[0];
  return ["setup", "diagnose", "system"].includes(name) ? name : "live";
}
/** A new device leads to the set-up, once a visit. */
function offered() {
  try {
    const before = sessionStorage.getItem("offered");
    sessionStorage.setItem("offered", "yes");
    return Boolean(before);
  } catch { return true; }
}
async function go(focus) {
  const name = nameOf();
  for (const id of Object.keys(PATHS)) $(id).hidden = id !== name;
  $("nav").querySelectorAll("a").forEach((a) => a.dataset.view === name ? a.setAttribute("aria-current", "page") : a.removeAttribute("aria-current"));
  document.title = t(name) + " · energy-dongle";
  const changed = now !== name;
  if (changed && modules[now] && modules[now].leave) modules[now].leave();
  now = name;
  if (!modules[name]) {
    try { modules[name] = await later[name](); } catch { say($(name), t("unreachable")); return; }
  }
  if (now !== name) return;
  if (!built.has(name)) { built.add(name); modules[name].build($(name)); }
  if (modules[name].enter) modules[name].enter();
  tell("status"); tell("reading");
  if (location.pathname === "/config" && location.hash.length > 1) $("form-" + location.hash.slice(1))?.scrollIntoView();
  else if (changed && focus) { scrollTo(0, 0); $("main").focus({ preventScroll: true }); }
}
const tell = (event) => { const m = modules[now]; if (m && m[event] && built.has(now)) m[event](); };

function words() {
  document.documentElement.lang = language();
  $("language").value = language();
  say($("language-label"), t("language"));
  say($("skip"), t("skip"));
  say($("logout"), t("logout"));
  $("nav").setAttribute("aria-label", t("views"));
  $("nav").replaceChildren(...Object.entries(PATHS).map(([name, href]) => h("a", { href, "data-view": name }, icon(name), h("span", {}, t(name)))));
  built.clear();
  sentence();
}

/** What is wrong and what to do, or that all is well. */
function sentence() {
  const s = state.status, old = isOld(), problems = s ? s.problems.map(translate) : [];
  let text = t("waiting"), kind = "wait";
  if (!state.reachable) { text = t("unreachable"); kind = "bad"; }
  else if (state.locked) text = t("closed");
  else if (old) { text = (problems.length ? problems : [t("oldValue", span(age()))]).join(" "); kind = "bad"; }
  else if (problems.length) { text = problems.join(" "); kind = state.reading && s.meter.condition === "receiving" ? "warn" : "bad"; }
  else if (state.reading && s) {
    const clients = s.modbus.clients || [], polled = clients.some((c) => c.seconds_since_request <= 10);
    text = t(polled ? "fineCharger" : "fine");
    kind = "good";
  }
  say($("sentence"), text);
  if ($("sentence-box").dataset.kind !== kind) {
    $("sentence-box").className = "sentence " + kind;
    $("sentence-box").dataset.kind = kind;
    $("sentence-icon").replaceChildren(icon({ good: "ok", bad: "bad", warn: "warn", wait: "unknown" }[kind]));
  }
  if (!s) return;
  say($("version"), "energy-dongle " + s.version);
  $("logout").hidden = !s.logged_in;
  const https = offerHttps(s.https);
  $("https-offer").hidden = !https || nameOf() === "live";
  if (https) $("https-offer").replaceChildren(t("plainHttp") + " ", h("a", { href: https }, t("useHttps")));
  if (s.first_use && now === "live" && !location.hash && !offered()) location.hash = "#setup";
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link || link.origin !== location.origin || link.hasAttribute("download") || event.ctrlKey || event.metaKey) return;
  if (link.id === "skip") { event.preventDefault(); $("main").focus(); return; }
  if (!["/", "/config"].includes(link.pathname)) return;
  event.preventDefault();
  history.pushState({}, "", link.href);
  go(true);
});
$("language").addEventListener("change", (event) => { choose(event.target.value); words(); go(); });
$("logout").addEventListener("click", async () => { await call("POST", "/logout").catch(() => {}); await refresh(); dispatchEvent(new Event("logout")); });
addEventListener("hashchange", () => go(true));
addEventListener("popstate", () => go(true));
on("reading", () => { sentence(); tell("reading"); });
on("status", () => { sentence(); tell("status"); });
on("tick", () => { sentence(); tell("tick"); });
words();
go();
start();
