"""Connectionist temporal classification (CTC): a loss that needs no alignment.

Graves et al. (2006). At each step a network outputs a letter or the blank, which has
number 0 here. Many such paths have the same text: equal letters on neighbouring steps
are merged, then the blanks are removed. The probability of a text is the sum of those
of all its paths, and the loss is its negative logarithm.
"""

from collections.abc import Sequence
from itertools import product

import numpy as np
import numpy.typing as npt

from keras_rnn.errors import UserError
from keras_rnn.reference.checks import as_floats
from keras_rnn.reference.output import softmax

BLANK = 0


def collapse(path: Sequence[int]) -> tuple[int, ...]:
    """Return the text of a path: repeats merged, blanks removed.

    Args:
        path: Sequence of integers, a class at each step.

    Returns:
        Tuple of integers, without the blank.

    Example:

    >>> collapse([0, 3, 3, 0, 3, 1, 1])
    (3, 3, 1)
    """
    before = [BLANK, *path][: len(path)]
    return tuple(
        int(one)
        for one, last in zip(path, before, strict=True)
        if one not in (BLANK, last)
    )


def paths(text: Sequence[int], steps: int) -> list[tuple[int, ...]]:
    """Return every path of a number of steps that has a given text, by trying all.

    There are `(letters + 1) ** steps` to try: for small examples alone.

    Args:
        text: Sequence of integers from 1 on.
        steps: Integer.

    Returns:
        List of tuples of integers.

    Example:

    >>> paths([1], 2)
    [(0, 1), (1, 0), (1, 1)]
    """
    classes = (BLANK, *sorted(set(text)))
    return [one for one in product(classes, repeat=steps) if collapse(one) == (*text,)]


def ctc_loss(y: npt.ArrayLike, text: Sequence[int]) -> float:
    """Return the loss of one sequence, by the forward recursion.

    Between the letters of the text, before and after them stand blanks: `l` letters
    make `2 l + 1` places. `alpha[t, s]` is the probability of all beginnings
    of paths that are at place `s` after step `t`. A path stays, goes on by one place,
    or skips a blank between two letters that differ:

    ```
    alpha[t, s] = p_t(place s) (alpha[t-1, s] + alpha[t-1, s-1] + alpha[t-1, s-2])
    ```

    Args:
        y: Array `(time, classes)`, scores; the blank is class 0.
        text: Sequence of integers from 1 on.

    Returns:
        Float, `-log p(text)`, in nats; infinite if the steps are too few.

    Raises:
        UserError: A number in the text is no class.

    Example:

    >>> y = np.log([[0.4, 0.6], [0.5, 0.5]])  # a blank or "a", twice
    >>> round(float(np.exp(-ctc_loss(y, [1]))), 3)  # -a, a-, aa: .2 + .3 + .3
    0.8
    """
    y = as_floats(y)
    if y.ndim != 2 or any(not 0 < one < y.shape[-1] for one in text):
        raise UserError(
            f"A text of numbers 1 to {y.shape[-1] - 1} goes with scores of shape "
            f"{y.shape}, (time, classes). Received {list(text)}."
        )
    probabilities = softmax(y)
    places = [BLANK]
    for letter in text:
        places += [letter, BLANK]
    alpha = np.zeros(len(places))
    alpha[:2] = probabilities[0, places[:2]]
    logarithm = 0.0
    for p in probabilities[1:]:
        moved = alpha.copy()
        moved[1:] += alpha[:-1]
        for s in range(3, len(places), 2):
            if places[s] != places[s - 2]:
                moved[s] += alpha[s - 2]
        alpha = moved * p[places]
        # Brought back to 1, so that long sequences do not vanish.
        total = alpha.sum()
        if total == 0:
            return float("inf")
        logarithm += np.log(total)
        alpha /= total
    with np.errstate(divide="ignore"):
        return float(-(logarithm + np.log(alpha[-2:].sum())))
