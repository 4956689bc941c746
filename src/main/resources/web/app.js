"use strict";
const API = "/api/v1";
const $ = (id) => document.getElementById(id);
const WINDOW_MS = 15 * 60 * 1000;
let language = localStorage.getItem("language") || (navigator.language || "en").slice(0, 2);
if (!TEXTS[language]) language = "en";
let reading = null, status = null, arrived = 0, reachable = true;
const points = [];

const t = (key, ...args) => (TEXTS[language][key] || TEXTS.en[key] || key).replace(/\{(\d)\}/g, (_, i) => args[i]);
const setting = (key) => (SETTINGS[key] || {})[language] || (SETTINGS[key] || {}).en;
const n = (value, digits = 0) => value === undefined || value === null ? "–"
  : new Intl.NumberFormat(language, { maximumFractionDigits: digits, minimumFractionDigits: digits }).format(value);
function element(tag, text, className) {
  const e = document.createElement(tag);
  if (text !== undefined) e.textContent = text;
  if (className) e.className = className;
  return e;
}
function replace(parent, ...children) { parent.replaceChildren(...children); }

async function call(method, path, body) {
  const options = { method, headers: {} };
  if (body !== undefined) { options.headers["Content-Type"] = "application/json"; options.body = JSON.stringify(body); }
  const answer = await fetch(API + path, options);
  const text = await answer.text();
  const json = text && (answer.headers.get("Content-Type") || "").includes("json") ? JSON.parse(text) : text;
  if (!answer.ok) throw Object.assign(new Error((json.error || {}).message || answer.statusText), { faults: json.errors || (json.error ? [json.error] : []) });
  return json;
}

function words() {
  document.documentElement.lang = language;
  $("language").value = language;
  document.querySelectorAll("[data-text]").forEach((e) => { e.textContent = t(e.dataset.text); });
  draw();
}

function view() {
  const name = location.hash === "#diagnose" ? "diagnose" : location.pathname === "/config" ? "settings" : "live";
  for (const id of ["live", "settings", "diagnose"]) $(id).hidden = id !== name;
  document.querySelectorAll("nav a").forEach((a) => a.dataset.view === name ? a.setAttribute("aria-current", "page") : a.removeAttribute("aria-current"));
  if (name === "settings") openSettings();
}

function sentence() {
  const age = reading ? reading.age_s + (Date.now() - arrived) / 1000 : 0;
  const old = reading && (reading.stale || age > Math.max(5, reading.age_s + 5) && age > 10);
  const problems = status ? status.problems : [];
  const text = !reachable ? t("unreachable") : old ? t("old", n(age)) + " " + problems.join(" ") : problems.length ? problems.join(" ") : reading ? t("fine") : t("waiting");
  const box = $("sentence");
  if (box.textContent !== text) box.textContent = text;
  box.classList.toggle("bad", !reachable || Boolean(old) || problems.length > 0);
  document.body.classList.toggle("old", Boolean(old) || !reachable);
  if (reading) $("age").textContent = t("age", n(age));
}

function draw() {
  sentence();
  if (reading) {
    const w = reading.power_w, apparent = (reading.notes || []).includes("apparent-power"), unit = apparent ? " VA" : " W";
    $("power").textContent = n(w) + unit;
    $("power").className = w < 0 ? "export" : "import";
    $("direction").textContent = t(w < 0 ? "export" : "import");
    replace($("phases"), ...(reading.phases || []).map((p, i) => {
      const box = element("div", undefined, "phase");
      box.append(element("span", "L" + (i + 1)), element("b", p.power_w === undefined ? "–" : n(p.power_w) + unit),
        element("span", n(p.voltage_v, 1) + " V · " + n(p.current_a, 1) + " A"));
      return box;
    }));
    const rows = [];
    const row = (key, value) => { if (value !== undefined) rows.push(element("dt", t(key)), element("dd", value)); };
    const kwh = (e) => e && e.total !== undefined ? n(e.total / 1000, 3) + " kWh" : undefined;
    row("importTotal", kwh(reading.energy_import_wh));
    row("exportTotal", kwh(reading.energy_export_wh));
    row("gas", reading.gas && n(reading.gas.volume_m3, 3) + " m³");
    row("water", reading.water && n(reading.water.volume_m3, 3) + " m³");
    row("demand", reading.demand && reading.demand.now_w !== undefined ? n(reading.demand.now_w) + " W" : undefined);
    row("peak", reading.demand && reading.demand.month_peak_w !== undefined ? n(reading.demand.month_peak_w) + " W" : undefined);
    row("tariff", reading.tariff !== undefined ? String(reading.tariff) : undefined);
    replace($("energies"), ...rows);
    replace($("notes"), ...(reading.notes || []).map((note) => element("li", (NOTES[note] || {})[language] || (NOTES[note] || {}).en || note)));
    chart();
  }
  if (status) {
    $("version").textContent = "energy-dongle " + status.version;
    diagnose();
  }
}

