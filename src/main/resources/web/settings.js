// The view "Settings": every section of the API as a form that is saved on its own.
import { h, $, ask, icon } from "./dom.js";
import { t, has, moment } from "./i18n.js";
import { get, call, asAdmin, explain, loginForm } from "./api.js";
import { state, refresh } from "./store.js";
import { translate } from "./sentences.js";
import { action } from "./system.js";
import { wifiList, whereNext, trialNotice, tryOut } from "./network.js";

const SECTIONS = ["network", "modbus", "outputs", "meter", "mqtt", "time", "update", "access"];
/** What a choice can be; `when` hides a field that has no effect. */
export const RULES = {
  "network.connection": { choices: ["first-use", "ethernet", "wifi"], wide: true },
  "network.method": { choices: ["dhcp", "static"] },
  "network.address": { when: (v) => v.method === "static", inputmode: "decimal", short: true },
  "network.prefix_length": { when: (v) => v.method === "static", min: 1, max: 30 },
  "network.gateway": { when: (v) => v.method === "static", inputmode: "decimal", short: true },
  "network.dns": { when: (v) => v.method === "static", inputmode: "decimal", short: true },
  "network.ssid": { when: (v) => v.connection === "wifi", autocomplete: "off" },
  "network.wifi_password": { when: (v) => v.connection === "wifi" },
  "network.wifi_list": { when: (v) => v.connection === "wifi" },
  "network.wifi_country": { when: (v) => v.connection === "wifi", short: true },
  "modbus.template": { choices: ["empro", "empro-genuine"], wide: true },
  "modbus.max_clients": { min: 1, max: 8 },
  "modbus.units": { wide: true, placeholder: "2=sdm630, 3=em24-ethernet/hold:300" },
  "modbus.ports": { wide: true, placeholder: "1502=sdm630" },
  "modbus.stale": { choices: ["exception", "hold", "zero", "not-available", "close"] },
  "modbus.stale_after_s": { min: 0, max: 3600 },
  "outputs.modbus_allow": { when: (v) => v.modbus, wide: true },
  "outputs.copy_port": { min: 0, max: 65535 },
  "outputs.copy_allow": { when: (v) => v.copy_port !== 0, wide: true },
  "meter.main_fuse_a": { min: 0, max: 1000, unit: "A", first: true },
  "meter.checksum": { choices: ["require", "ignore"] },
  "meter.multiplier": { min: 1, max: 10000 },
  "meter.current_source": { choices: ["meter", "refined"] },
  "meter.current_sign": { choices: ["none", "by-phase-power"] },
  "meter.gas_channel": { min: 0, max: 9 }, "meter.water_channel": { min: 0, max: 9 }, "meter.heat_channel": { min: 0, max: 9 },
  "meter.tic_nominal_v": { min: 100, max: 250, unit: "V" },
  "mqtt.url": { when: (v) => v.enabled, wide: true, type: "url", placeholder: "mqtts://" },
  "mqtt.user": { when: (v) => v.enabled }, "mqtt.password": { when: (v) => v.enabled }, "mqtt.site": { when: (v) => v.enabled },
  "mqtt.trust": { when: (v) => v.enabled, choices: ["bundle", "system"] }, "mqtt.ca": { when: (v) => v.enabled && v.trust === "bundle", wide: true, area: true }, "mqtt.pin": { when: (v) => v.enabled, wide: true },
  "mqtt.interval_s": { when: (v) => v.enabled, choices: ["0", "5", "10", "60"], numeric: true }, "mqtt.telegram_qos": { when: (v) => v.enabled, choices: ["0", "1"], numeric: true }, "mqtt.values": { when: (v) => v.enabled }, "mqtt.retain": { when: (v) => v.enabled && v.values }, "mqtt.raw": { when: (v) => v.enabled },
  "mqtt.home_assistant": { when: (v) => v.enabled }, "mqtt.discovery_prefix": { when: (v) => v.enabled && v.home_assistant },
  "mqtt.commands_config": { when: (v) => v.enabled }, "mqtt.commands_factory_reset": { when: (v) => v.enabled },
  "update.feed": { wide: true, type: "url", placeholder: "https://" },
  "update.automatic": { when: (v) => v.feed !== "" },
  "update.quiet_from_h": { when: (v) => v.feed !== "" && v.automatic, min: 0, max: 23, unit: "h" },
  "update.quiet_to_h": { when: (v) => v.feed !== "" && v.automatic, min: 0, max: 23, unit: "h" },
  "access.https": { choices: ["off", "optional", "required"] },
  "access.password_hash": { hide: true },
};
let templates = null;
let host = null, shown = false, fills = 0;

