// The slide's character model: h_t = tanh(W_hh h_{t-1} + W_xh x_t), y_t = W_hy h_t.
// Loss, gradients and training by gradient descent as keras_rnn.reference.hello has them.

import { Tape, begin, cells, clearGradients, dense, load, unfold, vector }
  from "../cells/index.js";

export const weightsAfter = (model, steps) => load(model.weights[steps]);

const oneHot = (letters, letter) =>
  vector([...letters].map((one) => (one === letter ? 1 : 0)));

// Read a text of two letters or more: all but the last go in, each next is the target.
export function read(letters, w, text) {
  const tape = new Tape(), units = w.W_hh.rows;
  const x = [...text].slice(0, -1).map((letter) => oneHot(letters, letter));
  const made = unfold(tape, cells.vanilla_rnn, w, x, begin(cells.vanilla_rnn, units));
  const steps = made.map(({ h }, t) => {
    const y = dense(tape, w, h);
    return { x: x[t], h, y, p: tape.softmax(y), target: letters.indexOf(text[t + 1]) };
  });
  for (const step of steps) step.loss = tape.crossEntropy(step.y, step.target);
  const loss = tape.mean(steps.map((step) => step.loss));
  clearGradients(w);
  tape.backward(loss);
  return { steps, loss: loss.value[0] };
}

// One step down the gradient, whose norm is clipped to 5; gives the loss before it.
export function train(letters, w, text, rate) {
  const { loss } = read(letters, w, text);
  let squares = 0;
  for (const { gradient } of Object.values(w))
    for (const one of gradient) squares += one * one;
  const scale = Math.min(1, 5 / Math.sqrt(squares));
  for (const { value, gradient } of Object.values(w))
    for (let k = 0; k < value.length; k++) value[k] -= rate * scale * gradient[k];
  return loss;
}

// Let it write: each letter that it says is the next that it reads.
export function spell(letters, w, first, length) {
  let text = first, state = begin(cells.vanilla_rnn, w.W_hh.rows), tape, letter = first;
  while (text.length < length) {
    tape = new Tape({ recording: false });
    state = cells.vanilla_rnn.step(tape, w, oneHot(letters, letter), state);
    const y = dense(tape, w, state.h).value;
    letter = letters[y.indexOf(Math.max(...y))];
    text += letter;
  }
  return text;
}
