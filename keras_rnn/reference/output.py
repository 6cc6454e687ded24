"""From the states to the loss: output scores, softmax and the losses.

    y_t = W_hy h_t

*Chapter 5*, section 5.2, "Output"; *Lecture 3*, page 8. The slides have no bias; leave
`b_y` out for that. In Keras it is `Dense(classes)` after the recurrent layer.

*Lecture 3*, page 10: each output is compared with its target, and all of them make one
loss. Here it is the mean over examples and steps, as in Keras, so it does not grow with
the length of the sequence.
"""

import numpy as np
import numpy.typing as npt

from keras_rnn.errors import UserError
from keras_rnn.reference.checks import as_floats


def outputs(
    h: np.ndarray, W_hy: np.ndarray, b_y: np.ndarray | float = 0.0
) -> np.ndarray:
    """`y_t = W_hy h_t`, at one step or at all steps.

    Args:
        h: Array `(..., units)`: `(batch, time, units)` for a many-to-many network,
            `h[:, -1]`, `(batch, units)`, for a many-to-one.
        W_hy: Array `(classes, units)`, the same at every step.
        b_y: Array `(classes,)`, not on the slide. Default: none.

    Returns:
        Array `(..., classes)`, the scores `y`.

    Example:

    >>> outputs(np.array([[1.0, 2.0]]), np.array([[3.0, 4.0]])).tolist()
    [[11.0]]
    """
    return h @ W_hy.T + b_y  # (..., classes)


def outputs_backward(
    d_y: np.ndarray, h: np.ndarray, W_hy: np.ndarray, b_y: np.ndarray | float = 0.0
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The derivative of `outputs`: `d_W_hy = sum d_y h^T`, `d_h = W_hy^T d_y`.

    Args:
        d_y: Array `(..., classes)`, the derivative of the loss by the scores.
        h: Array `(..., units)`, the states that `outputs` read.
        W_hy: Array `(classes, units)`.
        b_y: Array `(classes,)`, without influence here. Default: none.

    Returns:
        `(d_h, gradients)`: array `(..., units)`, and a dict with `W_hy` and `b_y`.
    """
    flat_d_y = d_y.reshape(-1, d_y.shape[-1])  # (batch * time, classes)
    flat_h = h.reshape(-1, h.shape[-1])  # (batch * time, units)
    gradients = {"W_hy": flat_d_y.T @ flat_h, "b_y": flat_d_y.sum(axis=0)}
    return d_y @ W_hy, gradients


def softmax(y: np.ndarray) -> np.ndarray:
    """Turn scores into probabilities: `exp(y_k) / sum_j exp(y_j)`.

    The largest score is taken off first. That changes no probability, and keeps
    `exp` from overflowing.

    Args:
        y: Array `(..., classes)`, the scores.

    Returns:
        Array `(..., classes)`, positive, each row with sum 1.

    Example:

    >>> softmax(np.log([1.0, 2.0, 5.0])).round(3).tolist()
    [0.125, 0.25, 0.625]
    """
    exponentials = np.exp(y - y.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def cross_entropy(y: npt.ArrayLike, targets: npt.ArrayLike) -> tuple[float, np.ndarray]:
    """Softmax and cross-entropy, at every step: `-log softmax(y)[target]`.

    The derivative by the scores is the error of the probabilities: `softmax(y)` with 1
    taken off at the target. Keras calls it
    `SparseCategoricalCrossentropy(from_logits=True)`.

    Args:
        y: Array `(..., classes)`, the scores: `(batch, time, classes)`, or
            `(batch, classes)` for a many-to-one network.
        targets: Integer array `(...)`, the right class of each.

    Returns:
        `(loss, d_y)`: the mean as a float, in nats, and an array like `y`.

    Raises:
        UserError: When the shapes do not fit or a target is no class.

    Example:

    >>> loss, d_y = cross_entropy(np.log([[1.0, 3.0]]), np.array([0]))
    >>> round(loss, 3), d_y.round(3).tolist()  # -log(1 / 4), and (1 / 4 - 1, 3 / 4)
    (1.386, [[-0.75, 0.75]])
    """
    y, targets = as_floats(y), np.asarray(targets)
    if y.ndim < 1 or targets.shape != y.shape[:-1]:
        raise UserError(
            f"targets have shape {targets.shape}, the scores {y.shape}: give one class "
            "for each row of scores"
        )
    if targets.dtype.kind not in "iu":
        raise UserError(f"targets are {targets.dtype}: give integers, one class each")
    classes = y.shape[-1]
    if targets.size == 0:
        raise UserError(f"targets have shape {targets.shape}: nothing to compare")
    if targets.min() < 0 or targets.max() >= classes:
        raise UserError(
            f"targets run from {targets.min()} to {targets.max()}: with {classes} "
            f"classes they have to lie in 0 to {classes - 1}"
        )
    shifted = y - y.max(axis=-1, keepdims=True)  # (..., classes)
    log_sum = np.log(np.exp(shifted).sum(axis=-1))  # (...)
    right = np.take_along_axis(shifted, targets[..., None], axis=-1)[..., 0]  # (...)
    loss = float(np.mean(log_sum - right))

    d_y = softmax(y) - np.eye(classes, dtype=y.dtype)[targets]  # (..., classes)
    return loss, d_y / targets.size


def squared_error(y: npt.ArrayLike, targets: npt.ArrayLike) -> tuple[float, np.ndarray]:
    """Mean squared error: the mean of `(y - target)^2` over every number.

    Args:
        y: Array of any shape, the outputs.
        targets: Array of the same shape.

    Returns:
        `(loss, d_y)`: the mean as a float, and an array like `y`.

    Raises:
        UserError: When the shapes differ, or there is nothing in them.

    Example:

    >>> loss, d_y = squared_error(np.array([1.0, 5.0]), np.array([2.0, 2.0]))
    >>> loss, d_y.tolist()
    (5.0, [-1.0, 3.0])
    """
    y, targets = as_floats(y), as_floats(targets)
    if y.shape != targets.shape or y.size == 0:
        raise UserError(
            f"targets have shape {targets.shape}, the outputs {y.shape}: they have to "
            "be the same, and not empty"
        )
    error = y - targets
    return float(np.mean(error**2)), 2.0 * error / error.size