/** One field with its label, help and place for a message. */
export function field(section, key, value) {
  const path = section + "." + key, id = section + "-" + key, rule = RULES[path] || {};
  const described = (has(path + "?") ? "help-" + id + " " : "") + "error-" + id;
  const common = { id, name: key, "aria-describedby": described };
  let input, label = h("label", { for: id }, has(path) ? t(path) : key.replaceAll("_", " "));
  if (rule.area) {
    input = h("textarea", { ...common, rows: 4, spellcheck: "false", autocapitalize: "off" });
    input.value = value ?? "";
  } else if (rule.choices) {
    if (rule.numeric) value = String(value);
    const known = path === "modbus.template" && templates ? templates : rule.choices.map((c) => ({ id: c }));
    const list = known.some((c) => c.id === value) || value === undefined ? known : known.concat({ id: value });
    input = h("select", { ...common, "data-numeric": rule.numeric ? "yes" : null }, list.map((c) => h("option", { value: c.id, selected: c.id === value }, has(path + "=" + c.id) ? t(path + "=" + c.id) : c.title || c.id)));
  } else if (typeof value === "boolean") {
    input = h("input", { ...common, type: "checkbox", checked: value });
    label = h("label", { class: "check", for: id }, input, label.textContent);
  } else if (typeof value === "number") {
    input = h("input", { ...common, type: "number", inputmode: "numeric", step: "any", min: rule.min, max: rule.max, value });
  } else if (value !== null && typeof value === "object") {
    input = h("input", { ...common, type: "password", autocomplete: "off", "data-secret": "yes", placeholder: value.set ? t("isSet") : "" });
    if (value.set) input.dataset.set = "yes";
  } else {
    input = h("input", { ...common, type: "text", autocomplete: rule.autocomplete || "off", spellcheck: "false", autocapitalize: "off", inputmode: rule.type, placeholder: rule.placeholder, class: rule.short ? "short" : null, value: value ?? "" });
  }
  const box = h("div", { class: "field" + (rule.wide ? " wide" : ""), "data-key": key }, label,
    typeof value === "boolean" ? null : rule.unit ? h("div", { class: "with-unit" }, input, h("span", { "aria-hidden": "true" }, rule.unit)) : input);
  if (input.dataset.set) {
    box.append(h("label", { class: "check" }, h("input", { type: "checkbox", "data-forget": key, onchange: (e) => { input.disabled = e.target.checked; } }), t("forget")));
  }
  if (rule.area) box.append(h("label", { class: "hidden", for: "file-" + id }, label.textContent + " " + t("asFile")),
    h("input", { id: "file-" + id, type: "file", accept: ".pem,.crt,.cer,.key,.txt,.toml", onchange: async (e) => { if (e.target.files[0]) { input.value = await e.target.files[0].text(); input.dispatchEvent(new Event("input", { bubbles: true })); } } }));
  if (has(path + "?")) box.append(h("p", { class: "help", id: "help-" + id }, t(path + "?")));
  box.append(h("p", { class: "error", id: "error-" + id }));
  return box;
}

