// The slide's network: step through it, drag its weights, train it.

import { $, State, clamp, connect, keys, reveal, say, short, signed, shade }
  from "../drawing/page.js";
import { html, put, svg } from "../drawing/tree.js";
import { setEquations } from "../drawing/equation.js";
import * as network from "../networks/hello.js";
import model from "../models/hello.json" with { type: "json" };

const LETTERS = model.letters, MOST = 5000, LARGEST = 8, FULL = 400;
const NAMES = ["W_xh", "W_hh", "b_h", "W_hy", "b_y"];
const state = new State({
  text: { fallback: "hello", longest: 12 },
  t: { fallback: 1, low: 1, high: 11, whole: true },
  trained: { fallback: "0", choices: ["0", "20", "200"] },
  on: { fallback: "hello", longest: 12 }, // what was trained on
  // What was done since, in order: numbers of training steps, and weights that were set.
  done: { fallback: "", pattern: /^((\d{1,4}|(W_xh|W_hh|b_h|W_hy|b_y)\.\d{1,2}\.-?\d(\.\d{1,3})?)(~|$)){0,400}$/,
    form: "it has steps of training and weights, as in 20~W_hh.4.-1.25~10" },
});
let w, losses, now = null, run, timer;

// The weights of the state: those that were kept, and what was done from there.
function begin() {
  const { trained, on, done } = state.values;
  w = network.weightsAfter(model, trained);
  losses = [];
  let wrong = "";
  for (const one of done.split("~").filter(Boolean)) {
    const [name, at, value] = one.split(/\.(.*?)\.(.*)/);
    if (at === undefined)
      for (let n = 0; n < Number(one) && losses.length < MOST; n++)
        losses.push(network.train(LETTERS, w, readable(on), model.learning_rate));
    else if (at < w[name].value.length) w[name].value[at] = clamp(Number(value), -LARGEST, LARGEST);
    else wrong = `The link is damaged: ${name} has only ${w[name].value.length} numbers.`;
  }
  now = `${trained}|${on}|${done}`;
  return wrong;
}

// Note what was done, so that the link says it: a weight's last value, a sum of steps.
function note(one) {
  const list = state.values.done.split("~").filter(Boolean), last = list.at(-1);
  if (/^\d+$/.test(one)) {
    if (/^\d+$/.test(last)) list.pop(), one = String(Number(one) + Number(last));
  } else {
    const key = one.slice(0, one.indexOf(".", one.indexOf(".") + 1) + 1);
    for (let n = list.length - 1; n >= 0 && !/^\d+$/.test(list[n]); n--)
      if (list[n].startsWith(key)) list.splice(n, 1);
  }
  if (list.length < FULL) state.values.done = [...list, one].join("~");
  now = `${state.values.trained}|${state.values.on}|${state.values.done}`;
}

function set(name, at, value) {
  w[name].value[at] = Math.round(1000 * clamp(value, -LARGEST, LARGEST)) / 1000;
  note(`${name}.${at}.${w[name].value[at]}`);
  show();
}

function readable(text = state.values.text) {
  const known = [...text.toLowerCase()].filter((one) => LETTERS.includes(one)).join("");
  return known.length > 1 ? known : "hello";
}

const square = (x, y, size, value, term, title, largest = 1) =>
  svg("rect", { x, y, width: size, height: size, rx: 4, fill: signed(value, largest), stroke: "var(--line)",
    "data-term": term }, svg("title", {}, title));

