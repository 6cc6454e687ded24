// The networks of the pages say what Keras said when they were trained.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import * as forecaster from "../networks/forecaster.js";
import * as hello from "../networks/hello.js";
import * as letters from "../networks/letters.js";
import * as teddy from "../networks/teddy.js";
import * as translator from "../networks/translator.js";

const json = (name) =>
  JSON.parse(readFileSync(new URL(`../models/${name}.json`, import.meta.url), "utf8"));
const answers = (name) => json(`answers/${name}`);

function close(found, wanted, what) {
  const flat = wanted.flat(Infinity);
  assert.equal(found.length, flat.length, what);
  flat.forEach((one, k) => assert.ok(
    Math.abs(found[k] - one) <= 1e-5 * Math.max(1, Math.abs(one)),
    `${what}[${k}]: ${found[k]}, not ${one}`));
}

test("hello: loss and gradients before, during and after training", () => {
  const model = json("hello"), wanted = answers("hello");
  for (const steps of ["0", "20", "200"]) {
    const w = hello.weightsAfter(model, steps);
    close([hello.read("helo", w, "hello").loss], [wanted[steps].loss], `loss ${steps}`);
    for (const [name, gradient] of Object.entries(wanted[steps].gradients))
      close(w[name].gradient, gradient, `d_${name} ${steps}`);
  }
});

test("hello: training in the page is the training in Python", () => {
  const model = json("hello"), { losses } = answers("hello");
  const w = hello.weightsAfter(model, "0");
  const found = Array.from({ length: 201 }, () =>
    hello.train("helo", w, "hello", model.learning_rate));
  close(found, losses, "losses");
  assert.equal(hello.spell("helo", w, "h", 5), "hello");
});

for (const cell of ["lstm", "gru"]) {
  test(`letters, ${cell}: states and scores`, () => {
    const model = letters.open(json(`letters_${cell}`)), wanted = answers(`letters_${cell}`);
    const steps = letters.read(model, letters.tokens(model, wanted.text).read);
    close(steps.flatMap(({ h }) => [...h.value]), wanted.h, "h");
    close(steps.flatMap(({ y }) => [...y.value]), wanted.y, "y");
  });
  test(`letters, ${cell}: what begins alike is not computed again, and is the same`, () => {
    const model = letters.open(json(`letters_${cell}`)), gate = cell === "lstm" ? "f" : "z";
    for (const held of [{}, { [gate]: 0 }]) {
      const list = [..."to be, or not"], made = letters.read(model, list, held);
      for (const text of ["to be, or not to be", "to be a", "no", ""]) {
        const found = letters.read(model, [...text], held, { list, made });
        const wanted = letters.read(model, [...text], held);
        close(found.flatMap(({ y }) => [...y.value]), wanted.map(({ y }) => [...y.value]), text);
        if (text.startsWith("to be")) assert.equal(found[4], made[4]);
      }
    }
  });
  test(`sentiment, ${cell}: the probability of praise`, () => {
    const model = letters.open(json(`sentiment_${cell}`));
    const wanted = answers(`sentiment_${cell}`);
    const steps = letters.read(model, letters.tokens(model, wanted.text).read);
    close(steps.at(-1).p, wanted.p, "p");
  });
}

for (const reader of ["forward", "both"])
  test(`Teddy, ${reader}: P(name) at every word`, () => {
    const model = teddy.open(json("teddy"));
    for (const [text, wanted] of Object.entries(answers("teddy")[reader]))
      close(teddy.read(model, reader, text.split(" ")).map(({ p }) => p), wanted, text);
  });

test("translator: scores with the right words read, and what beams find", () => {
  const model = translator.open(json("translator")), wanted = answers("translator");
  const encoded = translator.encode(model, translator.tokens(wanted.text));
  let state = encoded.start, number = 1;
  const right = [...wanted.y.keys()].map((t) => t);
  for (const t of right) {
    const made = translator.step(model, encoded, state, number);
    close(made.y, wanted.y[t], `y_${t}`);
    state = made.state;
    number = wanted.forced[t];
  }
  for (const { width, penalty, words, total } of wanted.beams) {
    const best = translator.search(model, encoded, width, penalty).at(-1).done[0];
    assert.deepEqual(translator.written(model, best), words);
    close([best.total], [total], `total, width ${width}`);
  }
});

test("forecaster: all hours and quantiles, and the ridge", () => {
  const model = forecaster.open(json("forecaster")), wanted = answers("forecaster");
  const { degrees, start } = model.weeks[0];
  const hour = (new Date(`${start}Z`).getTime() / 3600000 + 167) % 24;
  const found = forecaster.forecast(model, degrees.slice(0, 168), hour);
  close(found.y, wanted.gru, "gru");
  close(found.ridgeSays, wanted.ridge, "ridge");
});
