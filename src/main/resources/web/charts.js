// Charts in SVG, drawn at the size they have on the screen. Colours come from the style sheet.
import { h, s, say } from "./dom.js";
import { t, n } from "./i18n.js";

const nice = (rough) => {
  const power = 10 ** Math.floor(Math.log10(rough)), part = rough / power;
  return (part <= 1 ? 1 : part <= 2 ? 2 : part <= 5 ? 5 : 10) * power;
};
/** Rounded ends and steps of an axis that holds 0. */
export function axis(low, high, steps) {
  const step = nice(Math.max(high - low, 1e-9) / steps), ticks = [];
  const from = Math.floor(low / step) * step, to = Math.ceil(high / step) * step;
  for (let v = from; v <= to + step / 2; v += step) ticks.push(Math.round(v / step) * step);
  return { from, to, ticks, step };
}
const digitsOf = (step) => Math.max(0, Math.min(3, Math.ceil(-Math.log10(step) - 1e-9)));

/** A frame that draws again whenever its width changes. */
function frame(host, height, draw) {
  const svg = s("svg", { class: "plot", height, role: "img" });
  host.append(svg);
  const paint = () => {
    const width = host.clientWidth;
    if (!width) return;
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("width", width);
    svg.setAttribute("aria-label", draw.label());
    svg.replaceChildren(...draw.content(width, height));
  };
  new ResizeObserver(paint).observe(host);
  return { svg, paint };
}

/** Power over the last minutes: import above the line, export below it. */
export function lineChart(host, windowMs) {
  let points = [], now = Date.now(), label = "";
  const left = 46, bottom = 20, top = 8, right = 4;
  const content = (width, height) => {
    const values = points.map((p) => p.w);
    const a = axis(Math.min(0, ...values) / 1000, Math.max(values.length ? 0.1 : 1, ...values) / 1000, 4);
    const x = (at) => left + (width - left - right) * (1 - (now - at) / windowMs);
    const y = (kw) => top + (height - top - bottom) * (a.to - kw) / (a.to - a.from || 1);
    const parts = a.ticks.map((v) => s("g", {},
      s("line", { class: Math.abs(v) < a.step / 2 ? "zero" : "grid", x1: left, x2: width - right, y1: y(v), y2: y(v) }),
      s("text", { class: "tick", x: left - 6, y: y(v) + 4, "text-anchor": "end" }, n(v, digitsOf(a.step)))));
    for (let minutes = 0; minutes <= windowMs / 60000; minutes += 5) {
      const at = now - minutes * 60000;
      parts.push(s("text", { class: "tick", x: Math.min(width - right, Math.max(left, x(at))), y: height - 5, "text-anchor": minutes === 0 ? "end" : x(at) < left + 8 ? "start" : "middle" }, minutes === 0 ? t("now") : "−" + minutes + " min"));
    }
    let run = [];
    const runs = [run];
    points.forEach((p, i) => {
      if (i && p.at - points[i - 1].at > 60000) runs.push(run = []);
      run.push(p);
    });
    for (const one of runs.filter((r) => r.length > 1)) {
      for (const [name, pick] of [["import", (w) => Math.max(0, w)], ["export", (w) => Math.min(0, w)]]) {
        if (!one.some((p) => pick(p.w))) continue;
        const line = one.map((p) => x(p.at).toFixed(1) + " " + y(pick(p.w) / 1000).toFixed(1)).join("L");
        const zero = y(0).toFixed(1);
        parts.push(s("path", { class: "area " + name, d: `M${x(one[0].at).toFixed(1)} ${zero}L${line}L${x(one[one.length - 1].at).toFixed(1)} ${zero}Z` }));
      }
      parts.push(s("path", { class: "curve", d: "M" + one.map((p) => x(p.at).toFixed(1) + " " + y(p.w / 1000).toFixed(1)).join("L") }));
    }
    const last = points[points.length - 1];
    if (last && now - last.at < 15000) parts.push(s("circle", { class: "dot", cx: x(last.at), cy: y(last.w / 1000), r: 3.5 }));
    return parts;
  };
  const f = frame(host, 190, { label: () => label, content });
  return { update(newPoints, text) { points = newPoints; now = Date.now(); label = text; f.paint(); } };
}