/** What a form holds, in the shape of the API. */
export function valuesOf(form, base = {}) {
  const body = { ...base };
  for (const input of form.querySelectorAll("[name]")) {
    if (input.dataset.secret) body[input.name] = form.querySelector(`[data-forget="${input.name}"]`)?.checked ? "" : input.value === "" ? { set: Boolean(input.dataset.set) } : input.value;
    else if (input.type === "checkbox") body[input.name] = input.checked;
    else if (input.type === "radio") { if (input.checked) body[input.name] = input.value; }
    else if (input.dataset.numeric) body[input.name] = Number(input.value);
    else if (input.type === "number") body[input.name] = input.value === "" || Number.isNaN(Number(input.value)) ? input.value : Number(input.value);
    else body[input.name] = input.value;
  }
  return body;
}
/** Shows only the fields that have an effect. */
export function conditions(form, section) {
  const values = valuesOf(form);
  for (const box of form.querySelectorAll("[data-key]")) {
    const rule = RULES[section + "." + box.dataset.key];
    if (rule && rule.when) box.hidden = !rule.when(values);
  }
}
/** Puts each message beside its field and the focus into the first; false when there was none to put. */
export function faults(form, section, error, result) {
  let first = null, rest = [];
  for (const fault of error.faults || []) {
    const key = (fault.field || "").replace(section + ".", "").replace(/^.*\./, ""), message = translate(fault.message);
    const place = form.querySelector(`#error-${section}-${CSS.escape(key)}`), input = form.querySelector(`#${section}-${CSS.escape(key)}`);
    if (place && input) {
      place.textContent = message;
      input.setAttribute("aria-invalid", "true");
      place.closest(".field").hidden = false;
      first = first || input;
    } else rest.push(message);
  }
  if (!error.faults || !error.faults.length || rest.length) rest = rest.length ? rest : [explain(error)];
  result.className = "error";
  result.textContent = rest.join(" ") || t("seeFields");
  if (first) first.focus();
}
export function clearFaults(form) {
  form.querySelectorAll(".error").forEach((e) => { e.textContent = ""; });
  form.querySelectorAll("[aria-invalid]").forEach((e) => e.removeAttribute("aria-invalid"));
}

function sectionCard(section, values) {
  const form = h("form", { id: "form-" + section, class: "card", novalidate: true, "aria-labelledby": "title-" + section });
  const result = h("p", { class: "saved", role: "status" }), dirty = h("p", { class: "dirty", hidden: true }, t("unsaved"));
  const keys = Object.keys(values).filter((k) => !(RULES[section + "." + k] || {}).hide)
    .sort((a, b) => Number(Boolean((RULES[section + "." + b] || {}).first)) - Number(Boolean((RULES[section + "." + a] || {}).first)));
  const main = keys.filter((k) => !isRare(section, k)), rare = keys.filter((k) => isRare(section, k));
  form.append(h("h2", { id: "title-" + section }, has("section:" + section) ? t("section:" + section) : section));
  if (has("section:" + section + "?")) form.append(h("p", { class: "help" }, t("section:" + section + "?")));
  const note = unavailable(section);
  if (note) form.append(h("p", { class: "help" }, icon("warn", "icon warn inline"), " ", note));
  form.append(h("div", { class: "form-grid" }, main.map((k) => field(section, k, values[k]))));
  const controlled = section === "network" && state.status && state.status.network.available;
  if (controlled) form.querySelector("[data-key=ssid]").before(wifiList(form));
  if (rare.length) form.append(h("details", { class: "rare" }, h("summary", {}, t("rare")), h("div", { class: "form-grid" }, rare.map((k) => field(section, k, values[k])))));
  form.append(h("div", { class: "buttons" }, h("button", {}, t("save")), section === "mqtt" ? testButton(form, values, result) : null, controlled ? tryButton(form, values, result) : null, dirty, result));
  conditions(form, section);
  const before = () => JSON.stringify(valuesOf(form));
  let saved = before();
  const changed = () => { form.dataset.dirty = before() === saved ? "" : "yes"; dirty.hidden = !form.dataset.dirty; if (form.dataset.dirty) result.textContent = ""; conditions(form, section); };
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearFaults(form);
    result.textContent = "";
    try {
      const answer = await asAdmin(() => call("PUT", "/settings/" + section, valuesOf(form, values)));
      const next = sectionCard(section, answer);
      form.replaceWith(next);
      const line = next.querySelector(".saved");
      line.textContent = t("saved");
      if (controlled) next.append(whereNext(answer));
      next.querySelector(".buttons button").focus({ preventScroll: true });
      refresh();
    } catch (e) {
      form.querySelector("details.rare")?.setAttribute("open", "");
      faults(form, section, e, result);
      conditionsKeepFaults(form, section);
    }
  });
  return form;
}
/** Uses network settings for two minutes; nothing is saved. */
function tryButton(form, values, result) {
  return h("button", { type: "button", class: "quiet", id: "test-network", onclick: async () => {
    clearFaults(form);
    try {
      const tried = valuesOf(form, values);
      await tryOut(tried);
      result.className = "saved";
      result.textContent = t("trialBegins");
      form.querySelector("#where-next")?.remove();
      form.append(whereNext(tried));
    } catch (e) {
      faults(form, "network", e, result);
      conditionsKeepFaults(form, "network");
    }
  } }, t("tryNetwork"));
}
/** Tries the broker with what the form holds; nothing is saved. */
function testButton(form, values, result) {
  const button = h("button", { type: "button", class: "quiet", id: "test-mqtt" }, t("testMqtt"));
  button.addEventListener("click", async () => {
    clearFaults(form);
    button.disabled = true;
    result.className = "saved";
    result.textContent = t("testing");
    try {
      result.textContent = translate((await asAdmin(() => call("POST", "/mqtt/test", valuesOf(form, values), 20000))).sentence);
    } catch (e) {
      faults(form, "mqtt", e, result);
      conditionsKeepFaults(form, "mqtt");
    }
    button.disabled = false;
  });
  return button;
}
function conditionsKeepFaults(form, section) {
  conditions(form, section);
  form.querySelectorAll(".field").forEach((box) => { if (box.querySelector(".error")?.textContent) box.hidden = false; });
}
const RARE = ["multiplier", "derive_current", "current_source", "current_sign", "gas_channel", "water_channel", "heat_channel", "decryption_key", "authentication_key", "system_title", "checksum"];
const RARE_MQTT = ["pin", "telegram_qos", "raw", "retain", "discovery_prefix", "commands_config", "commands_factory_reset"];
const isRare = (section, key) => section === "mqtt" ? RARE_MQTT.includes(key) : section === "meter" && (RARE.includes(key) || key.startsWith("tic_"));

