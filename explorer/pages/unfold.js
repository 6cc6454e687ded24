// The five shapes, folded or unfolded; equal weights light up together.

import { $, State, clamp, connect, keys, say } from "../drawing/page.js";
import { put, svg } from "../drawing/tree.js";
import { setEquations } from "../drawing/equation.js";

const SHAPES = ["one-to-one", "one-to-many", "many-to-one", "many-to-many",
  "encoder-decoder"];
const WIDE = 104, HIGH = 84, LEFT = 70;
const state = new State({
  shape: { fallback: "many-to-many", choices: SHAPES },
  steps: { fallback: 4, low: 0, high: 8, whole: true },
  layers: { fallback: 1, low: 1, high: 3, whole: true },
  both: { fallback: "no", choices: ["no", "yes"] },
});

// Which steps have an input and an output
function columns({ shape, steps }) {
  const all = Array.from({ length: steps }, (_, n) => n + 1);
  switch (shape) {
    case "one-to-one": return [{ name: "", x: "x", y: "y" }];
    case "one-to-many": return all.map((t) => ({ t, x: t === 1 ? "x" : `y_${t - 1}`, fed: t > 1, y: `y_${t}` }));
    case "many-to-one": return all.map((t) => ({ t, x: `x_${t}`, y: t === steps ? "y" : "" }));
    case "many-to-many": return all.map((t) => ({ t, x: `x_${t}`, y: `y_${t}` }));
    default: return [...all.map((t) => ({ t, x: `x_${t}`, y: "" })),
      ...all.map((t) => ({ t, second: true, x: t === 1 ? "start" : `y_${t - 1}`, fed: t > 1, y: `y_${t}` }))];
  }
}

function label(text, x, y, attributes = {}) {
  const [base, sub] = text.split("_");
  const element = svg("text", { x, y, "text-anchor": "middle", "font-style": "italic", "font-size": 17, ...attributes }, base);
  if (sub) element.append(svg("tspan", { dy: 5, "font-size": 12 }, sub));
  return element;
}

const arrow = (path, term, hue, title) =>
  svg("path", { d: path, "data-term": term, fill: "none", stroke: `var(--${hue})`, "stroke-width": 2,
    "marker-end": `url(#tip-${hue})`, tabindex: 0, role: "img", "aria-label": title },
  svg("title", {}, title));

const tip = (hue) => svg("marker", { id: `tip-${hue}`, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, markerUnits: "userSpaceOnUse", orient: "auto" },
  svg("path", { d: "M0 0 L8 4 L0 8 z", fill: `var(--${hue})` }));

