// The view "Live": what the meter says now and said lately.
import { h, say, show, icon } from "./dom.js";
import { t, n, watts, span, clock, day, moment } from "./i18n.js";
import { get, loginForm } from "./api.js";
import { state, age, isOld, WINDOW_MS } from "./store.js";
import { lineChart, barChart, dial, gauge, tableOf } from "./charts.js";

const QUARTER = 900;
const HISTORY_MS = 60000;
let parts = null, past = null, pastAt = 0, range = "day", largestA = 16, largestW = 3000;

const card = (id, title, ...content) => h("section", { class: "card " + id, "aria-labelledby": "h-" + id }, h("h2", { id: "h-" + id }, title), ...content);

export function build(host) {
  largestA = 16;
  const p = parts = {
    power: h("output", { id: "power", class: "power", "aria-live": "off" }, "–"),
    direction: h("p", { id: "direction", class: "direction" }, " "),
    age: h("p", { id: "age", class: "age" }, " "),
    dialHost: h("div", { class: "chart" }), lineHost: h("div", { class: "chart" }),
    phases: h("div", { id: "phases", class: "phases" }), fuse: h("p", { id: "fuse", class: "help" }),
    gaugeHost: h("div", { class: "chart gauge" }), gaugeText: h("dl", { class: "pairs", id: "demand" }),
    energies: h("dl", { id: "energies", class: "pairs" }), readers: h("div", { id: "readers" }), notes: h("ul", { id: "notes", class: "notes" }),
    barHost: h("div", { class: "chart", id: "bars" }), barText: h("p", { class: "readout" }, " "), barNone: h("p", { class: "help", id: "bars-none", hidden: true }),
    gate: h("div", { id: "live-login" }), content: h("div", { class: "grid" }),
  };
  p.choices = h("div", { class: "segments", role: "group", "aria-label": t("range") }, ["day", "month"].map((name) =>
    h("button", { type: "button", "data-range": name, "aria-pressed": String(name === range), onclick: () => { range = name; mark(); bars(); } }, t("range-" + name))));
  p.csv = h("p", { class: "links", id: "csv" }, t("csv") + " ", ["minute", "quarter"].map((name) => [h("a", { href: "/api/v1/history.csv?resolution=" + name, download: "" }, t("csv-" + name)), " "]));
  p.demandCard = card("demand-card", t("quarterTitle"), p.gaugeHost, p.gaugeText, h("details", { class: "why" }, h("summary", {}, t("howProjected")), h("p", { class: "help" }, t("projectionHelp"))));
  p.demandCard.hidden = true;
  p.notesCard = card("notes-card", t("notesTitle"), p.notes);
  p.pastCard = card("past", t("past"), p.choices, p.barText, p.barHost, p.barNone, tableOf(t("asTable"), [t("from"), t("importKwh"), t("exportKwh")], () => items().map((b) => [b.name, n(b.up, 3), n(b.down, 3)])), p.csv);
  p.content.append(
    card("now", t("gridPower"), h("div", { class: "big" }, p.power, p.direction), p.dialHost, p.age),
    card("recent", t("recent"), p.lineHost),
    card("phases-card", t("phases"), p.phases, p.fuse),
    p.demandCard, p.pastCard,
    card("meters", t("meters"), p.energies),
    card("who", t("readers"), p.readers),
    p.notesCard);
  host.replaceChildren(h("h1", { class: "hidden" }, t("live")), p.gate, p.content);
  p.dial = dial(p.dialHost);
  p.line = lineChart(p.lineHost, WINDOW_MS);
  p.gauge = gauge(p.gaugeHost);
  p.bars = barChart(p.barHost, p.barText);
  reading(); status(); bars(); load(true);
}
function mark() {
  parts.choices.querySelectorAll("button").forEach((b) => b.setAttribute("aria-pressed", String(b.dataset.range === range)));
}

