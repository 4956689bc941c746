// The language of the page: texts, numbers, times.
import { TEXTS } from "./texts.js";

export const LANGUAGES = ["en", "nl", "fr", "de"];
const stored = () => { try { return localStorage.getItem("language"); } catch { return null; } };
const wished = [stored(), ...(navigator.languages || [])].map((l) => (l || "").slice(0, 2));
let index = Math.max(0, LANGUAGES.indexOf(wished.find((l) => LANGUAGES.includes(l))));

export const language = () => LANGUAGES[index];
export const languageIndex = () => index;
export function choose(name) {
  index = Math.max(0, LANGUAGES.indexOf(name));
  try { localStorage.setItem("language", name); } catch { /* for this visit only */ }
  document.documentElement.lang = name;
}

const put = (text, args) => text.replace(/\{(\d)\}/g, (_, i) => args[i]);
export const has = (key) => Object.hasOwn(TEXTS, key);
export const t = (key, ...args) => has(key) ? put(TEXTS[key][index] || TEXTS[key][0], args) : key;

/** A number with the decimal mark of the language; a dash when there is none. */
export function n(value, digits = 0) {
  if (value === undefined || value === null || Number.isNaN(value)) return "–";
  return new Intl.NumberFormat(language(), { maximumFractionDigits: digits, minimumFractionDigits: digits, useGrouping: Math.abs(value) >= 10000 })
    .format(value).replace("-", "−").replace(/^−(0(?:[.,]0+)?)$/, "$1");
}
export const at = (millis, options) => new Intl.DateTimeFormat(language() === "en" ? "en-GB" : language(), options).format(millis);
export const clock = (millis) => at(millis, { hour: "2-digit", minute: "2-digit" });
export const day = (millis) => at(millis, { weekday: "short", day: "numeric", month: "short" });
export const moment = (millis) => at(millis, { dateStyle: "medium", timeStyle: "short" });

/** A duration in the largest unit that fits. */
export function span(seconds) {
  if (seconds < 10) return n(seconds, 0) + " s";
  if (seconds < 120) return n(Math.floor(seconds)) + " s";
  if (seconds < 7200) return n(Math.floor(seconds / 60)) + " min";
  if (seconds < 172800) return n(Math.floor(seconds / 3600)) + " h";
  return n(Math.floor(seconds / 86400)) + " d";
}
/** Watts for people: W below 10 kW, with its sign. */
export const watts = (w, unit = "W") => Math.abs(w) >= 10000 ? n(w / 1000, 2) + " k" + unit : n(w) + " " + unit;
/** A quantity of a register map, such as voltage_l1. */
export function quantity(code) {
  const [, name, phase] = /^(.*?)(?:_(l[123]))?$/.exec(code);
  return has("q:" + name) ? t("q:" + name) + (phase ? " " + phase.toUpperCase() : "") : code;
}
