// The size of d loss / d h_t at each step back, for random weights.

import { $, State, clamp, connect, keys, power, say, short } from "../drawing/page.js";
import { html, put, svg } from "../drawing/tree.js";
import { equation } from "../drawing/equation.js";
import { heatMap, palette } from "../drawing/heat_map.js";
import { Tape, begin, cells, matrix, unfold, vector } from "../cells/index.js";

const UNITS = 16, INPUTS = 4;
const EQUATIONS = {
  vanilla_rnn: ["h_t = tanh(W_hh h_{t-1} + W_xh x_t)"],
  lstm: ["i = sigma(W_i [h_{t-1}, x_t])", "f = sigma(W_f [h_{t-1}, x_t] + b_f)", "o = sigma(W_o [h_{t-1}, x_t])", "g = tanh(W_g [h_{t-1}, x_t])", "c_t = f * c_{t-1} + i * g", "h_t = o * tanh(c_t)"],
  gru: ["r_t = sigma(W_xr x_t + W_hr h_{t-1})", "z_t = sigma(W_xz x_t + W_hz h_{t-1} + b_z)", "h~_t = tanh(W_xh x_t + W_hh (r_t * h_{t-1}))", "h_t = z_t * h_{t-1} + (1 - z_t) * h~_t"],
  min_gru: ["z_t = sigma(W_z x_t + b_z)", "h~_t = g(W_h x_t)", "h_t = (1 - z_t) * h_{t-1} + z_t * h~_t"],
};
// What each row below the chart shows, with the weights that make it
const ROWS = {
  vanilla_rnn: { h: "W_hh W_xh" },
  lstm: { i: "W_i", f: "W_f b_f", o: "W_o", g: "W_g", c: "", h: "" },
  gru: { r: "W_xr W_hr", z: "W_xz W_hz b_z", h_tilde: "W_xh W_hh", h: "" },
  min_gru: { z: "W_z b_z", h_tilde: "W_h g", h: "" },
};
const state = new State({
  cell: { fallback: "vanilla_rnn", choices: ["vanilla_rnn", "lstm", "gru", "min_gru"] },
  length: { fallback: 40, low: 2, high: 120, whole: true },
  radius: { fallback: 0.9, low: 0.1, high: 2.5 },
  bias: { fallback: 1, low: -3, high: 6 },
  clip: { fallback: 0, low: 0, high: 10 },
  input: { fallback: 0.5, low: 0, high: 2 },
});

