// The view "Set-up": at most four steps from the box to a charger that reads.
import { h, say, show, icon } from "./dom.js";
import { t, n, watts, span, has, quantity } from "./i18n.js";
import { get, call, asAdmin, explain } from "./api.js";
import { state, isOld, refresh } from "./store.js";
import { translate } from "./sentences.js";
import { wifiList, whereNext, trialNotice, current } from "./network.js";
import { field, valuesOf, conditions, faults, clearFaults, passwordFields, changePassword } from "./settings.js";

const STEPS = ["meter", "network", "outputs", "password"];
const DEFAULT_NETWORK = { connection: "ethernet", method: "dhcp", address: "", prefix_length: 24, gateway: "", dns: "", ssid: "", wifi_password: { set: false }, wifi_country: "" };
let host = null, body = null, step = 0, done = new Set(), template = null, templates = null, previewAt = 0, live = {}, networkBuilt = null;

export function build(where) {
  host = where;
  body = h("div", { id: "step", class: "stack" });
  host.replaceChildren(h("div", { class: "narrow" }, h("h1", {}, t("setup")), h("ol", { class: "steps", id: "steps" }), body));
  draw();
}
const go = (to) => { step = to; draw(); host.querySelector("h2").focus(); scrollTo(0, 0); };

function draw() {
  host.querySelector("#steps").replaceChildren(...STEPS.map((name, i) => h("li", {}, h("button", { type: "button", class: done.has(name) ? "done" : null, "aria-current": i === step ? "step" : null, onclick: () => go(i) }, h("span", {}, (done.has(name) ? "✓ " : "") + (i + 1)), h("span", {}, t("step-" + name))))));
  live = {};
  networkBuilt = null;
  body.replaceChildren(...(step >= STEPS.length ? summary() : { meter, network, outputs, password }[STEPS[step]]()));
  status();
}
const title = (text) => h("h2", { tabindex: -1 }, text);
function onward(skip) {
  const last = step === STEPS.length - 1;
  return [step > 0 ? h("button", { type: "button", class: "quiet", onclick: () => go(step - 1) }, t("back")) : null,
    h("button", { type: "button", id: "next", class: skip ? "quiet" : null, onclick: () => { if (!skip) done.add(STEPS[step]); go(step + 1); } }, t(skip ? (last ? "finish" : "skipStep") : "next"))];
}

/* 1: is a meter there? */
function meter() {
  live.meter = h("div", { class: "card", id: "setup-meter" });
  return [live.meter, h("div", { class: "buttons" }, onward(false))];
}
function drawMeter() {
  const s = state.status, r = state.reading;
  if (!s) return;
  const m = s.meter, good = m.condition === "receiving" && !isOld(), rows = [];
  const row = (key, value) => { if (value) rows.push(h("dt", {}, t(key)), h("dd", {}, value)); };
  if (good && r) {
    row("v-meter", r.meter.ident || t("protocol:" + r.meter.protocol));
    row("v-protocol", t("protocol:" + r.meter.protocol).replace(/^protocol:/, ""));
    row("phases", r.phases ? String(r.phases.length) + (r.wiring ? " · " + r.wiring : "") : null);
    row("gridPower", r.power_w === undefined ? null : watts(r.power_w));
  }
  row("v-line", m.line && m.port + " · " + m.line);
  row("telegrams", n(m.counters.telegrams));
  if (!good) row("bytes", n(m.counters.bytes));
  const searching = m.condition === "searching";
  show(live.meter, [h("h2", { tabindex: -1 }, t("setup-meter")),
    h("div", { class: "found" }, h("span", { class: "lamp " + (good ? "good" : searching ? "unknown pulse" : "bad") }, icon(good ? "ok" : searching ? "unknown" : "bad")),
      h("p", {}, h("b", {}, good ? t("meterFound") : searching ? t("meterSearching") : t("meterMissing")), good ? "" : " " + [m.finding, m.advice].filter(Boolean).map((x) => translate(x)).join(". "))),
    h("dl", { class: "pairs" }, rows),
    good ? null : h("p", { class: "help" }, t("meterWait"))]);
}