function picture(text, t) {
  const wide = 92, steps = run.steps, width = 70 + wide * steps.length + 20, high = 372;
  const root = svg("svg", { width: 1.35 * width, height: 1.35 * high, viewBox: `0 0 ${width} ${high}`, role: "img",
    "aria-label": "States, outputs, loss and gradients at each step; the table below has the numbers of one step" });
  const rows = [["x", 312], ["h", 218], ["y", 100], ["loss", 52], ["∂L/∂h", 252]];
  for (const [name, y] of rows)
    root.append(svg("text", { x: 8, y: y + 18, class: name === "h" ? "" : "soft", "font-style": "italic" }, name));
  const most = Math.max(1e-9, ...steps.flatMap(({ h }) => [...h.gradient].map(Math.abs)));
  steps.forEach((step, n) => {
    const x = 80 + n * wide, chosen = n === t - 1;
    const group = svg("g", { class: "moves", opacity: n < t ? 1 : 0.35, onclick: () => go(n + 1) });
    group.append(svg("rect", { x: x - 8, y: 22, width: wide - 6, height: 338, rx: 8, fill: "none", stroke: chosen ? "var(--state)" : "none", "stroke-width": 2 }));
    group.append(svg("text", { x: x + 34, y: 350, "text-anchor": "middle", "font-size": 22, "font-weight": 600, "data-term": "x" }, text[n]));
    [...LETTERS].forEach((letter, k) => group.append(
      square(x + k * 18, 314, 16, step.x.value[k], "x", `x for ${letter}: ${step.x.value[k]}`)));
    [...step.h.value].forEach((one, k) => {
      group.append(square(x + k * 25, 214, 22, one, "h", `h ${k + 1} = ${short(one, 4)}`),
        svg("rect", { x: x + k * 25, y: 262, width: 22, height: 10, rx: 3, fill: signed(step.h.gradient[k], most), stroke: "var(--line)" },
          svg("title", {}, `d loss / d h ${k + 1} = ${short(step.h.gradient[k], 5)}`)));
    });
    if (n > 0) group.append(svg("path", { d: `M${x - 22} 225 L${x - 3} 225`, stroke: "var(--state)", "stroke-width": 3, "data-term": "W_hh" }));
    group.append(svg("path", { d: `M${x + 34} 310 L${x + 34} 278`, stroke: "var(--gate)", "stroke-width": 3, "data-term": "W_xh" }),
      svg("path", { d: `M${x + 34} 210 L${x + 34} 186`, stroke: "var(--plus)", "stroke-width": 3, "data-term": "W_hy" }));
    [...LETTERS].forEach((letter, k) => {
      const p = step.p.value[k], right = k === step.target;
      group.append(svg("rect", { x: x + 16, y: 84 + k * 25, width: 58, height: 20, rx: 3, fill: "none", stroke: right ? "var(--ink)" : "var(--line)", "data-term": "y" }),
        svg("rect", { x: x + 16, y: 84 + k * 25, width: 58 * p, height: 20, rx: 3, fill: shade(0.75, "state"), "data-term": "y" }, svg("title", {}, `P(${letter}) = ${short(p, 4)}`)),
        svg("text", { x: x + 4, y: 99 + k * 25, "text-anchor": "middle", "font-weight": right ? 700 : 400 }, letter));
    });
    group.append(svg("text", { x: x + 38, y: 66, "text-anchor": "middle" }, short(step.loss.value[0], 3)));
    root.append(group);
  });
  put($("#picture"), root);
  reveal("#picture", 1.35 * (110 + (t - 1) * wide));
}

function weightTables() {
  const size = 30, root = svg("svg", { width: 490, height: 170, role: "group", "aria-label": "Weights" });
  let left = 4;
  for (const name of NAMES) {
    const W = w[name], columns = W.columns ?? 1, rows = W.rows ?? W.value.length;
    root.append(svg("text", { x: left, y: 16, "font-style": "italic", "data-term": name }, name.slice(0, 1), svg("tspan", { dy: 4, "font-size": 11 }, name.slice(2))));
    for (let j = 0; j < rows; j++) for (let k = 0; k < columns; k++) {
      const at = j * columns + k, value = W.value[at];
      const cell = square(left + k * (size + 3), 26 + j * (size + 3), size, value, name,
        `${name}[${j + 1}${W.columns ? `, ${k + 1}` : ""}] = ${short(value, 3)}, gradient ${short(W.gradient[at], 4)}`, 2);
      Object.assign(cell.attributes, { class: "drag", tabindex: 0, role: "slider", "data-keys": "",
        "aria-label": `${name}, row ${j + 1}${W.columns ? `, column ${k + 1}` : ""}`,
        "aria-valuemin": -LARGEST, "aria-valuemax": LARGEST, "aria-valuenow": value.toFixed(3),
        "aria-valuetext": `${short(value, 2)}, gradient ${short(W.gradient[at], 3)}`, id: `${name}-${j}-${k}`,
        onpointerdown: (event) => drag(event, name, at),
        onkeydown: (event) => {
          const way = { ArrowUp: 0.1, ArrowDown: -0.1 }[event.key];
          if (!way) return;
          event.preventDefault();
          set(name, at, w[name].value[at] + way);
        } });
      root.append(cell);
    }
    left += columns * (size + 3) + 16;
  }
  put($("#weights"), root);
}

function drag(event, name, at) {
  event.preventDefault();
  const y = event.clientY, before = w[name].value[at];
  const move = (to) => set(name, at, before + (y - to.clientY) / 40);
  const end = () => { removeEventListener("pointermove", move); removeEventListener("pointerup", end); };
  addEventListener("pointermove", move);
  addEventListener("pointerup", end);
}

