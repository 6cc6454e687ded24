"""Random fluctuations with a chosen memory, exact at any step of time."""

import numpy as np


def random_wave(
    rng: np.random.Generator,
    rows: int,
    hours: float,
    *,
    memory: float,
    smoothing: float,
    period: float | None = None,
) -> np.ndarray:
    """Draw a complex fluctuation whose statistics do not depend on the step.

    White noise drives a damped oscillator, and what comes out passes a low-pass
    filter, so that the curve is smooth at steps shorter than `smoothing`. Both
    together are two first-order equations `du = -rate u dt + dW` that share one
    noise `dW`. They are advanced from row to row by their exact solution, not by a
    finite difference, and start in their stationary state.

    Args:
        rng: `numpy.random.Generator`.
        rows: Integer, how many values.
        hours: Float, the step between two values.
        memory: Float, hours after which a fluctuation is damped to 1/e.
        smoothing: Float, hours of the low-pass filter.
        period: Float, hours in which the phase turns once. Default: `None`, no
            oscillation: real and imaginary part are two independent fluctuations.

    Returns:
        Complex array `(rows,)`. The real and the imaginary part each have mean 0
        and variance 1; in an oscillation, the real part leads by a quarter period.
    """
    from scipy.signal import lfilter  # half a second, which tables do without

    turning = 0.0 if period is None else 2j * np.pi / period
    rates = np.array([1.0 / memory - turning, 1.0 / smoothing])
    sums = rates[:, None] + rates.conj()[None, :]  # (2, 2)
    stationary = 1.0 / sums
    step_noise = (1.0 - np.exp(-sums * hours)) / sums
    start = np.linalg.cholesky(stationary) @ _complex_normal(rng, (2, 1))  # (2, 1)
    noise = np.linalg.cholesky(step_noise) @ _complex_normal(rng, (2, rows))
    noise[:, :1] = start
    oscillator, filtered = (
        lfilter([1.0], [1.0, -np.exp(-rate * hours)], part)
        for rate, part in zip(rates, noise, strict=True)
    )
    variance = np.real(stationary[0, 0] + stationary[1, 1] - 2 * stationary[0, 1].real)
    return (oscillator - filtered) * np.sqrt(2.0 / variance)


def _complex_normal(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Complex normal numbers with E|z|^2 = 1."""
    return (rng.standard_normal(shape) + 1j * rng.standard_normal(shape)) / np.sqrt(2)
