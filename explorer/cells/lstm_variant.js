// The vanilla LSTM with peepholes, and its eight variants, each with one change.
//
// z_t = tanh (W_z x_t + R_z h_{t-1} + b_z)
// i_t = sigma(W_i x_t + R_i h_{t-1} + p_i * c_{t-1} + b_i)
// f_t = sigma(W_f x_t + R_f h_{t-1} + p_f * c_{t-1} + b_f)
// c_t = z_t * i_t + c_{t-1} * f_t
// o_t = sigma(W_o x_t + R_o h_{t-1} + p_o * c_t + b_o)
// h_t = tanh(c_t) * o_t
//
// NIG, NFG, NOG: without that gate. NIAF: z_t without tanh. NOAF: h_t = c_t * o_t.
// CIFG: f_t = 1 - i_t. NP: no peepholes. FGR: the gates also read the gates before.
// Chapter 5, "A Search Space Odyssey"; Greff et al. (2015), section 2 and appendix.

export const VARIANTS = ["NIG", "NFG", "NOG", "NIAF", "NOAF", "CIFG", "NP", "FGR"];

// A cell { states, step }; without a name the one with peepholes and no change.
export function variant(name = "") {
  if (name !== "" && !VARIANTS.includes(name))
    throw new RangeError(`No LSTM variant ${name}: there are ${VARIANTS.join(", ")}.`);
  return {
    states: name === "FGR" ? ["h", "c", "i", "f", "o"] : ["h", "c"],
    step: (tape, w, x, before, held) => step(name, tape, w, x, before, held),
  };
}

function step(name, tape, w, x, before, held = (gate, value) => value) {
  const { h, c } = before;
  let recurrent = [];
  if (name === "FGR") {
    const gates = tape.concatenate(before.i, before.f, before.o);
    recurrent = tape.split(tape.product(w.R_g, gates), 3);
  }
  const sum = (block, ...more) =>
    tape.add(tape.product(w[`W_${block}`], x), tape.product(w[`R_${block}`], h),
      w[`b_${block}`], ...more);
  const gate = (block, cell) => {
    const p = w[`p_${block}`];
    const seen = name === "NP" ? undefined : tape.multiply(p, cell);
    const s = sum(block, seen, recurrent["ifo".indexOf(block)]);
    return held(block, tape.sigmoid(s));
  };
  const one = () => tape.complement(zerosLike(c));

  const z = name === "NIAF" ? sum("z") : tape.tanh(sum("z"));
  const i = name === "NIG" ? one() : gate("i", c);
  const f = name === "NFG" ? one() : name === "CIFG" ? tape.complement(i) : gate("f", c);
  const c_t = tape.add(tape.multiply(z, i), tape.multiply(c, f));
  const o = name === "NOG" ? one() : gate("o", c_t);
  const h_t = tape.multiply(name === "NOAF" ? c_t : tape.tanh(c_t), o);
  return { h: h_t, c: c_t, i, f, o, z };
}

const zerosLike = ({ value }) => ({
  value: new Float64Array(value.length),
  gradient: new Float64Array(value.length),
});