/** The limit of a phase: of the settings, or what the reading says about itself. */
function fuseA() {
  const m = state.status && state.status.meter, r = state.reading;
  if (m && m.main_fuse_a) return { a: m.main_fuse_a, from: "setting" };
  if (r && r.grid && r.grid.fuse_a > 0 && r.grid.fuse_a < 900) return { a: r.grid.fuse_a, from: "meter" };
  if (r && r.tic && r.tic.subscribed_a) return { a: r.tic.subscribed_a, from: "meter" };
  return null;
}
const has = (note) => (state.reading.notes || []).includes(note);
const unit = () => has("apparent-power") ? "VA" : "W";

function phaseRow(phase, i, scale) {
  const a = phase.current_a, w = phase.power_w, exporting = (w !== undefined && w < 0) || (a !== undefined && a < 0);
  // A French meter says 0 for a phase that exports, and gives its current no sign.
  const unsure = !exporting && w === 0 && a > 1 && (state.reading.meter || {}).kind === "tic";
  const size = a === undefined ? 0 : Math.min(1, Math.abs(a) / scale);
  const derivedW = has("phase-power-derived") || has("phase-power-substituted"), derivedA = has("current-derived") || has("current-refined");
  const bar = h("div", { class: "phase-bar" + (size > 0.98 ? " full" : size > 0.85 ? " high" : ""), "aria-hidden": "true" }, h("span", { class: unsure ? "unsure" : exporting ? "export" : "import" }));
  bar.firstChild.style.width = (size * 50).toFixed(1) + "%";
  const value = (v, digits, what, derived) => v === undefined
    ? h("span", { class: "absent", title: t("absent") }, "– " + what, h("span", { class: "hidden" }, " " + t("absent")))
    : h("span", { class: derived ? "derived" : "" }, (derived ? "≈ " : "") + n(v, digits) + " " + what);
  return h("div", { class: "phase" }, h("b", { class: "phase-name" }, "L" + (i + 1)), bar,
    h("span", { class: "phase-a" }, value(a, Math.abs(a) < 100 ? 1 : 0, "A", derivedA)),
    h("span", { class: "phase-v" }, value(phase.voltage_v, 1, "V", false)),
    h("span", { class: "phase-w" }, value(w, 0, unit(), derivedW)));
}

export function reading() {
  const r = state.reading, p = parts;
  if (!p || !r) return;
  const w = r.power_w, u = unit();
  say(p.power, w === undefined ? "–" : (has("power-derived") ? "≈ " : "") + watts(w, u));
  p.power.className = "power " + (w === undefined ? "" : w < 0 ? "export" : w > 0 ? "import" : "");
  say(p.direction, w === undefined ? t("absent") : t(w < 0 ? "export" : w > 0 ? "import" : "balanced") + (u === "VA" ? " · " + t("apparent") : ""));
  const phases = r.phases || [], fuse = fuseA();
  largestA = Math.max(largestA, ...phases.map((x) => Math.abs(x.current_a || 0)));
  largestW = Math.max(largestW, Math.abs(w || 0), ...state.points.map((x) => Math.abs(x.w)));
  p.dial.update(w || 0, fuse ? fuse.a * 230 * Math.max(1, phases.length) : Math.ceil(largestW / 1000) * 1000, t("dialLabel", watts(w || 0, u)));
  const scale = fuse ? fuse.a : largestA;
  show(p.phases, phases.length ? [h("div", { class: "phase phase-head", "aria-hidden": "true" }, h("span", { class: "phase-name" }), h("span", { class: "phase-ends" }, h("span", {}, "← " + t("exportShort")), h("span", {}, t("importShort") + " →")))].concat(phases.map((x, i) => phaseRow(x, i, scale))) : [h("p", { class: "help" }, t("noPhases"))]);
  show(p.fuse, fuse ? t(fuse.from === "setting" ? "fuseSetting" : "fuseMeter", n(fuse.a)) : t("fuseUnknown", n(Math.ceil(largestA))) + " ", fuse ? null : h("a", { href: "/config#meter" }, t("setFuse")));
  p.line.update(state.points, t("lineLabel", watts(Math.max(0, ...state.points.map((x) => x.w))), watts(Math.min(0, ...state.points.map((x) => x.w)))));
  demand(r);
  const rows = [], row = (key, value) => { if (value) rows.push(h("dt", {}, key), h("dd", {}, value)); };
  const kwh = (e) => e && e.total !== undefined ? n(e.total / 1000, 3) + " kWh" : null;
  const byTariff = (e, key) => Object.keys(e || {}).filter((k) => k !== "total" && e[k] > 0).forEach((k) => row(t(key) + " · " + k.toUpperCase(), n(e[k] / 1000, 3) + " kWh"));
  row(t("importTotal"), kwh(r.energy_import_wh));
  byTariff(r.energy_import_wh, "importTotal");
  row(t("exportTotal"), kwh(r.energy_export_wh));
  byTariff(r.energy_export_wh, "exportTotal");
  for (const medium of ["gas", "water"]) if (r[medium]) row(t(medium) + (r[medium].ts ? " · " + clock(Date.parse(r[medium].ts)) : ""), n(r[medium].volume_m3, 3) + " m³");
  if (r.heat) row(t("heat"), n(r.heat.energy_gj, 3) + " GJ");
  if (r.tariff !== undefined) row(t("tariff"), "T" + r.tariff + (r.tic && r.tic.tariff_name ? " · " + r.tic.tariff_name : ""));
  show(p.energies, rows);
  show(p.notes, (r.notes || []).map((note) => h("li", {}, t("note:" + note).replace(/^note:/, ""))).concat(r.wiring ? [h("li", {}, t("wiring:" + r.wiring))] : []));
  p.notesCard.hidden = !p.notes.firstChild;
  tick();
}

