// Every cell, forward and backward through time, against what Keras says.
//
// EXPLORER_FIXTURES names a JSON file of cases that tests/explorer/test_cells.py writes.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

import { Tape, attend, begin, cells, dense, embed, keys, matrix, unfold, vector, zeros }
  from "../cells/index.js";

const path = process.env.EXPLORER_FIXTURES;
if (!path) throw new Error("Set EXPLORER_FIXTURES; pytest tests/explorer does.");
const { cellCases, layerCases, exported } = JSON.parse(readFileSync(path, "utf8"));

const load = (arrays) => Object.fromEntries(Object.entries(arrays).map(([name, rows]) =>
  [name, Array.isArray(rows[0])
    ? matrix(rows.flat(), rows.length, rows[0].length) : vector(rows)]));

function close(found, wanted, what) {
  const flat = wanted.flat(Infinity);
  assert.equal(found.length, flat.length, what);
  flat.forEach((one, k) => assert.ok(Math.abs(found[k] - one) <= 1e-5 * Math.max(1, Math.abs(one)),
    `${what}[${k}]: ${found[k]}, not ${one}`));
}

for (const one of cellCases)
  test(`${one.cell}, ${one.weightsAre}`, () => {
    const cell = cells[one.cell], tape = new Tape(), w = load(one.weights);
    const x = one.x.map(vector);
    const start = begin(cell, one.h[0].length);
    const made = unfold(tape, cell, w, x, start);
    made.forEach((step, t) => close(step.h.value, one.h[t], `h_${t}`));
    made.forEach((step, t) => step.h.gradient.set(one.d_h[t]));
    tape.rewind();
    x.forEach((step, t) => close(step.gradient, one.d_x[t], `d_x_${t}`));
    for (const [name, wanted] of Object.entries(one.d_weights))
      close(w[name].gradient, wanted, `d_${name}`);
  });

test("an LSTM that reads without recording gives the same", () => {
  const one = cellCases.find(({ cell }) => cell === "lstm");
  const made = unfold(new Tape({ recording: false }), cells.lstm, load(one.weights),
    one.x.map(vector), begin(cells.lstm, one.h[0].length));
  made.forEach((step, t) => close(step.h.value, one.h[t], `h_${t}`));
});

test("from the right, a cell reads as Keras does with go_backwards", () => {
  const one = cellCases.find(({ cell }) => cell === "vanilla_rnn");
  const x = one.x.map(vector).reverse();
  const made = unfold(new Tape(), cells.vanilla_rnn, load(one.weights), x,
    begin(cells.vanilla_rnn, one.h[0].length), { backward: true });
  made.reverse().forEach((step, t) => close(step.h.value, one.h[t], `h_${t}`));
});

test("a gate that is clamped has the value and passes no gradient", () => {
  const one = cellCases.find(({ cell }) => cell === "lstm");
  const w = load(one.weights), tape = new Tape(), units = one.h[0].length;
  const shut = new Array(units).fill(0);
  const made = unfold(tape, cells.lstm, w, one.x.map(vector), begin(cells.lstm, units), {
    heldAt: () => (name, gate) => (name === "o" ? tape.clamp(gate, shut) : gate) });
  close(made.at(-1).h.value, shut, "h");
  made.at(-1).h.gradient.fill(1);
  tape.rewind();
  assert.ok(w.W.gradient.every((number) => number === 0));
});

for (const one of layerCases)
  test(`embedding, attention (${one.attention}), dense and loss`, () => {
    const tape = new Tape(), w = load(one.weights);
    const memory = one.numbers.map((number) => embed(tape, w.E, number));
    const s = vector(one.s);
    const looked = attend(tape, w, s, memory, keys(tape, w, memory));
    const scores = dense(tape, w, looked.output);
    const loss = tape.crossEntropy(scores, one.target);
    close(looked.weights.value, one.a, "a");
    close(scores.value, one.y, "y");
    close(loss.value, [one.loss], "loss");
    tape.backward(loss);
    close(s.gradient, one.d_s, "d_s");
    for (const [name, wanted] of Object.entries(one.d_weights))
      close(w[name].gradient, wanted, `d_${name}`);
  });

test("the cells of exported models give the same, step by step", async () => {
  const other = await import(pathToFileURL(exported.path));
  for (const { cell, name, weights } of exported.cells) {
    const one = cellCases.find((found) => found.cell === cell);
    const arrays = Object.fromEntries(Object.entries(weights).map(
      ([symbol, numbers]) => [symbol, Float32Array.from(numbers.flat())]));
    let states = cells[cell].states.map(() => new Float32Array(one.h[0].length));
    one.x.forEach((x, t) => {
      ({ states } = other[name](arrays, Float32Array.from(x), ...states));
      close(states[0], one.h[t], `${name} h_${t}`);
    });
  }
});

test("sizes that do not fit are said", () => {
  assert.throws(() => matrix([1, 2, 3], 2, 2), /3 numbers are no 2 x 2 matrix/);
  assert.throws(() => new Tape().product(matrix([1, 2], 1, 2), zeros(3)),
    /A 1 x 2 matrix takes 2 numbers, not 3/);
  assert.throws(() => embed(new Tape(), matrix([1, 2], 2, 1), 2), /2 is no row from 0 to 1/);
});
