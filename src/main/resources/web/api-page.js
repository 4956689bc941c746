// The page "API": reads openapi.yaml and shows it for people. The only one that loads the YAML reader.
import { h, $ } from "./dom.js";
import { t, language } from "./i18n.js";
import { load } from "./js-yaml.mjs";

document.documentElement.lang = language();
$("back").textContent = "← " + t("live");

/** Follows a reference inside the document. */
const resolve = (doc, node) => node && node.$ref ? node.$ref.replace("#/", "").split("/").reduce((at, key) => at && at[key.replaceAll("~1", "/")], doc) : node;
const typeOf = (schema) => !schema ? "" : schema.enum ? schema.enum.join(" | ") : schema.type === "array" ? typeOf(schema.items) + "[]" : [schema.type, schema.format].filter(Boolean).join(" ");
const words = (text) => String(text || "").trim().split(/\n\s*\n/).map((part) => h("p", {}, part));

function schemaTable(doc, schema) {
  const s = resolve(doc, schema);
  if (!s || !s.properties) return s && typeOf(s) ? h("p", { class: "mono" }, typeOf(s)) : null;
  return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": t("fields") }, h("table", {}, h("thead", {}, h("tr", {}, [t("name"), t("kind"), t("meaning")].map((x) => h("th", { scope: "col" }, x)))),
    h("tbody", {}, Object.entries(s.properties).map(([name, one]) => { const p = resolve(doc, one) || {}; return h("tr", {}, h("th", { scope: "row", class: "mono" }, name), h("td", { class: "mono" }, typeOf(p)), h("td", {}, p.description || "")); }))));
}
function endpoint(doc, path, method, operation, shared) {
  const parameters = [...shared, ...(operation.parameters || [])].map((x) => resolve(doc, x));
  const body = operation.requestBody && resolve(doc, operation.requestBody);
  const contents = (node) => Object.values((node && node.content) || {})[0];
  return h("details", { class: "endpoint" }, h("summary", {}, h("span", { class: "method " + method }, method.toUpperCase()), h("code", {}, path), h("span", {}, operation.summary || "")),
    words(operation.description),
    parameters.length ? [h("h3", {}, t("parameters")), h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": t("parameters") }, h("table", {}, h("tbody", {}, parameters.map((x) => h("tr", {}, h("th", { scope: "row", class: "mono" }, x.name), h("td", {}, x.in), h("td", { class: "mono" }, typeOf(resolve(doc, x.schema))), h("td", {}, x.description || ""))))))] : null,
    body ? [h("h3", {}, t("body")), words(body.description), schemaTable(doc, (contents(body) || {}).schema)] : null,
    h("h3", {}, t("answers")), h("dl", { class: "answers" }, Object.entries(operation.responses || {}).map(([status, answer]) => { const a = resolve(doc, answer) || {}; return [h("dt", { class: "mono" }, status), h("dd", {}, a.description || "", contents(a) ? schemaTable(doc, contents(a).schema) : null)]; })));
}
try {
  const answer = await fetch("/openapi.yaml");
  if (!answer.ok) throw new Error(answer.statusText);
  const doc = load(await answer.text());
  const METHODS = ["get", "put", "post", "delete", "patch"];
  $("api").replaceChildren(h("section", { class: "card", "aria-labelledby": "about" }, h("h2", { id: "about" }, doc.info.title + " " + doc.info.version), words(doc.info.description), h("p", {}, h("a", { href: "/openapi.yaml", download: "openapi.yaml" }, "openapi.yaml"))),
    h("section", { class: "card", "aria-labelledby": "calls", id: "endpoints" }, h("h2", { id: "calls" }, t("calls")), Object.entries(doc.paths).flatMap(([path, item]) => METHODS.filter((m) => item[m]).map((m) => endpoint(doc, path, m, item[m], item.parameters || [])))));
  $("api").dataset.ready = "yes";
} catch (e) {
  $("api").textContent = t("unreachable") + " " + e.message;
}
