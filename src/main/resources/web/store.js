// What the page knows: the newest reading, the state of the device, the power of the last minutes.
import { call } from "./api.js";

export const WINDOW_MS = 15 * 60 * 1000;
const STATUS_MS = 3000;
export const state = { reading: null, status: null, arrived: 0, reachable: true, locked: false, points: [], failure: null };

const listeners = { reading: [], status: [], tick: [] };
export const on = (event, listener) => listeners[event].push(listener);
const tell = (event) => listeners[event].forEach((listener) => listener());

/** Seconds since the newest telegram arrived at the device. */
export const age = () => state.reading ? state.reading.age_s + (Date.now() - state.arrived) / 1000 : 0;
/** True when the newest values must not be taken for the present ones. */
export function isOld() {
  if (!state.reachable) return true;
  return Boolean(state.reading) && (state.reading.stale || (Date.now() - state.arrived > 12000 && age() > 15));
}

function take(reading) {
  const fresh = !state.reading || reading.seq !== state.reading.seq || reading.ts !== state.reading.ts;
  state.reading = reading;
  state.arrived = Date.now();
  state.reachable = true;
  state.locked = false;
  if (fresh && reading.power_w !== undefined) {
    const when = state.arrived - reading.age_s * 1000, last = state.points[state.points.length - 1];
    if (!last || when > last.at + 200) state.points.push({ at: when, w: reading.power_w });
    while (state.points.length && state.points[0].at < Date.now() - WINDOW_MS) state.points.shift();
  }
  tell("reading");
}

let source = null, again = 0;
function listen() {
  clearTimeout(again);
  if (source) source.close();
  source = new EventSource("/api/v1/stream");
  source.addEventListener("reading", (event) => take(JSON.parse(event.data)));
  source.addEventListener("status", (event) => { state.status = JSON.parse(event.data); tell("status"); });
  source.onerror = () => {
    if (source.readyState === EventSource.CLOSED) again = setTimeout(listen, 5000);
  };
}
export async function refresh() {
  try {
    state.status = await call("GET", "/status");
    state.reachable = true;
    state.locked = false;
    if (Date.now() - state.arrived > 4000) {
      await call("GET", "/reading").then(take, (e) => { if (e.status !== 503) throw e; });
    }
  } catch (e) {
    state.locked = e.status === 401;
    state.reachable = e.status !== undefined;
  }
  tell("status");
}
async function past() {
  try {
    const history = await call("GET", "/history");
    const first = state.points.length ? state.points[0].at : Infinity;
    const before = history.t.map((at, i) => ({ at: at * 1000, w: history.power_w[i] })).filter((p) => p.w !== null && p.at < first - 500);
    state.points.unshift(...before);
    tell("reading");
  } catch { /* the line begins now */ }
}
export function start() {
  past();
  listen();
  refresh();
  setInterval(() => { if (!document.hidden) refresh(); }, STATUS_MS);
  setInterval(() => tell("tick"), 1000);
  addEventListener("login", () => { refresh(); listen(); past(); });
  // A page that is put aside must not hold one of the few connections that a browser has.
  addEventListener("pagehide", () => { clearTimeout(again); if (source) source.close(); });
  addEventListener("pageshow", (event) => { if (event.persisted) { listen(); refresh(); } });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
}