function chart() {
  const canvas = $("history"), c = canvas.getContext("2d"), now = Date.now();
  const css = getComputedStyle(document.documentElement);
  const most = Math.max(500, ...points.map((p) => Math.abs(p.w)));
  const x = (at) => canvas.width * (1 - (now - at) / WINDOW_MS), y = (w) => canvas.height / 2 * (1 - w / most * .92);
  c.clearRect(0, 0, canvas.width, canvas.height);
  c.strokeStyle = css.getPropertyValue("--line"); c.beginPath(); c.moveTo(0, y(0)); c.lineTo(canvas.width, y(0)); c.stroke();
  for (let i = 1; i < points.length; i++) {
    const a = points[i - 1], b = points[i];
    if (b.at - a.at > 60000) continue;
    c.fillStyle = css.getPropertyValue(b.w < 0 ? "--export" : "--import");
    c.fillRect(x(a.at), Math.min(y(0), y(b.w)), Math.max(1, x(b.at) - x(a.at) + 1), Math.abs(y(0) - y(b.w)));
  }
  c.fillStyle = css.getPropertyValue("--quiet"); c.font = "20px system-ui";
  c.fillText("+" + n(most) + " W", 8, 22); c.fillText("−" + n(most) + " W", 8, canvas.height - 8);
  canvas.setAttribute("aria-label", t("quarter"));
}

function light(text, state) { return element("li", text, state); }
function diagnose() {
  const m = status.meter, clients = status.modbus.clients || [];
  const bad = Object.values(m.counters.rejected).reduce((a, b) => a + b, 0);
  const polled = clients.some((c) => c.seconds_since_request !== undefined && c.seconds_since_request <= 10);
  replace($("lights"),
    light(m.condition === "receiving" ? t("meterOk") + " (" + m.line + ")" : t("meterBad") + ": " + m.finding + (m.advice ? " – " + m.advice : ""), m.condition === "receiving" ? "" : "bad"),
    light(t("checksum"), m.counters.telegrams === 0 ? "unknown" : bad > m.counters.telegrams / 100 ? "bad" : ""),
    light(status.modbus.address ? t("modbusOk", status.modbus.address) : status.modbus.fault || "Modbus", status.modbus.address ? "" : "bad"),
    light(t(polled ? "chargerOk" : "chargerBad"), polled ? "" : "bad"),
    light(t("network", status.network.reason), "unknown"));
  replace($("clients"), ...clients.map((c) => {
    const tr = element("tr");
    const hex = (v) => "0x" + v.toString(16).toUpperCase().padStart(4, "0");
    for (const cell of [c.address, n(c.requests), c.poll_ms ? n(c.poll_ms) + " ms" : "–", c.seconds_since_request === undefined ? "–" : t("age", n(c.seconds_since_request)), c.last_first === undefined ? "–" : hex(c.last_first) + " × " + c.last_quantity]) tr.append(element("td", cell));
    return tr;
  }));
  const rows = Object.entries(m.counters.rejected).flatMap(([reason, count]) => [element("dt", reason), element("dd", n(count))]);
  replace($("rejected"), ...(rows.length ? rows : [element("dt", t("none"))]));
}

