import json

import keras
import numpy as np
import pytest
from helpers.small_training import assert_same_weights, build, data

from keras_rnn.errors import UserError
from keras_rnn.training import Batches, fit, set_seed


def line(slope, count=50):
    """Points of a line through 0: a partial last batch with batches of 16."""
    x = np.linspace(-1, 1, count, dtype="float32")[:, None]
    return x, slope * x


def dense(learning_rate=0.01, seed=0, metrics=(), **kwargs):
    set_seed(seed)
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    optimizer = keras.optimizers.Adam(learning_rate)
    model.compile(optimizer, "mse", metrics=list(metrics), **kwargs)
    return model


class Weights(keras.callbacks.Callback):
    """Keeps the weights that the model has at the end of each epoch."""

    def __init__(self):
        super().__init__()
        self.of_epoch = []

    def on_epoch_end(self, epoch, logs=None):
        # Of an epoch that was cut off, JAX may have given the arrays away.
        if np.isfinite(logs["loss"]):
            self.of_epoch.append([np.array(w) for w in self.model.get_weights()])


class BadFrom(keras.utils.PyDataset):
    """A line whose targets turn bad in one epoch and stay so."""

    def __init__(self, epoch, bad):
        super().__init__()
        self.epoch, self.bad_epoch, self.bad = 0, epoch, bad

    def __len__(self):
        return 3

    def __getitem__(self, batch):
        x, y = line(2.0, 8)
        return x, np.full_like(y, self.bad) if self.epoch >= self.bad_epoch else y


# Stopping and best weights


def test_stops_after_patience_and_keeps_the_best_weights():
    # What is learnt from a rising line makes the error on a falling one grow.
    model, kept = dense(), Weights()
    model.set_weights([np.array([[-3.0]], "float32"), np.zeros(1, "float32")])
    model.optimizer.learning_rate = 0.4
    history = fit(model, line(2.0), line(-1.0), patience=3, verbose=0, callbacks=[kept])
    values = history["val_loss"]
    assert history.best_epoch == int(np.argmin(values)) + 1 < len(values)
    assert len(values) == history.best_epoch + 3 < 20
    assert history.stopped_why == "no better val_loss for 3 epochs"
    assert_same_weights(model, kept.of_epoch[history.best_epoch - 1])
    found = model.evaluate(*line(-1.0), batch_size=32, verbose=0)
    assert found == pytest.approx(history.best["val_loss"], rel=1e-6)


