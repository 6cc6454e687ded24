"""minLSTM: an LSTM with gates that see the input alone."""

from __future__ import annotations

import keras
from keras import ops

from keras_rnn.layers.min_rnn import MinRNN, MinRNNCell, log_positive


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

    Args:
        units: Positive integer, size of the state.
        log_space: Boolean, whether the proposal is `g` of the sum, which is positive,
            and `MinLSTM` scans over logarithms: appendix B of the paper, what it
            trains. Otherwise it is the sum itself and the scan is over plain numbers:
            its section 3.2. Default: `True`.
        use_bias: Boolean. Default: `True`.
        kernel_initializer: Name or `keras.initializers.Initializer`, what the kernel
            starts from. Default: `"glorot_uniform"`.
        bias_initializer: Name or initializer, what the bias starts from.
            Default: `"zeros"`.
        kernel_regularizer: Name or `keras.regularizers.Regularizer` of the kernel.
            Default: `None`.
        bias_regularizer: Name or regularizer of the bias. Default: `None`.
        kernel_constraint: Name or `keras.constraints.Constraint` on the kernel.
            Default: `None`.
        bias_constraint: Name or constraint on the bias. Default: `None`.
        **kwargs: `name`, `dtype` and so on of any layer.

    Call arguments:
        inputs: Tensor of shape `(batch, features)`.
        states: List of one tensor of shape `(batch, units)`.

    Returns:
        Tensor of shape `(batch, units)`, and a list with it as the new state.

    Raises:
        ValueError: `units` is not a positive integer.

    Example:

    >>> import numpy as np
    >>> layer = keras.layers.RNN(MinLSTMCell(4), return_sequences=True)
    >>> tuple(layer(np.zeros((32, 10, 8), "float32")).shape)
    (32, 10, 4)
    """

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

    Args:
        units: Positive integer, size of the state.
        log_space: Boolean, whether the proposal is `g` of the sum and the scan is over
            logarithms. Otherwise the proposal is the sum itself, of any sign, and the
            scan is over plain numbers (section 3.2 of the paper). Default: `True`.
        use_bias: Boolean. Default: `True`.
        kernel_initializer: Name or `keras.initializers.Initializer`, what the kernel
            starts from. Default: `"glorot_uniform"`.
        bias_initializer: Name or initializer, what the bias starts from.
            Default: `"zeros"`.
        kernel_regularizer: Name or `keras.regularizers.Regularizer` of the kernel.
            Default: `None`.
        bias_regularizer: Name or regularizer of the bias. Default: `None`.
        kernel_constraint: Name or `keras.constraints.Constraint` on the kernel.
            Default: `None`.
        bias_constraint: Name or constraint on the bias. Default: `None`.
        **kwargs: `return_sequences`, `return_state`, `go_backwards`, `stateful`,
            `zero_output_for_mask` and so on of `keras.layers.RNN`. With `unroll=True`
            the steps are taken one after another.

    Call arguments:
        sequences: Tensor of shape `(batch, time, features)`.
        initial_state: Tensor of shape `(batch, units)`, or a list of it. Any sign.
            Default: zeros.
        mask: Boolean tensor of shape `(batch, time)`, false at steps to skip.
        training: Boolean, without influence.

    Returns:
        Tensor of shape `(batch, units)`, or `(batch, time, units)` with
        `return_sequences`; with `return_state` also the final state.

    Raises:
        ValueError: `units` is not a positive integer; sequences, state or mask have
            another shape than expected.

    Example:

    >>> import numpy as np
    >>> layer = MinLSTM(4, return_sequences=True)
    >>> tuple(layer(np.zeros((32, 10, 8), "float32")).shape)
    (32, 10, 4)
    """

    cell_class = MinLSTMCell