const CHOICES = { "modbus.template": ["empro", "empro-genuine"], "modbus.stale": ["exception", "hold", "zero"], "meter.checksum": ["require", "ignore"], "meter.current_source": ["meter", "refined"], "meter.current_sign": ["none", "by-phase-power"] };
function field(section, key, value) {
  const label = element("label"), path = section + "." + key;
  let input;
  if (CHOICES[path]) {
    input = element("select");
    for (const c of CHOICES[path]) { const o = element("option", setting(path + "=" + c) || c); o.value = c; input.append(o); }
    input.value = value;
  }
  else { input = element("input"); }
  input.name = key;
  if (typeof value === "boolean") { input.type = "checkbox"; input.checked = value; }
  else if (typeof value === "number") { input.type = "number"; input.value = value; }
  else if (typeof value === "object") { input.type = "password"; input.autocomplete = "off"; input.placeholder = value.set ? t("isSet") : ""; input.dataset.secret = "yes"; }
  else if (input.tagName === "INPUT") { input.value = value; }
  const error = element("p", "", "error");
  error.id = "error-" + section + "-" + key; error.setAttribute("role", "alert");
  input.setAttribute("aria-describedby", error.id);
  label.append((setting(path) || key.replaceAll("_", " ")) + " ", input);
  const box = element("div"); box.append(label);
  const help = setting(path + "?");
  if (help) {
    const text = element("p", help, "help");
    text.id = "help-" + section + "-" + key;
    input.setAttribute("aria-describedby", text.id + " " + error.id);
    box.append(text);
  }
  box.append(error);
  return box;
}
function valuesOf(form, section) {
  const body = {};
  for (const input of form.elements) {
    if (!input.name) continue;
    if (input.dataset.secret) body[input.name] = input.value === "" ? { set: true } : input.value;
    else body[input.name] = input.type === "checkbox" ? input.checked : input.type === "number" ? Number(input.value) : input.value;
  }
  return body;
}
async function sectionForm(section) {
  const values = await call("GET", "/settings/" + section), form = element("form");
  form.id = "form-" + section;
  form.append(element("h2", t(section)));
  for (const [key, value] of Object.entries(values)) if (key !== "password_hash") form.append(field(section, key, value));
  if (section === "access") form.append(passwordField());
  const result = element("p", "", "saved"); result.setAttribute("role", "status");
  form.append(element("button", t("save")), result);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    form.querySelectorAll(".error").forEach((e) => { e.textContent = ""; });
    result.textContent = ""; result.className = "saved";
    try {
      const body = valuesOf(form, section), password = body.new_password;
      delete body.new_password;
      await call("PUT", "/settings/" + section, body);
      if (typeof password === "string") { await call("PUT", "/password", { password }); location.reload(); }
      result.textContent = t("saved");
    } catch (e) {
      let shown = false;
      for (const fault of e.faults || []) {
        const box = fault.field && $("error-" + fault.field.replace(".", "-"));
        if (box) { box.textContent = fault.message; shown = true; }
      }
      if (!shown) { result.className = "error"; result.textContent = e.message; }
    }
  });
  return form;
}
function passwordField() {
  const box = field("access", "new_password", { set: false });
  box.querySelector("label").firstChild.textContent = t("newPassword") + " ";
  box.querySelector("input").autocomplete = "new-password";
  box.querySelector(".error").id = "error-access-password";
  return box;
}
async function openSettings() {
  try { status = await call("GET", "/status"); } catch (e) { if (!$("login").hidden) return; }
  const inside = status && status.logged_in;
  $("login").hidden = inside; $("forms").hidden = !inside; $("logout").hidden = !inside;
  if (inside) replace($("forms"), ...await Promise.all(["modbus", "meter", "access"].map(sectionForm)));
}
$("login").addEventListener("submit", async (event) => {
  event.preventDefault();
  $("login-error").textContent = "";
  try { await call("POST", "/login", { password: event.target.password.value }); event.target.reset(); openSettings(); }
  catch (e) { $("login-error").textContent = e.message; }
});
$("logout").addEventListener("click", async () => { await call("POST", "/logout"); openSettings(); });
$("language").addEventListener("change", (event) => { language = event.target.value; localStorage.setItem("language", language); words(); view(); });
addEventListener("hashchange", view);
addEventListener("popstate", view);
document.querySelectorAll("nav a").forEach((a) => a.addEventListener("click", (event) => { event.preventDefault(); history.pushState({}, "", a.getAttribute("href")); view(); }));

function listen() {
  const source = new EventSource(API + "/stream");
  source.addEventListener("reading", (event) => {
    reading = JSON.parse(event.data); arrived = Date.now(); reachable = true;
    points.push({ at: arrived - reading.age_s * 1000, w: reading.power_w || 0 });
    while (points.length && points[0].at < Date.now() - WINDOW_MS) points.shift();
    draw();
  });
  source.addEventListener("status", (event) => { status = JSON.parse(event.data); draw(); });
  source.onopen = () => { reachable = true; sentence(); };
  source.onerror = () => { reachable = source.readyState === EventSource.OPEN; sentence(); };
}
async function refresh() {
  try {
    status = await call("GET", "/status"); reachable = true;
    if (!$("diagnose").hidden) $("telegram").textContent = await call("GET", "/telegram").catch((e) => e.message);
    draw();
  } catch (e) { reachable = !(e instanceof TypeError); sentence(); }
}
async function past() {
  try {
    const history = await call("GET", "/history");
    const before = history.t.map((at, i) => ({ at: at * 1000, w: history.power_w[i] }));
    points.unshift(...before.filter((p) => !points.length || p.at < points[0].at));
    draw();
  } catch (e) { /* the line begins now */ }
}
words(); view(); past(); listen(); refresh();
setInterval(refresh, 3000);
setInterval(sentence, 1000);
