"""An LSTM that normalises what it sums up."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from keras_rnn.layers.checks import check_positive_integer


@keras.saving.register_keras_serializable(package="keras_rnn")
class LayerNormLSTMCell(keras.layers.LSTMCell):
    """LSTM cell with layer normalisation.

    `LN(s; alpha, beta)` shifts and scales the numbers of one vector to mean 0 and
    variance 1 and then to learned sizes: `alpha * (s - mean) / sqrt(var + epsilon) +
    beta`. What comes from the input, what comes from the state and what the cell shows
    are normalised apart, at every step by that step's own numbers:

    ```
    (i, f, g, o) = LN(R h_{t-1}; alpha_1, beta_1) + LN(W x_t; alpha_2, beta_2) + b
    c_t = sigma(f) * c_{t-1} + sigma(i) * tanh(g)
    h_t = sigma(o) * tanh(LN(c_t; alpha_3, beta_3))
    ```

    Ba, Kiros and Hinton (2016), *Layer Normalization*, arXiv:1607.06450, supplementary
    material, equations 20 to 22. Mean and variance are those of all `4 * units` sums.

    The weights are the `kernel`, `recurrent_kernel` and `bias` of `keras.layers.LSTM`,
    blocks in its order i, f, c, o, and then `recurrent_gamma` and `recurrent_beta`
    (alpha_1 and beta_1), `input_gamma`, `input_beta`, `cell_gamma`, `cell_beta`.

    Args:
        units: Positive integer, size of the hidden state and of the cell.
        epsilon: Positive float, added to the variance. Default: `1e-5`.
        gamma_initializer: Initializer of the three scales. Default: `"ones"`.
        beta_initializer: Initializer of the three shifts. Default: `"zeros"`.
        **kwargs: Every other argument of `keras.layers.LSTMCell`, with its meaning and
            default. `dropout` and `recurrent_dropout` draw one mask for all gates.

    Call arguments:
        inputs: Tensor of shape `(batch, features)`.
        states: List of two tensors of shape `(batch, units)`: `h` and `c`.
        training: Boolean, whether dropout is active.

    Returns:
        Tensor of shape `(batch, units)`, and the list of the new states.

    Raises:
        ValueError: `units` is not a positive integer, or `epsilon` is not positive.

    Example:

    >>> import numpy as np
    >>> layer = keras.layers.RNN(LayerNormLSTMCell(4), return_sequences=True)
    >>> tuple(layer(np.zeros((32, 10, 8), "float32")).shape)
    (32, 10, 4)
    """

    state_names = ("h", "c")

    def __init__(
        self,
        units: int,
        epsilon: float = 1e-5,
        gamma_initializer: Any = "ones",
        beta_initializer: Any = "zeros",
        **kwargs: Any,
    ) -> None:
        check_positive_integer("units", units)
        if not epsilon > 0:
            raise ValueError(f"epsilon must be a positive number, not {epsilon!r}.")
        super().__init__(units, **kwargs)
        self.dropout_mask_count = None
        self.epsilon = epsilon
        self.gamma_initializer = keras.initializers.get(gamma_initializer)
        self.beta_initializer = keras.initializers.get(beta_initializer)

    def build(self, input_shape: tuple[Any, ...]) -> None:
        super().build(input_shape)
        for name, blocks in (("recurrent", 4), ("input", 4), ("cell", 1)):
            for what in ("gamma", "beta"):
                weight = self.add_weight(
                    shape=(blocks * self.units,),
                    name=f"{name}_{what}",
                    initializer=getattr(self, f"{what}_initializer"),
                )
                setattr(self, f"{name}_{what}", weight)

    def call(
        self,
        inputs: keras.KerasTensor,
        states: list[keras.KerasTensor],
        training: bool = False,
    ) -> tuple[keras.KerasTensor, list[keras.KerasTensor]]:
        h_previous, c_previous = states  # (batch, units) each
        if training and self.dropout:
            inputs = inputs * self.get_dropout_mask(inputs)
        if training and self.recurrent_dropout:
            h_previous = h_previous * self.get_recurrent_dropout_mask(h_previous)

        sums = self._normalised("input", ops.matmul(inputs, self.kernel))
        sums = sums + self._normalised(
            "recurrent", ops.matmul(h_previous, self.recurrent_kernel)
        )  # (batch, 4 * units)
        if self.use_bias:
            sums = sums + self.bias
        i, f, g, o = ops.split(sums, 4, axis=-1)
        c = self.recurrent_activation(f) * c_previous
        c = c + self.recurrent_activation(i) * self.activation(g)
        shown = self.activation(self._normalised("cell", c))
        h = self.recurrent_activation(o) * shown
        return h, [h, c]

    def _normalised(self, name, tensor):
        gamma, beta = getattr(self, f"{name}_gamma"), getattr(self, f"{name}_beta")
        # keras.ops has layer_normalization only from Keras 3.11 on.
        mean, variance = ops.moments(tensor, axes=-1, keepdims=True)
        return (tensor - mean) * ops.rsqrt(variance + self.epsilon) * gamma + beta

    def get_config(self) -> dict[str, Any]:
        serialize = keras.initializers.serialize
        return {
            **super().get_config(),
            "epsilon": self.epsilon,
            "gamma_initializer": serialize(self.gamma_initializer),
            "beta_initializer": serialize(self.beta_initializer),
        }
