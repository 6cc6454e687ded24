"""A sequence in, a sequence of the same length out."""

from __future__ import annotations

from typing import Any

import keras

from keras_rnn.architectures.parts import as_recurrent, encoded


def many_to_many(
    inputs: keras.KerasTensor,
    recurrent: keras.Layer | dict[str, Any],
    head: keras.Layer,
    encoder: keras.Layer | None = None,
    name: str = "many_to_many",
) -> keras.Model:
    """Build a model that answers at every step of a sequence.

    ```
            y_1     y_2     y_3
             |       |       |
           head    head    head        one head, the same weights at every step
             |       |       |
    h_0 --> h_1 --> h_2 --> h_3        recurrent
             |       |       |
            x_1     x_2     x_3        encoder(inputs), or the inputs themselves
    ```

    For a label or a number at each step: tagging, the next value after each step.
    Answers that depend on the past alone need a recurrent layer that is neither
    bidirectional nor reads backwards.

    Args:
        inputs: `keras.Input`. Without `encoder` of shape `(batch, time, features)`;
            `time` may be `None`.
        recurrent: `Recurrent` with `return_sequences=True`, or a dict of arguments
            for one (the builder adds `return_sequences=True`).
        head: Layer or model applied to the recurrent layer's output of shape
            `(batch, time, width)`. `keras.layers.Dense` acts on each step by itself;
            wrap what does not in `keras_rnn.layers.EachStep`.
        encoder: Layer or model that turns raw inputs into vectors, of shape
            `(batch, time, features)`. Its mask is obeyed, and passed on to the loss.
            Default: `None`.
        name: String, name of the model.

    Returns:
        A `keras.Model` from `inputs` to the head's output, `(batch, time, ...)`.

    Raises:
        ValueError: The recurrent layer does not return a sequence, or returns its
            states.

    Example:

    >>> model = many_to_many(
    ...     keras.Input((24, 19)),
    ...     recurrent=dict(cell="lstm", units=32, depth=2, residual=True),
    ...     head=keras.layers.Dense(1),
    ... )
    >>> model.output_shape
    (None, 24, 1)
    """
    recurrent = as_recurrent(
        recurrent, "many_to_many", return_sequences=True, return_state=False
    )
    outputs = head(recurrent(encoded(inputs, encoder)))
    return keras.Model(inputs, outputs, name=name)
