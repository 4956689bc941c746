// The view "System": versions, actions, backup.
import { h, say, ask, save, icon } from "./dom.js";
import { t, moment } from "./i18n.js";
import { call, file, asAdmin, explain } from "./api.js";
import { state, refresh } from "./store.js";
import { translate } from "./sentences.js";
import { updateCard, updateStatus } from "./update.js";

let host = null, facts = null;

/** A button for an action of the device, greyed with its reason where it cannot be done. */
export function action(name, confirm = name !== "identify" && name !== "reconnect") {
  const can = state.status && state.status.actions && state.status.actions[name];
  const result = h("p", { class: "help", role: "status" });
  const button = h("button", { type: "button", id: "action-" + name + "-" + ++serial, "data-action": name, class: name === "factory-reset" ? "danger" : "quiet", "aria-describedby": "why-" + serial }, t("action:" + name));
  const why = h("p", { class: "help", id: "why-" + serial }, t("action:" + name + "?"));
  if (can && !can.available) {
    button.disabled = true;
    why.append(" ", h("b", {}, t("notAvailableBecause", translate(can.reason || "").replace(/\.$/, ""))));
  }
  button.addEventListener("click", async () => {
    if (confirm && !(name === "factory-reset" ? await typed() : await ask(t("action:" + name), t("action:" + name + "!"), t("action:" + name), t("cancel")))) return;
    try {
      await asAdmin(() => call("POST", "/actions/" + name));
      result.className = "saved";
      result.textContent = t("underWay");
    } catch (e) {
      result.className = "error";
      result.textContent = explain(e);
    }
  });
  return h("div", { class: "action" }, h("div", {}, h("h3", { class: "action-name" }, t("action:" + name)), why, result), button);
}
let serial = 0;

/** A factory reset is typed out. */
function typed() {
  return new Promise((resolve) => {
    const word = t("resetWord"), input = h("input", { id: "reset-word", autocomplete: "off", autocapitalize: "off", spellcheck: "false" });
    const yes = h("button", { class: "danger", disabled: true }, t("action:factory-reset"));
    const form = h("form", {}, h("h2", { id: "reset-title" }, t("action:factory-reset")), h("p", {}, t("action:factory-reset!")), h("label", { for: "reset-word" }, t("typeWord", word)), input,
      h("div", { class: "buttons" }, h("button", { type: "button", class: "quiet", onclick: () => dialog.close("no") }, t("cancel")), yes));
    const dialog = h("dialog", { class: "ask", "aria-labelledby": "reset-title" }, form);
    const right = () => input.value.trim().toLowerCase() === word.toLowerCase();
    input.addEventListener("input", () => { yes.disabled = !right(); });
    form.addEventListener("submit", (event) => { event.preventDefault(); if (right()) dialog.close("yes"); });
    dialog.addEventListener("close", () => { dialog.remove(); resolve(dialog.returnValue === "yes"); });
    document.body.append(dialog);
    dialog.showModal();
    input.focus();
  });
}

/** A button that saves an answer of the API as a file. */
export function download(path, name, title, help) {
  const result = h("p", { class: "error", role: "alert" });
  return h("div", { class: "action" }, h("div", {}, title ? h("h3", { class: "action-name" }, title) : null, h("p", { class: "help" }, help), result),
    h("button", { type: "button", class: "quiet", "data-download": path, onclick: async () => {
      result.textContent = "";
      try { save(await asAdmin(() => file(path)), name); } catch (e) { result.textContent = e.absent ? t("notHere") : explain(e); }
    } }, icon("download"), t("download")));
}
function restore() {
  const result = h("p", { class: "help", role: "status" });
  const input = h("input", { id: "restore-file", type: "file", accept: "application/json,.json" });
  const button = h("button", { type: "button", class: "quiet", onclick: async () => {
    result.className = "error";
    result.textContent = "";
    if (!input.files[0]) { result.textContent = t("chooseFile"); input.focus(); return; }
    let body;
    try { body = JSON.parse(await input.files[0].text()); } catch { result.textContent = t("noBackup"); return; }
    if (!await ask(t("restore"), t("restoreSure"), t("restore"), t("cancel"))) return;
    try {
      await asAdmin(() => call("PUT", "/backup", body));
      result.className = "saved";
      result.textContent = t("restored");
      refresh();
    } catch (e) { result.textContent = e.absent ? t("notHere") : (e.faults || []).map((f) => (f.field ? f.field + ": " : "") + translate(f.message)).join(" · ") || explain(e); }
  } }, t("restore"));
  return h("div", { class: "action" }, h("div", {}, h("h3", { class: "action-name" }, t("restore")), h("label", { for: "restore-file", class: "help" }, t("restoreHelp")), input, result), button);
}

function actions() {
  return [h("section", { class: "card", "aria-labelledby": "title-actions" }, h("h2", { id: "title-actions" }, t("actions")), ["identify", "reconnect", "restart", "reboot"].map((name) => action(name))),
    h("section", { class: "card", "aria-labelledby": "title-reset" }, h("h2", { id: "title-reset" }, t("reset")), action("factory-reset"))];
}
let known = "";
export function build(where) {
  host = where;
  known = "";
  facts = h("dl", { class: "pairs", id: "versions" });
  host.replaceChildren(h("h1", {}, t("system")), h("div", { class: "two stack" },
    h("div", { class: "stack" }, h("section", { class: "card", "aria-labelledby": "title-versions" }, h("h2", { id: "title-versions" }, t("versions")), facts),
      updateCard(),
      h("section", { class: "card", "aria-labelledby": "title-backup" }, h("h2", { id: "title-backup" }, t("backup")),
        download("/backup", "energy-dongle-settings.json", t("saveBackup"), t("saveBackupHelp")), restore(),
        download("/diagnostics", "energy-dongle-diagnostics.zip", t("diagnosticsFile"), t("diagnosticsHelp")))),
    h("div", { class: "stack", id: "system-actions" })));
  status();
}
export function status() {
  const s = state.status;
  if (!host || !s) return;
  const rows = [], row = (key, value) => { if (value) rows.push(h("dt", {}, t(key)), h("dd", {}, value)); };
  const m = state.reading ? state.reading.meter : {};
  row("v-software", s.version);
  row("v-java", s.java);
  row("v-serial", s.serial);
  row("v-meter", m.ident || m.protocol);
  row("v-protocol", m.protocol && (m.protocol + (m.version ? " " + m.version : "")));
  row("v-line", s.meter.line && s.meter.port + " · " + s.meter.line);
  row("v-clock", s.clock && s.clock.now && moment(Date.parse(s.clock.now)));
  facts.replaceChildren(...rows);
  const now = JSON.stringify(s.actions || {});
  const box = host.querySelector("#system-actions");
  if (!box.firstChild || known !== now) { known = now; box.replaceChildren(...actions()); }
  updateStatus();
  say(host.querySelector("h1"), t("system"));
}