/** The quarter of an hour that counts for the bill in Belgium. */
function demand(r) {
  const d = r.demand, p = parts;
  p.demandCard.hidden = !d || d.now_w === undefined;
  if (p.demandCard.hidden) return;
  const meterNow = (r.meter_ts ? Date.parse(r.meter_ts) : Date.parse(r.ts)) + age() * 1000;
  const elapsed = Math.min(QUARTER, meterNow / 1000 % QUARTER), left = QUARTER - elapsed;
  // The meter divides what was used so far by the whole quarter-hour: it counts up from 0.
  const projected = d.now_w + Math.max(0, r.power_w || 0) * left / QUARTER;
  const peak = d.month_peak_w;
  p.gauge.update({ now: d.now_w / 1000, projected: projected / 1000, peak: (peak || 0) / 1000 }, t("gaugeLabel", n(projected / 1000, 2), n((peak || 0) / 1000, 2)));
  show(p.gaugeText, h("dt", {}, t("demand")), h("dd", {}, n(d.now_w / 1000, 2) + " kW"), h("dt", {}, t("timeLeft")), h("dd", {}, Math.floor(left / 60) + ":" + String(Math.floor(left % 60)).padStart(2, "0")),
    peak === undefined ? null : [h("dt", {}, t("peak") + (d.month_peak_ts ? " · " + moment(Date.parse(d.month_peak_ts)) : "")), h("dd", {}, n(peak / 1000, 2) + " kW")],
    peak !== undefined && projected > peak ? [h("dt", { class: "over" }, t("newPeak")), h("dd", { class: "over" }, "+" + n((projected - peak) / 1000, 2) + " kW")] : null);
}

export function tick() {
  if (!parts) return;
  const old = isOld();
  parts.content.classList.toggle("old", old);
  say(parts.age, state.reading ? (old ? t("ageOld", span(age())) : t("age", n(Math.max(0, Math.round(age()))))) : " ");
  if (Date.now() - pastAt > HISTORY_MS && parts.content.isConnected) load();
}

