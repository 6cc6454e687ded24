"""What a decoder is put together from, and what it asks of its parts."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from keras_rnn.errors import nearest
from keras_rnn.layers.recurrent import Recurrent

ATTENTIONS = {
    "additive": keras.layers.AdditiveAttention,
    "multiplicative": keras.layers.Attention,
}


class Beside(keras.layers.Layer):
    """Joins two tensors along their last axis. The first one's mask goes on."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self.built = True  # there is nothing to build

    def call(
        self, first: keras.KerasTensor, second: keras.KerasTensor
    ) -> keras.KerasTensor:
        return ops.concatenate([first, second], axis=-1)


class AtFirst(keras.layers.Layer):
    """Adds a vector to the first step of a sequence. The sequence's mask goes on."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self.built = True

    def call(
        self,
        sequence: keras.KerasTensor,
        vector: keras.KerasTensor,
        weight: keras.KerasTensor,
    ) -> keras.KerasTensor:
        first = ops.cast(ops.arange(ops.shape(sequence)[1]) == 0, sequence.dtype)
        added = ops.cast(vector * weight, sequence.dtype)
        return sequence + ops.expand_dims(added, axis=1) * first[None, :, None]


def every_step(
    vector: keras.KerasTensor, sequence: keras.KerasTensor
) -> keras.KerasTensor:
    """A vector of each row, at as many steps as a sequence has."""
    shape = (*ops.shape(sequence)[:2], vector.shape[1])
    return ops.broadcast_to(ops.expand_dims(vector, axis=1), shape)


def check_recurrent(recurrent: Any) -> None:
    """Say so if a recurrent layer cannot decode."""
    if not isinstance(recurrent, Recurrent):
        raise ValueError(
            "A decoder needs a keras_rnn.layers.Recurrent, which can be run step by "
            f"step. Received: {recurrent!r}"
        )
    for name, value in (
        ("bidirectional", False),
        ("go_backwards", False),
        ("stateful", False),
        ("return_sequences", True),
    ):
        if getattr(recurrent, name) != value:
            raise ValueError(
                f"A decoder reads forward and answers at every step: it needs a "
                f"Recurrent with {name}={value}."
            )


def attention_layer(attention: str | keras.Layer, dtype: Any) -> keras.Layer | None:
    """Return the layer that a name stands for; a layer, or `None`, as it is."""
    if attention is None or isinstance(attention, keras.Layer):
        return attention
    if attention not in ATTENTIONS:
        raise ValueError(
            f"Unknown attention {attention!r}.{nearest(attention, ATTENTIONS)} "
            f"Expected one of {', '.join(map(repr, ATTENTIONS))}, a layer called as "
            "keras.layers.Attention is, or None."
        )
    return ATTENTIONS[attention](dtype=dtype, name="attention")
