"""The output of a recurrent network: a linear map of the state.

    y_t = W_hy h_t

*Chapter 5*, section 5.2, "Output"; *Lecture 3*, page 8. The slides have no bias; leave
`b_y` out for that. In Keras it is `Dense(classes)` after the recurrent layer.
"""


def outputs(h, W_hy, b_y=0.0):
    """`y_t = W_hy h_t`, at one step or at all steps.

    Args:
        h: Array `(..., units)`: `(batch, time, units)` for a many-to-many network,
            `h[:, -1]`, `(batch, units)`, for a many-to-one.
        W_hy: Array `(classes, units)`, the same at every step.
        b_y: Array `(classes,)`, not on the slide. Default: none.

    Returns:
        Array `(..., classes)`, the scores `y`.

    Example:

    >>> import numpy as np
    >>> outputs(np.array([[1.0, 2.0]]), np.array([[3.0, 4.0]])).tolist()
    [[11.0]]
    """
    return h @ W_hy.T + b_y  # (..., classes)


def outputs_backward(d_y, h, W_hy, b_y=0.0):
    """The derivative of `outputs`: `d_W_hy = sum d_y h^T`, `d_h = W_hy^T d_y`.

    Args:
        d_y: Array `(..., classes)`, the derivative of the loss by the scores.
        h: Array `(..., units)`, what `outputs` was given.
        W_hy: Array `(classes, units)`.
        b_y: Array `(classes,)`, without influence here. Default: none.

    Returns:
        `(d_h, gradients)`: array `(..., units)`, and a dict with `W_hy` and `b_y`.
    """
    flat_d_y = d_y.reshape(-1, d_y.shape[-1])  # (batch * time, classes)
    flat_h = h.reshape(-1, h.shape[-1])  # (batch * time, units)
    gradients = {"W_hy": flat_d_y.T @ flat_h, "b_y": flat_d_y.sum(axis=0)}
    return d_y @ W_hy, gradients
