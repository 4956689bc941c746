// The view "Diagnose": what the device sees, and what to do about it.
import { h, say, show, icon } from "./dom.js";
import { t, has, n, span, quantity } from "./i18n.js";
import { get, explain, loginForm } from "./api.js";
import { state, age, isOld } from "./store.js";
import { translate } from "./sentences.js";
import { decode } from "./objects.js";
import { download } from "./system.js";

let p = null, telegramSeq = -1, logAt = 0;
const card = (id, title, ...content) => h("section", { class: "card", id: "card-" + id, "aria-labelledby": "h-" + id }, h("h2", { id: "h-" + id }, title), ...content);
const table = (heads, body, id) => h("table", { id }, h("thead", {}, h("tr", {}, heads.map((x) => h("th", { scope: "col", class: x === t("value") || x === t("count") ? "number" : null }, x)))), body);
const scroll = (label, ...content) => h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": label }, ...content);

export function build(host) {
  telegramSeq = -1;
  p = {
    lights: h("ul", { class: "lights", id: "lights" }), objects: h("tbody", {}), telegram: h("pre", { id: "telegram", tabindex: 0, "aria-label": t("telegram") }),
    rejected: h("div", { id: "rejected" }), line: h("dl", { class: "pairs", id: "line" }), clients: h("div", { id: "clients" }),
    trouble: h("div", { id: "trouble" }), log: h("div", { id: "log" }),
  };
  p.troubles = TROUBLES.map((name) => {
    const answer = h("p", {});
    p.trouble.append(h("details", { class: "answer" }, h("summary", {}, t("trouble-" + name)), answer));
    return [name, answer];
  });
  host.replaceChildren(h("h1", {}, t("diagnose")), h("div", { class: "two stack" },
    h("div", { class: "stack" }, card("check", t("check"), h("p", { class: "help" }, t("checkHelp")), p.lights), card("trouble", t("trouble"), h("p", { class: "help" }, t("troubleHelp")), p.trouble)),
    h("div", { class: "stack" }, card("line", t("lineQuality"), p.line), card("rejected", t("rejected"), p.rejected), card("file", t("diagnosticsFile"), download("/diagnostics", "energy-dongle-diagnostics.zip", "", t("diagnosticsHelp")))),
    h("div", { class: "wide" }, card("clients", t("clients"), p.clients)),
    card("objects", t("objects"), scroll(t("objects") + ": " + t("value"), table([t("code"), t("name"), t("value")], p.objects, "decoded"))),
    card("telegram", t("telegram"), p.telegram),
    h("div", { class: "wide" }, card("log", t("log"), p.log))));
  status(); telegram(); log();
}
export const enter = () => { telegram(); log(); };

/** One traffic light: a colour, a drawing and a word. */
const light = (kind, title, text) => h("li", { class: kind }, h("span", { class: "lamp " + kind }, icon({ good: "ok", bad: "bad", warn: "warn", unknown: "unknown" }[kind])), h("div", {}, h("b", {}, title + ": " + t("light-" + kind)), h("p", {}, text)));
const joined = (m) => [m.finding, m.advice].filter(Boolean).map((x) => translate(x)).join(". ");
function rate(m) {
  const bad = Object.values(m.counters.rejected).reduce((a, b) => a + b, 0), all = bad + m.counters.telegrams;
  return { bad, all, percent: all ? 100 * bad / all : 0 };
}
const polled = (s) => (s.modbus.clients || []).find((c) => c.seconds_since_request !== undefined && c.seconds_since_request <= 10);

