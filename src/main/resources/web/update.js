// The part of the view "System" about new releases.
import { h, show, ask } from "./dom.js";
import { t, moment } from "./i18n.js";
import { call, get, asAdmin, explain, send } from "./api.js";
import { translate } from "./sentences.js";

const LOOK_MS = 2000;
let news = null, ways = null, told = null, timer = 0, known = "";

/** What is going on, as elements. */
function sentences(u) {
  const version = u.version || "";
  const lines = [h("p", {}, t("u-installed", u.installed))];
  if (u.state === "receiving") {
    lines.push(h("p", { role: "status" }, t("u-receiving", version, u.progress_percent)), h("progress", { max: 100, value: u.progress_percent, "aria-label": t("update") }));
  } else if (u.state === "installing" || u.state === "trying") {
    lines.push(h("p", { role: "status" }, t("u-" + u.state, version)), h("progress", { "aria-label": t("update") }));
  } else if (u.state === "installed") {
    lines.push(h("p", { class: "saved" }, t("u-done", version, moment(Date.parse(u.at)))));
  } else if (u.message) {
    lines.push(h("p", { class: "error" }, translate(u.message) + " (" + moment(Date.parse(u.at)) + ")"));
  }
  if (u.reason) lines.push(h("p", { class: "help" }, translate(u.reason)));
  if (u.offered) lines.push(h("p", {}, t("u-offered", u.offered)));
  return lines;
}

async function act(work) {
  told.className = "error";
  told.textContent = "";
  try {
    const after = await work();
    if (after) told.className = "saved";
    told.textContent = after || "";
  } catch (e) {
    told.className = "error";
    told.textContent = explain(e);
  }
  look();
}
const post = (path, body) => asAdmin(() => call("POST", "/update/" + path, body, 60000));

function upload(input) {
  if (!input.files[0]) { told.className = "error"; told.textContent = t("chooseFile"); input.focus(); return; }
  act(async () => {
    const bar = h("progress", { max: 100, value: 0, id: "update-sent", "aria-label": t("u-file") });
    told.before(bar);
    try {
      await asAdmin(() => send("/update/file", input.files[0], (percent) => { bar.value = percent; bar.textContent = t("u-sent", percent); }));
      input.value = "";
    } finally { bar.remove(); }
    return t("underWay");
  });
}

/** Buttons for what can be done now. */
function buttons(u) {
  const file = h("input", { id: "update-file", type: "file", accept: ".edu" });
  const url = h("input", { id: "update-url", type: "url", placeholder: "https://", autocomplete: "off", spellcheck: "false" });
  const button = (id, text, work, className = "quiet") => h("button", { type: "button", id, class: className, onclick: work }, text);
  const rows = [
    h("div", { class: "action" }, h("div", {}, h("label", { for: "update-file" }, t("u-file")), h("p", { class: "help" }, t("u-fileHelp")), file), button("update-upload", t("u-upload"), () => upload(file))),
    h("div", { class: "action" }, h("div", {}, h("label", { for: "update-url" }, t("u-url")), url), button("update-fetch", t("u-fetch"), () => act(async () => { await post("fetch", { url: url.value.trim() }); return t("underWay"); }))),
    h("div", { class: "buttons" },
      u.offered ? button("update-take", t("u-take", u.offered), () => act(async () => { await post("fetch", {}); return t("underWay"); }), "") : null,
      button("update-check", t("u-check"), () => act(async () => { const now = await post("check"); return now.offered ? "" : t("u-current"); })),
      u.previous ? button("update-back", t("u-back", u.previous), async () => {
        if (await ask(t("u-back", u.previous), t("u-back!"), t("u-back", u.previous), t("cancel"))) act(async () => { await post("go-back"); return t("underWay"); });
      }) : null),
  ];
  return u.available ? rows : [];
}

async function look() {
  clearTimeout(timer);
  timer = 0;
  if (!news || !news.isConnected) return;
  try {
    const u = await get("/update");
    show(news, sentences(u));
    // Made anew only when there is something else to do: a chosen file must not get lost.
    const now = [u.available, u.offered, u.previous, document.documentElement.lang].join();
    if (known !== now) { known = now; ways.replaceChildren(...buttons(u)); }
  } catch { /* the device restarts */ }
  if (news.offsetParent) timer = setTimeout(look, LOOK_MS);
}

/** A card that keeps itself up to date while it is seen. */
export function updateCard() {
  known = "";
  news = h("div", { id: "update-news" });
  ways = h("div", { id: "update-ways" });
  told = h("p", { id: "update-told", role: "status" });
  return h("section", { class: "card", "aria-labelledby": "title-update" }, h("h2", { id: "title-update" }, t("update")), news, told, ways);
}

/** Looks again, unless it does so already. */
export function updateStatus() {
  if (news && news.isConnected && news.offsetParent && !timer) look();
  if (news && !news.offsetParent) { clearTimeout(timer); timer = 0; }
}
