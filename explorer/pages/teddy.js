// One direction and two, word by word.

import { $, State, clamp, connect, keys, reveal, say, short, signed } from "../drawing/page.js";
import { put, svg } from "../drawing/tree.js";
import { setEquations } from "../drawing/equation.js";
import * as network from "../networks/teddy.js";
import json from "../models/teddy.json" with { type: "json" };

const model = network.open(json), LONGEST = 20, WIDE = 80;
const DEFAULT = "He said , Teddy Roosevelt was a great President .";
const state = new State({
  text: { fallback: DEFAULT, longest: 300 },
  t: { fallback: 4, low: 1, high: LONGEST, whole: true },
});
let words, both, forward, computed = "", strips = new Map();

function read(text) {
  const found = text.match(/[\p{L}\p{N}']+|[^\p{L}\p{N}\s]/gu) ?? [];
  const known = (word) => model.words.slice(1).find((one) => one === word)
    ?? model.words.slice(1).find((one) => one.toLowerCase() === word.toLowerCase());
  return { words: found.map(known).filter(Boolean), unknown: [...new Set(found.filter((word) => !known(word)))] };
}

function reader(root, top, title, steps, t, right) {
  const wide = WIDE, x = (n) => 30 + n * wide;
  root.append(svg("text", { x: 30, y: top, class: "soft", "font-weight": 600 }, title));
  const base = top + 130;
  root.append(svg("path", { d: `M30 ${base}H${x(words.length)}M30 ${base - 50}H${x(words.length)}`, class: "axis" }));
  steps.forEach((step, n) => {
    const seen = right || n < t;
    const p = step.p, fill = p > 0.5 ? "var(--plus)" : "var(--minus)";
    root.append(svg("rect", { "data-term": "y W_hy b_y", x: x(n) + 18, y: base - 100 * p, width: wide - 44, height: Math.max(1, 100 * p), rx: 4, fill, opacity: seen ? 1 : 0.12 }, svg("title", {}, `${words[n]}: ${short(p, 4)}`)));
    root.append(svg("text", { x: x(n) + 40, y: base - 100 * p - 5, "text-anchor": "middle", "font-size": 12 }, seen ? short(p) : ""));
    root.append(svg("text", { x: x(n) + 40, y: base + 22, "text-anchor": "middle", "font-weight": n === t - 1 ? 700 : 400, opacity: seen ? 1 : 0.35, "data-term": "x" }, words[n]));
    const strip = (values, y, hue) => { // made once for a sentence
      if (!strips.has(values))
        strips.set(values, svg("g", { "data-term": hue === "state" ? "h_forward" : "h_backward" }, ...[...values].map((one, k) =>
          svg("rect", { x: x(n) + 8 + k * 4, y, width: 4, height: 12, fill: signed(one) })),
          svg("path", { d: `M${x(n) + 8} ${y + 14.5}h64`, stroke: `var(--${hue})`, "stroke-width": 2 })));
      root.append(svg("g", { opacity: seen ? 1 : 0.15 }, strips.get(values)));
    };
    strip(step.left, base + 32, "state");
    if (step.right) strip(step.right, base + 52, "gate");
  });
}

function draw(values) {
  const found = read(values.text);
  let wrong = found.unknown.length ? `Not in this small grammar, left out: ${found.unknown.slice(0, 5).join(", ")}${found.unknown.length > 5 ? " and more" : ""}.` : "";
  words = found.words;
  if (words.length > LONGEST) { wrong = `Only the first ${LONGEST} of ${words.length} words are read.`; words = words.slice(0, LONGEST); }
  if (!words.length) { wrong = "There is no word that it knows: try He, said, Teddy, bears. Reading the lecture’s sentence."; words = read(DEFAULT).words; }
  values.t = clamp(values.t, 1, words.length);
  $("#t").max = words.length;
  $("#t").value = values.t;
  $('output[for="t"]').textContent = `${values.t} of ${words.length}`;
  if (words.join(" ") !== computed) { // a step alone changes no number
    computed = words.join(" ");
    strips = new Map();
    forward = network.read(model, "forward", words);
    both = network.read(model, "both", words);
  }
  const width = 60 + words.length * WIDE, height = 458;
  const root = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": "Probability of a name at each word, for both readers" });
  reader(root, 22, "One direction", forward, values.t, false);
  reader(root, 244, "Two directions (needs the whole sentence)", both, values.t, true);
  put($("#picture"), root);
  reveal("#picture", 70 + (values.t - 1) * WIDE);
  const n = values.t - 1;
  say(`Word ${values.t}, ${words[n]}: part of a name with probability ${short(forward[n].p)} from the left alone, ${short(both[n].p)} in both directions.`);
  $("#trained").textContent = `Trained on ${model.trained_on}, seed ${model.seed}. Right on the ambiguous words: ${short(model.scores.forward * 100, 1)} % in one direction, ${short(model.scores.both * 100, 1)} % in two; the best possible from the left is ${short(model.scores["best possible from the left"] * 100, 1)} %.`;
  return wrong;
}

setEquations();
const show = connect(state, draw);
const set = (text) => () => { state.values.text = text; state.values.t = 4; $("#text").value = text; show(); };
$("#person").addEventListener("click", set(DEFAULT));
$("#bears").addEventListener("click", set("He said , Teddy bears are on sale !"));
$("#three").addEventListener("click", set("He said , Rose , Teddy and Robin Smith came home late ."));
keys((way) => { state.values.t = clamp(state.values.t + way, 1, words.length); show(); });
window.explorer = { state, show, numbers: () => ({ forward: forward.map(({ p }) => p), both: both.map(({ p }) => p) }) };
