// Builds elements. Text always goes in as text, never as markup.
const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked" || name === "disabled") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}
export const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
export const s = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);
export const $ = (id) => document.getElementById(id);

/** Sets a text only when it is another one, so that a screen reader is left in peace. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Replaces what an element holds, unless it would look the same: focus and selection stay. */
export function show(element, ...children) {
  const next = children.flat(Infinity).filter(Boolean).map((child) => child instanceof Node ? child : document.createTextNode(child));
  const now = [...element.childNodes];
  if (now.length !== next.length || now.some((node, i) => !node.isEqualNode(next[i]))) element.replaceChildren(...next);
}

const ICONS = {
  live: "M3 12h4l3-8 4 16 3-8h4",
  setup: "M5 12l4.5 4.5L19 7",
  settings: "M4 7h9M17 7h3M4 17h3M11 17h9M13 4.5v5M7 14.5v5",
  diagnose: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16.2 16.2 21 21M8 11h1.6l1.4-3 1.6 5 1-2H15",
  system: "M7 4h10v16H7zM10 8h4M10 12h4M12 16.5v.01",
  ok: "M5 12.5l4.5 4.5L19 7.5",
  bad: "M6 6l12 12M18 6 6 18",
  warn: "M12 4 2.8 20h18.4zM12 10v5M12 17.6v.01",
  unknown: "M9 9.2a3 3 0 1 1 4.4 2.6c-1 .6-1.4 1-1.4 2.2M12 17.4v.01",
  download: "M12 4v11M7 10.5l5 5 5-5M4 20h16",
};
/** A drawing beside a text; never the only bearer of a meaning. */
export function icon(name, className = "icon") {
  return s("svg", { class: className, viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" }, s("path", { d: ICONS[name] }));
}

/** A question before something that cannot be taken back; true when it was answered with yes. */
export function ask(title, text, yes, no) {
  return new Promise((resolve) => {
    const id = "ask-title";
    const dialog = h("dialog", { "aria-labelledby": id, class: "ask" },
      h("h2", { id }, title), h("p", {}, text),
      h("div", { class: "buttons" },
        h("button", { type: "button", class: "quiet", onclick: () => dialog.close("no") }, no),
        h("button", { type: "button", class: "danger", onclick: () => dialog.close("yes") }, yes)));
    dialog.addEventListener("close", () => { dialog.remove(); resolve(dialog.returnValue === "yes"); });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Lets the browser save what an answer holds. */
export function save(blob, name) {
  const address = URL.createObjectURL(blob);
  const link = h("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}
