import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn import metrics

from keras_rnn.forecasting.metrics import mean_absolute_error, skill

NUMBERS = st.floats(-1e6, 1e6)


def test_literal_error():
    forecast, truth = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 0.0], [4, 8]])
    assert mean_absolute_error(forecast, truth) == (0 + 2 + 1 + 4) / 4


@given(arrays(float, (2, 4, 3), elements=NUMBERS))
def test_error_is_that_of_scikit_learn(pair):
    forecast, truth = pair
    expected = metrics.mean_absolute_error(truth, forecast)
    assert mean_absolute_error(forecast, truth) == pytest.approx(expected)


def test_errors_of_float32_are_averaged_in_float64():
    forecast = np.full((1000, 1000), 0.1, np.float32)
    error = mean_absolute_error(forecast, np.zeros((1000, 1000), np.float32))
    assert error == pytest.approx(float(np.float32(0.1)), rel=1e-9)
    assert isinstance(error, float)


@pytest.mark.parametrize(
    ("model", "naive", "expected"),
    [(1.5, 2.0, 0.25), (2.0, 2.0, 0.0), (3.0, 2.0, -0.5), (0.0, 2.0, 1.0)],
)
def test_skill(model, naive, expected):
    assert skill(model, naive) == expected


def test_skill_where_naive_is_perfect():
    assert skill(0.0, 0.0) == 0.0
    assert skill(0.1, 0.0) == float("-inf")
