"""One vector (or a sequence to warm up on) in, a sequence out."""

from __future__ import annotations

from typing import Any

import keras

from keras_rnn.architectures.parts import as_recurrent, encoded
from keras_rnn.errors import nearest
from keras_rnn.layers import Decoder, Feedback, JoinStates

CONTEXTS = ("state", "first", "bias", "every", "multimodal")


def one_to_many(
    inputs: keras.KerasTensor,
    recurrent: keras.Layer | dict[str, Any],
    head: keras.Layer,
    steps: int | None = None,
    encoder: keras.Layer | None = None,
    feedback: keras.Layer | None = None,
    name: str = "one_to_many",
    *,
    targets: keras.KerasTensor | None = None,
    target_encoder: keras.Layer | None = None,
    context: str = "state",
) -> keras.Model:
    """Build a model that makes a sequence from one thing.

    Numbers, with `steps`: each output is the next input, so the model goes on for
    any number of steps. The loop is compiled, and trained through
    (`keras_rnn.layers.Feedback`).

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

    From a sequence `x_1 ... x_T` instead of one vector, the recurrent layer reads
    all of it before `y_1`: an autoregressive forecast, where `y_1` stands for
    `x_{T+1}`.

    Tokens, with `targets`: words about an image, a tune from nothing but a mood. The
    model is trained with teacher forcing: it reads the vector and the right targets
    one step late, and answers at each step with the next. To write without knowing
    the targets, hand the trained model to `keras_rnn.decoding`.

    ```
                     y_1     y_2     y_3
                      |       |       |
                    head    head    head
                      |       |       |
    x - - context -> h_1 --> h_2 --> h_3      recurrent
                      |       |       |
                    start    y_1     y_2      target_encoder(targets)
    ```

    Args:
        inputs: `keras.Input`. Without `encoder` of shape `(batch, features)`, or,
            with `steps`, `(batch, time, features)`.
        recurrent: `Recurrent` that reads forward, or a dict of arguments for one, with
            `return_sequences=False` for `steps` and `True` for `targets` (in a dict
            the builder adds it).
        head: Layer or model that makes the outputs from the recurrent layer's. With
            `steps` it makes one, of shape `(batch, width)`, from `(batch, units)`;
            without `feedback`, `width` must be the width of what the recurrent layer
            reads. With `targets` it reads `(batch, time, units)`.
        steps: Positive integer, number of outputs. Default: `None`, as many as
            targets.
        encoder: Layer or model that turns raw inputs into the vector or vectors. It
            does not act on what is fed back. Default: `None`.
        feedback: With `steps`: layer or model that makes the next input of the
            recurrent layer from one output, of shape `(batch, width)`. Give the
            encoder here if it should act on outputs as well. Default: `None`, the
            output as it is.
        name: String, name of the model.
        targets: `keras.Input`, what the recurrent layer reads in training: the right
            answers one step late, after a start token. Default: `None`.
        target_encoder: With `targets`: layer or model that turns them into vectors,
            `(batch, time, features)`, such as an `Embedding`. Its mask is obeyed and
            passed on to the loss. Default: `None`, they are such vectors.
        context: With `targets`, where the vector enters:
            - `"state"`: through a `Dense` with `tanh` as the first states;
            - `"first"`: through a `Dense` as the first thing read, before the start
              token (Vinyals et al. 2015);
            - `"bias"`: through a `Dense`, added to the start token, and never again
              (Karpathy & Fei-Fei 2015);
            - `"every"`: beside the target at every step (Donahue et al. 2015);
            - `"multimodal"`: beside target and state in a layer before the head, and
              never in the recurrence (Mao et al. 2015).
            Default: `"state"`.

    Returns:
        A `keras.Model` from `inputs` to outputs of shape `(batch, steps, width)`; or
        from `[inputs, targets]` to the head's output, `(batch, time, ...)`.

    Raises:
        ValueError: Neither or both of `steps` and `targets` are given, the recurrent
            layer cannot go on step by step, `steps` is not positive, an output is not
            as wide as an input, or the context is none of the five or no vector.

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

    The features of an image in, words out:

    >>> model = one_to_many(
    ...     keras.Input((64,)),
    ...     recurrent=dict(cell="lstm", units=16),
    ...     head=keras.layers.Dense(300),
    ...     targets=keras.Input((None,), dtype="int32"),
    ...     target_encoder=keras.layers.Embedding(300, 8, mask_zero=True),
    ... )
    >>> model.output_shape
    (None, None, 300)
    """
    if (steps is None) == (targets is None):
        raise ValueError(
            "one_to_many takes either `steps`, to go on from its own outputs, or "
            f"`targets`, to learn from a given sequence. Received steps={steps!r} and "
            f"targets={targets!r}."
        )
    if steps is not None:
        recurrent = as_recurrent(recurrent, "one_to_many", return_sequences=False)
        outputs = Feedback(recurrent, head, steps, feedback)(encoded(inputs, encoder))
        return keras.Model(inputs, outputs, name=name)
    if context not in CONTEXTS:
        raise ValueError(
            f"Unknown context {context!r}.{nearest(context, CONTEXTS)} Expected one of "
            f"{', '.join(map(repr, CONTEXTS))}."
        )
    if feedback is not None:
        raise ValueError("`feedback` is for `steps`; with `targets` it has no use.")
    recurrent = as_recurrent(recurrent, "one_to_many", return_sequences=True)
    vector = encoded(inputs, encoder)
    if len(vector.shape) != 2:
        raise ValueError(
            "With targets, one_to_many starts from one vector, of shape (batch, "
            f"features). Received shape {tuple(vector.shape)}. Give an `encoder` that "
            "makes one, or use encoder_decoder for a sequence."
        )
    if context == "state":
        layer = Decoder(recurrent, head, target_encoder, name="decoder")
        start = JoinStates(recurrent.state_size, name="decoder_start")
        outputs = layer(targets, initial_state=start(vector))
    else:
        layer = Decoder(
            recurrent, head, target_encoder, context=context, name="decoder"
        )
        outputs = layer(targets, context=vector)
    return keras.Model([*keras.tree.flatten(inputs), targets], outputs, name=name)
