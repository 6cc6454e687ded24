import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Ridge

from keras_rnn.forecasting import ridge
from keras_rnn.forecasting.ridge import Moments, changes, fit_ridge
from keras_rnn.forecasting.windows import Windows

HISTORY, HORIZON, TARGET = 5, 3, 1


def part(rows, seed, gaps=(), level=0.0):
    """Random walks of three columns; the second follows the first, a step later."""
    rng = np.random.default_rng(seed)
    values = np.cumsum(rng.normal(size=(rows, 3)), axis=0) / 5 + level
    values[1:, TARGET] += 2 * values[:-1, 0] + 2 * rng.normal(size=rows - 1)
    index = pd.date_range("2024-01-01", periods=rows, freq="h")
    frame = pd.DataFrame(values.astype("float32"), index=index, columns=list("abc"))
    return frame.drop(frame.index[list(gaps)])


def windows(frame, history=HISTORY):
    return Windows(frame, history, HORIZON, HORIZON, ["b"], batch_size=16)


def table(windows, columns=(0, 1, 2)):
    """All windows as the table that one would give to scikit-learn."""
    past, future = windows.arrays()
    past, future = past.astype("float64"), future.astype("float64")
    rows, targets = [], []
    for one, next_ones in zip(past, future, strict=True):
        rows.append(
            [one[t, c] - one[-1, c] for t in range(HISTORY - 1) for c in columns]
        )
        targets.append(next_ones[:, 0] - one[-1, TARGET])
    return np.array(rows), np.array(targets)


@pytest.fixture(scope="module")
def parts():
    return windows(part(300, 0, gaps=range(100, 104))), windows(part(120, 1))


@pytest.fixture(scope="module")
def fits(parts):
    return fit_ridge(*parts, TARGET, HISTORY)


def test_changes_literal():
    past = np.array([[[1.0, 10.0], [2.0, 30.0], [4.0, 60.0]]])
    assert changes(past, 2, (0, 1)).tolist() == [[-3, -50, -2, -30]]
    assert changes(past, 1, (1,)).tolist() == [[-30]]


@pytest.mark.parametrize("number", [0, 1])
def test_it_is_scikit_learns_ridge_on_all_windows(number, fits, parts):
    """First on the training windows, then on those of both parts."""
    tables = [table(one) for one in parts[: number + 1]]
    inputs, outputs = (np.concatenate(arrays) for arrays in zip(*tables, strict=True))
    expected = Ridge(fits[number].strength).fit(inputs, outputs)
    np.testing.assert_allclose(fits[number].kernel, expected.coef_.T, atol=1e-6)
    np.testing.assert_allclose(fits[number].bias, expected.intercept_, atol=1e-6)


def test_strength_is_the_best_on_validation(fits, parts):
    (inputs, outputs), (past, _) = table(parts[0]), parts[1].arrays()
    unseen, truth = table(parts[1])
    errors = {}
    for strength in ridge.STRENGTHS:
        model = Ridge(strength).fit(inputs, outputs)
        errors[strength] = np.abs(model.predict(unseen) - truth).mean()
    best = min(errors, key=errors.get)
    assert min(ridge.STRENGTHS) < best < max(ridge.STRENGTHS)
    assert fits[0].strength == best
    found = np.abs(fits[0].predict(past) - truth - past[:, -1:, TARGET]).mean()
    assert found == pytest.approx(errors[best], rel=1e-5)


def test_the_refit_keeps_the_strength_per_window(fits, parts):
    train, validation = (one.count for one in parts)
    assert fits[1].strength == pytest.approx(
        fits[0].strength * (train + validation) / train
    )


def test_forecast_is_the_last_value_and_the_change(fits):
    past = np.random.default_rng(3).normal(size=(4, HISTORY, 3))
    for one, forecast in zip(past, fits[0].predict(past), strict=True):
        change = (one[:-1] - one[-1]).ravel() @ fits[0].kernel + fits[0].bias
        np.testing.assert_allclose(forecast, one[-1, TARGET] + change)


def test_another_level_only_shifts_it(fits):
    past = np.random.default_rng(4).normal(size=(4, HISTORY, 3))
    shifted = fits[0].predict(past + np.array([100.0, 7.0, -50.0]))
    np.testing.assert_allclose(shifted, fits[0].predict(past) + 7.0)


def test_rows_before_the_history_do_not_count(parts):
    long = [windows(part(300, 0), 9), windows(part(120, 1), 9)]
    fitted, _ = fit_ridge(*long, TARGET, HISTORY)
    assert fitted.lags == HISTORY - 1
    past = long[1].arrays()[0]
    np.testing.assert_array_equal(
        fitted.predict(past), fitted.predict(past[:, -HISTORY:])
    )


def test_chosen_columns_alone(parts):
    fitted, _ = fit_ridge(*parts, TARGET, HISTORY, columns=[TARGET, 2])
    inputs, outputs = table(parts[0], columns=[TARGET, 2])
    expected = Ridge(fitted.strength).fit(inputs, outputs)
    np.testing.assert_allclose(fitted.kernel, expected.coef_.T, atol=1e-6)
    past = parts[1].arrays()[0]
    other = past.copy()
    other[:, :, 0] += np.random.default_rng(5).normal(size=other.shape[:2])
    np.testing.assert_array_equal(fitted.predict(past), fitted.predict(other))


def test_very_wide_tables_lose_their_oldest_rows(parts, monkeypatch):
    monkeypatch.setattr(ridge, "MOST_INPUTS", 7)
    fitted, _ = fit_ridge(*parts, TARGET, HISTORY)
    assert fitted.lags == 2
    assert fitted.kernel.shape == (6, HORIZON)


@settings(max_examples=15)
@given(rows=st.integers(HISTORY + HORIZON, 60), batch=st.integers(1, 20))
def test_sums_do_not_depend_on_the_batches(rows, batch):
    one = windows(part(rows, 7))
    inputs, outputs = table(one)
    try:
        before, ridge._BATCH = ridge._BATCH, batch
        sums = Moments.of(one, HISTORY - 1, (0, 1, 2), TARGET)
    finally:
        ridge._BATCH = before
    assert sums.count == len(inputs)
    np.testing.assert_allclose(sums.inputs, inputs.sum(0), atol=1e-5)
    np.testing.assert_allclose(sums.outputs, outputs.sum(0), atol=1e-5)
    np.testing.assert_allclose(sums.squares, inputs.T @ inputs, atol=1e-5)
    np.testing.assert_allclose(sums.products, inputs.T @ outputs, atol=1e-5)


def test_columns_that_repeat_each_other():
    train, validation = part(300, 0), part(120, 1)
    for frame in (train, validation):
        frame["c"] = frame["a"]
    fitted, _ = fit_ridge(windows(train), windows(validation), TARGET, HISTORY)
    inputs, outputs = table(windows(train))
    expected = Ridge(fitted.strength).fit(inputs, outputs)
    np.testing.assert_allclose(
        inputs @ fitted.kernel + fitted.bias, expected.predict(inputs), atol=1e-5
    )


def test_one_step_from_two_rows():
    train, validation = (Windows(part(100, seed), 2, 1, 1, ["b"]) for seed in (0, 1))
    fitted, _ = fit_ridge(train, validation, TARGET, history=2)
    assert fitted.kernel.shape == (3, 1)
    assert fitted.bias.shape == (1,)
    assert fitted.predict(validation.arrays()[0]).shape == (98, 1)
