"""Tokens drawn by chance."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

from keras_rnn.decoding.numpy_writing import drawing
from keras_rnn.decoding.search import OneByOne
from keras_rnn.layers.checks import check_positive_integer


@keras.saving.register_keras_serializable(package="keras_rnn")
class Sampler(OneByOne):
    """Draws each token from the model's probabilities: made by `sample`."""

    def __init__(
        self,
        model: keras.Model,
        *,
        temperature: float = 1.0,
        top_k: int | None = None,
        top_p: float | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        if not temperature > 0:
            raise ValueError(
                f"temperature must be above 0, not {temperature!r}. Near 0 a sample is "
                "what greedy_search gives."
            )
        if top_k is not None:
            check_positive_integer("top_k", top_k)
        if top_p is not None and not 0 < top_p <= 1:
            raise ValueError(
                f"top_p is a probability above 0 and at most 1, not {top_p!r}."
            )
        super().__init__(model, **kwargs)
        self.temperature = temperature
        self.top_k = top_k
        self.top_p = top_p
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)

    def prepare(self, batch_size: int | keras.KerasTensor) -> keras.KerasTensor | None:
        # All numbers at once, before the loop: within it, a compiled program could
        # not keep the state of the generator.
        shape = (batch_size, self.max_length)
        return keras.random.uniform(shape, seed=self.seed_generator)

    def choose(
        self,
        log_probabilities: keras.KerasTensor,
        prepared: Any,
        position: keras.KerasTensor,
    ) -> keras.KerasTensor:
        weights = kept_probabilities(
            log_probabilities, self.temperature, self.top_k, self.top_p
        )
        uniform = ops.take(prepared, ops.expand_dims(position, axis=0), axis=1)
        return draw(weights, uniform)

    def choose_in_numpy(self) -> Any:
        return drawing(self.temperature, self.top_k, self.top_p)

    def export(
        self,
        filepath: Any,
        format: str = "tf_saved_model",
        verbose: bool | None = None,
        input_signature: Any = None,
        **kwargs: Any,
    ) -> None:
        if format == "onnx":  # Keras would write a file that nothing can read
            raise ValueError(
                f"{self.name} draws random numbers, which ONNX files cannot. Export it "
                "as 'tf_saved_model', or export a greedy_search or a beam_search."
            )
        if keras.backend.backend() == "jax" and format == "tf_saved_model":
            kwargs.setdefault("is_static", False)  # or every call would draw the same
        super().export(filepath, format, verbose, input_signature, **kwargs)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "temperature": self.temperature,
            "top_k": self.top_k,
            "top_p": self.top_p,
            "seed": self.seed,
        }


def kept_probabilities(
    log_probabilities: keras.KerasTensor,
    temperature: float,
    top_k: int | None = None,
    top_p: float | None = None,
) -> keras.KerasTensor:
    """Return what to draw from, zero for tokens that are left out.

    Args:
        log_probabilities: Tensor of shape `(batch, vocabulary)`.
        temperature: Float above 0.
        top_k: Positive integer, or None.
        top_p: Float in (0, 1], or None.

    Returns:
        Tensor of shape `(batch, vocabulary)`, in proportion to the probabilities.
    """
    highest = ops.max(log_probabilities, axis=-1, keepdims=True)
    scaled = (log_probabilities - highest) / temperature
    if top_k is not None and top_k < log_probabilities.shape[-1]:
        best, _ = ops.top_k(scaled, top_k)
        scaled = ops.where(scaled < best[:, -1:], -np.inf, scaled)
    weights = ops.softmax(scaled, axis=-1)
    if top_p is not None and top_p < 1:
        ordered = ops.flip(ops.sort(weights, axis=-1), axis=-1)
        before = ops.cumsum(ordered, axis=-1) - ordered
        # The least probable of the smallest set that holds top_p.
        needed = ops.where(before < top_p, ordered, 1.0)
        least = ops.min(needed, axis=-1, keepdims=True)
        weights = ops.where(weights < least, 0.0, weights)
    return weights


