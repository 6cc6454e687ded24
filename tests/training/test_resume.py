"""A training that was killed and goes on ends as if it had not been killed."""

import os
import shutil
import signal
import subprocess
import sys

import keras
import numpy as np
import pytest
from helpers.processes import quick_to_import
from helpers.small_training import assert_same_weights, build, data, train

from keras_rnn.errors import UserError
from keras_rnn.training import fit, set_seed

# Run by a process of its own, which kills itself.
KILL_IN_EPOCH = """
import os, signal, sys
import keras
import numpy as np
from helpers.quick_compiling import compile_quickly
from helpers.small_training import build, train

compile_quickly()

class Kill(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        self.current = epoch

    def on_train_batch_end(self, batch, logs=None):
        if self.current == 3 and batch >= 2:
            os.kill(os.getpid(), signal.SIGKILL)

train(build(recurrent=True, steps_per_execution=2), sys.argv[1], callbacks=[Kill()])
"""

KILL_IN_WRITING = """
import os, signal, sys
import keras
import numpy as np
from helpers.quick_compiling import compile_quickly
from helpers.small_training import build, train

compile_quickly()

whole, calls = np.savez, []

def half(file, **arrays):
    calls.append(file)
    if len(calls) < 3:
        return whole(file, **arrays)
    with open(file, "wb") as handle:
        handle.write(b"PK half a file")
        handle.flush()
        os.kill(os.getpid(), signal.SIGKILL)

np.savez = half
train(build(recurrent=True, steps_per_execution=2), sys.argv[1])
"""


@pytest.fixture(scope="module")
def unbroken():
    model = build(steps_per_execution=2)
    return train(model), model.get_weights()


@pytest.fixture(scope="module")
def unbroken_recurrent():
    model = build(recurrent=True, steps_per_execution=2)
    return train(model), model.get_weights()


@pytest.fixture(scope="module")
def one_epoch_done(tmp_path_factory):
    """The folder of a training of one epoch."""
    folder = tmp_path_factory.mktemp("done") / "run"
    train(build(), folder, epochs=1)
    return folder


@pytest.fixture
def begun(one_epoch_done, tmp_path):
    """A folder of the test's own with a training of one epoch."""
    return shutil.copytree(one_epoch_done, tmp_path / "run")


def assert_same(history, model, unbroken):
    expected, weights = unbroken
    assert history == expected
    assert_same_weights(model, weights)


