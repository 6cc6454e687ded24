// Gates and states over time; a gate may be clamped.

import { $, State, clamp, connect, keys, say, short } from "../drawing/page.js";
import { html, put, svg } from "../drawing/tree.js";
import { equation } from "../drawing/equation.js";
import { heatMap, palette } from "../drawing/heat_map.js";
import * as network from "../networks/letters.js";
import letters_gru from "../models/letters_gru.json" with { type: "json" };
import letters_lstm from "../models/letters_lstm.json" with { type: "json" };
import sentiment_gru from "../models/sentiment_gru.json" with { type: "json" };
import sentiment_lstm from "../models/sentiment_lstm.json" with { type: "json" };

const models = Object.fromEntries(Object.entries(
  { letters_gru, letters_lstm, sentiment_gru, sentiment_lstm })
  .map(([name, model]) => [name, network.open(model)]));
const LETTERS_READ = 400, WORDS_READ = 100;
const ROWS = { lstm: ["i", "f", "o", "g", "c", "h"], gru: ["r", "z", "h_tilde", "h"] };
const GATES = { lstm: ["i", "f", "o"], gru: ["r", "z"] };
const MEANING = { i: "input gate", f: "forget gate", o: "output gate", g: "proposal", c: "cell",
  h: "state", r: "reset gate", z: "update gate", h_tilde: "proposal" };
const OURS = {
  lstm: ["i = sigma(W_i [h_{t-1}, x_t])", "f = sigma(W_f [h_{t-1}, x_t])", "o = sigma(W_o [h_{t-1}, x_t])", "g = tanh(W_g [h_{t-1}, x_t])", "c_t = f * c_{t-1} + i * g", "h_t = o * tanh(c_t)"],
  gru: ["r_t = sigma(W_xr x_t + W_hr h_{t-1} + b_r)", "z_t = sigma(W_xz x_t + W_hz h_{t-1} + b_z)", "h~_t = tanh(W_xh x_t + W_hh (r_t * h_{t-1}) + b_h)", "h_t = z_t * h_{t-1} + (1 - z_t) * h~_t"],
};
const OTHER = {
  lstm: ["Gamma_u = sigma(W_u [a_{t-1}, x_t] + b_u)", "Gamma_f = sigma(W_f [a_{t-1}, x_t] + b_f)", "Gamma_o = sigma(W_o [a_{t-1}, x_t] + b_o)", "c~_t = tanh(W_c [a_{t-1}, x_t] + b_c)", "c_t = Gamma_u * c~_t + Gamma_f * c_{t-1}", "a_t = Gamma_o * c_t"],
  gru: ["Gamma_r = sigma(W_r [a_{t-1}, x_t] + b_r)", "Gamma_u = sigma(W_u [a_{t-1}, x_t] + b_u)", "c~_t = tanh(W_c [Gamma_r * a_{t-1}, x_t] + b_c)", "c_t = Gamma_u * c~_t + (1 - Gamma_u) * c_{t-1}", "a_t = c_t"],
};
// Which of our terms theirs are: both light up together
const SAME = {
  lstm: { Gamma_u: "i", Gamma_f: "f", Gamma_o: "o", c_tilde: "g", a: "h", W_u: "W_i", b_u: "b_i", W_c: "W_g", b_c: "b_g" },
  gru: { Gamma_r: "r", Gamma_u: "z", c_tilde: "h_tilde", c: "h", a: "h", W_r: "W_xr", W_u: "W_xz", b_u: "b_z", W_c: "W_xh", b_c: "b_h" },
};
// The weights that make what a row shows
const MAKES = {
  lstm: { i: "W_i b_i", f: "W_f b_f", o: "W_o b_o", g: "W_g b_g" },
  gru: { r: "W_xr W_hr b_r", z: "W_xz W_hz b_z", h_tilde: "W_xh W_hh b_h" },
};
const DIFFERENCE = {
  lstm: "Γu is i, Γf is f, Γo is o, a is h, c̃ is g. The table leaves out the tanh of the last line, and lets c̃ see a through one gate more, Γr, which is 1 here.",
  gru: "Γr is r, but Γu is 1 − z: there the open gate takes what is new, on the slide it keeps what is old.",
};
const EXAMPLES = { letters: "to be, or not to be, that is the question",
  sentiment: "there is nothing to like in this movie ." };
const state = new State({
  cell: { fallback: "lstm", choices: ["lstm", "gru"] },
  task: { fallback: "letters", choices: ["letters", "sentiment"] },
  text: { fallback: EXAMPLES.letters, longest: 2000 },
  t: { fallback: 20, low: 1, high: LETTERS_READ, whole: true },
  ...Object.fromEntries(["i", "f", "o", "r", "z"].map((gate) =>
    [gate, { fallback: "free", choices: ["free", "open", "shut"] }])),
});
let lastTask, steps, free, list, computed = "", drawn = "", order;
let before = {}; // lists and what was made of them, with free gates and with held ones

