"""The most probable sequence, as far as a few candidates show it."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

from keras_rnn.decoding.numpy_beam import write_beams
from keras_rnn.decoding.numpy_steps import Steps
from keras_rnn.decoding.search import Search
from keras_rnn.layers.checks import check_positive_integer

NEVER = -np.inf


@keras.saving.register_keras_serializable(package="keras_rnn")
class BeamSearch(Search):
    """Keeps the best few sequences at each step: made by `beam_search`."""

    def __init__(
        self,
        model: keras.Model,
        *,
        beam_width: int = 5,
        length_penalty: float = 0.0,
        return_beams: bool = False,
        **kwargs: Any,
    ) -> None:
        check_positive_integer("beam_width", beam_width)
        if not length_penalty >= 0:
            raise ValueError(
                f"length_penalty must be at least 0, not {length_penalty!r}. Above 0 "
                "it lets longer sequences win."
            )
        super().__init__(model, **kwargs)
        self.beam_width = beam_width
        self.length_penalty = length_penalty
        self.return_beams = return_beams

    def call(self, inputs: Any) -> tuple[keras.KerasTensor, keras.KerasTensor]:
        width, longest = self.beam_width, self.max_length
        first, states, kept = self.begin(inputs)
        batch = ops.shape(first)[0]

        def widen(tensor):
            return ops.repeat(tensor, width, axis=0)

        states = [widen(state) for state in states]
        kept = keras.tree.map_structure(widen, kept)
        # All beams start alike, so only the first of them may count.
        nothing = ops.zeros((batch, width), dtype="float32")
        beams = ops.expand_dims(ops.arange(width, dtype="int32"), axis=0)
        log_probability = ops.where(beams == 0, nothing, NEVER)
        empty = ops.full((batch, width, longest), self.pad_token, dtype="int32")

        def unfinished(position, following, states, live, done):
            closed = ops.all(done[1] > NEVER, axis=1)
            return ops.logical_and(position < longest, ops.logical_not(ops.all(closed)))

        def go_on(position, following, states, live, done):
            live, parents, done = self._extend(position, following, live, done)
            # The rows of the states that each beam goes on from.
            offsets = ops.expand_dims(ops.arange(batch, dtype="int32") * width, axis=1)
            rows = ops.reshape(parents + offsets, (-1,))
            states = [ops.take(state, rows, axis=0) for state in states]
            here = ops.expand_dims(position, axis=0)
            last = ops.reshape(ops.take(live[0], here, axis=2), (-1,))
            following, states = self.step(last, states, kept)
            return position + 1, following, states, live, done

        start = ops.convert_to_tensor(0, dtype="int32")
        live = (empty, log_probability)
        done = (empty, nothing + NEVER, nothing + NEVER)
        _, _, _, _, (tokens, _, log_probability) = ops.while_loop(
            unfinished, go_on, (start, widen(first), states, live, done)
        )
        if self.return_beams:
            return tokens, log_probability
        return tokens[:, 0], log_probability[:, 0]

    def write_in_numpy(
        self, steps: Steps, prepared: np.ndarray | None
    ) -> tuple[np.ndarray, np.ndarray]:
        tokens, log_probability = write_beams(steps, self, self.masks_zero)
        if self.return_beams:
            return tokens, log_probability
        return tokens[:, 0], log_probability[:, 0]

    def _extend(self, position, following, live, done):
        """Write one more token.

        Args:
            position: Scalar tensor, how many tokens were written before.
            following: Tensor of shape `(batch * width, vocabulary)`.
            live: Tokens `(batch, width, max_length)` and log-probabilities
                `(batch, width)` of what goes on.
            done: Tokens, scores and log-probabilities of what has ended, the best
                first, `-inf` where there is none.

        Returns:
            The new `live`, the old beam of each new one, and the new `done`.
        """
        width, count = self.beam_width, self.vocabulary
        tokens, log_probability = live
        total = ops.expand_dims(log_probability, axis=-1) + ops.reshape(
            following, (-1, width, count)
        )
        # At most `width` of them can end, so that `width` are left to go on.
        best, where = ops.top_k(
            ops.reshape(total, (-1, width * count)), min(2, count) * width
        )
        where = ops.cast(where, "int32")
        parents, chosen = where // count, where % count
        written = _pick(tokens, parents)
        places = ops.arange(self.max_length, dtype="int32")
        here = ops.equal(places, position)
        written = ops.where(here, ops.expand_dims(chosen, axis=-1), written)

        ends = self.is_end(chosen)
        last_step = ops.equal(position, self.max_length - 1)
        # Only what is among the best `width` may end, as only that may go on.
        among = ops.arange(best.shape[1]) < width
        closed = ops.all(done[1] > NEVER, axis=1, keepdims=True)
        may_end = ops.logical_and(ops.logical_or(ends, last_step), among)
        may_end = ops.logical_and(may_end, ops.logical_not(closed))
        ended = ops.where(may_end, best, NEVER)
        scores = ops.concatenate([done[1], ended / self._penalty(position + 1)], axis=1)
        scores, order = ops.top_k(scores, width)
        done = (
            _pick(ops.concatenate([done[0], written], axis=1), order),
            scores,
            _pick(ops.concatenate([done[2], ended], axis=1), order),
        )
        left, order = ops.top_k(ops.where(ends, NEVER, best), width)
        return (_pick(written, order), left), _pick(parents, order), done

    def _penalty(self, length):
        length = ops.cast(length, "float32")
        return ((5.0 + length) / 6.0) ** self.length_penalty

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "beam_width": self.beam_width,
            "length_penalty": self.length_penalty,
            "return_beams": self.return_beams,
        }


def _pick(tensor, order):
    """Of each row of `tensor`, the entries that the same row of `order` names."""
    order = ops.cast(order, "int32")
    if len(tensor.shape) == 3:
        order = ops.expand_dims(order, axis=-1)
    return ops.take_along_axis(tensor, order, axis=1)


def beam_search(
    model: keras.Model,
    *,
    start_token: int | None = None,
    end_token: int | None = None,
    max_length: int,
    beam_width: int = 5,
    length_penalty: float = 0.0,
    return_beams: bool = False,
    pad_token: int = 0,
    from_logits: bool | None = None,
    name: str = "beam_search",
) -> keras.Model:
    """Return a model that looks for the most probable sequence.

    At each step the best `beam_width` sequences so far go on, each with every token,
    and the best `beam_width` of these are kept. One that ends is set aside; a search
    is over when `beam_width` have ended, or at `max_length`, where what is left counts
    as ended. Width 1 is `greedy_search`; a width of all sequences that there are finds
    the best for certain.

    What has ended is compared by `log P(Y) / lp(Y)` with the length penalty of Wu et
    al. 2016, equation 14, `lp(Y) = ((5 + |Y|) / 6) ** length_penalty`, where `|Y|`
    counts the end token.

    The whole search is one compiled call. `predict` on a CPU runs in NumPy where that
    is faster (see `keras_rnn.decoding.in_numpy`). The returned model has the weights of
    `model`, not a copy, and is saved and loaded as any other.

    Args:
        model: A trained `keras.Model` from `keras_rnn.architectures`, with tokens as
            its targets: `encoder_decoder`, `one_to_many` with `targets`, or
            `many_to_many` with the next token at each step.
        start_token: Integer, what the decoder read before the first target in
            training. Only for models with a decoder.
        end_token: Integer, the token after which nothing follows. It is written, and
            `pad_token` after it. Default: `None`, each sequence is `max_length` long.
        max_length: Positive integer, the most tokens to write.
        beam_width: Positive integer. It may be larger than the vocabulary.
            Default: `5`.
        length_penalty: Float, at least 0. At 0 a short sequence tends to win, since
            each token makes a sequence less probable; 0.6 to 1 is usual for
            translation. Default: `0.0`.
        return_beams: Boolean, whether to return all that has ended, the best first,
            instead of the best alone. Where there are fewer than `beam_width`, the rest
            is padding of log-probability `-inf`. Default: `False`.
        pad_token: Integer, what stands after the end token. Default: `0`.
        from_logits: Boolean, whether `model` gives logits, not probabilities.
            Default: `None`, logits unless it ends in a softmax.
        name: String, name of the model.

    Returns:
        A `keras.Model` from what `model` reads, targets left out, to a tuple: tokens,
        int32 of shape `(batch, max_length)`, and their log-probability, `(batch,)`;
        with `return_beams` `(batch, beam_width, max_length)` and
        `(batch, beam_width)`.

    Raises:
        ValueError: The model cannot be run step by step, a token is none of its, or
            `beam_width` or `length_penalty` is out of its range.

    Example:

    >>> from keras_rnn.architectures import many_to_many
    >>> model = many_to_many(
    ...     keras.Input((None,), dtype="int32"),
    ...     dict(cell="gru", units=8),
    ...     head=keras.layers.Dense(5),
    ...     encoder=keras.layers.Embedding(5, 4),
    ... )
    >>> search = beam_search(model, end_token=4, max_length=6, beam_width=3)
    >>> tokens, log_probability = search.predict(np.array([[1, 2]]), verbose=0)
    >>> tokens.shape
    (1, 6)
    """
    return BeamSearch(
        model,
        start_token=start_token,
        end_token=end_token,
        max_length=max_length,
        beam_width=beam_width,
        length_penalty=length_penalty,
        return_beams=return_beams,
        pad_token=pad_token,
        from_logits=from_logits,
        name=name,
    )
