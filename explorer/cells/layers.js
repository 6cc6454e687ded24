// What stands before and behind a cell.

// The vector of a word or letter: row `number` of E
export const embed = (tape, E, number) => tape.row(E, number);

// y_t = W_hy h_t (+ b_y), the slides' output; Dense in Keras
export const dense = (tape, w, h) => tape.add(tape.product(w.W_hy, h), w.b_y);

// Where a decoder in state s looks among the vectors h_1 ... h_T of an encoder:
//
// multiplicative   score_i = s . W_k h_i             Luong et al. 2015, (8)
// additive         score_i = v . tanh(W_q s + W_k h_i)   Bahdanau et al. 2015
// weights          a = softmax(score)
// output           tanh(W_c [s; sum_i a_i h_i] + b_c)    Luong et al. 2015, (5)
//
// `keys` makes W_k h_i once for all steps; `attend` looks.
export const keys = (tape, w, memory) => memory.map((one) => tape.product(w.W_k, one));

export function attend(tape, w, s, memory, keysOfMemory) {
  const query = w.W_q && tape.product(w.W_q, s);
  const scores = tape.concatenate(...keysOfMemory.map((key) =>
    w.W_q ? tape.dot(w.v, tape.tanh(tape.add(query, key))) : tape.dot(s, key)));
  const weights = tape.softmax(scores);
  const context = tape.mix(weights, memory);
  const joined = tape.concatenate(s, context);
  const output = tape.tanh(tape.add(tape.product(w.W_c, joined), w.b_c));
  return { scores, weights, context, output };
}
