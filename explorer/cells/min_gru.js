// z_t  = sigma(W_z x_t + b_z)
// h~_t = g(W_h x_t + b_h)            g(s) = s + 0.5 where s >= 0, else sigma(s)
// h_t  = (1 - z_t) * h_{t-1} + z_t * h~_t
//
// Feng et al. (2024), arXiv:2410.01201. Here z_t = 1 takes the proposal.

export const states = ["h"];

export function step(tape, w, x, { h }, held = (name, gate) => gate) {
  const z = held("z", tape.sigmoid(tape.add(tape.product(w.W_z, x), w.b_z)));
  const h_tilde = tape.positive(tape.add(tape.product(w.W_h, x), w.b_h));
  const h_t = tape.add(
    tape.multiply(tape.complement(z), h), tape.multiply(z, h_tilde));
  return { h: h_t, z, h_tilde };
}
