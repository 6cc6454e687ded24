import math
import pickle
import threading
import tracemalloc

import keras
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keras_rnn.errors import UserError
from keras_rnn.forecasting.scaling import Scaler
from keras_rnn.forecasting.split import split
from keras_rnn.forecasting.windows import Windows

NAMES = ["T (degC)", "p (mbar)", "rh (%)"]


def hourly(rows, columns=2, dtype="float32"):
    stamps = pd.date_range("2024-01-01", periods=rows, freq="h", name="time")
    values = np.arange(rows * columns, dtype=dtype).reshape(rows, columns)
    return pd.DataFrame(values, index=stamps, columns=NAMES[:columns], copy=False)


@st.composite
def broken_series(draw):
    """Rows of an hourly series, some of them missing, some values missing."""
    rows = draw(st.integers(2, 60))
    kept = sorted(draw(st.sets(st.integers(0, rows - 1), min_size=rows // 2)))
    frame = hourly(rows, draw(st.integers(1, 3)), "float64").iloc[kept].copy()
    for row in draw(st.lists(st.integers(0, max(len(kept) - 1, 0)), max_size=3)):
        if len(kept):
            column = draw(st.integers(0, frame.shape[1] - 1))
            frame.iloc[row, column] = np.nan
    return frame


def brute_force(frame, columns, total, stride, max_step):
    """First rows of the windows, by walking over the rows one by one."""
    starts, since = [], None
    stamps, used = list(frame.index), frame[columns].to_numpy()
    for row in range(len(frame)):
        follows = row > 0 and stamps[row] - stamps[row - 1] <= max_step
        if any(math.isnan(value) for value in used[row]):
            since = None
            continue
        if since is None or not follows:
            since = row
        start = row - total + 1
        if start >= since and (start - since) % stride == 0:
            starts.append(start)
    return starts


@settings(max_examples=200)
@given(st.data(), broken_series())
def test_the_windows_are_those_of_a_walk_over_the_rows(data, frame):
    names = list(frame.columns)
    input_width = data.draw(st.integers(1, 6))
    shift = data.draw(st.integers(1, 5))
    label_width = data.draw(st.integers(1, input_width + shift))
    stride = data.draw(st.integers(1, 4))
    batch_size = data.draw(st.integers(1, 9))
    some = st.none() | st.lists(st.sampled_from(names), min_size=1, unique=True)
    labels, inputs = data.draw(some), data.draw(some)
    step = data.draw(st.sampled_from(["1h", "2h", "90min", "5h"]))
    input_names, label_names = inputs or names, labels or names
    total = input_width + shift
    used = list(dict.fromkeys(input_names + label_names))
    expected = brute_force(frame, used, total, stride, pd.Timedelta(step))

    def make():
        return Windows(
            frame,
            input_width,
            label_width,
            shift,
            labels,
            input_columns=inputs,
            stride=stride,
            batch_size=batch_size,
            max_step=step,
        )

    if not expected:
        with pytest.raises(UserError):
            make()
        return
    windows = make()
    assert windows.starts.tolist() == expected
    assert windows.count == len(expected)
    assert len(windows) == math.ceil(len(expected) / batch_size)
    place = 0
    for batch_inputs, batch_labels in windows:
        assert batch_inputs.dtype == batch_labels.dtype == np.float32
        assert len(batch_inputs) == len(batch_labels) <= batch_size
        for one_inputs, one_labels in zip(batch_inputs, batch_labels, strict=True):
            rows = frame.iloc[expected[place] : expected[place] + total]
            begin, end = (
                rows[input_names][:input_width],
                rows[label_names][-label_width:],
            )
            np.testing.assert_array_equal(one_inputs, begin)
            np.testing.assert_array_equal(one_labels, end)
            assert windows.input_times(place).equals(begin.index)
            assert windows.label_times(place).equals(end.index)
            place += 1
    assert place == windows.count


@given(broken_series(), st.integers(0, 3), st.integers(0, 5))
def test_any_order_holds_each_window_once(frame, seed, epoch):
    try:
        windows = Windows(
            frame, 2, 1, 1, batch_size=4, shuffle=True, seed=seed, max_step="1h"
        )
    except UserError:
        return
    windows.epoch = epoch
    inputs = np.concatenate([inputs for inputs, _ in windows])
    labels = np.concatenate([labels for _, labels in windows])
    order = np.argsort(inputs[:, 0, 0])
    all_inputs, all_labels = windows.arrays()
    np.testing.assert_array_equal(inputs[order], all_inputs)
    np.testing.assert_array_equal(labels[order], all_labels)


@pytest.mark.parametrize("shift", [1, 6])
def test_it_agrees_with_keras_own_windows(shift):
    frame = hourly(100)
    windows = Windows(frame, 24, 1, shift, batch_size=16)
    values = frame.to_numpy()
    dataset = keras.utils.timeseries_dataset_from_array(
        values, values[23 + shift :], sequence_length=24, batch_size=16
    )
    theirs = [(np.asarray(inputs), np.asarray(labels)) for inputs, labels in dataset]
    their_inputs = np.concatenate([inputs for inputs, _ in theirs])
    their_labels = np.concatenate([labels for _, labels in theirs])
    inputs, labels = windows.arrays()
    np.testing.assert_array_equal(inputs, their_inputs)
    np.testing.assert_array_equal(labels[:, 0], their_labels)


@pytest.mark.parametrize(
    ("widths", "indices"),
    [
        ((1, 1, 1), ([0], [1])),
        ((24, 24, 1), (range(24), range(1, 25))),
        ((24, 1, 24), (range(24), [47])),
        ((6, 1, 1), (range(6), [6])),
        ((24, 24, 24), (range(24), range(24, 48))),
    ],
)
def test_the_widths_mean_what_they_do_in_the_tutorial(widths, indices):
    windows = Windows(hourly(60, 1), *widths)
    inputs, labels = windows[0]
    assert inputs[0, :, 0].tolist() == list(indices[0])
    assert labels[0, :, 0].tolist() == list(indices[1])
    assert windows.count == 60 - sum(widths[::2]) + 1


def test_no_window_lies_over_a_gap_or_a_missing_value():
    frame = hourly(40, 1).drop(hourly(40).index[10])
    frame.iloc[30] = np.nan
    windows = Windows(frame, 3, 1, 1)
    assert windows.starts.tolist() == [*range(7), *range(10, 27), *range(31, 36)]


def test_a_missing_value_in_a_column_that_is_not_used_does_not_matter():
    frame = hourly(20, 3)
    frame.iloc[:, 2] = np.nan
    windows = Windows(frame, 3, 1, 1, NAMES[:1], input_columns=NAMES[:2])
    assert windows.count == 17
    with pytest.raises(UserError, match=r"Column 'rh \(%\)' has no value in all 20"):
        Windows(frame, 3, 1, 1)


def test_monthly_and_working_day_series_are_whole():
    for freq in ("MS", "ME", "B"):
        frame = hourly(30).set_index(pd.date_range("2020-01-01", periods=30, freq=freq))
        assert Windows(frame, 12, 6, 6).count == 13


def test_rows_without_time_stamps_are_taken_to_follow_each_other():
    windows = Windows(hourly(10).reset_index(drop=True), 4, 1, 1)
    assert windows.count == 6
    assert windows.label_times(5).tolist() == [9]


def test_the_parts_of_a_split_share_no_row():
    parts = split(hourly(200))
    seen = [
        {
            *windows.input_times(i),
            *windows.label_times(i),
        }
        for windows in (Windows(part, 5, 2, 3) for part in parts)
        for i in (0, windows.count - 1)
    ]
    assert max(seen[1]) == parts.train.index[-1]
    assert min(seen[2]) == parts.validation.index[0]
    assert max(seen[3]) == parts.validation.index[-1]
    assert min(seen[4]) == parts.test.index[0]


def test_an_order_depends_on_seed_and_epoch_alone():
    def order(seed, epoch, batches=slice(None)):
        windows = Windows(hourly(200, 1), 1, 1, 1, shuffle=True, seed=seed)
        windows.epoch = epoch
        places = range(len(windows))[batches]
        return np.concatenate([windows[i][0][:, 0, 0] for i in places]).tolist()

    assert order(0, 0) == order(0, 0)
    assert order(0, 3, slice(2, None)) == order(0, 3)[64:]
    different = [order(0, 0), order(0, 1), order(1, 0), order(1, 1), list(range(199))]
    assert len({tuple(one) for one in different}) == 5


def test_fit_moves_the_epoch_on_and_a_callback_can_set_it():
    windows = Windows(hourly(70, 1), 3, 1, 1, shuffle=True)
    windows.on_epoch_end()  # as Keras does before the first epoch
    seen = []
    for _ in range(3):
        windows.on_epoch_begin()
        seen.append(windows.epoch)
        windows.on_epoch_end()
    assert seen == [0, 1, 2]
    windows.epoch = 7
    windows.on_epoch_begin()
    assert windows.epoch == 7
    windows.on_epoch_end()
    windows.on_epoch_end()  # as Keras does after an epoch that is cut short
    windows.on_epoch_begin()
    assert windows.epoch == 8


@given(
    rows=st.integers(2, 60),
    batch_size=st.integers(1, 9),
    epochs=st.lists(st.integers(0, 60), min_size=1, max_size=4),
)
def test_workers_that_start_early_give_each_window_once(rows, batch_size, epochs):
    """Keras says that an epoch begins when its workers have given some batches."""
    windows = Windows(hourly(rows, 1), 1, 1, 1, batch_size=batch_size, shuffle=True)
    seen = []
    for given_early in epochs:
        found = []
        for batch in range(len(windows)):
            if batch == min(given_early, len(windows) - 1):
                windows.on_epoch_begin()
            found.append(windows[batch][0][:, 0, 0])
        windows.on_epoch_end()
        seen.append(np.concatenate(found).tolist())
        assert sorted(seen[-1]) == list(range(windows.count))
    if windows.count > 20:
        assert len({tuple(one) for one in seen}) == len(seen)


class BeginsLate(Windows):
    """Hears that an epoch has begun only after a worker has given a batch."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.asked = threading.Event()

    def __getitem__(self, batch):
        found = super().__getitem__(batch)
        self.asked.set()
        return found

    def on_epoch_begin(self):
        self.asked.wait(5)
        super().on_epoch_begin()

    def on_epoch_end(self):
        self.asked.clear()
        super().on_epoch_end()


def windows_read(windows, epochs):
    """What Keras reads: the first value of each window, epoch by epoch."""
    model = keras.Sequential([keras.Input((3, 1)), keras.layers.Flatten()])
    return [model.predict(windows, verbose=0)[:, 0].tolist() for _ in range(epochs)]


def test_keras_with_workers_reads_each_window_once_an_epoch():
    windows = BeginsLate(hourly(50, 1), 3, 1, 1, shuffle=True, batch_size=4, workers=3)
    epochs = windows_read(windows, 4)
    assert [sorted(epoch) for epoch in epochs] == [list(range(47))] * 4
    alone = Windows(hourly(50, 1), 3, 1, 1, shuffle=True, batch_size=4)
    assert windows_read(alone, 4) == epochs
    assert len({tuple(epoch) for epoch in epochs}) == 4


def test_by_hand_an_order_holds_to_its_end():
    windows = Windows(hourly(30, 1), 1, 1, 1, shuffle=True, batch_size=4)
    expected = [batch[0].tolist() for batch in windows]
    found = []
    for inputs, _ in windows:
        windows.epoch += 1
        found.append(inputs.tolist())
    assert found == expected
    assert windows.epoch == len(windows)


def test_another_process_gets_the_rows_and_not_the_views():
    windows = Windows(hourly(4000, 2), 100, 24, 24, shuffle=True, batch_size=4)
    windows.epoch = 3
    sent = pickle.dumps(windows)
    assert len(sent) < 4000 * 2 * 4 + 4000 * 8 * 3
    received = pickle.loads(sent)
    for mine, theirs in zip(windows[5], received[5], strict=True):
        np.testing.assert_array_equal(mine, theirs)


class Recorded(Windows):
    """Remembers which windows each epoch was given."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.given = {}

    def __getitem__(self, batch):
        inputs, labels = super().__getitem__(batch)
        self.given[self.epoch, batch] = inputs[:, 0, 0].tolist()
        return inputs, labels


class SetEpoch(keras.callbacks.Callback):
    def __init__(self, windows):
        super().__init__()
        self.windows = windows

    def on_epoch_begin(self, epoch, logs=None):
        self.windows.epoch = epoch


def linear_model(features, outputs=1):
    return keras.Sequential(
        [
            keras.Input((3, features)),
            keras.layers.Flatten(),
            keras.layers.Dense(outputs),
        ]
    )


def test_a_resumed_fit_sees_the_same_windows_in_the_same_order():
    def train(epochs, initial_epoch=0):
        windows = Recorded(
            hourly(50, 1) / 50, 3, 1, 1, shuffle=True, seed=4, batch_size=8
        )
        model = linear_model(1)
        model.compile("sgd", "mse")
        callback = SetEpoch(windows)
        model.fit(
            windows,
            epochs=epochs,
            initial_epoch=initial_epoch,
            callbacks=[callback],
            shuffle=False,
            verbose=0,
        )
        return windows.given

    whole, rest = train(3), train(3, initial_epoch=2)
    last = {key: value for key, value in whole.items() if key[0] == 2}
    assert len(last) == 6
    assert {key: value for key, value in rest.items() if key[0] == 2} == last
    assert len({tuple(whole[epoch, 0]) for epoch in range(3)}) == 3


def test_a_model_learns_from_it_and_evaluates_on_every_window():
    rng = np.random.default_rng(0)
    noise = rng.normal(size=(301, 2)).astype("float32")
    noise[1:, 1] = noise[:-1, 0] * 2 - 1  # the label follows from the last input
    frame = pd.DataFrame(noise, index=hourly(301).index, columns=NAMES[:2])
    windows = Windows(frame, 3, 1, 1, NAMES[1], shuffle=True)
    model = linear_model(2)
    model.compile(keras.optimizers.Adam(0.05), "mse", steps_per_execution=4)
    model.fit(windows, epochs=30, verbose=0)
    inputs, labels = windows.arrays()
    assert float(model.evaluate(windows, verbose=0)) < 0.01
    ordered = Windows(frame, 3, 1, 1, NAMES[1])
    predictions = model.predict(ordered, verbose=0)
    assert predictions.shape == (298, 1)
    np.testing.assert_allclose(predictions, labels[:, 0], atol=0.5)
    np.testing.assert_allclose(
        predictions, model.predict(inputs, verbose=0), rtol=1e-4, atol=1e-4
    )


def test_windows_without_labels_reach_the_end_of_the_series():
    frame = hourly(30)
    windows = Windows(frame, 24, 0, 0, batch_size=4)
    assert windows.count == 7
    assert windows[1].shape == (3, 24, 2)
    np.testing.assert_array_equal(windows[1][-1], frame[-24:])
    assert len(windows.label_times(0)) == 0
    model = keras.Sequential([keras.Input((24, 2)), keras.layers.Flatten()])
    assert model.predict(windows, verbose=0).shape == (7, 48)
    assert "Label" not in repr(windows)


def test_the_last_inputs_are_the_last_rows():
    frame = hourly(30, 3)
    windows = Windows(frame, 5, 3, 3, NAMES[2], input_columns=NAMES[:2])
    np.testing.assert_array_equal(windows.last_inputs, frame.to_numpy()[None, -5:, :2])


def test_inputs_are_a_view_of_the_series():
    frame = hourly(100)
    windows = Windows(frame, 24, 24, 24, NAMES[:1])
    assert windows.inputs.shape == (77, 24, 2)
    assert np.shares_memory(windows.inputs, frame.to_numpy())
    np.testing.assert_array_equal(windows.inputs[windows.starts], windows.arrays()[0])
    assert not windows.inputs.flags.writeable


def test_a_batch_can_be_changed_without_harm():
    windows = Windows(hourly(40), 3, 1, 1)
    inputs, labels = windows[0]
    inputs[:], labels[:] = -1, -1
    assert windows[0][0].min() == 0
    assert windows.example[0].min() == 0


@pytest.mark.parametrize(("dtype", "added"), [("float64", 0.65), ("float32", 0.3)])
def test_memory_is_little_more_than_the_series(dtype, added):
    rows, columns = 105_000, 19
    stamps = pd.date_range("2009-01-01", periods=rows, freq="10min")
    frame = pd.DataFrame(np.zeros((rows, columns), dtype), stamps, copy=False)
    tracemalloc.start()
    try:
        windows = Windows(frame, 144, 144, 144, [1], batch_size=32)
        for batch in (0, len(windows) - 1):
            windows[batch]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    series = rows * columns * np.dtype(dtype).itemsize
    assert 0 < peak <= added * series


def test_split_takes_whole_windows_apart():
    frame = hourly(60, 3)
    windows = Windows(frame, 4, 2, 3, [NAMES[2], NAMES[0]], input_columns=NAMES[:2])
    assert windows.columns == [NAMES[0], NAMES[1], NAMES[2]]
    stacked = np.stack([frame.to_numpy()[start : start + 7] for start in (0, 20)])
    inputs, labels = windows.split(stacked)
    expected = windows.gather(np.array([0, 20]))
    np.testing.assert_array_equal(inputs, expected[0])
    np.testing.assert_array_equal(labels, expected[1])
    tensors = windows.split(keras.ops.convert_to_tensor(stacked))
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(tensors[1]), labels)


def test_the_example_is_always_the_same_and_spread_over_the_part():
    windows = Windows(hourly(100, 1), 3, 1, 1, shuffle=True, batch_size=4)
    first = windows.example
    windows.on_epoch_begin()
    windows.on_epoch_begin()
    np.testing.assert_array_equal(windows.example[0], first[0])
    assert first[0][:, 0, 0].tolist() == [0, 32, 64, 96]


def test_repr_tells_the_indices():
    windows = Windows(hourly(60, 3), 24, 24, 24, NAMES[:1], batch_size=8)
    assert repr(windows).splitlines() == [
        "Total window size: 48",
        "Input indices: 0 to 23",
        "Label indices: 24 to 47",
        "Input columns: T (degC), p (mbar), rh (%)",
        "Label columns: T (degC)",
        "Windows: 13 in 2 batches of 8, from 60 rows",
    ]


def test_real_jena_windows_avoid_both_gaps(real_data):
    frame = pd.read_csv(real_data("weather/jena_hourly_2009_2016_6col.csv.gz"))
    stamps = pd.to_datetime(frame.pop("Date Time"), format="%d.%m.%Y %H:%M:%S")
    frame.index = pd.DatetimeIndex(stamps)
    windows = Windows(frame, 24, 24, 24, ["T (degC)"])
    # Three unbroken runs, each 47 windows short of its rows.
    assert windows.count == 70_038 - 3 * 47
    spans = frame.index[windows.starts + 47] - frame.index[windows.starts]
    assert spans.max() < pd.Timedelta("49h")
    assert windows.label_times(windows.count - 1)[-1] == frame.index[-1]


def test_real_persistence_error_is_the_known_one(real_data):
    frame = pd.read_csv(real_data("weather/jena_hourly_2009_2016_6col.csv.gz"))
    stamps = pd.to_datetime(frame.pop("Date Time"), format="%d.%m.%Y %H:%M:%S")
    frame.index = pd.DatetimeIndex(stamps)
    parts = split(frame)
    scaler = Scaler.fit(parts.train)
    test = Windows(scaler.transform(parts.test), 24, 24, 24, ["T (degC)"])
    inputs, labels = test.arrays()
    error = np.abs(labels - inputs[:, -1:, 1:2])
    degrees = float(error.mean()) * scaler.std[1]
    assert degrees == pytest.approx(3.44, abs=0.01)
    one_step = Windows(scaler.transform(parts.test), 1, 1, 1, ["T (degC)"])
    inputs, labels = one_step.arrays()
    assert np.abs(labels - inputs[:, :, 1:2]).mean() == pytest.approx(0.0855, abs=1e-3)


def test_no_smaller_batch_is_left_with_drop_remainder():
    frame = pd.DataFrame({"x": np.arange(20.0)})
    windows = Windows(frame, 2, 1, 1, batch_size=4, shuffle=True, drop_remainder=True)
    assert windows.count == 18
    assert len(windows) == 4
    seen = []
    for _ in range(6):
        batches = [labels[:, 0, 0] for _, labels in windows]
        assert [len(batch) for batch in batches] == [4, 4, 4, 4]
        assert len(set(np.concatenate(batches))) == 16
        seen.extend(np.concatenate(batches))
        windows.epoch += 1
    # Shuffled, each epoch leaves out others.
    assert set(seen) == set(np.arange(2.0, 20.0))
    with pytest.raises(IndexError):
        windows[4]
