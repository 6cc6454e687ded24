"""One vector (or a sequence to warm up on) in, a sequence out."""

import keras

from keras_rnn.architectures.parts import as_recurrent, encoded
from keras_rnn.layers import Feedback


def one_to_many(
    inputs, recurrent, head, steps, encoder=None, feedback=None, name="one_to_many"
):
    """Build a model that makes a sequence from its own outputs.

    ```
            y_1            y_2            y_3
             |  \\           |  \\           |
           head  \\        head  \\        head     one head, the same weights
             |    feedback  |    feedback  |
             |          \\   |          \\   |
    h_0 --> h_1 --------> h_2 --------> h_3      recurrent
             |
             x                                    encoder(inputs), or the inputs
    ```

    Each output is the next input, so the model goes on for any number of steps.
    From a sequence `x_1 ... x_T` instead of one vector, the recurrent layer reads
    all of it before `y_1`: an autoregressive forecast, where `y_1` stands for
    `x_{T+1}`. The loop is compiled, and trained through: `keras_rnn.layers.Feedback`.

    Args:
        inputs: `keras.Input`. Without `encoder` of shape `(batch, features)` or
            `(batch, time, features)`.
        recurrent: `Recurrent` that reads forward, with `return_sequences=False`, or a
            dict of arguments for one.
        head: Layer or model that makes one output, of shape `(batch, width)`, from
            the recurrent layer's, of shape `(batch, units)`. Without `feedback`,
            `width` must be the width of what the recurrent layer reads.
        steps: Positive integer, number of outputs.
        encoder: Layer or model that turns raw inputs into the vector or vectors that
            the recurrent layer reads first. It does not act on what is fed back.
            Default: `None`.
        feedback: Layer or model that makes the next input of the recurrent layer from
            one output, of shape `(batch, width)`. Give the encoder here if it should
            act on outputs as well. Default: `None`, the output as it is.
        name: String, name of the model.

    Returns:
        A `keras.Model` from `inputs` to outputs of shape `(batch, steps, width)`.

    Raises:
        ValueError: The recurrent layer cannot go on step by step, `steps` is not
            positive, or an output is not as wide as an input.

    Example:

    Six hours of four measurements in, three hours of all four out:

    >>> model = one_to_many(
    ...     keras.Input((6, 4)),
    ...     recurrent=dict(cell="lstm", units=16),
    ...     head=keras.layers.Dense(4),
    ...     steps=3,
    ... )
    >>> model.output_shape
    (None, 3, 4)
    """
    recurrent = as_recurrent(recurrent, "one_to_many", return_sequences=False)
    outputs = Feedback(recurrent, head, steps, feedback)(encoded(inputs, encoder))
    return keras.Model(inputs, outputs, name=name)