def test_does_what_keras_does_with_early_stopping():
    training, validation = data(90, 0), data(40, 1)
    ours, theirs = build(recurrent=True), build(recurrent=True)
    history = fit(ours, training, validation, epochs=5, patience=1, seed=3, verbose=0)

    batches = Batches(training, 32, shuffle=True, seed=3)

    class NextEpoch(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            batches.epoch = epoch

    stock = theirs.fit(
        batches,
        validation_data=Batches(validation, 32, shuffle=False),
        epochs=5,
        verbose=0,
        shuffle=False,
        callbacks=[
            NextEpoch(),
            keras.callbacks.EarlyStopping(patience=1, restore_best_weights=True),
        ],
    )
    assert list(stock.history) == list(history.epochs[0])
    for name, values in stock.history.items():
        np.testing.assert_allclose(history[name], values, rtol=1e-5)
    assert_same_weights(ours, theirs, rtol=1e-5, atol=1e-6)


def test_validation_metrics_are_those_of_a_plain_evaluation():
    model = build()
    validation = data(45, 1)  # two batches, the second of 13
    history = fit(model, data(90, 0), validation, epochs=1, verbose=0)
    x, y = validation
    error = model.predict(x, verbose=0) - y
    assert history["val_mae"][0] == pytest.approx(np.abs(error).mean(), rel=1e-5)
    assert history["val_loss"][0] == pytest.approx((error**2).mean(), rel=1e-5)


def test_without_patience_all_epochs_are_done():
    history = fit(dense(0.5), line(2.0), line(-2.0), epochs=6, patience=None, verbose=0)
    assert len(history.epochs) == 6
    assert history.stopped_why == "all 6 epochs done"


def test_without_validation_the_last_weights_are_kept():
    model, kept = dense(5.0), Weights()
    history = fit(model, line(2.0), epochs=4, verbose=0, callbacks=[kept])
    assert history.best_epoch == 4
    assert_same_weights(model, kept.of_epoch[-1])


def test_more_may_be_better():
    # The error falls, so the first epoch has most of it.
    model, kept = dense(0.1, metrics=["mae"]), Weights()
    model.set_weights([np.array([[-3.0]], "float32"), np.zeros(1, "float32")])
    history = fit(
        model,
        line(2.0),
        line(2.0),
        monitor="val_mae",
        mode="max",
        verbose=0,
        callbacks=[kept],
    )
    assert history["val_mae"] == sorted(history["val_mae"], reverse=True)
    assert (history.best_epoch, len(history.epochs)) == (1, 3)
    assert_same_weights(model, kept.of_epoch[0])


def test_a_callback_may_stop_it():
    class Stop(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            self.model.stop_training = epoch == 1

    history = fit(dense(), line(2.0), verbose=0, callbacks=[Stop()])
    assert history.stopped_why == "a callback stopped it after 2 epochs"


# A loss that is no number


@pytest.mark.parametrize("bad", [np.nan, 1e30])
def test_a_loss_that_is_no_number_ends_it_with_the_best_weights(bad):
    model, kept = dense(), Weights()
    history = fit(
        model, BadFrom(2, bad), line(2.0), epochs=9, verbose=0, callbacks=[kept]
    )
    assert len(history.epochs) == 2
    assert history.stopped_why in (
        "the loss became nan in epoch 3",
        "the loss became inf in epoch 3",
    )
    assert_same_weights(model, kept.of_epoch[1])


def test_a_loss_that_is_no_number_from_the_start_is_an_error():
    with pytest.raises(UserError, match=r"loss became nan in epoch 1.*learning rate"):
        fit(dense(), BadFrom(0, np.nan), verbose=0)


# Seeds


def test_same_seed_same_result_and_another_seed_another():
    def trained(model_seed, seed):
        model = build(seed=model_seed)
        fit(model, data(90, 0), epochs=2, seed=seed, verbose=0)
        return model.get_weights()

    weights = trained(0, 0)
    assert all(
        np.array_equal(a, b) for a, b in zip(weights, trained(0, 0), strict=True)
    )
    assert not np.array_equal(weights[0], trained(0, 1)[0])
    assert not np.array_equal(weights[0], trained(1, 0)[0])


# What is written and shown


def test_history_file(tmp_path):
    history = fit(
        dense(), line(2.0), line(2.0), epochs=3, folder=tmp_path / "run", verbose=0
    )
    found = json.loads((tmp_path / "run" / "history.json").read_text())
    assert found["epochs"] == list(history.epochs)
    assert set(found["epochs"][0]) == {"loss", "val_loss"}
    assert found["best_epoch"] == 3
    assert found["stopped_why"] == "all 3 epochs done"
    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == [
        "checkpoint.npz",
        "history.json",
    ]


def test_a_line_an_epoch_where_there_is_no_terminal(capsys):
    history = fit(dense(), line(2.0), line(2.0), epochs=2)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith(f"epoch 1/2  loss {history['loss'][0]:.4g}  val_loss ")
    assert lines[0].endswith(" s  best")
    assert lines[2] == "Stopped: all 2 epochs done, epoch 2 kept."


def test_silent_when_asked(capsys, tmp_path):
    fit(dense(), line(2.0), epochs=2, folder=tmp_path, verbose=0)
    fit(dense(), line(2.0), epochs=3, folder=tmp_path, verbose=0)
    found = capsys.readouterr()
    assert found.out == found.err == ""


def test_the_bar_when_asked(capsys):
    fit(dense(), line(2.0), epochs=1, verbose=1)
    assert "2/2" in capsys.readouterr().out


# What the user gave


def test_an_unknown_monitor_is_an_error_that_names_the_nearest():
    model = dense(metrics=["mae"])
    with pytest.raises(UserError, match="Did you mean 'val_mae'"):
        fit(model, line(2.0), line(2.0), monitor="val_mea", verbose=0)


def test_arguments_that_cannot_be():
    with pytest.raises(ValueError, match="Compile the model first"):
        fit(keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)]), line(1.0))
    with pytest.raises(UserError, match="epochs must be a whole number"):
        fit(dense(), line(1.0), epochs=0)
    with pytest.raises(UserError, match="patience must be 0 or more"):
        fit(dense(), line(1.0), patience=-1)
    with pytest.raises(ValueError, match="mode must be one of"):
        fit(dense(), line(1.0), mode="lowest")
    with pytest.raises(UserError, match="3, 4"):
        fit(dense(), (np.zeros((3, 1)), np.zeros((4, 1))))
