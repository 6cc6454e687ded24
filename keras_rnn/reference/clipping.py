"""Gradient clipping, by global norm and by value.

*Lecture 3*, page 15, names vanishing gradients; their twins, exploding gradients, are
limited by clipping. By norm after Pascanu, Mikolov and Bengio, "On the difficulty of
training recurrent neural networks" (2013). Keras has both as arguments of every
optimizer: `global_clipnorm` and `clipvalue`.
"""

import numpy as np

from keras_rnn.errors import UserError


def global_norm(gradients: dict[str, np.ndarray]) -> float:
    """Euclidean norm of all gradients together, as one vector.

    Args:
        gradients: Dict from name to array.

    Returns:
        Float. Squares do not overflow on the way; NaN or infinite where a gradient is.

    Example:

    >>> global_norm({"W": np.array([3.0, 0.0]), "b": np.array([4.0])})
    5.0
    """
    arrays = [np.asarray(one, np.float64) for one in gradients.values()]
    largest = float(
        np.max([np.abs(one).max(initial=0.0) for one in arrays], initial=0.0)
    )
    if largest == 0.0 or not np.isfinite(largest):
        return largest
    return largest * float(np.sqrt(sum(np.sum((one / largest) ** 2) for one in arrays)))


def clip_by_norm(
    gradients: dict[str, np.ndarray], limit: float
) -> dict[str, np.ndarray]:
    """Shorten the gradients to a global norm of `limit`, where they are longer.

    All are scaled by the same factor, so the direction stays.

    Args:
        gradients: Dict from name to array.
        limit: Float, greater than 0.

    Returns:
        Dict of new arrays.

    Raises:
        UserError: When `limit` is not greater than 0, or a gradient is infinite or NaN:
            no factor can mend that.

    Example:

    >>> gradients = {"W": np.array([3.0, 0.0]), "b": np.array([4.0])}
    >>> clip_by_norm(gradients, 1.0)["b"].tolist()
    [0.8]
    """
    _check_limit(limit)
    for name, one in gradients.items():
        if not np.isfinite(one).all():
            raise UserError(
                f"the gradient of {name} is not finite, and no factor mends it: lower "
                "the learning rate, or clip from the first step on"
            )
    norm = global_norm(gradients)
    factor = limit / norm if norm > limit else 1.0
    return {name: one * factor for name, one in gradients.items()}


def clip_by_value(
    gradients: dict[str, np.ndarray], limit: float
) -> dict[str, np.ndarray]:
    """Clip every number of every gradient to `-limit` to `limit`.

    Numbers are cut one by one, so the direction can change.

    Args:
        gradients: Dict from name to array.
        limit: Float, greater than 0.

    Returns:
        Dict of new arrays.

    Raises:
        UserError: When `limit` is not greater than 0.

    Example:

    >>> clip_by_value({"W": np.array([3.0, -0.5])}, 1.0)["W"].tolist()
    [1.0, -0.5]
    """
    _check_limit(limit)
    return {name: np.clip(one, -limit, limit) for name, one in gradients.items()}


def _check_limit(limit: float) -> None:
    if not limit > 0:
        raise UserError(f"limit is {limit}: give a number greater than 0")
