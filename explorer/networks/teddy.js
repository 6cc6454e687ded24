// Is each word part of a name? One direction reads the past, two read the future, too.

import { Tape, begin, cells, dense, embed, load, sigmoid, unfold }
  from "../cells/index.js";

export const open = (model) => ({ ...model, readers: Object.fromEntries(
  Object.entries(model.readers).map(([name, parts]) => [name, Object.fromEntries(
    Object.entries(parts).map(([part, weights]) => [part, load(weights)]))])) });

// P(name) and the states at every word; `reader` is "forward" or "both".
export function read(model, reader, words) {
  const parts = model.readers[reader], tape = new Tape({ recording: false });
  const x = words.map((word) => embed(tape, parts.embedding.E, model.words.indexOf(word)));
  const go = (w, backward) =>
    unfold(tape, cells.lstm, w, x, begin(cells.lstm, model.units), { backward });
  const left = go(parts.forward, false);
  const right = parts.backward && go(parts.backward, true);
  return left.map(({ h }, t) => {
    const joined = right ? tape.concatenate(h, right[t].h) : h;
    const p = sigmoid(dense(tape, parts.head, joined).value[0]);
    return { p, left: h.value, right: right?.[t].h.value };
  });
}
