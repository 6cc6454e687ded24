// The cells of keras_rnn in the slides' symbols, forward and backward through time.

import * as gru from "./gru.js";
import * as gru_reset_after from "./gru_reset_after.js";
import * as lstm from "./lstm.js";
import * as min_gru from "./min_gru.js";
import * as vanilla_rnn from "./vanilla_rnn.js";
import { VARIANTS, variant } from "./lstm_variant.js";

export { Tape, matrix, sigmoid, vector, zeros } from "./tape.js";
export { attend, dense, embed, keys } from "./layers.js";
export { begin, unfold } from "./unfold.js";
export { clearGradients, load } from "./weights.js";
export { variant } from "./lstm_variant.js";

// By the names of the twins in keras_rnn.reference
export const cells = { vanilla_rnn, lstm, gru, gru_reset_after, min_gru,
  peephole_lstm: variant() };
for (const name of VARIANTS) cells[`lstm_variant_${name}`] = variant(name);