/* 2: how is it connected? */
function network() {
  live.network = h("div", { class: "card", id: "setup-network" }, title(t("setup-network")));
  return [live.network, h("div", { class: "buttons" }, onward(true))];
}
function drawNetwork() {
  const part = state.status && state.status.network;
  if (!part) return;
  const kind = part.available === false ? "no" : "yes";
  if (networkBuilt === kind) return;
  networkBuilt = kind;
  const here = h("dl", { class: "pairs" }, h("dt", {}, t("thisPage")), h("dd", {}, location.host), state.status.modbus.address ? [h("dt", {}, "Modbus"), h("dd", {}, modbusAddress())] : null);
  if (kind === "no") {
    live.network.replaceChildren(title(t("setup-network")), h("p", {}, icon("unknown", "icon unknown"), " ", t("notAvailableBecause", translate(part.reason || "").replace(/\.$/, ""))), h("p", { class: "help" }, t("networkElsewhere")), here);
    return;
  }
  live.network.replaceChildren(title(t("setup-network")));
  current().then((now) => { if (live.network && networkBuilt === kind) drawNetworkForm(part, here, now); });
}
function drawNetworkForm(part, here, now) {
  const form = h("form", { novalidate: true }), result = h("p", { class: "saved", role: "status" });
  const start = { ...DEFAULT_NETWORK, ...(now || {}) };
  if (start.connection === "first-use") start.connection = DEFAULT_NETWORK.connection;
  form.append(Object.entries(start).map(([k, v]) => field("network", k, v)).reduce((box, f) => { box.append(f); return box; }, h("div", {})));
  form.append(h("div", { class: "buttons" }, h("button", {}, t("save")), h("button", { type: "button", class: "quiet", onclick: () => send("check") }, t("tryIt"))), result);
  form.querySelector("[data-key=ssid]").before(wifiList(form));
  const send = async (how) => {
    clearFaults(form);
    result.textContent = "";
    try {
      const values = valuesOf(form);
      await asAdmin(() => call(how === "check" ? "POST" : "PUT", "/settings/network" + (how === "check" ? "/check" : ""), values));
      result.className = "saved";
      result.textContent = t(how === "check" ? "checkGood" : "saved");
      if (how !== "check") { done.add("network"); markSteps(); form.querySelector("#where-next")?.remove(); form.append(whereNext(values)); }
    } catch (e) {
      faults(form, "network", e, result);
      if (e.absent) result.textContent = t("notHere");
    }
  };
  form.addEventListener("input", () => conditions(form, "network"));
  form.addEventListener("submit", (event) => { event.preventDefault(); send("save"); });
  conditions(form, "network");
  live.network.replaceChildren(title(t("setup-network")), h("p", { class: "help" }, t("networkHelp")), here, ...[part.fault ? h("p", { class: "error" }, translate(part.fault)) : null, trialNotice()].filter(Boolean), form);
}
export function modbusAddress() {
  const address = state.status.modbus.address || "";
  return address.replace(/^0\.0\.0\.0|^127\.0\.0\.1(?=:)/, location.hostname);
}

