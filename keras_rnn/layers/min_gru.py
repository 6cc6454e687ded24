"""minGRU: a GRU with gates that see the input alone."""

from __future__ import annotations

from inspect import cleandoc

import keras
from keras import ops

from keras_rnn.layers.min_rnn import (
    CELL_SECTIONS,
    LAYER_SECTIONS,
    MinRNN,
    MinRNNCell,
    log_positive,
)


@keras.saving.register_keras_serializable(package="keras_rnn")
class MinGRUCell(MinRNNCell):
    """Cell of `MinGRU`, one step at a time.

    ```
    z_t  = sigma(W_z x_t + b_z)
    h~_t = g(W_h x_t + b_h)         g(s) = s + 0.5 where s >= 0, else sigma(s)
    h_t  = (1 - z_t) * h_{t-1} + z_t * h~_t
    ```

    Feng et al. (2024), *Were RNNs All We Needed?*, arXiv:2410.01201, section 3.1, and
    appendix B for `g`. `z_t = 1` takes the proposal: the other way round than in
    `keras.layers.GRU`.

    The weights are `kernel`, of shape `(features, 2 * units)`, and `bias`, of shape
    `(2 * units,)`, blocks in the order z, h.

    Example:

    >>> import numpy as np
    >>> layer = keras.layers.RNN(MinGRUCell(4), return_sequences=True)
    >>> tuple(layer(np.zeros((32, 10, 8), "float32")).shape)
    (32, 10, 4)
    """

    __doc__ = cleandoc(__doc__ or "").replace("Example:", CELL_SECTIONS)

    blocks = 2

    def coefficients(
        self, inputs: keras.KerasTensor
    ) -> tuple[keras.KerasTensor, keras.KerasTensor]:
        """Return `1 - z_t` and `z_t * h~_t`, of inputs of one step or of many."""
        s_z, s_h = self.sums(inputs)
        return ops.sigmoid(-s_z), ops.sigmoid(s_z) * self.proposal(s_h)

    def log_coefficients(
        self, inputs: keras.KerasTensor
    ) -> tuple[keras.KerasTensor, keras.KerasTensor]:
        """Return the logarithms of `coefficients`, in float32 or better."""
        dtype = keras.backend.result_type(self.compute_dtype, "float32")
        s_z, s_h = (ops.cast(s, dtype) for s in self.sums(inputs))
        return -ops.softplus(s_z), -ops.softplus(-s_z) + log_positive(s_h)


@keras.saving.register_keras_serializable(package="keras_rnn")
class MinGRU(MinRNN):
    """minGRU, trained in parallel over time.

    The gates of this GRU see the input alone, not the state:

    ```
    z_t  = sigma(W_z x_t + b_z)
    h~_t = g(W_h x_t + b_h)         g(s) = s + 0.5 where s >= 0, else sigma(s)
    h_t  = (1 - z_t) * h_{t-1} + z_t * h~_t
    ```

    All gates are thus known before the first step, and what is left is linear in `h`:
    an associative scan gives all states in about `log2(time)` rounds, over
    logarithms, as in appendix B of the paper. The numbers are those of
    `keras.layers.RNN(MinGRUCell(units))` with the same weights. The price is that one
    layer mixes what it has read by weights of the input alone; use two or more.

    Feng et al. (2024), *Were RNNs All We Needed?*, arXiv:2410.01201.

    A masked step keeps the state, also where all steps are masked: then the output is
    the initial state. On TensorFlow, compile without XLA (Keras's default for this
    layer).

    Example:

    >>> import numpy as np
    >>> layer = MinGRU(4, return_sequences=True)
    >>> tuple(layer(np.zeros((32, 10, 8), "float32")).shape)
    (32, 10, 4)
    """

    __doc__ = cleandoc(__doc__ or "").replace("Example:", LAYER_SECTIONS)

    cell_class = MinGRUCell
