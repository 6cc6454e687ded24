"""Two problems made to measure how far back a network remembers.

The adding problem is that of Hochreiter and Schmidhuber, "Long short-term memory"
(1997), in the form of Le, Jaitly and Hinton (2015); the copying problem that of
Arjovsky, Shah and Bengio, "Unitary evolution recurrent neural networks" (2016),
section 5.1. What can be reached without any memory is known for both.
"""

import numpy as np

from keras_rnn.errors import UserError

ADDING_BASELINE = 1 / 6
"""Float, mean squared error of always answering 1, the mean of the sums.

A number drawn evenly from [0, 1] has variance 1/12, so the sum of two has 1/6.
"""

SYMBOLS = 8
BLANK, GO = 0, SYMBOLS + 1
CATEGORIES = SYMBOLS + 2
"""Integer, how many numbers the copying problem has: a blank, 8 symbols, `GO`."""


def adding_problem(
    count: int, length: int, seed: int | np.random.Generator = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Generate sequences of numbers of which two are marked; the answer is their sum.

    One mark lies in the first half and one in the second, so that the first has to be
    kept over `length / 2` steps on average.

    Args:
        count: Integer, how many sequences.
        length: Integer, steps, at least 2.
        seed: Integer or `numpy.random.Generator`. Default: 0.

    Returns:
        Tuple of the inputs, a float32 array `(count, length, 2)` of numbers from [0, 1)
        and marks (0 or 1), and the sums, a float32 array `(count, 1)`.

    Raises:
        UserError: `count` or `length` is too small.

    Example:

    >>> inputs, sums = adding_problem(3, 10)
    >>> inputs.shape, sums.shape
    ((3, 10, 2), (3, 1))
    >>> bool(np.allclose((inputs[..., 0] * inputs[..., 1]).sum(1), sums[:, 0]))
    True
    """
    _check(count, 1, "count")
    _check(length, 2, "length")
    rng = np.random.default_rng(seed)
    numbers = rng.random((count, length), dtype="float32")
    marks = np.zeros((count, length), "float32")
    rows = np.arange(count)
    marks[rows, rng.integers(0, length // 2, count)] = 1.0
    marks[rows, rng.integers(length // 2, length, count)] = 1.0
    sums = (numbers * marks).sum(axis=1, keepdims=True)
    return np.stack([numbers, marks], axis=-1), sums


def copying_problem(
    count: int, delay: int, seed: int | np.random.Generator = 0, symbols: int = 10
) -> tuple[np.ndarray, np.ndarray]:
    """Generate sequences of symbols to be repeated after a delay.

        input:   s_1 ... s_10  0 ... 0  GO  0 ... 0
        answer:  0 ................... 0    s_1 ... s_10

    The symbols come first, then `delay - 1` blanks, then the sign `GO`, at which
    nothing is to be said yet, then a blank for each symbol to be repeated.

    Args:
        count: Integer, how many sequences.
        delay: Integer, steps between the last symbol and the first answer, at least 1.
        seed: Integer or `numpy.random.Generator`. Default: 0.
        symbols: Integer, how many symbols to repeat. Default: 10.

    Returns:
        Tuple of inputs and answers, two int32 arrays `(count, delay + 2 * symbols)` of
        numbers below `CATEGORIES`: 0 is the blank, 1 to 8 are symbols, 9 is `GO`.

    Raises:
        UserError: A number is too small.

    Example:

    >>> inputs, answers = copying_problem(1, delay=3, symbols=2, seed=1)
    >>> inputs[0].tolist(), answers[0].tolist()
    ([4, 5, 0, 0, 9, 0, 0], [0, 0, 0, 0, 0, 4, 5])
    """
    for number, name in ((count, "count"), (delay, "delay"), (symbols, "symbols")):
        _check(number, 1, name)
    rng = np.random.default_rng(seed)
    drawn = rng.integers(1, SYMBOLS + 1, (count, symbols))
    inputs = np.full((count, delay + 2 * symbols), BLANK, "int32")
    answers = inputs.copy()
    inputs[:, :symbols] = drawn
    inputs[:, symbols + delay - 1] = GO
    answers[:, -symbols:] = drawn
    return inputs, answers


def copying_baseline(delay: int, symbols: int = 10) -> float:
    """Return the mean cross-entropy of the copying problem without a memory.

    Knowing when to answer but not what, the best is to say the blank for certain
    until `GO` has come and then each of the 8 symbols with probability 1/8.

    Args:
        delay: Integer, steps between the last symbol and the first answer.
        symbols: Integer, number of symbols to repeat. Default: 10.

    Returns:
        Float, nats a step.

    Example:

    >>> round(copying_baseline(100), 4)  # 10 ln 8 / (100 + 20)
    0.1733
    """
    return symbols * float(np.log(SYMBOLS)) / (delay + 2 * symbols)


def _check(number: int, least: int, name: str) -> None:
    if number < least:
        raise UserError(f"{name} is {number}: give a whole number from {least}")
