import keras
import matplotlib.dates
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from keras_rnn.errors import UserError
from keras_rnn.forecasting.scaling import Scaler
from keras_rnn.forecasting.windows import Windows


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def frame_of(rows=60, freq="h"):
    stamps = pd.date_range("2024-01-01", periods=rows, freq=freq)
    values = np.arange(rows, dtype="float32")
    return pd.DataFrame({"T (degC)": values, "p (mbar)": -values}, index=stamps)


def repeat_model(width, features, outputs):
    """Returns the last input row's first columns, `width` times."""
    inputs = keras.Input((width, features))
    last = keras.layers.Cropping1D((width - 1, 0))(inputs)
    kernel = keras.layers.Dense(outputs, use_bias=False)
    row = kernel(last)
    kernel.set_weights([np.eye(features, outputs)])
    flat = keras.layers.Flatten()(row)
    return keras.Model(inputs, keras.layers.RepeatVector(width)(flat))


def drawn(axes, label):
    """The (time, value) pairs of what is called `label`, or None."""
    for line in axes.lines:
        if line.get_label() == label:
            return matplotlib.dates.date2num(line.get_xdata()), line.get_ydata()
    for points in axes.collections:
        if points.get_label() == label:
            return points.get_offsets().T.data
    return None


def test_inputs_labels_and_predictions_stand_at_their_times():
    windows = Windows(frame_of(), 4, 4, 4, ["p (mbar)"])
    figure = windows.plot(repeat_model(4, 2, 2), max_examples=2)
    assert len(figure.axes) == 2
    for axes, place in zip(figure.axes, (0, windows.count - 1), strict=True):
        times, values = drawn(axes, "inputs")
        expected = windows.input_times(place)
        np.testing.assert_allclose(times, matplotlib.dates.date2num(expected))
        assert values.tolist() == [-place - i for i in range(4)]
        times, values = drawn(axes, "labels")
        expected = windows.label_times(place)
        np.testing.assert_allclose(times, matplotlib.dates.date2num(expected))
        assert values.tolist() == [-place - i for i in range(4, 8)]
        assert drawn(axes, "predictions")[1].tolist() == [-place - 3] * 4


def test_a_model_of_the_label_column_alone_is_drawn_too():
    windows = Windows(frame_of(), 4, 4, 4, ["T (degC)"])
    (axes,) = windows.plot(repeat_model(4, 2, 1), max_examples=1).axes
    assert drawn(axes, "predictions")[1].tolist() == [3] * 4


def test_a_scaler_brings_physical_units_back():
    frame = frame_of()
    scaler = Scaler.fit(frame)
    windows = Windows(scaler.transform(frame), 4, 1, 1)
    figure = windows.plot(max_examples=1, column="p (mbar)", scaler=scaler)
    assert drawn(figure.axes[0], "inputs")[1] == pytest.approx(
        [0, -1, -2, -3], abs=1e-4
    )
    assert figure.get_supylabel() == "p (mbar)"
    assert windows.plot().get_supylabel() == "T (degC), as in the frame"


def test_a_column_without_labels_shows_its_inputs():
    windows = Windows(frame_of(), 4, 1, 1, ["T (degC)"])
    (axes,) = windows.plot(column="p (mbar)", max_examples=1).axes
    assert drawn(axes, "inputs") is not None
    assert drawn(axes, "labels") is None


def test_windows_without_labels_are_drawn():
    (axes,) = Windows(frame_of(), 4, 0, 0).plot(max_examples=1).axes
    assert drawn(axes, "inputs")[1].tolist() == [0, 1, 2, 3]


def test_rows_without_time_stamps_are_drawn_by_number():
    windows = Windows(frame_of().reset_index(drop=True), 4, 1, 1)
    (axes,) = windows.plot(max_examples=1).axes
    assert axes.get_xlabel() == "row"


@pytest.mark.parametrize("freq", ["7s", "10min", "D", "B", "MS", "YE"])
def test_any_step_has_readable_times(freq, tmp_path):
    windows = Windows(frame_of(60, freq), 24, 12, 12)
    figure = windows.plot()
    figure.savefig(tmp_path / "windows.png")
    for axes in figure.axes:
        texts = [label.get_text() for label in axes.get_xticklabels()]
        assert 2 <= len(texts) <= 13


def test_no_more_pictures_than_windows():
    assert len(Windows(frame_of(6), 4, 1, 1).plot(max_examples=5).axes) == 2


def test_what_cannot_be_drawn_is_refused():
    windows = Windows(frame_of(), 4, 4, 4, ["T (degC)"])
    with pytest.raises(UserError, match=r"'p \(mba\)' .* Did you mean 'p \(mbar\)'"):
        windows.plot(column="p (mba)")
    with pytest.raises(UserError, match=r"shape \(3, 5\); the windows' labels have"):
        windows.plot(keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(5)]))
