import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.preprocessing import StandardScaler

from keras_rnn.errors import UserError
from keras_rnn.forecasting.scaling import Scaler
from keras_rnn.forecasting.split import split


def table(values, columns=("p (mbar)", "T (degC)", "rh (%)")):
    return pd.DataFrame(values, columns=list(columns)[: np.shape(values)[1]])


finite = st.floats(-1e4, 1e4, width=32)


@given(arrays("float64", st.tuples(st.integers(2, 40), st.just(3)), elements=finite))
def test_it_agrees_with_scikit_learn(values):
    frame = table(values)
    expected = StandardScaler().fit_transform(values)
    scaler = Scaler.fit(frame)
    # Where a column is all but constant, rounding decides what is left of it.
    varies = values.std(axis=0) > 1e-9 * np.abs(values).max(axis=0)
    scaled = scaler.transform(frame, "float64").to_numpy()
    np.testing.assert_allclose(scaled[:, varies], expected[:, varies], atol=1e-5)


@given(arrays("float64", st.tuples(st.integers(1, 40), st.just(3)), elements=finite))
def test_inverse_undoes_transform(values):
    frame = table(values)
    scaler = Scaler.fit(frame)
    back = scaler.inverse(scaler.transform(frame, "float64"))
    pd.testing.assert_frame_equal(back, frame, atol=1e-6)


def test_missing_values_are_ignored_and_stay_missing():
    frame = table([[1.0], [np.nan], [3.0]])
    scaler = Scaler.fit(frame)
    assert scaler.mean.tolist() == [2.0]
    assert scaler.std.tolist() == [1.0]
    np.testing.assert_array_equal(
        scaler.transform(frame)["p (mbar)"], np.float32([-1, np.nan, 1])
    )


@pytest.mark.parametrize("value", [0.0, 0.1, -1e6, 1e-20])
def test_a_constant_column_becomes_zero(value):
    frame = table(np.full((7, 1), value))
    scaler = Scaler.fit(frame)
    assert scaler.std.tolist() == [1.0]
    np.testing.assert_allclose(scaler.transform(frame), 0, atol=1e-9)


def test_a_column_of_tiny_numbers_still_varies():
    scaler = Scaler.fit(table([[1e-15], [3e-15]]))
    assert scaler.std[0] == pytest.approx(1e-15)


def test_only_the_training_part_is_learned_from():
    frame = table(np.random.default_rng(0).normal(size=(100, 3)))
    parts = split(frame)
    before = Scaler.fit(parts.train).to_dict()
    changed = frame.copy()
    changed.iloc[70:] = 1e6
    assert Scaler.fit(split(changed).train).to_dict() == before
    assert Scaler.fit(parts.train).transform(parts.train).mean().abs().max() < 1e-6
    assert Scaler.fit(parts.train).transform(parts.test).mean().abs().max() > 1e-3


def test_columns_are_found_by_name_in_any_order():
    scaler = Scaler.fit(table([[1.0, 10.0, 100.0], [3.0, 30.0, 300.0]]))
    some = scaler.transform(table([[300.0, 1.0]], ["rh (%)", "p (mbar)"]))
    assert some.to_numpy().tolist() == [[1.0, -1.0]]
    predictions = np.zeros((2, 24, 1))
    degrees = scaler.inverse(predictions, ["T (degC)"])
    assert degrees.shape == (2, 24, 1)
    assert degrees.min() == degrees.max() == 20.0


def test_the_result_is_one_float32_block_in_row_order():
    scaled = Scaler.fit(table(np.eye(3))).transform(table(np.eye(3)))
    values = scaled.to_numpy()
    assert values.dtype == np.float32
    assert values.flags.c_contiguous
    assert np.shares_memory(values, scaled.to_numpy())


def test_it_survives_json():
    scaler = Scaler.fit(table(np.random.default_rng(0).normal(size=(9, 3)) / 3))
    again = Scaler.from_dict(json.loads(json.dumps(scaler.to_dict())))
    assert again.columns == scaler.columns
    np.testing.assert_array_equal(again.mean, scaler.mean)
    np.testing.assert_array_equal(again.std, scaler.std)


@pytest.mark.parametrize(
    "state",
    [
        {},
        [],
        {"columns": ["T"], "mean": [1.0]},
        {"columns": ["T"], "mean": [1.0, 2.0], "std": [1.0]},
        {"columns": ["T"], "mean": [1.0], "std": [0.0]},
        {"columns": ["T"], "mean": [float("nan")], "std": [1.0]},
        {"columns": ["T"], "mean": ["x"], "std": [1.0]},
    ],
)
def test_a_damaged_state_is_refused(state):
    with pytest.raises(UserError, match=r"saved scaler is damaged.*Train and save"):
        Scaler.from_dict(state)


def test_unknown_columns_are_refused_with_the_nearest_name():
    scaler = Scaler.fit(table(np.eye(3)))
    with pytest.raises(UserError, match=r"'T \(deg\)'. Did you mean 'T \(degC\)'\?"):
        scaler.transform(table(np.eye(1), ["T (deg)"]))
    with pytest.raises(UserError, match="not fitted on a column 'OT'"):
        scaler.inverse([[1.0]], ["OT"])


def test_another_number_of_columns_is_refused():
    scaler = Scaler.fit(table(np.eye(3)))
    with pytest.raises(UserError, match=r"has to hold 3 columns .* shape is \(2,\)"):
        scaler.inverse([1.0, 2.0])


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (np.nan, "'T' has no value in the training part"),
        (np.inf, "'T' has an infinite"),
    ],
)
def test_a_column_that_has_no_mean_is_refused(value, message):
    with pytest.raises(UserError, match=message):
        Scaler.fit(table([[value], [value]], ["T"]))