/** Why saving has no effect yet, where the device says so. */
function unavailable(section) {
  const part = state.status && state.status[section];
  return part && part.available === false ? t("noEffect", translate(part.reason || "").replace(/\.$/, "")) : null;
}

function passwordCard() {
  const result = h("p", { class: "saved", role: "status" });
  const form = h("form", { id: "form-password", class: "card", novalidate: true, "aria-labelledby": "title-password" }, h("h2", { id: "title-password" }, t("changePassword")), passwordFields("password"), h("div", { class: "buttons" }, h("button", {}, t("changePassword")), result));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (await changePassword(form, "password", result)) { form.reset(); result.className = "saved"; result.textContent = t("passwordChanged"); }
  });
  return form;
}
/** The new password, twice. */
export function passwordFields(section) {
  const one = field(section, "password", { set: false }), two = field(section, "again", { set: false });
  for (const box of [one, two]) box.querySelector("input").autocomplete = "new-password";
  return [h("input", { class: "hidden", name: "", autocomplete: "username", value: "admin", tabindex: -1, "aria-hidden": "true" }), one, two];
}
/** Changes the password and logs in with it again; true when done. */
export async function changePassword(form, section, result) {
  clearFaults(form);
  result.textContent = "";
  const password = form.querySelector(`#${section}-password`).value;
  if (password !== form.querySelector(`#${section}-again`).value) {
    faults(form, section, { faults: [{ message: t("notTheSame"), field: "again" }] }, result);
    return false;
  }
  try {
    await asAdmin(() => call("PUT", "/password", { password }));
    await call("POST", "/login", { password });
    await refresh();
    return true;
  } catch (e) {
    faults(form, section, e, result);
    return false;
  }
}

