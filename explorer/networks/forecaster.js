// The next 24 hours of temperature from the last 48: a GRU with a band, ridge, naive.

import { Tape, begin, cells, dense, load, unfold, vector } from "../cells/index.js";

export const open = (model) =>
  ({ ...model, w: load(model.weights), ridgeWeights: load(model.ridge) });

// `degrees` of the last hours, the last of them at hour `hour` of the day.
export function forecast(model, degrees, hour) {
  const { mean, spread, past, ahead } = model;
  const scaled = degrees.slice(-past).map((one) => (one - mean) / spread);
  const tape = new Tape({ recording: false });
  const x = scaled.map((one, n) => {
    const angle = 2 * Math.PI * (hour - past + 1 + n) / 24;
    return vector([one, Math.sin(angle), Math.cos(angle)]);
  });
  const gru = cells.gru_reset_after;
  const made = unfold(tape, gru, model.w, x, begin(gru, model.units));
  const y = dense(tape, model.w, made.at(-1).h).value;
  const ridge = dense(tape, model.ridgeWeights, vector(scaled)).value;
  const now = scaled.at(-1), inDegrees = (one) => (one + now) * spread + mean;
  const hours = Array.from({ length: ahead }, (_, n) => n);
  return {
    y, ridgeSays: ridge,
    low: hours.map((n) => inDegrees(y[3 * n])),
    middle: hours.map((n) => inDegrees(y[3 * n + 1])),
    high: hours.map((n) => inDegrees(y[3 * n + 2])),
    ridge: hours.map((n) => inDegrees(ridge[n])),
    naive: hours.map((n) => degrees[degrees.length - ahead + n]),
  };
}
