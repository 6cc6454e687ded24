"""docs/surprises.md, row by row: each has a test of its name."""

import gc
import io
import math
import os
import subprocess
import sys
import threading
import warnings
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import pytest
from keras import ops

from keras_rnn import training
from keras_rnn.layers import Recurrent
from keras_rnn.training import set_seed

BACKEND = keras.backend.backend()
ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "surprises.md"
X = np.random.default_rng(0).normal(size=(4, 3, 2)).astype("float32")
TESTS = {}


def row(name):
    """Let a function be the test of the row with that name."""

    def enter(function):
        TESTS[name] = function
        return function

    return enter


def rows_of_the_page():
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    cells = [line.split("|")[1].strip() for line in lines if line.startswith("|")]
    return [cell for cell in cells if cell not in ("what", "---")]


def test_each_row_has_a_test_and_each_test_a_row():
    assert rows_of_the_page() == list(TESTS)


def only_on(*backends):
    if BACKEND not in backends:
        pytest.skip(f"concerns {' and '.join(backends)}")


def numbers(tensor):
    return ops.convert_to_numpy(tensor)


def line_model(**compiled):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(**({"optimizer": "sgd", "loss": "mse"} | compiled))
    return model


# Training


@row("a stateful layer in `predict` and `fit`")
def stateful():
    def goes_on(layer):
        model = keras.Sequential([keras.Input(batch_shape=X.shape), layer])
        first, second = (model.predict(X, batch_size=4, verbose=0) for _ in range(2))
        return not np.allclose(first, second)

    assert goes_on(keras.layers.LSTM(2, stateful=True)) == (BACKEND != "jax")
    assert goes_on(Recurrent("lstm", 2, stateful=True))


@row("one weight a sequence")
def one_weight_a_sequence():
    """tests/training/test_sequence_weights.py shows what `fit` makes of it."""
    error = np.tile([[1.0], [2.0], [3.0]], (3, 1, 1)).astype("float32")
    loss, weights = keras.losses.MeanSquaredError(), np.array([1.0, 0.0, 0.0])
    by_step = loss(error * 0, error, sample_weight=weights)
    by_sequence = loss(error * 0, error, sample_weight=weights[:, None])
    assert float(by_step) == pytest.approx(3 * 1 / 9)
    assert float(by_sequence) == pytest.approx((1 + 4 + 9) / 9)


class AlwaysDrops(keras.layers.Dropout):
    def call(self, inputs, training=None):
        return super().call(inputs, training=True)


@row("`layer(x, training=True)` in a functional model")
def training_in_the_graph():
    ones = np.ones((4, 16), "float32")
    inputs = keras.Input((16,))
    model = keras.Model(inputs, keras.layers.Dropout(0.5)(inputs, training=True))
    assert (numbers(model(ones)) == 0).any()
    np.testing.assert_array_equal(model.predict(ones, verbose=0), ones)
    model = keras.Model(inputs, AlwaysDrops(0.5)(inputs))
    assert (model.predict(ones, verbose=0) == 0).any()