function clamps(cell) {
  if ($("#clamps").dataset.cell === cell) return;
  $("#clamps").dataset.cell = cell;
  put($("#clamps"), ...GATES[cell].map((gate) =>
    html("label", { "data-term": gate }, `${MEANING[gate]} ${gate}`,
      html("select", { id: `hold-${gate}`, oninput: ({ target }) => { state.values[gate] = target.value; show(); } },
        ...["free", "open", "shut"].map((one) => html("option", { value: one }, one))))), html("button", { type: "button", onclick: () => { for (const gate of "iforz") state.values[gate] = "free"; show(); } }, "let all go free"));
}

const shown = (token) => (token === " " ? "␣" : token === "\n" ? "⏎" : token);

function maps(cell, t) {
  const colours = palette(), rows = ROWS[cell], look = computed + colours.paper;
  const box = $("#maps");
  if (box.dataset.cell !== cell) {
    box.dataset.cell = cell;
    const term = (name) => `${name} ${MAKES[cell][name] ?? ""}`;
    put(box, ...rows.flatMap((name) => [
      html("span", { class: "name", "data-term": term(name), title: MEANING[name] }, name === "h_tilde" ? "h̃" : name),
      html("canvas", { id: `map-${name}`, role: "img", "data-term": term(name), onclick: pick }),
      html("output", { id: `mean-${name}` })]), html("div", { class: "hint", id: "tokens", "aria-hidden": "true", "data-term": "x" }));
  }
  for (const name of rows) {
    const values = steps.map((step) => step[name].value), canvas = $(`#map-${name}`);
    const gate = GATES[cell].includes(name);
    if (look !== drawn)
      heatMap(canvas, values[0].length, values.length, (row, n) => values[n][order[row]], colours, gate ? "gate" : null);
    const here = values[t - 1], mean = here.reduce((sum, one) => sum + one, 0) / here.length;
    canvas.setAttribute("aria-label", `${MEANING[name]} ${name}, ${values[0].length} units over ${values.length} steps; mean at step ${t}: ${short(mean)}`);
    $(`#mean-${name}`).textContent = short(mean);
  }
  drawn = look;
  put($("#tokens"), ...list.map((token, n) => html("span", { class: n === t - 1 ? "here" : "" },
    list.length > 80 && n !== t - 1 ? "" : shown(token))));
}

function pick(event) {
  const box = event.target.getBoundingClientRect();
  state.values.t = clamp(1 + Math.floor((event.clientX - box.left) / box.width * list.length), 1, list.length);
  show();
}

function answer(model, t) {
  const width = 720, high = 190, held = GATES[model.cell].some((gate) => state.values[gate] !== "free");
  const root = svg("svg", { class: "chart", width, height: high, viewBox: `0 0 ${width} ${high}`, role: "img", "aria-label": "What the network answers; the line above says it in words" });
  if (model.letters) {
    const best = (step) => [...step.p].map((p, k) => [p, model.letters[k]]).sort((a, b) => b[0] - a[0]).slice(0, 8);
    const column = (step, left, title) => {
      root.append(svg("text", { x: left, y: 18, class: "soft" }, title));
      best(step).forEach(([p, letter], n) => root.append(
        svg("text", { x: left + 8, y: 42 + n * 18, "text-anchor": "middle" }, shown(letter)),
        svg("rect", { x: left + 22, y: 30 + n * 18, width: 200 * p, height: 14, rx: 3, fill: "var(--state)" }),
        svg("text", { x: left + 28 + 200 * p, y: 42 + n * 18, class: "soft", "font-size": 12 }, short(p))));
    };
    column(steps[t - 1], 10, `After step ${t} it says next`);
    if (held) column(free[t - 1], 370, "with all gates free");
  } else {
    const x = (n) => 46 + (width - 70) * (n + 0.5) / steps.length, y = (p) => 20 + 130 * (1 - p);
    root.append(svg("path", { d: `M46 20V150H${width - 20}M46 85H${width - 20}`, class: "axis" }),
      svg("text", { x: 40, y: 26, "text-anchor": "end", class: "soft", "font-size": 12 }, "praise"),
      svg("text", { x: 40, y: 152, "text-anchor": "end", class: "soft", "font-size": 12 }, "blame"));
    const line = (all, attributes) => root.append(svg("polyline", { points: all.map(({ p }, n) => `${x(n)},${y(p[0])}`).join(" "), fill: "none", "stroke-width": 2.5, ...attributes }));
    if (held) line(free, { stroke: "var(--soft)", "stroke-dasharray": "5 4" });
    line(steps, { stroke: "var(--state)" });
    root.append(svg("circle", { cx: x(t - 1), cy: y(steps[t - 1].p[0]), r: 6, fill: "var(--state)" }));
    if (list.length <= 16) list.forEach((word, n) => root.append(svg("text", { x: x(n), y: 172, "text-anchor": "middle", "font-size": 12, "font-weight": n === t - 1 ? 700 : 400 }, word)));
  }
  put($("#answer"), root);
}

