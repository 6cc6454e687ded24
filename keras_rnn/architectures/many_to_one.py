"""A whole sequence in, one answer out."""

from __future__ import annotations

from typing import Any

import keras

from keras_rnn.architectures.parts import as_recurrent, encoded


def many_to_one(
    inputs: keras.KerasTensor,
    recurrent: keras.Layer | dict[str, Any],
    head: keras.Layer,
    encoder: keras.Layer | None = None,
    name: str = "many_to_one",
) -> keras.Model:
    """Build a model that reads a sequence and then answers once.

    ```
                             y
                             |
                           head
                             |
    h_0 --> h_1 --> h_2 --> h_3        recurrent, the last output only
             |       |       |
            x_1     x_2     x_3        encoder(inputs), or the inputs themselves
    ```

    For a class or a number about the whole sequence: sentiment, activity, the next
    value of a series.

    Args:
        inputs: `keras.Input`. Without `encoder` of shape `(batch, time, features)`;
            `time` may be `None`.
        recurrent: `Recurrent` with `return_sequences=False`, or a dict of arguments
            for one.
        head: Layer or model that makes the answer from the recurrent layer's output
            of shape `(batch, width)`.
        encoder: Layer or model that turns raw inputs into vectors, of shape
            `(batch, time, features)`: an `Embedding`, a network for pictures in a
            `keras_rnn.layers.EachStep`. Its mask is obeyed. Default: `None`.
        name: String, name of the model.

    Returns:
        A `keras.Model` from `inputs` to the head's output.

    Raises:
        ValueError: The recurrent layer returns a sequence or its states.

    Example:

    >>> from keras_rnn.layers import Recurrent
    >>> model = many_to_one(
    ...     keras.Input((None,), dtype="int32"),
    ...     Recurrent("lstm", 16, bidirectional=True),
    ...     head=keras.layers.Dense(1, activation="sigmoid"),
    ...     encoder=keras.layers.Embedding(1000, 8, mask_zero=True),
    ... )
    >>> model.output_shape
    (None, 1)
    """
    recurrent = as_recurrent(
        recurrent, "many_to_one", return_sequences=False, return_state=False
    )
    outputs = head(recurrent(encoded(inputs, encoder)))
    return keras.Model(inputs, outputs, name=name)