def draw(weights: keras.KerasTensor, uniform: keras.KerasTensor) -> keras.KerasTensor:
    """Return one index for each row, drawn in proportion to `weights`.

    Args:
        weights: Tensor of shape `(batch, count)`, not negative.
        uniform: Tensor of shape `(batch, 1)`, random numbers in [0, 1).
    """
    reached = ops.cumsum(weights, axis=-1)
    is_past = ops.greater(reached, uniform * reached[:, -1:])
    # Weights of zero are never drawn, not even where rounding says so.
    rank = ops.where(weights > 0, ops.where(is_past, 2, 1), 0)
    return ops.argmax(rank, axis=-1)


def sample(
    model: keras.Model,
    *,
    start_token: int | None = None,
    end_token: int | None = None,
    max_length: int,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    seed: int | None = None,
    pad_token: int = 0,
    from_logits: bool | None = None,
    name: str = "sample",
) -> keras.Model:
    """Return a model that draws each token by the trained model's probabilities.

    The whole sequence is one compiled call, which ends as soon as all sequences of the
    batch have. `predict` on a CPU runs in NumPy where that is faster (see
    `keras_rnn.decoding.in_numpy`). The returned model has the weights of `model`, not a
    copy, and is saved and loaded as any other. A new call draws new sequences.

    Args:
        model: A trained `keras.Model` from `keras_rnn.architectures`, with tokens as
            its targets: `encoder_decoder`, `one_to_many` with `targets`, or
            `many_to_many` with the next token at each step.
        start_token: Integer, what the decoder read before the first target in
            training. Only for models with a decoder.
        end_token: Integer, the token after which nothing follows. It is written, and
            `pad_token` after it. Default: `None`, each sequence is `max_length` long.
        max_length: Positive integer, the most tokens to write.
        temperature: Float above 0: the logits are divided by it. Below 1 the probable
            becomes more so, above 1 less. Default: `1.0`.
        top_k: Positive integer: draw from so many most probable tokens only. Those
            that are as probable as the last of them stay in. Default: `None`, all.
        top_p: Float in (0, 1]: draw from the smallest set of most probable tokens
            that together have this probability (nucleus sampling, Holtzman et al.
            2020), after `temperature` and `top_k`. Default: `None`, all.
        seed: Integer. From the same seed a new model draws the same, call for call, if
            batches are of the same size. Default: `None`, a new one.
        pad_token: Integer, what stands after the end token. Default: `0`.
        from_logits: Boolean, whether `model` gives logits, not probabilities.
            Default: `None`, logits unless it ends in a softmax.
        name: String, name of the model.

    Returns:
        A `keras.Model` from what `model` reads, targets left out, to a tuple: tokens,
        int32 of shape `(batch, max_length)`, and their log-probability in the trained
        model, whatever was left out, `(batch,)`.

    Raises:
        ValueError: The model cannot be run step by step, a token is none of its, or
            `temperature`, `top_k` or `top_p` is out of its range.

    Example:

    >>> from keras_rnn.architectures import many_to_many
    >>> model = many_to_many(
    ...     keras.Input((None,), dtype="int32"),
    ...     dict(cell="gru", units=8),
    ...     head=keras.layers.Dense(5),
    ...     encoder=keras.layers.Embedding(5, 4),
    ... )
    >>> writer = sample(model, max_length=6, temperature=0.7, top_k=3, seed=1)
    >>> tokens, log_probability = writer.predict(np.array([[1, 2]]), verbose=0)
    >>> tokens.shape
    (1, 6)
    """
    return Sampler(
        model,
        start_token=start_token,
        end_token=end_token,
        max_length=max_length,
        temperature=temperature,
        top_k=top_k,
        top_p=top_p,
        seed=seed,
        pad_token=pad_token,
        from_logits=from_logits,
        name=name,
    )