function draw(values) {
  if (values.task !== lastTask) {
    if (lastTask && values.text === EXAMPLES[lastTask]) { values.text = EXAMPLES[values.task]; $("#text").value = values.text; values.t = 400; }
    lastTask = values.task;
  }
  const { cell, task } = values, model = models[`${task}_${cell}`];
  let wrong = "";
  let { read, unknown } = network.tokens(model, values.text);
  const most = model.letters ? LETTERS_READ : WORDS_READ, kind = model.letters ? "letters" : "words";
  if (unknown.length) wrong = `It does not know ${unknown.slice(0, 5).map((one) => `“${one}”`).join(", ")}${unknown.length > 5 ? " and more" : ""}: ${model.letters ? "left out" : "read as “unknown”"}.`;
  if (read.length > most) { wrong = `Only the first ${most} of ${read.length.toLocaleString("en")} ${kind} are shown.`; read = read.slice(0, most); }
  if (!read.length) { wrong = `There is nothing that it can read: type some ${kind}.`; read = network.tokens(model, EXAMPLES[task]).read; }
  list = read;
  $("#t").max = list.length;
  values.t = clamp(values.t, 1, list.length);
  $("#t").value = values.t;
  $('output[for="t"]').textContent = `${values.t} of ${list.length}`;
  clamps(cell);
  const held = {};
  for (const gate of GATES[cell]) {
    $(`#hold-${gate}`).value = values[gate];
    if (values[gate] !== "free") held[gate] = values[gate] === "open" ? 1 : 0;
  }
  const wanted = JSON.stringify([cell, task, list, held]);
  if (wanted !== computed) { // a step alone changes no number
    computed = wanted;
    const again = (kind, ...gates) => {
      const key = JSON.stringify([cell, task, ...gates]);
      const made = network.read(model, list, gates[0], before[kind]?.key === key ? before[kind] : undefined);
      before[kind] = { key, list, made };
      return made;
    };
    free = again("free");
    steps = Object.keys(held).length ? again("held", held) : free;
    const keeping = cell === "lstm" ? "f" : "z", kept = (unit) => free.reduce((sum, step) => sum + step[keeping].value[unit], 0);
    const sums = Array.from({ length: model.units }, (_, unit) => kept(unit));
    order = [...sums.keys()].sort((a, b) => sums[b] - sums[a]);
  }
  maps(cell, values.t);
  answer(model, values.t);
  if ($("#ours").dataset.cell !== cell) {
    $("#ours").dataset.cell = cell;
    $("#ours").innerHTML = OURS[cell].map((text) => equation(text)).join("");
    $("#other").innerHTML = OTHER[cell].map((text) => equation(text, SAME[cell])).join("");
    $("#difference").textContent = DIFFERENCE[cell];
  }
  const here = steps[values.t - 1];
  const clamped = Object.entries(held).map(([gate, one]) => `${MEANING[gate]} held ${one ? "open" : "shut"}`).join(", ");
  const p = here.p, best = model.letters ? [...p].indexOf(Math.max(...p)) : 0;
  say(`Step ${values.t}: reads “${shown(list[values.t - 1])}”${clamped ? `, ${clamped}` : ""}. ` + (model.letters
    ? `Most likely next: “${shown(model.letters[best])}”, ${short(p[best])}.` : `Praise: ${short(p[0])}${clamped ? `, with free gates ${short(free[values.t - 1].p[0])}` : ""}.`));
  $("#trained").textContent = `Trained on ${model.trained_on}, seed ${model.seed}: ${Object.entries(model.scores).map(([name, one]) => `${name} ${one}`).join(", ")}.`;
  return wrong;
}

const show = connect(state, draw);
keys((way) => { state.values.t = clamp(state.values.t + way, 1, list.length); show(); });
window.explorer = { state, show, numbers: () => ({ h: steps.map(({ h }) => [...h.value]), p: steps.map(({ p }) => [...p]),
  y: steps.map(({ y }) => [...y.value]) }) };