function curve() {
  const shown = [...losses, run.loss], most = Math.max(1.6, ...shown);
  const each = Math.ceil(shown.length / 300);
  const x = (n) => 36 + 300 * n / Math.max(50, shown.length - 1), y = (one) => 118 - 100 * one / most;
  const root = svg("svg", { width: 350, height: 140, role: "img", "aria-label": `Loss ${short(run.loss, 4)} after ${losses.length} steps here` },
    svg("path", { d: "M36 10 V118 H336", class: "axis" }),
    svg("text", { x: 30, y: 122, "text-anchor": "end", class: "soft", "font-size": 12 }, "0"),
    svg("text", { x: 30, y: 24, "text-anchor": "end", class: "soft", "font-size": 12 }, short(most, 1)),
    svg("text", { x: 336, y: 135, "text-anchor": "end", class: "soft", "font-size": 12 }, `${losses.length} steps trained here`),
    svg("polyline", { points: shown.map((one, n) => (n % each && n < shown.length - 1 ? "" : `${x(n).toFixed(1)},${y(one).toFixed(1)}`)).join(" "), fill: "none", stroke: "var(--state)", "stroke-width": 2 }),
    svg("circle", { cx: x(shown.length - 1), cy: y(run.loss), r: 4, fill: "var(--state)" }));
  put($("#curve"), root);
}

function draw(values) {
  const text = readable(), last = text.length - 1;
  values.t = clamp(values.t, 1, last);
  run = network.read(LETTERS, w, text);
  const step = run.steps[values.t - 1];
  picture(text, values.t);
  weightTables();
  curve();
  const list = (numbers, digits) => [...numbers].map((one) => html("td", {}, short(one, digits)));
  put($("#table"), html("caption", { class: "note" }, `Step ${values.t} in numbers`),
    html("tbody", {},
      html("tr", {}, html("th", { scope: "row" }, "h"), ...list(step.h.value, 4)),
      html("tr", {}, html("th", { scope: "row" }, "∂L/∂h"), ...list(step.h.gradient, 4)),
      html("tr", {}, html("th", { scope: "row" }, "y"), ...list(step.y.value, 3))));
  $("#spelled").textContent = `Begun with “${text[0]}”, it writes “${network.spell(LETTERS, w, text[0], 5)}”.`;
  const says = LETTERS[step.p.value.indexOf(Math.max(...step.p.value))];
  say(`Step ${values.t} of ${last}: reads ${text[values.t - 1]}, is to say ${LETTERS[step.target]}, says ${says} with probability ${short(Math.max(...step.p.value))}. Loss of the text ${short(run.loss, 3)}.`);
  const unknown = [...new Set([...values.text.toLowerCase()].filter((one) => !LETTERS.includes(one)))];
  if (unknown.length) return `It knows only h, e, l and o; left out: ${unknown.join(" ")}${text === "hello" && values.text !== "hello" ? " (reading “hello”)" : ""}`;
  if (losses.length >= MOST) return `After ${MOST} steps it trains no further here.`;
  if (values.done.split("~").length >= FULL) return `The link is full: it keeps the first ${FULL} changes.`;
  return values.text.length < 2 ? "Type two letters or more: the last is only a target. Reading “hello”." : "";
}

function go(t) { state.values.t = t; show(); }

function learn(count) {
  const { values } = state;
  if (readable() !== readable(values.on)) { // another text: training begins anew
    Object.assign(values, { on: readable(), done: "" });
    begin();
  }
  const room = Math.min(count, MOST - losses.length);
  for (let n = 0; n < room; n++)
    losses.push(network.train(LETTERS, w, readable(), model.learning_rate));
  if (room) note(String(room));
  show();
}

setEquations();
$("#trained").addEventListener("input", () => { state.values.done = ""; }); // other weights to begin with
const show = connect(state, (values) => {
  const wrong = now === `${values.trained}|${values.on}|${values.done}` ? "" : begin();
  return draw(values) || wrong;
});
$("#back").addEventListener("click", () => go(Math.max(1, state.values.t - 1)));
$("#forth").addEventListener("click", () => go(state.values.t + 1));
$("#one").addEventListener("click", () => learn(1));
$("#ten").addEventListener("click", () => learn(10));
$("#live").addEventListener("click", () => {
  $("#live").textContent = timer ? "train live" : "stop";
  if (timer) { timer = clearInterval(timer); return; }
  timer = setInterval(() => { learn(1); if (run.loss < 0.01) $("#live").click(); }, 40);
});
keys((way) => go(clamp(state.values.t + way, 1, readable().length - 1)));
window.explorer = { state, show, numbers: () => ({ loss: run.loss, h: run.steps.map(({ h }) => [...h.value]),
  gradients: Object.fromEntries(Object.entries(w).map(([name, one]) => [name, [...one.gradient]])) }) };