@pytest.mark.parametrize(("script", "done"), [(KILL_IN_EPOCH, 3), (KILL_IN_WRITING, 2)])
def test_a_killed_training_ends_as_if_it_had_not_been(
    script, done, tmp_path, unbroken_recurrent
):
    folder = tmp_path / "run"
    killed = subprocess.run(
        [sys.executable, "-c", quick_to_import(script), str(folder)],
        env={
            **os.environ,
            "KERAS_BACKEND": keras.backend.backend(),
            "PYTHONPATH": os.pathsep.join(sys.path),
        },
        capture_output=True,
        text=True,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    model = build(recurrent=True, steps_per_execution=2)
    history = train(model, folder)
    assert history.resumed_after == done
    assert_same(history, model, unbroken_recurrent)
    assert sorted(path.name for path in folder.iterdir()) == [
        "checkpoint.npz",
        "history.json",
    ]


def test_ctrl_c_keeps_the_last_whole_epoch(tmp_path, unbroken):
    class Interrupt(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            self.current = epoch

        def on_train_batch_end(self, batch, logs=None):
            if self.current == 2:
                raise KeyboardInterrupt

    model = build(steps_per_execution=2)
    with pytest.raises(KeyboardInterrupt):
        train(model, tmp_path, callbacks=[Interrupt()])
    two_epochs = build()
    train(two_epochs, epochs=2)
    assert_same_weights(model, two_epochs)

    history = train(model, tmp_path)
    assert history.resumed_after == 2
    assert_same(history, model, unbroken)


def test_ctrl_c_in_the_first_epoch_leaves_the_model_usable():
    class Interrupt(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            raise KeyboardInterrupt

    model = build(steps_per_execution=2)
    before = model.get_weights()
    with pytest.raises(KeyboardInterrupt):
        train(model, callbacks=[Interrupt()])
    assert_same_weights(model, before)
    assert len(train(model, epochs=1).epochs) == 1


def test_ctrl_c_while_a_recurrent_cell_is_traced_leaves_it_usable():
    interrupts = []

    def activation(x):
        if interrupts:
            interrupts.pop()
            raise KeyboardInterrupt
        return keras.ops.tanh(x)

    model = keras.Sequential(
        [keras.Input((5, 2)), keras.layers.SimpleRNN(3, activation, dropout=0.5)]
    )
    model.compile("adam", "mse")
    interrupts.append(True)
    batch = data(8, 0)
    with pytest.raises(KeyboardInterrupt):
        fit(model, batch, epochs=1, verbose=0)
    assert len(fit(model, batch, epochs=1, verbose=0).epochs) == 1


def test_what_is_over_is_not_trained_again(tmp_path):
    class Never(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            raise AssertionError("trained again")

    first, second = build(), build()
    history = train(first, tmp_path)
    again = train(second, tmp_path, callbacks=[Never()])
    assert again == history
    assert again.resumed_after == len(history.epochs)
    assert_same_weights(second, first)


OPTIMIZERS = {
    "average": lambda: keras.optimizers.Adam(0.01, use_ema=True, ema_momentum=0.9),
    "loss scaling": lambda: keras.optimizers.LossScaleOptimizer(
        keras.optimizers.Adam(0.01, use_ema=True, ema_momentum=0.9),
        initial_scale=4.0,
        dynamic_growth_steps=3,
    ),
    "accumulation": lambda: keras.optimizers.Adam(0.01, gradient_accumulation_steps=4),
}


def line(optimizer):
    """A model with state of its own, too: the means of a batch normalization."""
    set_seed(3)
    model = keras.Sequential(
        [
            keras.Input((1,)),
            keras.layers.BatchNormalization(),
            keras.layers.Dropout(0.1),
            keras.layers.Dense(1),
        ]
    )
    # So few batches are learned from before they are compiled.
    model.compile(optimizer, "mse", run_eagerly=True)
    return model


def learn(model, folder=None, validation=None, **options):
    """Train it silently on 3 batches, of which the last is smaller."""
    x = np.linspace(-1, 1, 20, dtype="float32")[:, None]
    options = {"epochs": 3, "batch_size": 8, "verbose": 0} | options
    return fit(model, x, 3 * x, validation, folder=folder, **options)


def state(model):
    variables = [*model.variables, *model.optimizer.variables]
    return [keras.ops.convert_to_numpy(one).tolist() for one in variables]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_second_call_changes_nothing_whatever_the_optimizer(name, tmp_path):
    model = line(OPTIMIZERS[name]())
    history = learn(model, tmp_path)
    left = state(model)
    other = line(OPTIMIZERS[name]())
    for one in (model, other):
        assert learn(one, tmp_path) == history
        assert state(one) == left
    assert int(model.optimizer.iterations) == (2 if name == "accumulation" else 9)
    # It goes on from there, and the same as in one go.
    learn(other, tmp_path, epochs=4)
    whole = line(OPTIMIZERS[name]())
    learn(whole, epochs=4)
    assert state(other) == state(whole)


def test_averages_are_what_a_training_leaves_without_a_monitor(tmp_path):
    last = []
    each = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: last.append(each.model.get_weights())
    )
    model = line(OPTIMIZERS["average"]())
    learn(model, tmp_path, callbacks=[each])
    averages = [one for one in model.optimizer.variables if "average" in one.path]
    assert len(averages) == len(model.trainable_variables) == 4
    for weights, average in zip(model.trainable_variables, averages, strict=True):
        np.testing.assert_array_equal(
            *map(keras.ops.convert_to_numpy, (weights, average))
        )
    assert not np.allclose(model.get_weights()[-1], last[-1][-1], atol=1e-3)


def test_a_callback_may_have_the_last_word(tmp_path):
    class Double(keras.callbacks.Callback):
        def on_train_end(self, logs=None):
            self.model.set_weights([2 * one for one in self.model.get_weights()])

    model, other = line("sgd"), line("sgd")
    learn(model, tmp_path, callbacks=[Double()])
    left = state(model)
    learn(other, tmp_path)
    assert state(other) == left
    # What goes on is what was trained, and not what was made of it afterwards.
    learn(other, tmp_path, epochs=4)
    whole = line("sgd")
    learn(whole, epochs=4)
    assert state(other) == state(whole)


def test_a_learning_rate_that_a_callback_lowered_is_no_other_optimizer(tmp_path):
    lower = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2)
    model = line("sgd")
    history = learn(model, tmp_path, callbacks=[lower])
    left = state(model)
    assert learn(model, tmp_path) == history
    assert state(model) == left
    with pytest.raises(UserError, match="with another optimizer"):
        learn(line(keras.optimizers.SGD(0.5)), tmp_path)


def test_more_epochs_go_on_where_it_ended(tmp_path, unbroken):
    train(build(), tmp_path, epochs=2)
    model = build(steps_per_execution=2)
    history = train(model, tmp_path)
    assert history.resumed_after == 2
    assert_same(history, model, unbroken)


def test_a_broken_off_training_breaks_off_again(tmp_path):
    class Bad(keras.utils.PyDataset):
        epoch = 0

        def __len__(self):
            return 2

        def __getitem__(self, batch):
            x, y = data(8, batch)
            return x, y * (np.nan if self.epoch == 2 else 1)

    for done in (0, 2):
        model = build(steps_per_execution=2)
        history = fit(model, Bad(), data(8, 3), folder=tmp_path, verbose=0)
        assert history.resumed_after == done
        assert history.stopped_why == "the loss became nan in epoch 3"
        assert np.isfinite(model.get_weights()[0]).all()


# Another training in the same folder


@pytest.mark.parametrize(
    ("build_with", "train_with", "named"),
    [
        ({"units": 5}, {}, "model"),
        ({"learning_rate": 0.02}, {}, "optimizer"),
        ({}, {"seed": 6}, "data and seed"),
        ({}, {"monitor": "loss"}, "monitor"),
    ],
)
def test_another_training_in_the_folder_is_an_error(
    build_with, train_with, named, begun
):
    before = (begun / "checkpoint.npz").read_bytes()
    with pytest.raises(UserError, match=f"with another {named}. Choose another"):
        train(build(**build_with), begun, epochs=1, **train_with)
    assert (begun / "checkpoint.npz").read_bytes() == before


def test_other_data_in_the_folder_are_an_error(tmp_path):
    fit(build(), data(20, 0), folder=tmp_path, epochs=1, verbose=0)
    with pytest.raises(UserError, match="with another data"):
        fit(build(), data(20, 1), folder=tmp_path, epochs=1, verbose=0)


def test_restart_says_so_and_trains_anew(tmp_path, capsys):
    train(build(units=5), tmp_path, epochs=1)
    anew, model = build(steps_per_execution=2), build()
    train(anew, epochs=1)
    history = fit(
        model,
        data(90, 0),
        data(30, 1),
        folder=tmp_path,
        epochs=1,
        batch_size=16,
        seed=5,
        if_different="restart",
    )
    assert "holds a training with another model: anew." in capsys.readouterr().out
    assert history.resumed_after == 0
    assert_same_weights(model, anew)


def test_names_that_keras_numbered_are_no_difference(begun):
    keras.layers.LSTM(1)  # the next one gets another number
    history = train(build(), begun, epochs=2)
    assert history.resumed_after == 1


@pytest.mark.parametrize("content", [b"", b"PK half a file", b"\x93NUMPY"])
def test_a_damaged_checkpoint_is_an_error(content, tmp_path):
    (tmp_path / "checkpoint.npz").write_bytes(content)
    with pytest.raises(UserError, match=r"checkpoint.npz is damaged.*Delete it"):
        train(build(), tmp_path)


def test_a_folder_that_cannot_be_is_an_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="Cannot write to the folder"):
        train(build(), tmp_path / "file")