/** Signed bars: `up` grows above the line, `down` below it; either may be null. */
export function barChart(host, readout) {
  let bars = [], label = "", unit = "kWh", say_ = () => "";
  const left = 46, bottom = 20, top = 8, right = 4;
  let chosen = -1;
  const content = (width, height) => {
    const a = axis(-Math.max(0, ...bars.map((b) => b.down || 0)), Math.max(0.01, ...bars.map((b) => b.up || 0)), 4);
    const y = (v) => top + (height - top - bottom) * (a.to - v) / (a.to - a.from || 1);
    const step = (width - left - right) / Math.max(1, bars.length), wide = Math.max(1, step * (bars.length > 40 ? 0.78 : 0.7));
    const parts = a.ticks.map((v) => s("g", {},
      s("line", { class: Math.abs(v) < a.step / 2 ? "zero" : "grid", x1: left, x2: width - right, y1: y(v), y2: y(v) }),
      s("text", { class: "tick", x: left - 6, y: y(v) + 4, "text-anchor": "end" }, n(Math.abs(v), digitsOf(a.step)))));
    bars.forEach((bar, i) => {
      const x = left + i * step + (step - wide) / 2;
      if (i === chosen) parts.push(s("rect", { class: "chosen", x: left + i * step, width: step, y: top, height: height - top - bottom }));
      if (bar.up === null && bar.down === null) parts.push(s("line", { class: "missing", x1: x, x2: x + wide, y1: y(0), y2: y(0) }));
      if (bar.up) parts.push(s("rect", { class: "bar import", x, width: wide, y: y(bar.up), height: Math.max(1, y(0) - y(bar.up)) }));
      if (bar.down) parts.push(s("rect", { class: "bar export", x, width: wide, y: y(0), height: Math.max(1, y(-bar.down) - y(0)) }));
      if (bar.tick) parts.push(s("text", { class: "tick", x: left + (i + 0.5) * step, y: height - 5, "text-anchor": i < 2 ? "start" : i > bars.length - 3 ? "end" : "middle" }, bar.tick));
    });
    return parts;
  };
  const f = frame(host, 190, { label: () => label, content });
  const point = (event) => {
    const box = f.svg.getBoundingClientRect();
    const i = Math.floor((event.clientX - box.left - left) / ((box.width - left - right) / Math.max(1, bars.length)));
    chosen = i >= 0 && i < bars.length ? i : -1;
    say(readout, chosen < 0 ? " " : say_(bars[chosen]));
    f.paint();
  };
  f.svg.addEventListener("pointermove", point);
  f.svg.addEventListener("pointerdown", point);
  f.svg.addEventListener("pointerleave", () => { chosen = -1; f.paint(); });
  return { update(newBars, text, describe) { bars = newBars; label = text; say_ = describe; f.paint(); }, unit };
}

/** A scale with 0 in its middle: export to the left, import to the right. */
export function dial(host) {
  let value = 0, most = 1000, label = "";
  const content = (width, height) => {
    const mid = width / 2, half = mid - 6, base = 15, x = (w) => mid + Math.max(-1, Math.min(1, w / most)) * half;
    const parts = [s("rect", { class: "track", x: mid - half, width: 2 * half, y: base - 5, height: 10, rx: 5 })];
    if (value) parts.push(s("rect", { class: "bar " + (value < 0 ? "export" : "import"), x: Math.min(mid, x(value)), width: Math.max(2, Math.abs(x(value) - mid)), y: base - 5, height: 10, rx: 2 }));
    const step = nice(most / (width < 420 ? 2.1 : 4.1));
    for (let v = -Math.floor(most / step) * step; v <= most; v += step) {
      parts.push(s("line", { class: v === 0 ? "zero" : "grid", x1: x(v), x2: x(v), y1: base + 8, y2: base + (v === 0 ? 17 : 13) }));
      parts.push(s("text", { class: "tick", x: Math.max(16, Math.min(width - 16, x(v))), y: height - 4, "text-anchor": "middle" }, n(Math.abs(v) / 1000, digitsOf(step / 1000))));
    }
    parts.push(s("line", { class: "needle", x1: x(value), x2: x(value), y1: base - 9, y2: base + 9 }));
    return parts;
  };
  const f = frame(host, 48, { label: () => label, content });
  return { update(w, scale, text) { value = w; most = scale; label = text; f.paint(); } };
}

/** A half circle for the running quarter of an hour: now, its projection, and the peak of the month. */
export function gauge(host) {
  let v = { now: 0, projected: 0, peak: 0 }, label = "";
  const content = (width, height) => {
    const r = Math.min(width / 2 - 14, height - 36), cx = width / 2, cy = height - 20;
    const most = axis(0, Math.max(v.peak, v.projected, v.now, 1) * 1.15, 4).to;
    const angle = (kw) => Math.PI * (1 - Math.max(0, Math.min(1, kw / most)));
    const at = (kw, radius) => (cx + radius * Math.cos(angle(kw))).toFixed(1) + " " + (cy - radius * Math.sin(angle(kw))).toFixed(1);
    const arc = (a, b, name) => s("path", { class: name, d: `M${at(a, r)}A${r} ${r} 0 0 1 ${at(b, r)}` });
    const over = v.peak > 0 && v.projected > v.peak;
    return [arc(0, most, "gauge-track"), arc(0, v.projected, "gauge-projected" + (over ? " over" : "")), arc(0, v.now, "gauge-now"),
      v.peak ? s("path", { class: "gauge-peak", d: `M${at(v.peak, r - 11)}L${at(v.peak, r + 11)}` }) : "",
      s("text", { class: "tick", x: cx - r, y: cy + 16, "text-anchor": "middle" }, "0"),
      s("text", { class: "tick", x: cx + r, y: cy + 16, "text-anchor": "middle" }, n(most, most < 3 ? 1 : 0)),
      s("text", { class: "gauge-value", x: cx, y: cy - r * 0.28, "text-anchor": "middle" }, n(v.projected, 2)),
      s("text", { class: "tick", x: cx, y: cy - 4, "text-anchor": "middle" }, t("kwAtEnd"))].filter(Boolean);
  };
  const f = frame(host, 160, { label: () => label, content });
  return { update(values, text) { v = values; label = text; f.paint(); } };
}

/** The same figures as a table, made when it is opened. */
export function tableOf(summary, heads, rows) {
  const details = h("details", { class: "figures" }, h("summary", {}, summary));
  details.addEventListener("toggle", () => {
    details.querySelector(".scroll")?.remove();
    if (!details.open) return;
    details.append(h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": summary }, h("table", {},
      h("thead", {}, h("tr", {}, heads.map((head) => h("th", { scope: "col" }, head)))),
      h("tbody", {}, rows().map((row) => h("tr", {}, row.map((cell, i) => i ? h("td", { class: "number" }, cell) : h("th", { scope: "row" }, cell))))))));
  });
  return details;
}
