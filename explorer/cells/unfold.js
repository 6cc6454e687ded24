// One cell, applied at every step with the same weights: h_t = f_W(h_{t-1}, x_t).
//
// Chapter 5, section 5.1; Lecture 3, pages 6 and 7.

import { zeros } from "./tape.js";

// Read vectors from left to right, or from the right; gives what the cell made at each
// step, in the order of the vectors. `heldAt(t)` may hold gates at step t.
export function unfold(tape, cell, w, vectors, start, { backward = false, heldAt } = {}) {
  const made = new Array(vectors.length);
  let before = start;
  for (let n = 0; n < vectors.length; n++) {
    const t = backward ? vectors.length - 1 - n : n;
    made[t] = cell.step(tape, w, vectors[t], before, heldAt?.(t));
    before = made[t];
  }
  return made;
}

// States of zeros
export const begin = (cell, units) =>
  Object.fromEntries(cell.states.map((name) => [name, zeros(units)]));
