// What forms of the network section have beyond their fields: a list of Wi-Fi networks, a try with a way back, and where to find the device next.
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { get, call, asAdmin, explain } from "./api.js";
import { state } from "./store.js";

const SEARCH_MS = 45000;

/** A button that lists the networks around; choosing one fills in its name. */
export function wifiList(form) {
  const list = h("ul", { class: "lights", id: "wifi-list" }), said = h("p", { class: "help", role: "status" });
  const button = h("button", { type: "button", class: "quiet", id: "wifi-search" }, t("wifiSearch"));
  const box = h("div", { class: "field wide", "data-key": "wifi_list" }, h("div", { class: "buttons" }, button), said, list);
  const choose = (name) => {
    const input = form.querySelector("#network-ssid");
    input.value = name;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    form.querySelector("#network-wifi_password").focus();
  };
  button.addEventListener("click", async () => {
    button.disabled = true;
    said.textContent = t("wifiSearching");
    try {
      const found = (await search()).networks;
      said.textContent = found.length ? "" : t("wifiNone");
      list.replaceChildren(...found.map((x) => h("li", {}, h("button", { type: "button", class: "quiet", disabled: x.security !== "wpa2", onclick: () => choose(x.ssid) }, x.ssid), " ", t("wifiStrength", x.signal_percent), x.security === "wpa2" ? "" : " · " + t("wifiUnusable"))));
    } catch (e) {
      said.textContent = explain(e);
    }
    button.disabled = false;
  });
  return box;
}
/** Over the access point of a new device nobody has to log in for this. */
async function search() {
  try {
    return await call("GET", "/network/scan", undefined, SEARCH_MS);
  } catch (e) {
    if (e.status !== 401) throw e;
    return asAdmin(() => call("GET", "/network/scan", undefined, SEARCH_MS));
  }
}

/** Where the device is once the settings are in force, and how to get there. */
export function whereNext(values) {
  const port = location.port ? ":" + location.port : "", name = (state.status && state.status.network && state.status.network.mdns) || "energy-dongle.local";
  const places = [];
  if (values.connection !== "first-use" && values.method === "static") places.push("http://" + values.address + port + "/");
  places.push("http://" + name + port + "/");
  return h("div", { class: "found", id: "where-next", role: "status" }, h("div", {},
    h("p", {}, h("b", {}, t("nextFind"))),
    h("p", {}, values.connection === "wifi" ? t("nextWifi", values.ssid) : values.connection === "ethernet" ? t("nextCable") : t("nextFirstUse")),
    h("ul", {}, places.map((x) => h("li", {}, h("a", { class: "mono", href: x }, x)))),
    values.connection === "wifi" ? h("p", { class: "help" }, t("nextBack")) : null));
}

/** Uses the settings for two minutes; who finds the device again can keep them. */
export async function tryOut(values) {
  await asAdmin(() => call("POST", "/network/test", values));
}
/** What is on trial, with a button to keep it; null when nothing is. */
export function trialNotice() {
  const part = state.status && state.status.network;
  if (!part || part.trial_s === undefined) return null;
  const result = h("p", { class: "saved", role: "status" });
  return h("div", { class: "card", id: "network-trial" }, h("p", {}, t("onTrial", part.trial_s)), h("div", { class: "buttons" }, h("button", { type: "button", id: "keep-network", onclick: async () => {
    try {
      await asAdmin(() => call("POST", "/network/test/keep", {}));
      result.className = "saved";
      result.textContent = t("saved");
    } catch (e) {
      result.className = "error";
      result.textContent = explain(e);
    }
  } }, t("keepIt")), result));
}
/** The section as it is, or null for who has not logged in. */
export const current = () => get("/settings/network").catch(() => null);