/* 3: which charger reads what? */
const BUILT_IN = [{ id: "empro", title: "" }, { id: "empro-genuine", title: "" }];
function outputs() {
  const s = state.status;
  template = template || (s && s.modbus.template) || "empro";
  live.choices = h("div", { class: "choices", role: "radiogroup", "aria-labelledby": "map-title" });
  live.preview = h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": t("preview") });
  live.asked = h("div", { class: "found", id: "asked", role: "status" });
  live.result = h("p", { class: "saved", role: "status" });
  const save = async (how) => {
    live.result.textContent = "";
    try {
      await asAdmin(async () => {
        const now = await get("/settings/modbus");
        await call(how === "check" ? "POST" : "PUT", "/settings/modbus" + (how === "check" ? "/check" : ""), { ...now, template });
      });
      live.result.className = "saved";
      live.result.textContent = t(how === "check" ? "checkGood" : "saved");
      if (how !== "check") { done.add("outputs"); refresh(); markSteps(); }
    } catch (e) {
      live.result.className = "error";
      live.result.textContent = e.absent ? t("notHere") : explain(e);
    }
  };
  previewAt = 0;
  loadTemplates();
  return [h("div", { class: "card" }, title(t("setup-outputs")), h("p", {}, t("outputsHelp")),
    h("dl", { class: "pairs" }, h("dt", {}, t("chargerMeter")), h("dd", { id: "map-meter" }, "–"), h("dt", {}, t("chargerAddress")), h("dd", { class: "mono" }, s ? modbusAddress().replace(/:\d+$/, "") : "–"), h("dt", {}, t("chargerPort")), h("dd", { class: "mono" }, s ? (modbusAddress().match(/\d+$/) || ["–"])[0] : "–"), h("dt", {}, t("chargerUnit")), h("dd", {}, t("anyUnit"))),
    h("h3", { id: "map-title" }, t("modbus.template")),
    h("div", { class: "field wide" }, h("label", { for: "map-search" }, t("mapSearch")), h("input", { id: "map-search", type: "search", autocomplete: "off", placeholder: "Alfen Eve, Victron GX, evcc …", oninput: drawChoices }), h("p", { class: "help" }, t("mapSearchHelp"))), live.choices,
    h("div", { class: "buttons" }, h("button", { type: "button", id: "save-template", onclick: () => save("save") }, t("saveMap")), h("button", { type: "button", class: "quiet", onclick: () => save("check") }, t("tryIt")), live.result)),
  h("div", { class: "card" }, h("h3", {}, t("preview")), h("p", { class: "help" }, t("previewHelp")), live.preview),
  h("div", { class: "card" }, live.asked),
  h("div", { class: "buttons" }, onward(true))];
}
function markSteps() {
  host.querySelectorAll("#steps button").forEach((b, i) => { if (done.has(STEPS[i])) { b.classList.add("done"); say(b.firstChild, "✓ " + (i + 1)); } });
  const next = host.querySelector("#next");
  if (next) { next.classList.remove("quiet"); say(next, t("next")); }
}
async function loadTemplates() {
  templates = templates || await get("/modbus/templates").then((x) => x.templates, () => BUILT_IN);
  if (!live.choices) return;
  drawChoices();
  preview();
}
const plain = (text) => text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "");
/** Maps whose name, or one of whose devices, holds every word that was typed; the chosen one always. */
function drawChoices() {
  const words = plain(live.choices.parentNode?.querySelector("#map-search")?.value || "").split(/\s+/).filter(Boolean);
  const fits = (x) => words.every((w) => plain([x.id, x.title, ...(x.fits || [])].join(" ")).includes(w));
  const found = (templates || BUILT_IN).filter((x) => words.length ? fits(x) : x.id === template || ["empro", "empro-genuine"].includes(x.id) || x.own);
  const list = found.some((x) => x.id === template) ? found : found.concat((templates || []).filter((x) => x.id === template));
  live.choices.replaceChildren(...list.map((x) => h("label", { class: "choice" },
    h("input", { type: "radio", name: "template", value: x.id, checked: x.id === template, onchange: () => { template = x.id; previewAt = 0; drawMapName(); preview(); } }),
    h("span", {}, h("b", {}, has("modbus.template=" + x.id) ? t("modbus.template=" + x.id) : x.title), h("span", { class: "help" }, has("map:" + x.id) ? t("map:" + x.id) : (x.fits || []).join(", ")), x.source ? h("span", { class: "help" }, t("mapSource") + ": " + x.source) : null))),
    ...(words.length && !found.length ? [h("p", { class: "help", role: "status" }, t("mapNone"))] : []));
  drawMapName();
}
function drawMapName() {
  const x = (templates || []).find((each) => each.id === template);
  if (x && host.querySelector("#map-meter")) say(host.querySelector("#map-meter"), x.title);
}
const hex = (v) => "0x" + v.toString(16).toUpperCase().padStart(4, "0");
async function preview() {
  if (!live.preview || Date.now() - previewAt < 1000) return;
  previewAt = Date.now();
  try {
    const answer = await get("/modbus/preview?template=" + encodeURIComponent(template));
    if (!live.preview || answer.template !== template) return;
    show(live.preview, h("table", { id: "preview" }, h("thead", {}, h("tr", {}, [t("register"), t("quantity"), t("value"), t("words"), t("otherOrder")].map((x, i) => h("th", { scope: "col", class: i === 2 ? "number" : null }, x)))),
      h("tbody", {}, answer.registers.map((r) => h("tr", {}, h("th", { scope: "row", class: "mono" }, hex(r.register)), h("td", {}, quantity(r.quantity)), h("td", { class: "number" }, r.value === undefined ? h("span", { class: "absent" }, t("notSent")) : n(r.value, Number.isInteger(r.value) ? 0 : 1) + " " + (r.unit || "")), h("td", { class: "mono" }, (r.words || []).join(" ")), h("td", { class: "mono absent" }, (r.other_order || []).length > 1 ? r.other_order.join(" ") : ""))))));
  } catch (e) {
    if (live.preview) show(live.preview, h("p", { class: "help" }, e.absent ? t("notHere") : explain(e)));
  }
}
function drawAsked() {
  const clients = (state.status && state.status.modbus.clients) || [];
  const recent = clients.filter((c) => c.requests > 0).sort((a, b) => (a.seconds_since_request ?? 1e9) - (b.seconds_since_request ?? 1e9))[0];
  const good = recent && recent.seconds_since_request <= 10;
  show(live.asked, [h("span", { class: "lamp " + (good ? "good" : "unknown pulse") }, icon(good ? "ok" : "unknown")),
    h("p", {}, h("b", {}, good ? t("hasAsked") : t("waitingForCharger")), " ", recent ? t("askedBy", recent.address, span(recent.seconds_since_request || 0)) : t("waitingHelp"))]);
}

