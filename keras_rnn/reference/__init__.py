"""The lectures' equations in plain NumPy, forward and backward through time.

Read a file here with its slide beside it: the symbols are the slide's. Two things
are written differently, everywhere alike:

- A batch is a matrix with one example a row, so what the slide writes `W h`, with
  `h` a column, is `h @ W.T` here. `W` itself is the slide's, `(units, features)`.
- `d_h` stands for the derivative of the loss by `h`, and has the shape of `h`.

Sequences are `(batch, time, features)`, as in Keras. Weights are a dict from the
slide's symbol to an array. A cell (`vanilla_rnn`, `lstm`, `gru`, `gamma_notation.gru`,
`gamma_notation.lstm`) is a module with one time step in `step` and its derivative in
`step_backward`; `unfold` and `backpropagate` are the two loops over time, which all
cells share. Beyond the slides there are `gru_reset_after`, `min_gru` and `min_lstm`,
and forward only `peephole_lstm`, `lstm_variant.variant(name)` and `layer_norm_lstm`.

>>> import numpy as np
>>> from keras_rnn import reference
>>> x = np.ones((32, 10, 8))
>>> weights = reference.random_weights(reference.lstm, features=8, units=4)
>>> run = reference.unfold(reference.lstm, x, weights)
>>> run.outputs.shape
(32, 10, 4)
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
