import numpy as np
import pandas as pd
import pytest

from keras_rnn.datasets.series.faults import damage


def make(rows=12_000):
    times = pd.date_range("2020-01-01", periods=rows, freq="10min", name="time")
    values = np.arange(rows * 3, dtype=float).reshape(rows, 3)
    return pd.DataFrame(values, index=times, columns=["a", "b", "c"])


def test_faults_are_there_as_often_as_counted():
    whole = make()
    frame = damage(whole, np.random.default_rng(0), sentinel_columns=["a", "c"])
    faults = frame.attrs["faults"]
    assert (frame[["a", "c"]] == -9999.0).sum().tolist() == [
        faults["sentinels"] / 2,
        faults["sentinels"] / 2,
    ]
    assert frame.isna().sum().sum() == faults["empty"]
    assert frame.index.duplicated().sum() == faults["repeats"]
    steps = frame.index.to_series().diff().dropna()
    gaps = steps[steps > pd.Timedelta("10min")]
    assert len(gaps) == faults["gaps"] == 3
    missing = (gaps / pd.Timedelta("10min") - 1).sum()
    assert missing == faults["rows missing"]
    assert len(frame) == len(whole) - faults["rows missing"] + faults["repeats"]


def test_what_is_not_damaged_stays():
    whole = make()
    frame = damage(whole, np.random.default_rng(0), sentinel_columns=["a"])
    same = frame.to_numpy() == whole.loc[frame.index].to_numpy()
    faults = frame.attrs["faults"]
    assert (~same).sum() == faults["sentinels"] + faults["empty"]


def test_the_frame_given_is_not_changed():
    whole = make(600)
    damage(whole, np.random.default_rng(0), sentinel_columns=["a"])
    pd.testing.assert_frame_equal(whole, make(600))


@pytest.mark.parametrize("rows", [60, 61, 69, 5_000])
def test_short_frames_have_one_of_each(rows):
    frame = damage(make(rows), np.random.default_rng(1), sentinel_columns=["b"])
    assert min(frame.attrs["faults"].values()) >= 1


def test_too_short_a_frame_is_refused():
    with pytest.raises(ValueError, match="at least 60"):
        damage(make(59), np.random.default_rng(0), sentinel_columns=["a"])