export function status() {
  const s = state.status, p = parts;
  if (!p) return;
  if (state.locked !== Boolean(p.gate.firstChild)) p.gate.replaceChildren(...(state.locked ? [h("p", {}, t("closed")), loginForm(() => {})] : []));
  p.content.hidden = state.locked;
  if (!s) return;
  const clients = s.modbus.clients || [];
  const line = (good, name, text) => h("p", { class: "reader" }, icon(good === null ? "unknown" : good ? "ok" : "warn", "icon " + (good === null ? "unknown" : good ? "good" : "warn")), h("span", {}, h("b", {}, name), " ", text));
  const rows = clients.map((c) => line(c.seconds_since_request !== undefined && c.seconds_since_request <= 10, c.address, c.seconds_since_request === undefined ? t("neverAsked") : t("askedAgo", span(c.seconds_since_request)) + (c.poll_ms ? " · " + t("everyMs", n(c.poll_ms / 1000, 1)) : "")));
  if (!clients.length) rows.push(line(null, "Modbus", s.modbus.enabled === false ? t("switchedOff") : t("nobodyAsked", s.modbus.address || "–")));
  const m = s.mqtt || {};
  rows.push(line(m.available === false || m.enabled === false ? null : Boolean(m.connected), "MQTT", m.available === false ? t("notAvailable") : m.enabled === false ? t("switchedOff") : m.connected ? t("connected") : (m.reason || m.state || t("notConnected"))));
  show(p.readers, rows);
  if (state.reading) reading();
}

const startOfDay = (date, back = 0) => new Date(date.getFullYear(), date.getMonth(), date.getDate() - back).getTime();
async function load(force) {
  if (!force && Date.now() - pastAt < HISTORY_MS) return;
  pastAt = Date.now();
  const to = Math.floor(Date.now() / 1000), from = Math.floor(startOfDay(new Date(), 30) / 1000);
  try {
    const answer = await get(`/history?resolution=quarter&from=${from}&to=${to}`);
    past = answer.resolution === "quarter" ? answer : null;
  } catch (e) {
    if (e.status !== 503 || e.absent) past = null;
  }
  bars();
}

/** What the bars show: the last 24 hours by quarter of an hour, or 31 days of this browser's calendar. */
function items() {
  if (!past) return [];
  const sum = (list, i) => list && list[i] !== null && list[i] !== undefined ? list[i] / 1000 : null;
  const add = (a, b) => a === null ? b : b === null ? a : a + b;
  if (range === "day") {
    const slot = QUARTER, last = Math.floor(Date.now() / 1000 / slot) * slot, at = new Map(past.t.map((x, i) => [x, i]));
    return Array.from({ length: 96 }, (_, i) => {
      const from = last - (95 - i) * slot, index = at.get(from), when = new Date(from * 1000);
      return { up: index === undefined ? null : sum(past.import_wh, index), down: index === undefined ? null : sum(past.export_wh, index), name: clock(when) + "–" + clock(from * 1000 + slot * 1000), tick: when.getHours() % 6 === 0 && when.getMinutes() === 0 ? clock(when) : "" };
    });
  }
  const days = Array.from({ length: 31 }, (_, i) => ({ from: startOfDay(new Date(), 30 - i), up: null, down: null }));
  past.t.forEach((x, i) => {
    const d = days.findLast((one) => one.from <= x * 1000);
    if (d) { d.up = add(d.up, sum(past.import_wh, i)); d.down = add(d.down, sum(past.export_wh, i)); }
  });
  return days.map((d, i) => ({ ...d, name: day(d.from), tick: i % 10 === 0 ? String(new Date(d.from).getDate()) + "." + (new Date(d.from).getMonth() + 1) + "." : "" }));
}
function bars() {
  const p = parts, list = items(), some = list.some((b) => b.up !== null || b.down !== null);
  if (!p) return;
  p.barHost.hidden = p.barText.hidden = !some;
  p.csv.hidden = !past;
  p.choices.hidden = !past;
  p.pastCard.querySelector("details").hidden = !some;
  p.barNone.hidden = Boolean(past) && some;
  say(p.barNone, past ? t("pastEmpty") : t("pastNone"));
  const total = (key) => list.reduce((a, b) => a + (b[key] || 0), 0);
  const words = t("barsLabel", t("range-" + range), n(total("up"), 2), n(total("down"), 2));
  if (past) p.bars.update(list, words, (b) => b.name + ": " + (b.up === null ? t("noFigures") : "↑ " + n(b.up, 3) + " kWh · ↓ " + n(b.down || 0, 3) + " kWh"));
  say(p.barText, some ? words : " ");
}