/* 4: a password of one's own */
function password() {
  const result = h("p", { class: "saved", role: "status" });
  const form = h("form", { id: "setup-password", class: "card", novalidate: true }, title(t("setup-password")), h("p", {}, t(state.status && state.status.password_changed ? "passwordIsOwn" : "passwordIsKey")), passwordFields("first"), h("div", { class: "buttons" }, h("button", {}, t("changePassword")), result));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (await changePassword(form, "first", result)) { done.add("password"); go(step + 1); }
  });
  return [form, h("div", { class: "buttons" }, onward(true))];
}

/* the end */
function summary() {
  const s = state.status || { modbus: {}, mqtt: {} };
  const mark = (name, text) => h("li", {}, h("span", { class: "lamp " + (done.has(name) ? "good" : "unknown") }, icon(done.has(name) ? "ok" : "unknown")), h("div", {}, h("b", {}, t("step-" + name)), h("p", {}, text)));
  return [h("div", { class: "card", id: "setup-done" }, title(t("setupDone")),
    h("ul", { class: "lights" }, mark("meter", state.reading && !isOld() ? t("meterFound") : t("meterMissing")), mark("network", s.network && s.network.available === false ? t("notAvailable") : t(done.has("network") ? "saved" : "leftAsIs")), mark("outputs", t(done.has("outputs") ? "saved" : "leftAsIs")), mark("password", t(done.has("password") || s.password_changed ? "passwordIsOwn" : "passwordIsKey"))),
    h("h3", {}, t("addresses")),
    h("dl", { class: "pairs" }, h("dt", {}, "Modbus TCP"), h("dd", { class: "mono" }, s.modbus.address ? modbusAddress() : "–"), h("dt", {}, t("page")), h("dd", { class: "mono" }, location.origin), h("dt", {}, "MQTT"), h("dd", {}, s.mqtt && s.mqtt.available === false ? t("notAvailable") : s.mqtt && s.mqtt.enabled ? s.mqtt.url || t("connected") : t("switchedOff"))),
    h("div", { class: "buttons" }, h("a", { class: "button", href: "/" }, t("toLive")), h("button", { type: "button", class: "quiet", onclick: () => go(0) }, t("again"))))];
}

export function status() {
  if (!host) return;
  if (live.meter) drawMeter();
  if (live.network) drawNetwork();
  if (live.asked) { drawAsked(); preview(); }
}
export const reading = () => { if (live.meter) drawMeter(); };
