// Attention as a map while beams grow and die.

import { $, State, clamp, connect, keys, reveal, say, shade, short } from "../drawing/page.js";
import { html, put, svg } from "../drawing/tree.js";
import { setEquations } from "../drawing/equation.js";
import * as network from "../networks/translator.js";
import json from "../models/translator.json" with { type: "json" };

const model = network.open(json), LONGEST = 24, END = 2;
const state = new State({
  text: { fallback: model.examples[0], longest: 300 },
  width: { fallback: 3, low: 1, high: 6, whole: true },
  penalty: { fallback: 1, low: 0, high: 3 },
  round: { fallback: 24, low: 0, high: 24, whole: true },
});
let searched = "", rounds, words, timer, encoded, read = "";

const word = (number) => (number === END ? "■" : model.english[number]);

function beams(round) {
  const wide = 140, high = 30, most = Math.max(...rounds.map(({ live, ended, cut }) => live.length + ended.length + cut.length));
  const width = 40 + rounds.length * wide, height = 20 + most * high;
  const root = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": "Beams round by round; the line above says it in words" });
  const places = new Map([[rounds[0].live[0], { x: 20, y: 24 }]]);
  const marks = [svg("text", { x: 20, y: 29 }, "start")];
  rounds.slice(1, round + 1).forEach(({ live, ended, cut }, n) => {
    [...live, ...ended, ...cut].sort((a, b) => b.total - a.total).forEach((beam, row) => {
      const x = 20 + (n + 1) * wide, y = 24 + row * high, parent = places.get(beam.parent);
      const kind = live.includes(beam) ? "state" : ended.includes(beam) ? "plus" : "line";
      places.set(beam, { x, y });
      if (parent) root.append(svg("path", { d: `M${parent.x + (beam.words.length > 1 ? 104 : 40)} ${parent.y} C${x - 12} ${parent.y} ${parent.x + 112} ${y} ${x - 6} ${y}`, fill: "none", stroke: `var(--${kind})`, "stroke-width": kind === "line" ? 1 : 2.5 }));
      marks.push(svg("rect", { x: x - 4, y: y - 12, width: 108, height: 24, rx: 5, fill: kind === "line" ? "var(--card)" : shade(0.18, kind), stroke: `var(--${kind})`, "data-term": "s" }, svg("title", {}, `${network.written(model, beam).join(" ")}: ${short(beam.total, 4)}`)),
        svg("text", { x: x + 2, y: y + 5, class: kind === "line" ? "soft" : "", "font-size": 13, "data-term": "s" }, word(beam.last)),
        svg("text", { x: x + 100, y: y + 5, "text-anchor": "end", class: "soft", "font-size": 11 }, short(beam.total, 1)));
    });
  });
  root.append(...marks);
  put($("#beams"), root);
  reveal("#beams", 20 + round * wide);
}

function map(beam) {
  const size = 34, left = 96, top = 74, rows = beam.words;
  const width = left + words.length * size + 40, height = top + Math.max(1, rows.length) * size + 8;
  const root = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `Attention: ${rows.map((number, row) => `${word(number)} looks most at ${words[beam.looked[row].indexOf(Math.max(...beam.looked[row]))]}`).join(", ")}` });
  words.forEach((one, k) => root.append(svg("text", { transform: `translate(${left + k * size + 20} ${top - 8}) rotate(-38)`, "data-term": "h" }, one)));
  rows.forEach((number, row) => {
    root.append(svg("text", { x: left - 8, y: top + row * size + 22, "text-anchor": "end", "data-term": "y W_hy W_c" }, number === END ? "end" : word(number)));
    words.forEach((one, k) => root.append(svg("rect", { x: left + k * size + 1, y: top + row * size + 1, width: size - 2, height: size - 2, rx: 4, fill: shade(beam.looked[row][k], "gate"), stroke: "var(--line)", "data-term": "a W_k" },
      svg("title", {}, `${word(number)} looks at ${one}: ${short(beam.looked[row][k], 3)}`))));
  });
  put($("#map"), root);
}

function draw(values) {
  let wrong = "", found = network.tokens(values.text);
  const unknown = [...new Set(found.filter((one) => model.french.indexOf(one) < 1))];
  if (unknown.length) wrong = `Not in its French, left out: ${unknown.slice(0, 5).join(", ")}${unknown.length > 5 ? " and more" : ""}.`;
  found = found.filter((one) => !unknown.includes(one));
  if (found.length > LONGEST) { wrong = `Only the first ${LONGEST} of ${found.length} words are read.`; found = found.slice(0, LONGEST); }
  if (!found.length) { wrong = "There is no word that it knows: pick one of the sentences. Reading the lecture’s."; found = network.tokens(model.examples[0]); }
  const wanted = `${found.join(" ")}|${values.width}|${values.penalty}`;
  if (wanted !== searched) {
    searched = wanted;
    words = found;
    if (words.join(" ") !== read) {
      read = words.join(" ");
      encoded = network.encode(model, words);
    }
    rounds = network.search(model, encoded, values.width, values.penalty, LONGEST);
  }
  const last = rounds.length - 1, round = clamp(values.round, 0, last);
  $("#round").max = last;
  $("#round").value = round;
  $('output[for="round"]').textContent = `${round} of ${last}`;
  beams(round);
  const now = rounds[round], best = now.done[0] ?? now.live[0];
  map(best);
  put($("#done"), html("thead", {}, html("tr", {}, ...["translation", "log-probability", "with penalty"].map((one) => html("th", { scope: "col" }, one)))),
    html("tbody", {}, ...now.done.map((beam) => html("tr", {}, html("td", {}, network.written(model, beam).join(" ")), html("td", {}, short(beam.total, 3)), html("td", {}, short(beam.score, 3))))));
  say(`Round ${round}: ${now.live.length} alive, ${now.done.length} finished, ${now.cut.length} dropped. ${now.done.length ? "Best finished" : "Best so far"}: “${network.written(model, best).join(" ")}”.`);
  return wrong;
}

setEquations();
put($("#sentences"), ...model.examples.map((one) => html("option", {}, one)));
$("#trained").textContent = `Trained on ${model.trained_on}, seed ${model.seed}: ${Object.entries(model.scores).map(([name, one]) => `${name} ${one}`).join(", ")}. It knows ${model.french.length - 1} French words; try ${model.examples.slice(1, 4).map((one) => `“${one}”`).join(", ")}.`;
const show = connect(state, draw);
const go = (round) => { state.values.round = clamp(round, 0, rounds.length - 1); show(); };
keys((way) => go(clamp(state.values.round, 0, rounds.length - 1) + way));
$("#play").addEventListener("click", () => {
  if (timer) { timer = clearInterval(timer); $("#play").textContent = "play"; return; }
  $("#play").textContent = "stop";
  if (state.values.round >= rounds.length - 1) go(0);
  timer = setInterval(() => { go(state.values.round + 1); if (state.values.round >= rounds.length - 1) $("#play").click(); }, 700);
});
window.explorer = { state, show, numbers: () => ({ words: network.written(model, rounds.at(-1).done[0]), total: rounds.at(-1).done[0].total }) };