@row(
    "the number of a batch in callbacks, under `steps_per_execution=10` with 25 batches"
)
def numbers_of_batches():
    only_on("tensorflow", "jax")
    seen = []

    class Count(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            seen.append(batch)

    model = line_model(steps_per_execution=10)
    zeros = np.zeros((25, 1), "float32")
    model.fit(zeros, zeros, batch_size=1, verbose=0, callbacks=[Count()])
    assert seen == [9, 19, 29]


@row("`steps_per_execution` on torch")
def steps_per_execution_on_torch():
    only_on("torch")
    with pytest.raises(ValueError, match="must be 1 with the PyTorch backend"):
        line_model(steps_per_execution=2).fit(np.zeros((64, 1)), np.zeros((64, 1)))


@row("`steps_per_execution` in `predict`, on TensorFlow")
def predict_traces_each_step():
    calls = []

    class Counting(keras.layers.Layer):
        def call(self, inputs):
            calls.append(1)
            return inputs

    model = keras.Sequential([keras.Input((2,)), Counting(), keras.layers.Dense(1)])
    model.compile("sgd", "mse", steps_per_execution=5)
    calls.clear()
    model.predict(np.ones((5, 2)), batch_size=1, verbose=0)
    assert len(calls) == (5 if BACKEND == "tensorflow" else 1)


@row("`keras.utils.set_random_seed` between two trainings, on TensorFlow")
def seed_clears_kernels(monkeypatch):
    only_on("tensorflow")
    import tensorflow as tf
    from tensorflow.python.eager import context
    from tensorflow.python.framework import random_seed

    # The tests' own (helpers/quick_compiling.py) clears nothing.
    monkeypatch.setattr(tf.random, "set_seed", random_seed.set_seed)
    cleared = []
    monkeypatch.setattr(
        context.pywrap_tfe, "TFE_ContextClearCaches", lambda _: cleared.append(1)
    )
    model, data = line_model(), (np.zeros((4, 1)), np.zeros((4, 1)))
    training.fit(model, data, epochs=1, reseed=False, verbose=0)
    assert not cleared
    training.fit(model, data, epochs=1, verbose=0)
    assert len(cleared) == 1


@row('`model.quantize("int8")` of a program that holds many objects')
def quantising_collects_garbage(monkeypatch):
    # The tests' own (helpers/quick_compiling.py) does not.
    deleting = keras.Layer.__delattr__.__wrapped__
    monkeypatch.setattr(keras.Layer, "__delattr__", deleting)
    full = []

    def watch(phase, info):
        if phase == "start" and info["generation"] == 2:
            full.append(1)

    model = keras.Sequential([keras.Input((2,)), *map(keras.layers.Dense, (2, 3))])
    gc.callbacks.append(watch)
    try:
        for layer in model.layers:
            layer.quantize("int8")
    finally:
        gc.callbacks.remove(watch)
    assert len(full) >= 2


@row("`Dropout` without a seed, on torch")
def dropout_on_torch():
    ones, layer = np.ones((8, 8), "float32"), keras.layers.Dropout(0.5)
    found = []
    for _ in range(2):
        set_seed(0)
        found.append(numbers(layer(ones, training=True)))
    assert np.array_equal(*found) == (BACKEND == "torch")


@row("`on_epoch_begin` of a `PyDataset`")
def workers_start_first():
    """A batch is asked for while `on_epoch_begin` has not come back."""

    class Data(keras.utils.PyDataset):
        asked = threading.Event()
        was_early = False

        def __len__(self):
            return 3

        def __getitem__(self, batch):
            self.asked.set()
            return np.zeros((2, 1), "float32")

        def on_epoch_begin(self):
            self.asked.clear()
            self.was_early |= self.asked.wait(5)

    data = Data(workers=2, max_queue_size=1)
    model = keras.Sequential([keras.Input((1,)), keras.layers.Flatten()])
    model.predict(data, verbose=0)
    assert data.was_early


@row("averaged weights (`use_ema=True`) and `EarlyStopping(restore_best_weights=True)`")
def averaged_weights():
    def trained(*callbacks):
        keras.utils.set_random_seed(0)
        optimizer = keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.5)
        model = line_model(optimizer=optimizer)
        x = np.linspace(-1, 1, 8, dtype="float32")[:, None]
        model.fit(x, 3 * x, epochs=2, verbose=0, callbacks=list(callbacks))
        return model.get_weights()[0].item()

    kept = []
    each = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: kept.append(each.model.get_weights()[0].item())
    )
    stopping = keras.callbacks.EarlyStopping("loss", restore_best_weights=True)
    average = trained(each)
    assert average == pytest.approx((kept[0] + kept[1]) / 2, rel=1e-4)
    assert average != pytest.approx(kept[1], rel=1e-3)
    assert trained(stopping) == pytest.approx(kept[1], rel=1e-6)


@row("`build` of an optimizer that is built")
def built_twice():
    variables = [keras.Variable(np.ones(2, "float32"))]
    plain = keras.optimizers.SGD()
    scaled = keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD())
    counts = []
    for optimizer in (plain, scaled):
        for _ in range(2):
            optimizer.build(variables)
            counts.append(len(optimizer.variables))
    assert counts[1] == counts[0]
    assert counts[3] == counts[2] + 2


@row("a last batch that does not divide, under `keras.distribution.DataParallel`")
def data_parallel():
    only_on("jax")
    script = """
import keras, numpy as np
keras.distribution.set_distribution(keras.distribution.DataParallel())
model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
print(model.predict(np.ones((4, 2)), batch_size=4, verbose=0).shape)
try:
    model.predict(np.ones((5, 2)), batch_size=4, verbose=0)
except Exception as error:
    print(type(error).__name__)
"""
    two = {"XLA_FLAGS": "--xla_force_host_platform_device_count=2"}
    found = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "KERAS_BACKEND": "jax", **two},
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.split("\n")[:2] == ["(4, 1)", "IndivisibleError"]


