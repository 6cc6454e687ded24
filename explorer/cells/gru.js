// r_t  = sigma(W_xr x_t + W_hr h_{t-1} + b_r)
// z_t  = sigma(W_xz x_t + W_hz h_{t-1} + b_z)
// h~_t = tanh(W_xh x_t + W_hh (r_t * h_{t-1}) + b_h)
// h_t  = z_t * h_{t-1} + (1 - z_t) * h~_t
//
// Chapter 5, section 5.3, "Other RNN Variants"; keras.layers.GRU(reset_after=False).

export const states = ["h"];

export function step(tape, w, x, { h }, held = (name, gate) => gate) {
  const r = held("r", tape.sigmoid(
    tape.add(tape.product(w.W_xr, x), tape.product(w.W_hr, h), w.b_r)));
  const z = held("z", tape.sigmoid(
    tape.add(tape.product(w.W_xz, x), tape.product(w.W_hz, h), w.b_z)));
  const h_tilde = tape.tanh(
    tape.add(tape.product(w.W_xh, x), tape.product(w.W_hh, tape.multiply(r, h)), w.b_h));
  const h_t = tape.add(
    tape.multiply(z, h), tape.multiply(tape.complement(z), h_tilde));
  return { h: h_t, r, z, h_tilde };
}
