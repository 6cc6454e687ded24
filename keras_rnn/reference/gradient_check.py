"""Check of derivatives by central differences.

    d loss / d w  is about  (loss(w + e) - loss(w - e)) / (2 e)

Central differences err by order `e^2`, and rounding adds about `1e-16 / e` of the loss,
so with float64 a step near `1e-5` leaves some ten digits.
"""

from collections.abc import Callable

import numpy as np

from keras_rnn.errors import UserError


def numerical_gradients(
    loss_of: Callable[[dict[str, np.ndarray]], float],
    weights: dict[str, np.ndarray],
    step: float = 1e-5,
) -> dict[str, np.ndarray]:
    """The derivative of a loss by every weight, by central differences.

    Two evaluations of the loss for each number: for small models only.

    Args:
        loss_of: Callable, takes a dict like `weights` and returns the loss, a float.
        weights: Dict from name to float64 array. It is left as it is.
        step: Float, how far to move each number. Default: `1e-5`.

    Returns:
        Dict from name to array of the same shape.

    Raises:
        UserError: When a weight is not float64: rounding would drown the differences.

    Example:

    >>> square = lambda weights: float(np.sum(weights["w"] ** 2))
    >>> numerical_gradients(square, {"w": np.array([1.0, 3.0])})["w"].round(6).tolist()
    [2.0, 6.0]
    """
    for name, array in weights.items():
        if np.asarray(array).dtype != np.float64:
            raise UserError(
                f"{name} is {np.asarray(array).dtype}: check gradients in float64, "
                "rounding hides them otherwise"
            )
    weights = {name: np.array(array) for name, array in weights.items()}
    gradients = {name: np.empty_like(array) for name, array in weights.items()}
    for name, array in weights.items():
        for index in np.ndindex(array.shape):
            value = array[index]
            array[index] = value + step
            above = loss_of(weights)
            array[index] = value - step
            below = loss_of(weights)
            array[index] = value
            gradients[name][index] = (above - below) / (2.0 * step)
    return gradients


def gradient_errors(
    gradients: dict[str, np.ndarray], numerical: dict[str, np.ndarray]
) -> dict[str, float]:
    """Relative difference between two sets of gradients.

        |a - n| / (|a| + |n|)

    with the norm over each whole array. Right derivatives give 1e-7 or less in float64;
    1e-3 and more is a mistake.

    Args:
        gradients: Dict from name to array, from backpropagation.
        numerical: Dict with the same names and shapes, from `numerical_gradients`.

    Returns:
        Dict from name to float, 0 (equal) to 1. Two arrays of zeros are equal.

    Raises:
        UserError: When names or shapes differ.

    Example:

    >>> gradient_errors({"w": np.array([2.0])}, {"w": np.array([6.0])})
    {'w': 0.5}
    """
    if gradients.keys() != numerical.keys():
        raise UserError(
            f"gradients of {', '.join(gradients)} cannot be compared with those of "
            f"{', '.join(numerical)}"
        )
    errors = {}
    for name, one in gradients.items():
        other = numerical[name]
        if np.shape(one) != np.shape(other):
            raise UserError(
                f"{name} has shape {np.shape(one)} in one and {np.shape(other)} in the "
                "other"
            )
        size = np.linalg.norm(one) + np.linalg.norm(other)
        errors[name] = float(np.linalg.norm(one - other) / size) if size else 0.0
    return errors