# Layers and losses


@row("`x + column` with a column of shape `(batch, 1)`, on TensorFlow")
def a_column_is_no_bias():
    zeros, column = np.zeros((3, 3)), np.array([[1], [2], [3]])
    right = np.broadcast_to(column, (3, 3))
    wrong = right.T if BACKEND == "tensorflow" else right
    np.testing.assert_array_equal(numbers(ops.add(zeros, column)), wrong)
    np.testing.assert_array_equal(numbers(ops.add(column, zeros)), right)
    np.testing.assert_array_equal(numbers(ops.add(zeros[:2], column[:2])), right[:2])


@row("attention over a row that is masked throughout")
def attention_over_nothing():
    query = np.ones((1, 1, 2), "float32")
    values = np.array([[[1.0, 5.0], [3.0, 9.0]]], "float32")
    nothing = np.zeros((1, 2), bool)
    for made in (keras.layers.Attention, keras.layers.AdditiveAttention):
        found = numbers(made()([query, values], mask=[None, nothing]))
        np.testing.assert_allclose(found, [[[2, 7]]], rtol=1e-6)
    heads = keras.layers.MultiHeadAttention(1, 2)
    found = heads(query, values, value_mask=ops.convert_to_tensor(nothing))
    options = {"value_mask": ops.convert_to_tensor(nothing)}
    scored, _ = heads(query, values, return_attention_scores=True, **options)
    assert np.abs(numbers(found)).max() > 0.1
    np.testing.assert_array_equal(numbers(scored), np.zeros((1, 1, 2)))
    start = np.full((1, 2), 0.5, "float32")
    layer = Recurrent("simple_rnn", 2, return_state=True)
    output, state = layer(values, initial_state=start, mask=nothing)
    np.testing.assert_array_equal(numbers(output), np.zeros((1, 2)))
    np.testing.assert_array_equal(numbers(state), start)


@row("average pooling over a row that is masked throughout")
def pooling_over_nothing():
    values, nothing = np.ones((1, 2, 2), "float32"), np.zeros((1, 2), bool)
    with np.errstate(invalid="ignore"):
        found = keras.layers.GlobalAveragePooling1D()(values, mask=nothing)
    assert np.isnan(numbers(found)).all()
    kept = Recurrent("lstm", 2)(values, mask=nothing)
    np.testing.assert_array_equal(numbers(kept), np.zeros((1, 2)))


@row("a mask behind a recurrent layer")
def masks_go_on():
    before_3_16 = tuple(map(int, keras.__version__.split(".")[:2])) < (3, 16)
    assert keras.layers.RNN(keras.layers.LSTMCell(2)).supports_masking == before_3_16
    layer = Recurrent("lstm", 2, depth=2, return_sequences=True)
    mask = np.array([[True, True, False]] * 4)
    assert layer.supports_masking
    assert numbers(layer.compute_mask(X, ops.convert_to_tensor(mask))).tolist() == (
        mask.tolist()
    )
    padded, alone = layer(X, mask=mask), layer(X[:, :2])
    np.testing.assert_allclose(numbers(padded)[:, :2], numbers(alone), atol=1e-6)


@row("a policy of pure half precision")
def half_precision():
    def can_draw(dtype):
        try:
            keras.initializers.Orthogonal(seed=0)((4, 4), dtype=dtype)
        except Exception:
            return False
        return True

    assert not can_draw("bfloat16")
    assert can_draw("float16") == (BACKEND == "tensorflow")
    layer = keras.layers.LSTM(2, dtype="mixed_bfloat16")
    layer.build((None, 3, 2))
    assert layer.weights[0].dtype == "float32"


@row(
    'CTC loss of a text that does not fit into the steps ("aa" needs three: a blank '
    "between)"
)
def ctc_of_the_impossible():
    text, scores = np.array([[1, 1]]), np.zeros((1, 2, 3), "float32")
    expected = {"tensorflow": 707.7, "jax": 1e5, "torch": math.inf}[BACKEND]
    found = float(keras.losses.CTC()(text, scores))
    assert found == pytest.approx(expected, rel=1e-3)


