// French words in, English words out: encoder, attention, decoder, and beams.

import { Tape, attend, begin, cells, dense, embed, keys, load, unfold }
  from "../cells/index.js";

const START = 1, END = 2, NAMES = ["Marie", "Paul"];
const gru = cells.gru_reset_after;

export const open = (model) => ({ ...model, parts: Object.fromEntries(
  Object.entries(model.weights).map(([name, weights]) => [name, load(weights)])) });

export function tokens(text) {
  const found =
    text.match(/[\p{L}\p{N}_]+(?:['-][\p{L}\p{N}_]+)*|[^\p{L}\p{N}_\s]/gu) ?? [];
  if (found.length && !NAMES.includes(found[0])) found[0] = found[0].toLowerCase();
  return found;
}

// Read a sentence: the memory h_1 ... h_T, its keys, and the writer's first state.
export function encode(model, words) {
  const { parts, units } = model, tape = new Tape({ recording: false });
  const x = words.map((word) => embed(tape, parts.french.E, model.french.indexOf(word)));
  const start = begin(gru, units / 2);
  const left = unfold(tape, gru, parts.forward, x, start);
  const right = unfold(tape, gru, parts.backward, x, start, { backward: true });
  const memory = left.map(({ h }, t) => tape.concatenate(h, right[t].h));
  const ends = tape.concatenate(left.at(-1).h, right[0].h);
  return { memory, keys: keys(tape, parts.attention, memory), steps: new Map(),
    start: { h: tape.tanh(dense(tape, parts.start, ends)) } };
}

// Read one English word: where the writer looks, and the log-probability of each next.
export function step(model, encoded, state, number) {
  const { parts } = model, tape = new Tape({ recording: false });
  const next = gru.step(tape, parts.writer, embed(tape, parts.english.E, number), state);
  const looked = attend(tape, parts.attention, next.h, encoded.memory, encoded.keys);
  const y = dense(tape, parts.head, looked.output).value;
  const most = Math.max(...y);
  const sum = y.reduce((total, one) => total + Math.exp(one - most), 0);
  return { state: { h: next.h }, y, looked: looked.weights.value,
    logs: y.map((one) => one - most - Math.log(sum)) };
}

// The same after a beginning, with all next words, the likeliest first. Kept: a search
// with another width or penalty goes over the same beginnings.
function after(model, encoded, beam) {
  const key = beam.words.join();
  if (!encoded.steps.has(key)) {
    const made = step(model, encoded, beam.state, beam.last), { logs } = made;
    made.likely = [...logs.keys()].sort((a, b) => logs[b] - logs[a]);
    encoded.steps.set(key, made);
  }
  return encoded.steps.get(key);
}

export const penalised = (total, length, penalty) =>
  total / ((5 + length) / 6) ** penalty;

// Beam search as keras_rnn.decoding.beam_search does it. Gives a list of rounds, each
// { live, ended, cut, done }: what goes on, what ended now, what was dropped now, and
// the finished sentences so far, the best first.
export function search(model, encoded, width, penalty, longest = 24) {
  const better = (key) => (a, b) => b[key] - a[key];
  let live = [{ words: [], total: 0, state: encoded.start, last: START, looked: [] }];
  let done = [];
  const rounds = [{ live, ended: [], cut: [], done }];
  for (let length = 1; length <= longest && done.length < width; length++) {
    const grown = [];
    for (const beam of live) {
      const { state, logs, looked, likely } = after(model, encoded, beam);
      for (const number of likely.slice(0, 2 * width))
        grown.push({ words: [...beam.words, number], total: beam.total + logs[number],
          state, last: number, looked: [...beam.looked, looked], parent: beam });
    }
    grown.sort(better("total"));
    const best = grown.slice(0, 2 * width);
    const ended = best.slice(0, width)
      .filter(({ last }) => last === END || length === longest);
    for (const beam of ended) beam.score = penalised(beam.total, length, penalty);
    done = [...done, ...ended].sort(better("score")).slice(0, width);
    live = best.filter(({ last }) => last !== END).slice(0, width);
    const cut = best.filter((one) => !live.includes(one) && !ended.includes(one));
    rounds.push({ live, ended, cut, done });
  }
  return rounds;
}

export const written = (model, beam) =>
  beam.words.filter((number) => number > END).map((number) => model.english[number]);
