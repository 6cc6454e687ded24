"""An LSTM that counts along with a tune, as a player does: beats, bars and upbeats."""

from typing import Any

import keras
import numpy as np
from keras import ops

from keras_rnn.datasets.text.tune_tokens import BARS, eighths, is_note

# What is known of each token beforehand, and what is counted on the way.
FACTS = ("length", "bar", "part", "triplet", "metre", "ending")
COUNTS = (
    "place", "bars", "upbeat", "missing", "triplet", "metre", "bars_before",
    "upbeat_before",
)  # fmt: skip

# Times are told apart by half an eighth, up to 12 eighths; bars up to 16.
_TIMES, _BARS, _UPBEATS = 26, 17, 17
_SEEN = 2 * _TIMES + _BARS + 2 * _UPBEATS + 4
_NEARLY = 1e-3


def facts_of(token: str) -> list[float]:
    """Return what a token does to the counts, in the order of `FACTS`.

    Its length in eighths; whether it is a bar line; whether that begins a new part;
    whether it is the sign of a triplet; eighths in a bar of the metre; whether it is
    the beginning of an ending.

    Example:

    >>> facts_of("B3/2"), facts_of(":|"), facts_of("M:6/8")
    ([1.5, 0, 0, 0, 0.0, 0], [0, 1, 1, 0, 0.0, 0], [0, 0, 0, 0, 6.0, 0])
    """
    length = float(eighths(token)) if is_note(token) else 0
    metre = 0.0
    if token.startswith("M:"):
        above, below = map(int, token[2:].split("/"))
        metre = 8 * above / below
    is_bar = int(token in BARS)
    is_ending = int(len(token) == 2 and token[0] == "[")
    is_part = int(is_bar and token != "|")
    return [length, is_bar, is_part, int(token == "(3"), metre, is_ending]


def facts_table(vocabulary: list[str]) -> np.ndarray:
    """Return the facts of all token numbers, `(2 + len(vocabulary), 6)`."""
    known = [facts_of(token) for token in vocabulary]
    return np.pad(np.array(known, "float32"), ((2, 0), (0, 0)))


def count(facts: Any, counts: Any, library: Any = ops) -> Any:
    """Return the counts after one more token.

    A bar that is short and the first of its part is an upbeat (anacrusis). What its
    last bar lacks, `missing`, is what the upbeat of the next part should be. The
    second ending goes on where the first one began.

    Args:
        facts: Tensor `(batch, 6)`, in the order of `FACTS`.
        counts: Tensor `(batch, 8)`, in the order of `COUNTS`: eighths since the bar
            line, whole bars since the part began, its upbeat, what the part before
            lacks, notes of a triplet still to come, eighths in a bar; and bars and
            upbeat when the part before ended.
        library: Module of the functions to count with, `numpy` for arrays, also of
            shapes `(6,)` and `(8,)`. Default: `keras.ops`.
    """
    where, both, most = library.where, library.logical_and, library.maximum
    length, is_bar, is_part, is_triplet, given, is_ending = columns(facts)
    place, bars, upbeat, missing, triplet, metre, old_bars, old_upbeat = columns(counts)
    metre = where(given > 0, given, metre)
    place = place + where(triplet > 0, length * (2 / 3), length)
    sounded = where(length > 0, 1.0, 0.0)
    triplet = where(is_triplet > 0, 3.0, most(triplet - sounded, 0.0))

    is_first = both(bars == 0, upbeat == 0)
    is_short = both(is_first, place < metre - _NEARLY)
    ended = is_bar > 0
    begins = both(is_short, ended)
    upbeat = where(begins, place, upbeat)
    bars = bars + where(begins, 0.0, is_bar)
    lacking = most(metre - place, 0.0)
    place = where(ended, 0.0, place)

    is_over = is_part > 0
    missing = where(is_over, lacking, missing)
    old_bars = where(is_over, bars, old_bars)
    old_upbeat = where(is_over, upbeat, old_upbeat)
    goes_on = both(is_ending > 0, is_first)
    bars = where(is_over, 0.0, where(goes_on, old_bars, bars))
    upbeat = where(is_over, 0.0, where(goes_on, old_upbeat, upbeat))
    return library.stack(
        [place, bars, upbeat, missing, triplet, metre, old_bars, old_upbeat], axis=-1
    )


def columns(array: Any) -> list[Any]:
    """Return the entries of a tensor's or an array's last axis."""
    return [array[..., index] for index in range(array.shape[-1])]


def marks(counts: Any) -> list[tuple[Any, int]]:
    """Return what the network reads of counts: values, and how many each can have.

    What is left of the bar, and of the bar if the part is to end with it; bars; the
    upbeat; what the part before lacks; and notes of a triplet.
    """
    place, bars, upbeat, missing, triplet, metre, _, _ = columns(counts)
    left = metre - place
    return [
        (2 * left + 1, _TIMES),  # 0: more than the bar holds
        (2 * (left - upbeat) + 1, _TIMES),
        (bars, _BARS),
        (2 * upbeat, _UPBEATS),
        (2 * missing, _UPBEATS),
        (triplet, 4),
    ]


def as_seen(counts: keras.KerasTensor) -> keras.KerasTensor:
    """Return counts as the network reads them: a 1 for each of `marks`, at its place.

    From `(batch, 8)` to `(batch, 107)`.
    """

    def one_hot(value, size):
        nearest = ops.cast(ops.round(value), "int32")
        return ops.one_hot(ops.clip(nearest, 0, size - 1), size)

    return ops.concatenate([one_hot(*mark) for mark in marks(counts)], axis=-1)


@keras.saving.register_keras_serializable(package="keras_rnn")
class CountingLSTMCell(keras.layers.LSTMCell):
    """An LSTM cell that reads, beside its input, what it has counted.

    ```
    n_t      = count(facts_t, n_{t-1})             no weights: a rule
    h_t, c_t = LSTM([x_t, as_seen(n_t)], h_{t-1}, c_{t-1})
    ```

    An LSTM can learn to count, but slips now and then, and one slip ruins a tune. Here
    counting is a part of the state that is never wrong; when to end a bar or a part is
    still the network's to say.

    Args:
        units: Positive integer.
        **kwargs: Those of `keras.layers.LSTMCell`.

    Call arguments:
        inputs: Tensor `(batch, features + 6)`, with a token's facts (`facts_of`) last.
        states: List of tensors `h` and `c`, `(batch, units)`, and the counts
            `(batch, 8)`.
        training: Boolean, whether dropout is active.

    Returns:
        Tensor `(batch, units)`, and the list of the new states.
    """

    state_names = ("h", "c", "counts")

    def __init__(self, units: int, **kwargs: Any) -> None:
        super().__init__(units, **kwargs)
        self.state_size = [units, units, len(COUNTS)]

    def build(self, input_shape: tuple) -> None:
        super().build((*input_shape[:-1], input_shape[-1] - len(FACTS) + _SEEN))

    def call(
        self,
        inputs: keras.KerasTensor,
        states: list[keras.KerasTensor],
        training: bool = False,
    ) -> tuple[keras.KerasTensor, list[keras.KerasTensor]]:
        *states, counts = states
        vectors, facts = inputs[:, : -len(FACTS)], inputs[:, -len(FACTS) :]
        counts = count(facts, counts)
        seen = ops.cast(as_seen(counts), vectors.dtype)
        both = ops.concatenate([vectors, seen], axis=-1)
        output, states = super().call(both, states, training=training)
        return output, [*states, counts]