function draw(values) {
  const { shape, layers, both } = values;
  const folded = values.steps === 0 && shape !== "one-to-one";
  const found = folded ? [{ t: "t", x: "x_t", y: "y_t" }] : columns(values);
  const rows = Number(layers), twice = both === "yes" && shape !== "one-to-one";
  const bands = twice ? 2 * rows : rows;
  const width = LEFT + found.length * WIDE + 100, height = 150 + bands * HIGH;
  const x = (n) => LEFT + 40 + n * WIDE, y = (band) => height - 75 - (band + 1) * HIGH + 30;
  const root = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "group",
    "aria-label": "The network" }, svg("defs", {}, tip("state"), tip("gate"), tip("soft"), tip("plus")));
  const over = [];
  found.forEach((column, n) => {
    const letter = column.second ? "s" : "h", net = column.second ? "decoder " : "";
    for (let band = 0; band < bands; band++) {
      const layer = twice ? Math.floor(band / 2) + 1 : band + 1, right = twice && band % 2 === 1;
      const level = rows > 1 ? `${layer},` : "", at = `${letter}_${level}${column.t ?? ""}`;
      const hh = `W_hh ${net ? "W_dec" : `W_h${band}`}`, id = `${net ? "d" : "e"}${band}`;
      const own = `${net}W_hh${rows > 1 ? ` of layer ${layer}` : ""}${right ? ", from the right" : ""}`;
      if (!(shape === "one-to-one")) {
        const [from, to] = right ? [x(n) + WIDE - 24, x(n) + 26] : [x(n) - WIDE + 24, x(n) - 26];
        const outside = right ? n === found.length - 1 : n === 0;
        if (folded) root.append(arrow(
          right ? `M${x(n) - 24} ${y(band) + 8} C${x(n) - 75} ${y(band) + 40} ${x(n) - 75} ${y(band) - 40} ${x(n) - 26} ${y(band) - 8}`
            : `M${x(n) + 24} ${y(band) + 8} C${x(n) + 75} ${y(band) + 40} ${x(n) + 75} ${y(band) - 40} ${x(n) + 26} ${y(band) - 8}`,
          `${id}hh W_hh`, "state", own));
        else root.append(arrow(`M${outside ? (right ? x(n) + 66 : x(n) - 66) : from} ${y(band)} L${to} ${y(band)}`,
          `${id}hh W_hh`, "state", own));
        if (outside && !folded) over.push(label(`${letter}_${right ? "T+1" : "0"}`, right ? x(n) + 90 : x(n) - 80, y(band) + 5));
      }
      // what comes from below, and around the other direction's cell
      const bend = twice && right ? 34 : 0, below = band - (twice ? (right ? 2 : 1) : 1);
      const start = layer === 1 ? height - 62 : (twice ? y(2 * (layer - 1) - 1) : y(below)) - 24;
      const path = bend ? `M${x(n)} ${start} C${x(n) + 52} ${start - 20} ${x(n) + 52} ${y(band) + 50} ${x(n) + 12} ${y(band) + 24}`
        : `M${x(n)} ${start} L${x(n)} ${y(band) + 26}`;
      if (twice && layer > 1 && !right) { // both directions below go in
        const lower = y(2 * (layer - 2));
        root.append(svg("path", { d: `M${x(n) - 20} ${lower - 14} C${x(n) - 52} ${lower - 50} ${x(n) - 52} ${start - 40} ${x(n) - 3} ${start - 22}`, "data-term": `${id}xh W_xh`, fill: "none", stroke: "var(--gate)", "stroke-width": 2 }));
      }
      root.append(arrow(path, `${id}xh W_xh`, "gate", `${net}W_xh${rows > 1 ? ` of layer ${layer}` : ""}${right ? ", from the right" : ""}`));
      over.push(svg("circle", { cx: x(n), cy: y(band), r: 24, fill: "color-mix(in oklab, var(--state) 16%, var(--card))", stroke: "var(--state)", "stroke-width": 2, "data-term": column.second ? "s h" : "h" }),
        label(at, x(n), y(band) + 5, { "data-term": column.second ? "s h" : "h" }));
    }
    over.push(label(column.x, x(n), height - 42, { "data-term": column.fed ? "y" : "x" }));
    if (column.y) {
      root.append(arrow(`M${x(n)} ${y(bands - 1) - 24} L${x(n)} ${50}`, `${net}W_hy W_hy`, "plus", `${net}W_hy`));
      if (twice) root.append(arrow(`M${x(n) - 20} ${y(bands - 2) - 14} C${x(n) - 50} ${y(bands - 2) - 60} ${x(n) - 50} ${y(bands - 1)} ${x(n) - 8} ${50}`, `${net}W_hy W_hy`, "plus", `${net}W_hy`));
      over.push(label(column.y, x(n), 38, { "data-term": "y" }));
    }
    if (column.fed) root.append(svg("path", { d: `M${x(n - 1) + 12} 34 C${x(n) - 46} 34 ${x(n) - 58} ${height - 44} ${x(n) - 20} ${height - 46}`, fill: "none", stroke: "var(--soft)", "stroke-dasharray": "4 4", "stroke-width": 1.5, "marker-end": "url(#tip-soft)" }));
  });
  root.append(...over);
  if (shape !== "one-to-one") {
    const end = x(found.length - 1) + 50 + (twice ? 40 : 0);
    const handle = svg("circle", { cx: end, cy: 30, r: 11, class: "pull", fill: "var(--state)", tabindex: 0, onpointerdown: pull,
      role: "slider", "aria-label": "Steps", "aria-valuemin": 0, "aria-valuemax": 8, "aria-valuenow": values.steps });
    root.append(handle, svg("text", { x: end, y: 60, "text-anchor": "middle", class: "soft", "font-size": 12 }, "⟷ drag"));
  }
  put($("#picture"), root);
  const inputs = found.filter((one) => one.x && !one.fed && one.x !== "start").length;
  const outputs = found.filter((one) => one.y).length;
  say(folded ? "Folded: one cell, whose state goes back into itself."
    : `${shape.replaceAll("-", " ")}: ${inputs} input${inputs === 1 ? "" : "s"}, ${outputs} output${outputs === 1 ? "" : "s"}, ${rows} layer${rows > 1 ? "s" : ""}${twice ? " in each direction" : ""}. ${shape === "encoder-decoder" ? `${values.steps} times the same weights in the encoder, ${values.steps} times those of the decoder.` : `${found.length} time${found.length > 1 ? "s" : ""} the same weights.`}`);
  if (twice && (shape === "one-to-many" || shape === "encoder-decoder"))
    return "What writes cannot read from its end: in practice only the part that reads has both directions.";
  return "";
}

function pull(event) {
  event.preventDefault();
  const from = event.clientX, before = state.values.steps;
  const width = state.values.shape === "encoder-decoder" ? 2 * WIDE : WIDE;
  const move = (now) => {
    const steps = clamp(before + Math.round((now.clientX - from) / width), 0, 8);
    if (steps !== state.values.steps) { state.values.steps = steps; show(); }
  };
  const end = () => { removeEventListener("pointermove", move); removeEventListener("pointerup", end); };
  addEventListener("pointermove", move);
  addEventListener("pointerup", end);
}

setEquations();
const show = connect(state, draw);
keys((way) => { state.values.steps = clamp(state.values.steps + way, 0, 8); show(); });
window.explorer = { state, numbers: () => ({ arrows: document.querySelectorAll("#picture [data-term~=W_hh]").length }) };
