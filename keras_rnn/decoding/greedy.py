"""The most probable token at each step."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from keras_rnn.decoding.numpy_writing import most_probable
from keras_rnn.decoding.search import OneByOne


@keras.saving.register_keras_serializable(package="keras_rnn")
class GreedySearch(OneByOne):
    """Writes the most probable token at each step: made by `greedy_search`."""

    def choose(
        self,
        log_probabilities: keras.KerasTensor,
        prepared: Any,
        position: keras.KerasTensor,
    ) -> keras.KerasTensor:
        # Of integers, since Keras's argmax of floats makes ONNX files on TensorFlow
        # that nothing can read.
        highest = ops.max(log_probabilities, axis=-1, keepdims=True)
        is_highest = ops.equal(log_probabilities, highest)
        return ops.argmax(ops.cast(is_highest, "int32"), axis=-1)

    def choose_in_numpy(self) -> Any:
        return most_probable


def greedy_search(
    model: keras.Model,
    *,
    start_token: int | None = None,
    end_token: int | None = None,
    max_length: int,
    pad_token: int = 0,
    from_logits: bool | None = None,
    name: str = "greedy_search",
) -> keras.Model:
    """Return a model that writes the most probable token at each step.

    The whole sequence is one compiled call, which ends as soon as all sequences of the
    batch have. `predict` on a CPU runs in NumPy where that is faster (see
    `keras_rnn.decoding.in_numpy`). The returned model has the weights of `model`, not a
    copy, and is saved and loaded as any other.

    Args:
        model: A trained `keras.Model` from `keras_rnn.architectures`, with tokens as
            its targets:
            - `encoder_decoder`: reads the source, writes the target. So may a model
              of plain Keras layers with the inputs source and targets, if each layer
              between targets and output is a recurrent layer that reads forward, an
              attention to the source, or acts on each step by itself;
            - `one_to_many` with `targets`: reads a vector;
            - `many_to_many` with the next token at each step: reads a prompt, and
              writes what follows. Prompts of several lengths are padded on the right
              and masked by the model's encoder (`mask_zero=True`).
        start_token: Integer, what the decoder read before the first target in
            training. Only for models with a decoder.
        end_token: Integer, the token after which nothing follows. It is written, and
            `pad_token` after it. Default: `None`, each sequence is `max_length` long.
        max_length: Positive integer, the most tokens to write.
        pad_token: Integer, what stands after the end token. Default: `0`.
        from_logits: Boolean, whether `model` gives logits, not probabilities.
            Default: `None`, logits unless it ends in a softmax.
        name: String, name of the model.

    Returns:
        A `keras.Model` from what `model` reads, targets left out, to a tuple: tokens,
        int32 of shape `(batch, max_length)`, and their log-probability, `(batch,)`.

    Raises:
        ValueError: The model cannot be run step by step, or a token is none of its.

    Example:

    >>> from keras_rnn.architectures import many_to_many
    >>> import numpy as np
    >>> model = many_to_many(
    ...     keras.Input((None,), dtype="int32"),
    ...     dict(cell="gru", units=8),
    ...     head=keras.layers.Dense(5),
    ...     encoder=keras.layers.Embedding(5, 4),
    ... )
    >>> prompts = np.array([[1, 2, 3], [4, 3, 2]])
    >>> tokens, log_probability = greedy_search(model, max_length=6).predict(
    ...     prompts, verbose=0
    ... )
    >>> tokens.shape, log_probability.shape
    ((2, 6), (2,))
    """
    return GreedySearch(
        model,
        start_token=start_token,
        end_token=end_token,
        max_length=max_length,
        pad_token=pad_token,
        from_logits=from_logits,
        name=name,
    )
