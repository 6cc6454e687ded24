"""A sequence in, a sequence of another length out."""

from __future__ import annotations

from typing import Any

import keras

from keras_rnn.architectures.parts import (
    as_recurrent,
    decoder_like,
    encoded,
    starting_states,
)
from keras_rnn.layers import AttentionScores, Decoder, Recurrent


def encoder_decoder(
    inputs: keras.KerasTensor,
    targets: keras.KerasTensor,
    recurrent: keras.Layer | dict[str, Any],
    head: keras.Layer,
    *,
    encoder: keras.Layer | None = None,
    target_encoder: keras.Layer | None = None,
    decoder: keras.Layer | dict[str, Any] | None = None,
    attention: str | keras.Layer | None = None,
    return_attention_scores: bool = False,
    name: str = "encoder_decoder",
) -> keras.Model:
    """Build a model that reads a whole sequence, then writes another.

    ```
                                         y_1     y_2     y_3
                                          |       |       |
                                        head    head    head
                                          |       |       |
    h_0 --> h_1 --> h_2 --> h_3 - - ->   s_1 --> s_2 --> s_3
             |       |       |            |       |       |
            x_1     x_2     x_3         start    y_1     y_2
                 encoder                       decoder
    ```

    For a sequence of another length: translation, conversation, describing a video.
    The model is trained with teacher forcing: beside the source it reads the right
    targets one step late, and answers at each step with the next. To write without
    knowing the targets, hand the trained model to `keras_rnn.decoding`.

    **The decoder's first states** are the encoder's last ones, if both have the same
    depth, cell and size. If only direction or size differ, each is made by a `Dense`
    with `tanh` from the states of the same place in the encoder, both directions side
    by side. Else each is made so from all of the encoder's states
    (`keras_rnn.layers.JoinStates`).

    **Attention** (`keras_rnn.layers.Decoder`) lets the decoder look back at all of
    the encoder's outputs, except where the source is masked.

    Args:
        inputs: `keras.Input`, the source. Without `encoder` of shape
            `(batch, time, features)`; `time` may be `None`.
        targets: `keras.Input`, what the decoder reads. Without `target_encoder` of
            shape `(batch, target time, features)`.
        recurrent: The encoder: `Recurrent` with `return_state=True`, and
            `return_sequences=True` with attention, or a dict of arguments for one,
            to which the builder adds these.
        head: Layer or model from the decoder's output, of shape
            `(batch, target time, width)`, to the answers, such as a `Dense` with one
            unit for each word.
        encoder: Layer or model that turns raw sources into vectors of shape
            `(batch, time, features)`: an `Embedding`, a network for pictures in a
            `keras_rnn.layers.EachStep`. Its mask is obeyed. Default: `None`.
        target_encoder: Layer or model that turns raw targets into vectors. Its mask
            is obeyed and passed on to the loss. Default: `None`.
        decoder: `Recurrent` that reads forward with `return_sequences=True`, or a
            dict of arguments for one. Default: `None`, one like `recurrent` that
            reads forward only.
        attention: `"additive"` (Bahdanau et al. 2015), `"multiplicative"` (Luong et
            al. 2015), a layer called as `keras.layers.Attention` is, or `None`.
            Default: `None`.
        return_attention_scores: Boolean, whether the model has a second output of
            shape `(batch, target time, time)`: where each step looked. See also
            `attention_scores`. Default: `False`.
        name: String, name of the model.

    Returns:
        A `keras.Model` from `[inputs, targets]` to the head's output,
        `(batch, target time, ...)`.

    Raises:
        ValueError: The encoder does not return what is needed, the decoder cannot run
            step by step, or an unknown attention.

    Example:

    >>> model = encoder_decoder(
    ...     keras.Input((None,), dtype="int32"),
    ...     keras.Input((None,), dtype="int32"),
    ...     recurrent=dict(cell="lstm", units=16, bidirectional=True),
    ...     head=keras.layers.Dense(300),
    ...     encoder=keras.layers.Embedding(200, 8, mask_zero=True),
    ...     target_encoder=keras.layers.Embedding(300, 8, mask_zero=True),
    ...     attention="additive",
    ... )
    >>> model.output_shape
    (None, None, 300)
    """
    needed = {"return_state": True}
    if attention is not None:
        needed["return_sequences"] = True
    recurrent = as_recurrent(recurrent, "encoder_decoder", **needed)
    if not isinstance(recurrent, Recurrent) or recurrent.merge_mode is None:
        raise ValueError(
            "encoder_decoder reads the source with a keras_rnn.layers.Recurrent whose "
            f"directions are merged. Received: {recurrent!r}"
        )
    writer = as_recurrent(
        decoder_like(recurrent) if decoder is None else decoder,
        "encoder_decoder",
        return_sequences=True,
    )
    layer = Decoder(writer, head, target_encoder, attention, name="decoder")
    outputs, *states = recurrent(encoded(inputs, encoder))
    arguments: dict[str, Any] = {
        "initial_state": starting_states(recurrent, states, writer)
    }
    if attention is not None:
        arguments["memory"] = outputs
    if return_attention_scores:
        arguments["return_attention_scores"] = True
    outputs = layer(targets, **arguments)
    return keras.Model([*keras.tree.flatten(inputs), targets], outputs, name=name)


def attention_scores(model: keras.Model) -> keras.Model:
    """Return a model that says where a trained one looked.

    Args:
        model: What `encoder_decoder` returned, with attention.

    Returns:
        A `keras.Model` with the inputs and the weights of `model`, and the output
        `(batch, target time, time)`: each row the weights of one step, which sum to 1.

    Raises:
        ValueError: The model has no decoder with attention.
    """
    operation, index, _ = model.outputs[0]._keras_history
    if not isinstance(operation, Decoder) or operation.attention is None:
        raise ValueError(
            f"{model.name} has no attention. Build it with encoder_decoder(..., "
            "attention='additive') or 'multiplicative'."
        )
    arguments = operation._inbound_nodes[index].arguments
    names = ("initial_state", "memory", "context")
    given = {name: arguments.kwargs.get(name) for name in names}
    scores = AttentionScores(operation)(*arguments.args, **given)
    return keras.Model(model.inputs, scores, name=f"{model.name}_attention")
