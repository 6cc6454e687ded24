// Weights out of a file of explorer/models: { shape, data }, float32 in base64.

import { matrix, vector } from "./tape.js";

export function decode(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new Float32Array(bytes.buffer);
}

export const one = ({ shape, data }) =>
  shape.length === 2 ? matrix(decode(data), ...shape) : vector(decode(data));

// { W_hh: { shape, data }, ... } as matrices and vectors
export const load = (layer) =>
  Object.fromEntries(Object.entries(layer).map(([name, array]) => [name, one(array)]));

export function clearGradients(weights) {
  for (const weight of Object.values(weights)) weight.gradient.fill(0);
}
