// Vectors whose gradients are known: what is computed forward is kept on a tape, and
// back-propagation through time plays the tape from its end.
//
// A vector is { value, gradient }, two Float64Arrays of one length. A matrix is the
// same with `rows` and `columns`, its rows one after another, as W in W x.

export function vector(numbers) {
  const value = Float64Array.from(numbers);
  return { value, gradient: new Float64Array(value.length) };
}

export function matrix(numbers, rows, columns) {
  if (numbers.length !== rows * columns)
    throw new RangeError(`${numbers.length} numbers are no ${rows} x ${columns} matrix.`);
  return { ...vector(numbers), rows, columns };
}

export const zeros = (length) => vector(new Float64Array(length));

export const sigmoid = (s) => 1 / (1 + Math.exp(-s));

export class Tape {
  // With `recording` off, nothing is kept and there are no gradients: for long texts.
  constructor({ recording = true } = {}) {
    this.recording = recording;
    this.backwards = [];
  }

  // A new vector, and what carries its gradient on to what it was made from.
  made(value, backward) {
    if (!this.recording) return { value, gradient: null };
    const result = { value, gradient: new Float64Array(value.length) };
    this.backwards.push(() => backward(result.gradient));
    return result;
  }

  // d loss / d everything, for a loss of one number.
  backward(loss) {
    loss.gradient.fill(1);
    this.rewind();
  }

  // Carry gradients that were put where they begin back to everything before.
  rewind() {
    for (let n = this.backwards.length - 1; n >= 0; n--) this.backwards[n]();
  }

  // W x
  product(W, x) {
    const { rows, columns } = W;
    if (x.value.length !== columns)
      throw new RangeError(
        `A ${rows} x ${columns} matrix takes ${columns} numbers, not ${x.value.length}.`);
    const value = new Float64Array(rows);
    for (let j = 0, at = 0; j < rows; j++) {
      let sum = 0;
      for (let k = 0; k < columns; k++, at++) sum += W.value[at] * x.value[k];
      value[j] = sum;
    }
    return this.made(value, (gradient) => {
      for (let j = 0, at = 0; j < rows; j++) {
        const one = gradient[j];
        if (one === 0) { at += columns; continue; }
        for (let k = 0; k < columns; k++, at++) {
          W.gradient[at] += one * x.value[k];
          x.gradient[k] += one * W.value[at];
        }
      }
    });
  }

  // The sum of vectors; what is undefined counts as 0 (a bias that is not there).
  add(...given) {
    const parts = given.filter(Boolean);
    const value = Float64Array.from(parts[0].value);
    for (const part of parts.slice(1))
      for (let k = 0; k < value.length; k++) value[k] += part.value[k];
    return this.made(value, (gradient) => {
      for (const part of parts)
        for (let k = 0; k < gradient.length; k++) part.gradient[k] += gradient[k];
    });
  }

  // Entry by entry, the slides' circle with a dot
  multiply(a, b) {
    return this.made(a.value.map((one, k) => one * b.value[k]), (gradient) => {
      for (let k = 0; k < gradient.length; k++) {
        a.gradient[k] += gradient[k] * b.value[k];
        b.gradient[k] += gradient[k] * a.value[k];
      }
    });
  }

  // 1 - a
  complement(a) {
    return this.made(a.value.map((one) => 1 - one), (gradient) => {
      for (let k = 0; k < gradient.length; k++) a.gradient[k] -= gradient[k];
    });
  }

  // A function of each entry, and its derivative by what went in and what came out.
  each(a, f, derivative) {
    const value = a.value.map((one) => f(one));
    return this.made(value, (gradient) => {
      for (let k = 0; k < value.length; k++)
        a.gradient[k] += gradient[k] * derivative(a.value[k], value[k]);
    });
  }

  tanh(a) { return this.each(a, Math.tanh, (_, out) => 1 - out * out); }

  sigmoid(a) { return this.each(a, sigmoid, (_, out) => out * (1 - out)); }

  // g of the minGRU: s + 0.5 from 0 on, sigmoid(s) below
  positive(a) {
    return this.each(a, (s) => (s >= 0 ? s + 0.5 : sigmoid(s)),
      (s, out) => (s >= 0 ? 1 : out * (1 - out)));
  }