function tokensCard(list) {
  const body = h("tbody", {}), result = h("p", { class: "error", role: "alert" }), fresh = h("div", { class: "token", "aria-live": "polite" });
  const form = h("form", { id: "form-tokens", class: "card wide", novalidate: true, "aria-labelledby": "title-tokens" }, h("h2", { id: "title-tokens" }, t("tokens")), h("p", { class: "help" }, t("tokensHelp")),
    h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": t("tokens") }, h("table", {}, h("thead", {}, h("tr", {}, [t("name"), t("scope"), t("made"), ""].map((x) => x ? h("th", { scope: "col" }, x) : h("td", {})))), body)),
    h("h3", {}, t("newToken")), field("tokens", "name", ""), field("tokens", "scope", "read"), h("div", { class: "buttons" }, h("button", {}, t("makeToken"))), result, fresh);
  const draw = (tokens) => body.replaceChildren(...(tokens.length ? tokens.map((x) => h("tr", {}, h("th", { scope: "row" }, x.name), h("td", {}, t("tokens.scope=" + x.scope)), h("td", {}, moment(Date.parse(x.created))),
    h("td", {}, h("button", { type: "button", class: "danger", "aria-label": t("revoke") + " " + x.name, onclick: () => revoke(x) }, t("revoke"))))) : [h("tr", {}, h("td", { colspan: 4 }, t("noTokens")))]));
  const again = async () => draw((await get("/tokens")).tokens);
  const revoke = async (x) => {
    if (!await ask(t("revoke"), t("revokeSure", x.name), t("revoke"), t("cancel"))) return;
    try { await asAdmin(() => call("DELETE", "/tokens/" + x.id)); await again(); } catch (e) { result.textContent = explain(e); }
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearFaults(form);
    try {
      const made = await asAdmin(() => call("POST", "/tokens", valuesOf(form)));
      const copied = h("span", { role: "status" });
      const code = h("input", { readonly: true, class: "mono", "aria-label": t("tokenOnce"), value: made.token });
      fresh.replaceChildren(h("p", {}, t("tokenOnce")), code, h("div", { class: "buttons" }, h("button", { type: "button", class: "quiet", onclick: async () => {
        code.select();
        try { await navigator.clipboard.writeText(made.token); } catch { document.execCommand("copy"); }
        copied.textContent = t("copied");
      } }, t("copy")), copied));
      form.querySelector("#tokens-name").value = "";
      await again();
    } catch (e) { faults(form, "tokens", e, result); }
  });
  draw(list);
  return form;
}
RULES["tokens.scope"] = { choices: ["read", "config"] };

function certificateCard(certificate) {
  const facts = h("dl", { class: "pairs certificate" }), result = h("p", { class: "saved", role: "status" });
  const draw = (c) => facts.replaceChildren(h("dt", {}, t("cert-kind")), h("dd", {}, t(c.self_made ? "cert-own" : "cert-yours")), h("dt", {}, t("cert-subject")), h("dd", {}, c.subject || "–"), h("dt", {}, t("cert-until")), h("dd", {}, c.not_after ? moment(Date.parse(c.not_after)) : "–"), h("dt", {}, "SHA-256"), h("dd", { class: "mono" }, c.sha256 || "–"));
  const form = h("form", { id: "form-certificate", class: "card wide", novalidate: true, "aria-labelledby": "title-certificate" }, h("h2", { id: "title-certificate" }, t("certificate")), facts,
    h("details", {}, h("summary", {}, t("ownCertificate")), h("div", { class: "form-grid" }, field("certificate", "certificate", ""), field("certificate", "key", "")), h("div", { class: "buttons" }, h("button", {}, t("upload")),
      h("button", { type: "button", class: "danger", onclick: async () => {
        if (!await ask(t("cert-remove"), t("cert-removeSure"), t("cert-remove"), t("cancel"))) return;
        try { draw(await asAdmin(() => call("DELETE", "/certificate"))); result.className = "saved"; result.textContent = t("saved"); } catch (e) { faults(form, "certificate", e, result); }
      } }, t("cert-remove")), result)));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearFaults(form);
    result.textContent = "";
    try {
      draw(await asAdmin(() => call("PUT", "/certificate", { certificate: form.querySelector("#certificate-certificate").value, key: form.querySelector("#certificate-key").value })));
      form.querySelectorAll("textarea").forEach((x) => { x.value = ""; });
      result.className = "saved";
      result.textContent = t("saved");
    } catch (e) { faults(form, "certificate", e, result); }
  });
  draw(certificate);
  return form;
}

