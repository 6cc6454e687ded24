"""minLSTM: an LSTM with gates that see the input alone."""

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
class MinLSTMCell(MinRNNCell):
    """Cell of `MinLSTM`, one step at a time.

    ```
    i_t  = sigma(W_i x_t + b_i)
    f_t  = sigma(W_f x_t + b_f)
    h~_t = g(W_h x_t + b_h)         g(s) = s + 0.5 where s >= 0, else sigma(s)
    h_t  = f_t / (f_t + i_t) * h_{t-1} + i_t / (f_t + i_t) * h~_t
    ```

    The two gates are divided by their sum, so that the size of the state does not
    depend on how many steps were read. There is no output gate, and no cell beside the
    hidden state.

    Feng et al. (2024), *Were RNNs All We Needed?*, arXiv:2410.01201, section 3.2, and
    appendix B for `g`.

    The weights are `kernel`, of shape `(features, 3 * units)`, and `bias`, of shape
    `(3 * units,)`, blocks in the order i, f, h.

    Example:

    >>> import numpy as np
    >>> layer = keras.layers.RNN(MinLSTMCell(4), return_sequences=True)
    >>> tuple(layer(np.zeros((32, 10, 8), "float32")).shape)
    (32, 10, 4)
    """

    __doc__ = cleandoc(__doc__ or "").replace("Example:", CELL_SECTIONS)

    blocks = 3

    def coefficients(
        self, inputs: keras.KerasTensor
    ) -> tuple[keras.KerasTensor, keras.KerasTensor]:
        """Return `f'_t` and `i'_t * h~_t`, of inputs of one step or of many."""
        s_i, s_f, s_h = self.sums(inputs)
        ratio = _log_ratio(s_i, s_f)
        return ops.sigmoid(-ratio), ops.sigmoid(ratio) * self.proposal(s_h)

    def log_coefficients(
        self, inputs: keras.KerasTensor
    ) -> tuple[keras.KerasTensor, keras.KerasTensor]:
        """Return the logarithms of `coefficients`, in float32 or better."""
        dtype = keras.backend.result_type(self.compute_dtype, "float32")
        s_i, s_f, s_h = (ops.cast(s, dtype) for s in self.sums(inputs))
        ratio = _log_ratio(s_i, s_f)
        return -ops.softplus(ratio), -ops.softplus(-ratio) + log_positive(s_h)


def _log_ratio(s_i, s_f):
    """`log(i / f)`. f / (f + i) = 1 / (1 + i / f) is its sigmoid, turned round."""
    return ops.softplus(-s_f) - ops.softplus(-s_i)


@keras.saving.register_keras_serializable(package="keras_rnn")
class MinLSTM(MinRNN):
    """minLSTM, trained in parallel over time.

    The gates of this LSTM see the input alone, not the state, and are divided by their
    sum:

    ```
    i_t  = sigma(W_i x_t + b_i)
    f_t  = sigma(W_f x_t + b_f)
    h~_t = g(W_h x_t + b_h)         g(s) = s + 0.5 where s >= 0, else sigma(s)
    h_t  = f_t / (f_t + i_t) * h_{t-1} + i_t / (f_t + i_t) * h~_t
    ```

    As in `MinGRU`, an associative scan over logarithms gives all states in about
    `log2(time)` rounds, with the numbers of `keras.layers.RNN(MinLSTMCell(units))`.
    There is one state, `h`.

    Feng et al. (2024), *Were RNNs All We Needed?*, arXiv:2410.01201.

    A masked step keeps the state, also where all steps are masked: then the output is
    the initial state. On TensorFlow, compile without XLA (Keras's default for this
    layer).

    Example:

    >>> import numpy as np
    >>> layer = MinLSTM(4, return_sequences=True)
    >>> tuple(layer(np.zeros((32, 10, 8), "float32")).shape)
    (32, 10, 4)
    """

    __doc__ = cleandoc(__doc__ or "").replace("Example:", LAYER_SECTIONS)

    cell_class = MinLSTMCell