function lights(s) {
  const m = s.meter, r = rate(m), receiving = m.condition === "receiving" && !isOld();
  const clockOff = s.clock && s.clock.now ? Math.abs(Date.parse(s.clock.now) - Date.now()) / 1000 : null;
  const net = s.network || {}, asked = polled(s);
  show(p.lights, [
    light(receiving ? "good" : m.condition === "searching" ? "unknown" : "bad", t("meter"), receiving ? t("meterOk", m.line) : joined(m) || t("meterSearching")),
    light(!r.all ? "unknown" : r.percent > 5 ? "bad" : r.percent > 1 ? "warn" : "good", t("checksum"), r.all ? t("checksumText", n(r.percent, r.percent && r.percent < 10 ? 1 : 0), n(r.bad), n(r.all)) : t("noTelegramYet")),
    light(net.available === false ? "unknown" : net.connected === false ? "bad" : "good", t("network"), net.available === false ? t("networkUnknown", location.host) : net.fault ? translate(net.fault) : net.address || location.host),
    light(clockOff === null ? "unknown" : clockOff > 60 ? "warn" : "good", t("time"), clockOff === null ? t("notAvailable") : clockOff > 60 ? t("clockOff", span(clockOff)) : t("clockGood")),
    light(s.modbus.enabled === false ? "unknown" : asked ? "good" : "bad", t("charger"), s.modbus.enabled === false ? t("switchedOff") : s.modbus.fault ? translate(s.modbus.fault) : asked ? t("chargerOk", asked.address) : t("chargerBad", s.modbus.address || "–"))]);
}

const hex = (v) => "0x" + v.toString(16).toUpperCase().padStart(4, "0");
function clients(s) {
  const list = s.modbus.clients || [];
  show(p.clients, list.length ? list.map((c) => h("div", { class: "client" }, h("h3", {}, c.address),
    h("dl", { class: "pairs" }, h("dt", {}, t("last")), h("dd", {}, c.seconds_since_request === undefined ? t("neverAsked") : t("ago", span(c.seconds_since_request))), h("dt", {}, t("every")), h("dd", {}, c.poll_ms ? n(c.poll_ms / 1000, 1) + " s" : "–"), h("dt", {}, t("requests")), h("dd", {}, n(c.requests) + (c.refused ? " · " + t("refused", n(c.refused)) : "")),
      h("dt", {}, t("registers")), h("dd", { class: "mono" }, c.last_first === undefined ? "–" : (c.last_function ? "FC " + c.last_function + " · " : "") + hex(c.last_first) + " × " + c.last_quantity + (c.last_unit !== undefined ? " · unit " + c.last_unit : "")),
      Object.entries(c.exceptions || {}).map(([code, count]) => [h("dt", {}, t("exception", code) + (has("exception:" + code) ? " – " + t("exception:" + code) : "")), h("dd", {}, n(count))]),
      c.violations ? [h("dt", {}, t("violations")), h("dd", {}, n(c.violations))] : null),
    (c.advice || []).map((sentence) => h("p", { class: "help" }, icon("warn", "icon warn"), " ", translate(sentence))),
    c.registers && c.registers.length ? table([t("register"), t("quantity"), t("value")], h("tbody", {}, c.registers.map((r) => h("tr", {}, h("th", { scope: "row", class: "mono" }, hex(r.register)), h("td", {}, quantity(r.quantity)), h("td", { class: "number" }, n(r.value, 1) + " " + (r.unit || "")))))) : null))
    : [h("p", {}, t("nobodyAsked", s.modbus.address || "–")), h("p", { class: "help" }, t("waitingHelp"))]);
}

const TROUBLES = ["light", "data", "network", "charger", "zero"];
/** What the present state says to a question of the trouble-shooting table. */
function answerTo(name, s) {
  const m = s.meter, receiving = m.condition === "receiving" && !isOld(), phases = (state.reading && state.reading.phases) || [];
  switch (name) {
    case "light": return t("answer-light") + " " + (s.indicator && s.indicator.available === false ? t("noIndicator") + " " + translate(s.indicator.reason || "") : s.indicator && s.indicator.state ? t("indicatorNow", has("indicator=" + s.indicator.state) ? t("indicator=" + s.indicator.state) : s.indicator.state) : "");
    case "data": return receiving ? t("answer-data-good", n(m.counters.telegrams), span(age())) : t("answer-data-bad") + " " + joined(m);
    case "network": return s.network && s.network.available === false ? t("answer-network-unknown", location.host) : t("answer-network-good", location.host);
    case "charger": {
      const asked = polled(s), seen = (s.modbus.clients || [])[0];
      if (s.modbus.enabled === false) return t("answer-charger-off");
      if (s.modbus.fault) return translate(s.modbus.fault);
      if (!receiving) return t("answer-charger-nodata");
      return asked ? t("answer-charger-good", asked.address) : seen ? t("answer-charger-quiet", seen.address, span(seen.seconds_since_request || 0)) : t("answer-charger-never", s.modbus.address || "–");
    }
    default: {
      const volts = phases.map((x) => x.voltage_v).filter((v) => v !== undefined);
      if (!receiving) return t("answer-zero-nodata");
      if (!volts.length) return t("answer-zero-none");
      return t("answer-zero-order", n(volts[0], 1));
    }
  }
}