/** The certificate that brokers see: what it is, a request for a new one, and the signed answer. */
function deviceCertificateCard(first) {
  const facts = h("div", {}), result = h("p", { class: "saved", role: "status" }), request = h("div", {});
  const pairs = (title, c) => [h("h3", {}, title), h("dl", { class: "pairs certificate" }, h("dt", {}, t("cert-subject")), h("dd", {}, c.subject), h("dt", {}, t("devcert-issuer")), h("dd", {}, c.issuer), h("dt", {}, t("cert-until")), h("dd", {}, moment(Date.parse(c.not_after))), h("dt", {}, "SHA-256"), h("dd", { class: "mono" }, c.sha256))];
  const draw = (c) => facts.replaceChildren(...(c.in_use ? pairs(t("devcert-inUse"), c.in_use) : [h("p", {}, t("devcert-none"))]), ...(c.waiting ? pairs(t("devcert-waiting"), c.waiting) : []));
  const attempt = async (work) => {
    result.textContent = "";
    try { await work(); } catch (e) { faults(form, "devcert", e, result); }
  };
  const show = (text) => request.replaceChildren(h("label", { for: "devcert-request" }, t("devcert-send")), h("textarea", { id: "devcert-request", class: "mono", rows: 6, readonly: true }, text),
    h("div", { class: "buttons" }, h("a", { download: "device.csr", href: "data:application/pkcs10," + encodeURIComponent(text) }, t("devcert-download")),
      h("button", { type: "button", class: "danger", onclick: () => attempt(async () => { await asAdmin(() => call("DELETE", "/mqtt/certificate/request")); request.replaceChildren(); }) }, t("devcert-cancel"))));
  const box = field("devcert", "certificate", "");
  const form = h("form", { id: "form-devcert", class: "card wide", novalidate: true, "aria-labelledby": "title-devcert" }, h("h2", { id: "title-devcert" }, t("devcert")), h("p", { class: "help" }, t("devcertHelp")), facts,
    h("details", { open: first.requested }, h("summary", {}, t("devcert-renew")), h("div", { class: "buttons" }, h("button", { type: "button", class: "quiet", id: "devcert-make", onclick: () => attempt(async () => show((await asAdmin(() => call("POST", "/mqtt/certificate/request", {}, 130000))).request)) }, t("devcert-make"))), request, box, h("div", { class: "buttons" }, h("button", {}, t("devcert-use")))), result);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearFaults(form);
    attempt(async () => {
      draw(await asAdmin(() => call("PUT", "/mqtt/certificate", { certificate: box.querySelector("textarea").value })));
      box.querySelector("textarea").value = "";
      request.replaceChildren();
      result.className = "saved";
      result.textContent = t("devcert-tried");
    });
  });
  draw(first);
  return form;
}
RULES["devcert.certificate"] = { area: true, wide: true };
RULES["certificate.certificate"] = RULES["certificate.key"] = { area: true };

