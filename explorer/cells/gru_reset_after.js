// r_t  = sigma(W_xr x_t + b_xr + W_hr h_{t-1} + b_hr)
// z_t  = sigma(W_xz x_t + b_xz + W_hz h_{t-1} + b_hz)
// h~_t = tanh(W_xh x_t + b_xh + r_t * (W_hh h_{t-1} + b_hh))
// h_t  = z_t * h_{t-1} + (1 - z_t) * h~_t
//
// The GRU as keras.layers.GRU has it by default: r_t acts after the matrix product.

export const states = ["h"];

export function step(tape, w, x, { h }, held = (name, gate) => gate) {
  const r = held("r", tape.sigmoid(
    tape.add(tape.product(w.W_xr, x), w.b_xr, tape.product(w.W_hr, h), w.b_hr)));
  const z = held("z", tape.sigmoid(
    tape.add(tape.product(w.W_xz, x), w.b_xz, tape.product(w.W_hz, h), w.b_hz)));
  const product = tape.add(tape.product(w.W_hh, h), w.b_hh);
  const h_tilde = tape.tanh(
    tape.add(tape.product(w.W_xh, x), w.b_xh, tape.multiply(r, product)));
  const h_t = tape.add(
    tape.multiply(z, h), tape.multiply(tape.complement(z), h_tilde));
  return { h: h_t, r, z, h_tilde };
}