export function status() {
  const s = state.status;
  if (!p || !s) return;
  lights(s);
  clients(s);
  p.troubles.forEach(([name, answer]) => say(answer, answerTo(name, s)));
  const m = s.meter, c = m.counters, r = rate(m);
  const pairs = [[t("v-line"), m.line ? m.port + " · " + m.line : m.port || "–"], [t("telegrams"), n(c.telegrams)], [t("bytes"), n(c.bytes)], [t("damaged"), n(r.percent, r.percent ? 2 : 0) + " %"], [t("parity"), n(c.parity_errors)], c.good_groups ? [t("groups"), n(c.good_groups)] : null, [t("unknownObjects"), n(c.unknown_objects)]].filter(Boolean);
  show(p.line, pairs.flatMap(([a, b]) => [h("dt", {}, a), h("dd", {}, b)]));
  const reasons = Object.entries(c.rejected);
  show(p.rejected, reasons.length ? table([t("reason"), t("count")], h("tbody", {}, reasons.map(([reason, count]) => h("tr", {}, h("th", { scope: "row" }, h("b", { class: "mono" }, reason), h("br", {}), has("reject:" + reason) ? t("reject:" + reason) : ""), h("td", { class: "number" }, n(count)))))) : h("p", {}, icon("ok", "icon good"), " ", t("noneRejected")));
  if (Date.now() - logAt > 10000 && s.logged_in) log();
}
let lastTelegram = 0;
export function reading() {
  if (p && state.reading && state.reading.seq !== telegramSeq && Date.now() - lastTelegram > 1500) telegram();
}
async function telegram() {
  lastTelegram = Date.now();
  telegramSeq = state.reading ? state.reading.seq : -1;
  try {
    const raw = await get("/telegram");
    if (getSelection().anchorNode && p.telegram.contains(getSelection().anchorNode) && !getSelection().isCollapsed) return;
    say(p.telegram, visible(raw));
    show(p.objects, decode(raw).map((o) => h("tr", {}, h("th", { scope: "row", class: "mono" }, o.code), h("td", {}, o.name || h("span", { class: "absent" }, t("unknownObject"))), h("td", { class: "number" }, o.value))));
  } catch (e) {
    say(p.telegram, explain(e));
    p.objects.replaceChildren();
  }
}
/** Control characters as signs that can be seen. */
const visible = (raw) => raw.replace(/\r\n/g, "\n").replace(/[\x00-\x08\x0b-\x1f]/g, (c) => c === "\r" ? "" : c === "\t" ? "\t" : String.fromCharCode(0x2400 + c.charCodeAt(0)));

async function log() {
  if (!p) return;
  logAt = Date.now();
  const s = state.status;
  if (s && !s.logged_in) {
    if (!p.log.querySelector("#log-login, form")) show(p.log, h("p", { class: "help" }, t("logNeedsLogin")));
    if (!p.log.querySelector("button")) p.log.append(h("button", { type: "button", class: "quiet", id: "log-login", onclick: () => p.log.replaceChildren(loginForm(() => log())) }, t("login")));
    return;
  }
  try {
    const lines = (await get("/log")).lines;
    const old = p.log.querySelector("pre"), pre = h("pre", { tabindex: 0, "aria-label": t("log") }, lines.slice(-200).join("\n"));
    if (old && old.textContent === pre.textContent) return;
    p.log.replaceChildren(pre);
    pre.scrollTop = pre.scrollHeight;
  } catch (e) {
    if (e.status !== 401) p.log.replaceChildren(h("p", { class: "help" }, e.absent ? t("notHere") : explain(e)));
  }
}
addEventListener("login", () => setTimeout(log, 300));
addEventListener("logout", () => { if (p) { p.log.replaceChildren(); log(); } });
