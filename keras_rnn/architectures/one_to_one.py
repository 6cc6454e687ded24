"""One vector in, one answer out: the network without recurrence."""

from __future__ import annotations

import keras

from keras_rnn.architectures.parts import encoded


def one_to_one(
    inputs: keras.KerasTensor,
    head: keras.Layer,
    encoder: keras.Layer | None = None,
    name: str = "one_to_one",
) -> keras.Model:
    """Build a plain feed-forward model: the vanilla neural network.

    ```
         y
         |
       head
         |
         h        encoder(inputs): the hidden layers
         |
         x
    ```

    The first of the five shapes, beside which the others show what recurrence adds:
    a fixed-size input, a fixed-size output, and nothing carried from one to the next.

    Args:
        inputs: `keras.Input` of any shape.
        head: Layer or model that makes the answer.
        encoder: Layer or model between inputs and head: hidden layers, a
            convolutional network. Default: `None`, the head reads the inputs.
        name: String, name of the model.

    Returns:
        A `keras.Model` from `inputs` to the head's output.

    Example:

    >>> model = one_to_one(
    ...     keras.Input((4,)),
    ...     head=keras.layers.Dense(3, activation="softmax"),
    ...     encoder=keras.layers.Dense(8, activation="tanh"),
    ... )
    >>> model.output_shape
    (None, 3)
    """
    return keras.Model(inputs, head(encoded(inputs, encoder)), name=name)