@row("`layer.trainable = False` on a layer that says so already")
def frozen_twice():
    layer = keras.layers.RNN(keras.layers.LSTMCell(2), trainable=False)
    assert layer.cell.trainable
    layer.trainable = False
    assert layer.cell.trainable == (BACKEND == "tensorflow")
    layer = Recurrent("peephole_lstm", 2, trainable=False)
    assert not any(part.trainable for part in layer._flatten_layers())


# Exports


@row("saving a model on JAX or torch")
def saving_asks_for_tensorflow(monkeypatch):
    from keras.src.saving import serialization_lib

    class Asked:
        times = 0

        @property
        def available(self):
            Asked.times += 1
            return False

    monkeypatch.setattr(serialization_lib, "tf", Asked())
    keras.saving.serialize_keras_object(keras.layers.Dense(2))
    assert Asked.times


@row("LiteRT of an LSTM or GRU")
def lite_rt():
    only_on("tensorflow")
    import tensorflow as tf

    def convert(**options):
        layers = [keras.Input((3, 1)), keras.layers.LSTM(1, **options)]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            made = tf.lite.TFLiteConverter.from_keras_model(keras.Sequential(layers))
            return made.convert()

    assert convert(unroll=True)
    with pytest.raises(Exception, match="TensorListReserve"):
        convert()


@row("a SavedModel of `TimeDistributed` over an unknown number of steps")
def time_distributed(tmp_path):
    only_on("tensorflow")
    import tensorflow as tf

    frames = np.random.default_rng(0).normal(size=(2, 3, 2, 2)).astype("float32")
    for steps, right in ((3, True), (None, False)):
        model = keras.Sequential(
            [
                keras.Input((steps, 2, 2)),
                keras.layers.TimeDistributed(keras.layers.Flatten()),
                keras.layers.SimpleRNN(3),
            ]
        )
        model.export(tmp_path / str(steps), verbose=False)
        served = tf.saved_model.load(str(tmp_path / str(steps)))
        expected = model.predict(frames, verbose=0)
        assert np.allclose(served.serve(frames), expected, atol=1e-5) == right


# Data and statistics


@row("hour 1 of a typical year, in EPW and in TMY3")
def hour_one():
    tools = pytest.importorskip("pvlib").iotools
    place = "LOCATION,Here,-,-,TMY,1,50.0,11.0,0.0,100.0\n"
    values = ",".join(["1"] * 29)
    rows = "".join(f"2001,1,1,{hour},0,-,{values}\n" for hour in (1, 2, 3))
    epw, _ = tools.read_epw(io.StringIO(place + "-\n" * 7 + rows))
    head = "1,Here,XX,0.0,50.0,11.0,100\nDate (MM/DD/YYYY),Time (HH:MM),GHI (W/m^2)\n"
    rows = "".join(f"01/01/2001,{hour:02}:00,0\n" for hour in (1, 2, 3))
    tmy3, _ = tools.read_tmy3(io.StringIO(head + rows))
    assert (epw.index[0].hour, tmy3.index[0].hour) == (0, 1)


@row('`pandas.to_datetime(seconds, unit="s")`')
def seconds_since_1970():
    from keras_rnn.datasets.tables.numeric_times import read_numbers

    whole = pd.Series([1.7e9, 1.7e9 + 3600])
    if pd.__version__ >= "3":
        units = [pd.to_datetime(one, unit="s").dt.unit for one in (whole, whole + 0.25)]
        assert units == ["us", "ns"]
    found = [read_numbers(one, telling=True).stamps for one in (whole, whole + 0.25)]
    assert ((found[1] - found[0]) == pd.Timedelta("250ms")).all()
    assert found[0].dtype == found[1].dtype


@row(
    "the textbook line for the conformal quantile, "
    '`np.quantile(scores, ceil((n + 1) * (1 - alpha)) / n, method="higher")`'
)
def conformal_quantile():
    for n in (19, 50, 100):
        scores = np.random.default_rng(n).permutation(n) + 1.0
        k = math.ceil((n + 1) * (1 - 0.2))
        assert np.sort(scores)[k - 1] == k
        assert np.quantile(scores, k / n, method="higher") == k + 1


@pytest.mark.parametrize("name", TESTS)
def test_row(name, request):
    test = TESTS[name]
    needs = test.__code__.co_varnames[: test.__code__.co_argcount]
    test(*[request.getfixturevalue(one) for one in needs])