/** Register maps of the user's own: files, without code. */
function mapsCard(all) {
  const body = h("tbody", {}), result = h("p", { class: "saved", role: "status" });
  const form = h("form", { id: "form-maps", class: "card wide", novalidate: true, "aria-labelledby": "title-maps" }, h("h2", { id: "title-maps" }, t("maps")), h("p", { class: "help" }, t("mapsHelp")),
    h("details", {}, h("summary", {}, t("mapsAll")), h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": t("maps") }, h("table", {}, body))),
    h("h3", {}, t("mapsBring")), field("maps", "toml", ""), h("div", { class: "buttons" }, h("button", {}, t("upload")), result));
  const draw = (list) => body.replaceChildren(...list.map((x) => h("tr", {}, h("th", { scope: "row", class: "mono" }, h("a", { href: "/api/v1/modbus/templates/" + x.id, download: x.id + ".toml" }, x.id)), h("td", {}, x.title),
    h("td", {}, x.own ? h("button", { type: "button", class: "danger", "aria-label": t("mapsDelete") + " " + x.id, onclick: () => remove(x) }, t("mapsDelete")) : ""))));
  const again = async () => { templates = (await get("/modbus/templates")).templates; draw(templates); };
  const remove = async (x) => {
    if (!await ask(t("mapsDelete"), x.title, t("mapsDelete"), t("cancel"))) return;
    try { await asAdmin(() => call("DELETE", "/modbus/templates/" + x.id)); await again(); } catch (e) { faults(form, "maps", e, result); }
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearFaults(form);
    result.textContent = "";
    try {
      const brought = await asAdmin(() => call("POST", "/modbus/templates", { toml: form.querySelector("#maps-toml").value }));
      form.querySelector("#maps-toml").value = "";
      await again();
      result.className = "saved";
      result.textContent = t("mapsBrought", brought.id);
    } catch (e) { faults(form, "maps", e, result); }
  });
  draw(all);
  return form;
}
RULES["maps.toml"] = { area: true, wide: true };

const absentCard = (id, title, e) => h("section", { class: "card wide", id: "form-" + id, "aria-labelledby": "title-" + id }, h("h2", { id: "title-" + id }, title), h("p", { class: "help" }, e.absent ? t("notHere") : explain(e)));

/** After a login it is called by the form and by the event: only the last call shows anything, or it would wipe what is being typed. */
async function fill() {
  const mine = ++fills, box = host.querySelector(".forms");
  try {
    if (!state.status) await refresh();
    templates = await get("/modbus/templates").then((x) => x.templates, () => null);
    const first = await get("/settings/modbus");
    const cards = await Promise.all(SECTIONS.map(async (section) => {
      try { return sectionCard(section, section === "modbus" ? first : await get("/settings/" + section)); } catch (e) { if (e.status === 401) throw e; return absentCard(section, t("section:" + section), e); }
    }));
    if (templates) cards.push(mapsCard(templates));
    cards.push(passwordCard());
    cards.push(await get("/tokens").then((x) => tokensCard(x.tokens), (e) => absentCard("tokens", t("tokens"), e)));
    cards.push(await get("/mqtt/certificate").then(deviceCertificateCard, (e) => absentCard("devcert", t("devcert"), e)));
    cards.push(await get("/certificate").then(certificateCard, (e) => absentCard("certificate", t("certificate"), e)));
    if (mine !== fills) return;
    const restart = h("section", { class: "card wide", id: "form-reboot", "aria-labelledby": "title-reboot" }, h("h2", { id: "title-reboot" }, t("restartTitle")), action("restart"), action("reboot"));
    box.replaceChildren(h("p", { class: "toc wide" }, SECTIONS.map((section) => h("a", { href: "/config#" + section }, t("section:" + section)))), ...[trialNotice()].filter(Boolean), ...cards, restart);
    shown = true;
    if (location.hash) $("form-" + location.hash.slice(1))?.scrollIntoView();
  } catch (e) {
    if (mine !== fills) return;
    shown = false;
    box.replaceChildren(e.status === 401 ? h("div", { class: "narrow wide" }, loginForm(fill)) : h("p", { class: "error wide" }, explain(e)));
  }
}
export function build(where) {
  host = where;
  shown = false;
  host.replaceChildren(h("h1", {}, t("settings")), h("div", { class: "forms two stack" }));
  fill();
}
const isDirty = () => Boolean(host && host.querySelector("form[data-dirty=yes]"));
export function enter() { if (host && shown && !isDirty() && state.status && !state.status.logged_in) fill(); }
addEventListener("logout", () => { if (host) build(host); });
addEventListener("login", () => { if (host && !shown && !host.querySelector("form.login:focus-within")) fill(); });
addEventListener("beforeunload", (event) => { if (isDirty()) event.preventDefault(); });
