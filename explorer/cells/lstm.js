// (i, f, o, g) = (sigma, sigma, sigma, tanh) W [h_{t-1}; x_t]
// c_t = f * c_{t-1} + i * g
// h_t = o * tanh(c_t)
//
// Chapter 5, section 5.3. `held` may replace a gate: (name, vector) => vector.

export const states = ["h", "c"];

export function step(tape, w, x, { h, c }, held = (name, gate) => gate) {
  const s = tape.add(tape.product(w.W, tape.concatenate(h, x)), w.b);
  const [s_i, s_f, s_o, s_g] = tape.split(s, 4);
  const i = held("i", tape.sigmoid(s_i));
  const f = held("f", tape.sigmoid(s_f));
  const o = held("o", tape.sigmoid(s_o));
  const g = held("g", tape.tanh(s_g));
  const c_t = tape.add(tape.multiply(f, c), tape.multiply(i, g));
  const h_t = tape.multiply(o, tape.tanh(c_t));
  return { h: h_t, c: c_t, i, f, o, g };
}