  concatenate(...parts) {
    const value = new Float64Array(parts.reduce((sum, one) => sum + one.value.length, 0));
    let end = 0;
    for (const one of parts) { value.set(one.value, end); end += one.value.length; }
    return this.made(value, (gradient) => {
      let start = 0;
      for (const one of parts) {
        for (let k = 0; k < one.value.length; k++) one.gradient[k] += gradient[start + k];
        start += one.value.length;
      }
    });
  }

  // Cut a vector into equal parts.
  split(a, count) {
    const size = a.value.length / count;
    return Array.from({ length: count }, (_, n) =>
      this.made(a.value.slice(n * size, (n + 1) * size), (gradient) => {
        for (let k = 0; k < size; k++) a.gradient[n * size + k] += gradient[k];
      }));
  }

  // Row `number` of a matrix: what an embedding looks up
  row(E, number) {
    if (!Number.isInteger(number) || number < 0 || number >= E.rows)
      throw new RangeError(`${number} is no row from 0 to ${E.rows - 1}.`);
    const start = number * E.columns;
    return this.made(E.value.slice(start, start + E.columns), (gradient) => {
      for (let k = 0; k < E.columns; k++) E.gradient[start + k] += gradient[k];
    });
  }

  // a . b, one number
  dot(a, b) {
    const sum = a.value.reduce((total, one, k) => total + one * b.value[k], 0);
    return this.made(Float64Array.of(sum), ([gradient]) => {
      for (let k = 0; k < a.value.length; k++) {
        a.gradient[k] += gradient * b.value[k];
        b.gradient[k] += gradient * a.value[k];
      }
    });
  }

  softmax(a) {
    const largest = a.value.reduce((most, one) => Math.max(most, one), -Infinity);
    const value = a.value.map((one) => Math.exp(one - largest));
    const sum = value.reduce((total, one) => total + one, 0);
    for (let k = 0; k < value.length; k++) value[k] /= sum;
    return this.made(value, (gradient) => {
      const mean = value.reduce((total, one, k) => total + one * gradient[k], 0);
      for (let k = 0; k < value.length; k++)
        a.gradient[k] += value[k] * (gradient[k] - mean);
    });
  }

  // sum_i weights_i vectors_i
  mix(weights, vectors) {
    const value = new Float64Array(vectors[0].value.length);
    vectors.forEach((one, i) => {
      for (let k = 0; k < value.length; k++) value[k] += weights.value[i] * one.value[k];
    });
    return this.made(value, (gradient) => {
      vectors.forEach((one, i) => {
        for (let k = 0; k < gradient.length; k++) {
          weights.gradient[i] += gradient[k] * one.value[k];
          one.gradient[k] += gradient[k] * weights.value[i];
        }
      });
    });
  }

  // -log softmax(scores)[target], one number
  crossEntropy(scores, target) {
    const largest = scores.value.reduce((most, one) => Math.max(most, one), -Infinity);
    const powers = scores.value.map((one) => Math.exp(one - largest));
    const sum = powers.reduce((total, one) => total + one, 0);
    const loss = Math.log(sum) - (scores.value[target] - largest);
    return this.made(Float64Array.of(loss), ([gradient]) => {
      for (let k = 0; k < powers.length; k++)
        scores.gradient[k] += gradient * (powers[k] / sum - (k === target ? 1 : 0));
    });
  }

  // The mean of vectors of one number: the loss of a sequence
  mean(numbers) {
    const value = numbers.reduce((sum, one) => sum + one.value[0], 0) / numbers.length;
    return this.made(Float64Array.of(value), ([gradient]) => {
      for (const one of numbers) one.gradient[0] += gradient / numbers.length;
    });
  }

  // The same vector with entries held fixed: a gate that is clamped. `held` has a
  // number for each entry, or null where it is free; no gradient goes through the held.
  clamp(a, held) {
    const value = a.value.map((one, k) => held[k] ?? one);
    return this.made(value, (gradient) => {
      for (let k = 0; k < gradient.length; k++)
        if (held[k] == null) a.gradient[k] += gradient[k];
    });
  }
}