// Numbers that look random, and are the same each time (mulberry32, then Box and Muller)
function normal(seed) {
  let a = seed;
  const uniform = () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

// The largest size that a matrix has in the long run: its spectral radius, from the
// growth of a vector over many products (of the last 200 of 400, as a mean).
function spectralRadius(numbers, size) {
  let x = Array.from({ length: size }, (_, k) => 1 + 0.1 * k), total = 0;
  for (let n = 0; n < 400; n++) {
    x = Array.from({ length: size }, (_, j) => x.reduce((sum, one, k) => sum + numbers[j * size + k] * one, 0));
    const norm = Math.hypot(...x);
    if (n >= 200) total += Math.log(norm);
    x = x.map((one) => one / norm);
  }
  return Math.exp(total / 200);
}

const draws = normal(7);
const BASE = Array.from({ length: 4 }, () => {
  const numbers = Array.from({ length: UNITS * UNITS }, draws);
  const radius = spectralRadius(numbers, UNITS);
  return numbers.map((one) => one / radius);
});
const INTO = Array.from({ length: 4 }, () => Array.from({ length: UNITS * INPUTS }, () => draws() / Math.sqrt(INPUTS)));
const X = Array.from({ length: 120 }, () => Array.from({ length: INPUTS }, draws));
const AT_END = Array.from({ length: UNITS }, draws);

function weights(cell, radius, bias) {
  const hh = (n) => matrix(BASE[n].map((one) => one * radius), UNITS, UNITS);
  const xh = (n) => matrix(INTO[n], UNITS, INPUTS);
  const b = (value) => vector(new Array(UNITS).fill(value));
  switch (cell) {
    case "lstm": {
      const rows = [];
      for (let gate = 0; gate < 4; gate++) for (let j = 0; j < UNITS; j++)
        rows.push(...BASE[gate].slice(j * UNITS, (j + 1) * UNITS).map((one) => one * radius), ...INTO[gate].slice(j * INPUTS, (j + 1) * INPUTS));
      return { W: matrix(rows, 4 * UNITS, UNITS + INPUTS), b: vector([0, bias, 0, 0].flatMap((one) => new Array(UNITS).fill(one))) };
    }
    case "gru": return { W_hr: hh(0), W_hz: hh(1), W_hh: hh(2), W_xr: xh(0), W_xz: xh(1), W_xh: xh(2), b_z: b(bias) };
    case "min_gru": return { W_z: xh(0), W_h: xh(1), b_z: b(-bias) };
    default: return { W_hh: hh(0), W_xh: xh(0) };
  }
}

// |d loss / d h_t| for t = 0 ... T, and the norm of the gradient by all weights
function sizes(cell, { length, radius, bias, input }) {
  const w = weights(cell, radius, bias), tape = new Tape();
  const x = X.slice(0, length).map((one) => vector(one.map((number) => number * input)));
  const start = begin(cells[cell], UNITS);
  const made = unfold(tape, cells[cell], w, x, start);
  made.at(-1).h.gradient.set(AT_END.map((one) => one / Math.hypot(...AT_END)));
  tape.rewind();
  let squares = 0;
  for (const one of Object.values(w)) for (const number of one.gradient) squares += number * number;
  // through the state that is carried on: h, and for the LSTM c beside it
  const size = (step) => Math.hypot(...step.h.gradient, ...(step.c?.gradient ?? []));
  return { x, made, norms: [size(start), ...made.map(size)], weights: Math.sqrt(squares) };
}

const kept = new Map();

// The same, kept for the settings of the last few pictures
function known(cell, { length, radius, bias, input }) {
  const key = [cell, length, radius, cell === "vanilla_rnn" ? "" : bias, input].join();
  if (!kept.has(key)) kept.set(key, sizes(cell, { length, radius, bias, input }));
  if (kept.size > 16) kept.delete(kept.keys().next().value);
  return kept.get(key);
}

// States, gates and inputs over time, one line a unit
function maps(cell, { made, x }) {
  const rows = { ...ROWS[cell], x: "" };
  put($("#maps"), ...Object.entries(rows).flatMap(([name, weights]) => [
    html("span", { class: "name", "data-term": `${name} ${weights}` }, name === "h_tilde" ? "h̃" : name),
    html("canvas", { id: `map-${name}`, class: "low", role: "img", "data-term": `${name} ${weights}`, "aria-label": `${name} at each step` }),
    html("span", {})]));
  for (const name of Object.keys(rows)) {
    const values = name === "x" ? x.map(({ value }) => value) : made.map((step) => step[name].value);
    heatMap($(`#map-${name}`), values[0].length, values.length, (row, n) => values[n][row], palette(),
      "ifozr".includes(name) ? "gate" : null);
  }
}

let shown;

function draw(values) {
  const found = known(values.cell, values), plain = known("vanilla_rnn", values);
  shown = found;
  if ($("#equations").dataset.cell !== values.cell) {
    $("#equations").dataset.cell = values.cell;
    $("#equations").innerHTML = EQUATIONS[values.cell].map((text) => equation(text)).join("");
  }
  maps(values.cell, found);
  const factor = values.clip > 0 && found.weights > values.clip ? values.clip / found.weights : 1;
  const width = 720, high = 330, low = -12, top = 6;
  const x = (n) => 60 + (width - 90) * n / values.length;
  const y = (size) => 20 + (high - 70) * (top - clamp(Math.log10(Math.max(size, 1e-300)), low, top)) / (top - low);
  const root = svg("svg", { class: "chart", width, height: high, viewBox: `0 0 ${width} ${high}`, role: "img", "aria-label": "Size of the gradient at each step, on a logarithmic axis" });
  for (let exponent = low; exponent <= top; exponent += 3) {
    root.append(svg("path", { d: `M60 ${y(10 ** exponent)}H${width - 30}`, class: "axis" }));
    const text = svg("text", { x: 52, y: y(10 ** exponent) + 5, "text-anchor": "end", class: "soft" }, "10");
    text.append(svg("tspan", { dy: -5, "font-size": 10 }, short(exponent, 0)));
    root.append(text);
  }
  for (let n = 0; n <= values.length; n += Math.max(1, Math.round(values.length / 8)))
    root.append(svg("text", { x: x(n), y: high - 26, "text-anchor": "middle", class: "soft" }, n));
  root.append(svg("text", { x: width / 2, y: high - 6, "text-anchor": "middle", class: "soft" }, "step t; the loss is at the last"));
  const line = (norms, attributes) => root.append(svg("polyline", { points: norms.map((one, n) => `${x(n)},${y(one)}`).join(" "), fill: "none", "stroke-width": 2.5, ...attributes }));
  if (values.cell !== "vanilla_rnn") line(plain.norms, { stroke: "var(--soft)", "stroke-dasharray": "5 4" });
  if (factor < 1) line(found.norms.map((one) => one * factor), { stroke: "var(--plus)" });
  line(found.norms, { stroke: "var(--state)", "data-term": "h" });
  found.norms.forEach((one, n) => root.append(svg("circle", { cx: x(n), cy: y(one), r: values.length > 60 ? 2 : 3.5, fill: "var(--state)", "data-term": "h" }, svg("title", {}, `t = ${n}: ${power(one)}`))));
  put($("#picture"), root);
  const first = found.norms[0];
  const reads = first < 1e-4 ? "it has vanished" : first > 1e2 ? "it has exploded" : "it is still there";
  say(`The gradient has size 1 at step ${values.length} and ${power(first)} at step 0: ${reads}. By all weights its norm is ${power(found.weights)}${factor < 1 ? `, clipped to ${values.clip}` : ""}.`);
  if (values.cell === "min_gru") return "The minGRU has no W_hh: the radius changes nothing here, only its gate does.";
  return "";
}

const show = connect(state, draw);
keys((way) => { state.values.length = clamp(state.values.length + way, 2, 120); show(); });
window.explorer = { state, show, numbers: () => ({ norms: shown.norms, radius: spectralRadius(BASE[0], UNITS) }) };
