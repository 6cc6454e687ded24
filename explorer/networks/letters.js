// Letters in, scores of the next letter out; and words in, praise or blame out.

import { Tape, begin, cells, dense, embed, load, sigmoid, unfold, vector }
  from "../cells/index.js";

export const open = (model) => ({ ...model, w: load(model.weights) });

// What a network reads: letters or words that it knows, and those that it does not.
export function tokens(model, text) {
  const lower = text.toLowerCase();
  if (model.letters) {
    const all = [...lower];
    return { read: all.filter((one) => model.letters.includes(one)),
      unknown: [...new Set(all.filter((one) => !model.letters.includes(one)))] };
  }
  const read = lower.match(/[\p{L}\p{N}_]+(?:'[\p{L}\p{N}_]+)*|[^\p{L}\p{N}_\s]/gu) ?? [];
  return { read, unknown: [...new Set(read.filter((one) => !model.words.includes(one)))] };
}

// Gates, states and outputs at every step. `held` has 0 or 1 for a clamped gate. What
// was `made` of a list that begins alike, with the same held, is not made again.
export function read(model, list, held = {}, before = { list: [], made: [] }) {
  const { w, units } = model, cell = cells[model.cell];
  const tape = new Tape({ recording: false });
  let alike = 0;
  while (alike < list.length && list[alike] === before.list[alike]) alike++;
  const known = before.made.slice(0, alike);
  const x = list.slice(alike).map((token) => {
    if (!model.letters) return embed(tape, w.E, wordNumber(model, token));
    const one = new Float64Array(model.letters.length);
    one[model.letters.indexOf(token)] = 1;
    return vector(one);
  });
  const hold = (name, gate) =>
    held[name] == null ? gate : tape.clamp(gate, new Array(units).fill(held[name]));
  const start = known.at(-1) ?? begin(cell, units);
  const made = unfold(tape, cell, w, x, start, { heldAt: () => hold });
  return [...known, ...made.map((step) => {
    const y = dense(tape, w, step.h);
    return { ...step, y, p: model.letters ? tape.softmax(y).value : [sigmoid(y.value[0])] };
  })];
}

// 0 is padding, 1 a word that is not known
function wordNumber(model, word) {
  const place = model.words.indexOf(word);
  return place < 0 ? 1 : place + 2;
}
