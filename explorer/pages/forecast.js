// Drag the last hours; forecast, band, ridge and naive move along.

import { $, State, clamp, connect, keys, reveal, say, short } from "../drawing/page.js";
import { html, put, svg } from "../drawing/tree.js";
import { setEquations } from "../drawing/equation.js";
import * as network from "../networks/forecaster.js";
import json from "../models/forecaster.json" with { type: "json" };

const model = network.open(json), WEEK = 168, SHOWN = 72, LAST = 12;
const HOURS = Array.from({ length: LAST }, (_, n) => `c${n}`); // c0 is the last hour
const state = new State({
  week: { fallback: 0, low: 0, high: model.weeks.length - 1, whole: true },
  hour: { fallback: 0, low: 1 - LAST, high: 0, whole: true },
  change: { fallback: 0, low: -15, high: 15 },
  truth: { fallback: "no", choices: ["no", "yes"] },
  ...Object.fromEntries(HOURS.map((name) => [name, { fallback: 0, low: -15, high: 15 }])),
});
let degrees, said, lastHour = 0, computed = "";

const date = (start, hours) => new Date(Date.parse(`${start}Z`) + hours * 3600000);

function draw(values) {
  // the number field belongs to the chosen hour
  if (values.hour !== lastHour) { lastHour = values.hour; values.change = values[`c${-values.hour}`]; $("#change").value = values.change; }
  else if (values.change !== values[`c${-values.hour}`]) values[`c${-values.hour}`] = values.change;
  const week = model.weeks[values.week];
  degrees = week.degrees.slice(0, WEEK);
  HOURS.forEach((name, n) => { degrees[WEEK - 1 - n] += values[name]; });
  const came = week.degrees.slice(WEEK), end = date(week.start, WEEK - 1);
  if (degrees.join() !== computed) { // to choose an hour changes no number
    computed = degrees.join();
    said = network.forecast(model, degrees, end.getUTCHours() + end.getUTCMinutes() / 60);
  }
  const width = 900, high = 360, all = [...degrees.slice(-SHOWN), ...said.low, ...said.high, ...came];
  const low = Math.floor(Math.min(...all) - 1), top = Math.ceil(Math.max(...all) + 1);
  const x = (n) => 44 + (width - 60) * (n + SHOWN - 1) / (SHOWN + model.ahead - 1); // 0 is now
  const y = (one) => 16 + (high - 56) * (top - one) / (top - low);
  const root = svg("svg", { class: "chart", width, height: high, viewBox: `0 0 ${width} ${high}`, role: "group", "aria-label": "Temperature of the last three days and the next" });
  const step = top - low > 25 ? 10 : 5;
  for (let one = Math.ceil(low / step) * step; one <= top; one += step)
    root.append(svg("path", { d: `M44 ${y(one)}H${width - 16}`, class: "axis" }), svg("text", { x: 38, y: y(one) + 5, "text-anchor": "end", class: "soft" }, `${short(one, 0)}°`));
  for (let n = -SHOWN + 1; n <= model.ahead; n++) {
    const time = date(week.start, WEEK - 1 + n);
    if (time.getUTCHours() === 12) root.append(svg("text", { x: x(n), y: high - 12, "text-anchor": "middle", class: "soft" }, time.toLocaleDateString("en-GB", { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" })));
    if (time.getUTCHours() === 0) root.append(svg("path", { d: `M${x(n)} 16V${high - 40}`, class: "axis" }));
  }
  const points = (list, from) => list.map((one, n) => `${x(from + n).toFixed(1)},${y(one).toFixed(1)}`).join(" ");
  const line = (list, from, attributes) => root.append(svg("polyline", { points: points(list, from), fill: "none", "stroke-width": 2.2, ...attributes }));
  const now = degrees[WEEK - 1];
  root.append(svg("path", { d: `M${x(0)} 16V${high - 40}`, stroke: "var(--ink)", "stroke-dasharray": "3 4" }), svg("text", { x: x(0) - 6, y: 28, "text-anchor": "end", class: "soft" }, "now"),
    svg("polygon", { points: `${points([now, ...said.low], 0)} ${points([now, ...said.high], 0).split(" ").reverse().join(" ")}`, fill: "var(--state)", opacity: 0.2, "data-term": "y W_hy b_y" }),
    svg("rect", { x: x(1 - model.past), y: high - 36, width: x(0) - x(1 - model.past), height: 7, rx: 3, fill: "var(--state)", opacity: 0.6, "data-term": "h" },
      svg("title", {}, `the ${model.past} hours that the GRU reads`)));
  line(said.naive, 1, { stroke: "var(--soft)", "stroke-dasharray": "2 4" });
  line([now, ...said.ridge], 0, { stroke: "var(--gate)", "stroke-dasharray": "7 4" });
  if (values.truth === "yes") line([week.degrees[WEEK - 1], ...came], 0, { stroke: "var(--plus)" });
  line([now, ...said.middle], 0, { stroke: "var(--state)", "stroke-width": 3, "data-term": "y W_hy b_y" });
  if (HOURS.some((name) => values[name])) line(week.degrees.slice(WEEK - LAST - 1, WEEK), -LAST, { stroke: "var(--soft)", "stroke-width": 1.2 });
  line(degrees.slice(-SHOWN), 1 - SHOWN, { stroke: "var(--ink)", "data-term": "x" });
  HOURS.forEach((name, n) => {
    const chosen = -values.hour === n;
    root.append(svg("circle", { cx: x(-n), cy: y(degrees[WEEK - 1 - n]), r: chosen ? 8 : 6, class: "drag", fill: chosen ? "var(--state)" : "var(--card)", stroke: "var(--ink)", "stroke-width": 1.5,
      id: `handle-${n}`, tabindex: 0, role: "slider", "data-keys": "", "aria-label": n ? `${n} hours ago` : "the last hour", "aria-valuenow": degrees[WEEK - 1 - n].toFixed(1), "aria-valuetext": `${short(degrees[WEEK - 1 - n], 1)} degrees`, "aria-orientation": "vertical",
      "data-term": "x", onpointerdown: (event) => drag(event, n, (top - low) / (high - 56)), onkeydown: (event) => press(event, n) }));
  });
  put($("#picture"), root);
  const mistake = (list) => list.reduce((sum, one, n) => sum + Math.abs(one - came[n]), 0) / came.length;
  const inside = came.filter((one, n) => one >= said.low[n] && one <= said.high[n]).length;
  put($("#table"),
    html("thead", {}, html("tr", {}, ...["", "in 1 hour", "in 12 hours", "in 24 hours", "mean error here"].map((one) => html("th", { scope: "col" }, one)))),
    html("tbody", {}, ...[["GRU", said.middle], ["ridge", said.ridge], ["same hour yesterday", said.naive]].map(([name, list]) =>
      html("tr", {}, html("th", { scope: "row" }, name), ...[0, 11, 23].map((n) => html("td", {}, `${short(list[n], 1)}°`)), html("td", {}, values.truth === "yes" ? `${short(mistake(list))}°` : "hidden")))));
  const chosen = values.hour ? `${-values.hour} hour${values.hour < -1 ? "s" : ""} ago` : "Last hour";
  say(`${chosen}: ${short(degrees[WEEK - 1 + values.hour], 1)} degrees${values.change ? `, ${short(Math.abs(values.change), 1)} ${values.change > 0 ? "more" : "less"} than it was` : ""}. In 12 hours the GRU says ${short(said.middle[11], 1)} degrees, between ${short(said.low[11], 1)} and ${short(said.high[11], 1)}; ridge ${short(said.ridge[11], 1)}, yesterday ${short(said.naive[11], 1)}.${values.truth === "yes" ? ` ${inside} of 24 hours came inside the band.` : ""}`);
}

// Drag hour n, whose picture has so many degrees to a unit of its height
function drag(event, n, degreesAUnit) {
  event.preventDefault();
  choose(-n);
  const from = event.clientY, before = state.values[`c${n}`], picture = $("#picture svg");
  const units = picture.viewBox.baseVal.height / (picture.getBoundingClientRect().height || 1);
  const move = (to) => change(n, before + (from - to.clientY) * units * degreesAUnit);
  const stop = () => { removeEventListener("pointermove", move); removeEventListener("pointerup", stop); };
  addEventListener("pointermove", move);
  addEventListener("pointerup", stop);
}

function press(event, n) {
  const way = { ArrowUp: 0.5, ArrowDown: -0.5 }[event.key], other = { ArrowLeft: 1, ArrowRight: -1 }[event.key];
  if (!way && !other) return;
  event.preventDefault();
  const to = clamp(n + (other ?? 0), 0, LAST - 1);
  choose(-to);
  if (way) change(n, state.values[`c${n}`] + way);
  document.getElementById(`handle-${to}`).focus();
}

function choose(hour) { state.values.hour = hour; lastHour = hour; state.values.change = state.values[`c${-hour}`]; show(); }

function change(n, by) {
  state.values[`c${n}`] = state.values.change = Math.round(clamp(by, -15, 15) * 10) / 10;
  show();
}

put($("#week"), ...model.weeks.map(({ start }, n) => html("option", { value: n }, `from ${date(start, 0).toLocaleDateString("en-GB", { day: "numeric", month: "long", timeZone: "UTC" })}`)));
$("#trained").textContent = `Trained on ${model.trained_on}, seed ${model.seed}; scored on a year that it has not seen: ${Object.entries(model.scores).map(([name, one]) => `${name} ${one}`).join("; ")}.`;
const link = state.read;
state.read = (hash) => { // the field shows the chosen hour's change, whatever a link says
  const wrong = link.call(state, hash);
  lastHour = state.values.hour;
  state.values.change = state.values[`c${-state.values.hour}`];
  return wrong;
};
setEquations();
const show = connect(state, draw);
reveal("#picture", 1e6); // where there is no room for all, the forecast is seen first
$("#undo").addEventListener("click", () => { for (const name of [...HOURS, "change"]) state.values[name] = 0; show(); });
keys((way) => choose(clamp(state.values.hour + way, 1 - LAST, 0)));
window.explorer = { state, show, numbers: () => ({ y: [...said.y], ridge: [...said.ridgeSays] }) };
