// h_t = tanh(W_hh h_{t-1} + W_xh x_t)
//
// Chapter 5, section 5.2; Lecture 3, pages 8 and 9. The slides have no bias; Keras has.

export const states = ["h"];

export function step(tape, w, x, { h }) {
  const s = tape.add(tape.product(w.W_hh, h), tape.product(w.W_xh, x), w.b_h);
  return { s, h: tape.tanh(s) };
}
