"""`fit` takes what Keras users type."""

import keras
import numpy as np
import pandas as pd
import pytest

from keras_rnn.errors import UserError
from keras_rnn.training import Batches, fit, set_seed
from keras_rnn.training.training_data import training_data

X = np.linspace(-1, 1, 12, dtype="float32")[:, None]
Y = 2 * X
HELD = (X[:4], Y[:4])


@pytest.fixture(scope="module")
def line():
    set_seed(0)
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    return model


@pytest.fixture(scope="module")
def expected(line):
    return trained(line, (X, Y), HELD)


def trained(model, *data, **options):
    model.set_weights([np.full((1, 1), 0.5), np.zeros(1)])
    return fit(model, *data, epochs=2, batch_size=4, verbose=0, **options)


class Pairs(keras.utils.PyDataset):
    """What arrays become, in a data set of the user's own."""

    def __init__(self, *arrays, **options):
        super().__init__()
        self.batches = Batches(arrays, 4, **options)

    epoch = property(
        lambda self: self.batches.epoch,
        lambda self, epoch: setattr(self.batches, "epoch", epoch),
    )

    def __len__(self):
        return len(self.batches)

    def __getitem__(self, batch):
        found = self.batches[batch]
        return found if len(found) > 1 else found[0]


@pytest.mark.parametrize(
    ("data", "options"),
    [
        ((X, Y, HELD), {}),
        ((X, Y), {"validation_data": HELD}),
        ((X, Y), {"validation_data": list(HELD)}),
        (((X, Y),), {"validation_data": HELD}),
        (((X, Y), None, HELD), {}),
        (((X, Y), Pairs(*HELD, shuffle=False)), {}),
        ((Pairs(X, Y), HELD), {}),
        ((Pairs(X, Y),), {"validation_data": Pairs(*HELD, shuffle=False)}),
        ((pd.DataFrame(X), pd.Series(Y[:, 0]), HELD), {}),
        ((keras.ops.convert_to_tensor(X), keras.ops.convert_to_tensor(Y), HELD), {}),
        ((X, Y[:, 0].tolist(), HELD), {}),
        ((X, Y, HELD), {"sample_weight": np.ones(12)}),
        (((X, Y), HELD), {"sample_weight": np.ones(12)}),
    ],
)
def test_one_training_however_it_is_given(data, options, line, expected):
    history = trained(line, *data, **options)
    assert list(history.history) == ["loss", "val_loss"]
    for name, values in history.history.items():
        assert values == pytest.approx(expected[name], rel=1e-5)


def test_the_history_is_as_keras_gives_it(line, expected):
    stock = line.fit(X, Y, epochs=2, validation_data=HELD, verbose=0)
    assert list(expected.history) == list(stock.history)
    assert expected.history["loss"] == [one["loss"] for one in expected.epochs]
    frame = pd.DataFrame(expected.history)
    assert frame.shape == (2, 2)


@pytest.mark.parametrize("form", [list, dict])
def test_several_inputs(form):
    inputs = [keras.Input((1,), name=name) for name in ("a", "b")]
    model = keras.Model(
        inputs, keras.layers.Dense(1)(keras.layers.Concatenate()(inputs))
    )
    model.compile("sgd", "mse")
    parts = {"list": [X, -X], "dict": {"a": X, "b": -X}}[form.__name__]
    history = fit(model, parts, Y, (parts, Y), epochs=1, verbose=0)
    assert set(history.history) == {"loss", "val_loss"}
    if form is list:
        again = fit(model, (X, -X), Y, epochs=1, verbose=0)  # as a tuple too
        assert len(again.epochs) == 1


# Keras says so of every data set whose length it learns only at its end.
@pytest.mark.filterwarnings("ignore:Your input ran out of data")
def test_a_tensorflow_data_set():
    tf = pytest.importorskip("tensorflow")
    data = tf.data.Dataset.from_tensor_slices((X, Y)).batch(5)  # 5, 5 and 2
    unknown = data.filter(lambda x, y: tf.size(x) > 0)
    losses = []
    for train in (data, unknown):
        # Not built: the shapes come from the data.
        model = keras.Sequential([keras.layers.Dense(1, kernel_initializer="ones")])
        model.compile("sgd", "mse")
        history = fit(model, train, validation_data=data, epochs=2, verbose=0)
        losses.append(history.history)
        error = model.predict(X, verbose=0) - Y
        assert history["val_loss"][1] == pytest.approx((error**2).mean(), rel=1e-5)
    assert losses[0] == losses[1]


def test_weights_and_checkpoints_of_a_tensorflow_data_set(tmp_path):
    tf = pytest.importorskip("tensorflow")
    steps = np.repeat(X[:, None], 4, axis=1)
    weights = np.arange(12, dtype="float32")

    def run(weights, folder=None, **options):
        data = tf.data.Dataset.from_tensor_slices((steps, steps * 2, weights)).batch(4)
        model = keras.Sequential([keras.Input((4, 1)), keras.layers.Dense(1)])
        model.set_weights([np.ones((1, 1)), np.zeros(1)])
        model.compile("sgd", "mse")
        return fit(model, data, epochs=2, folder=folder, verbose=0, **options)

    history = run(weights, tmp_path)
    assert history["loss"] == run(np.repeat(weights[:, None], 4, axis=1))["loss"]
    assert run(weights, tmp_path).resumed_after == 2
    with pytest.raises(UserError, match="with another data"):
        run(weights.astype("float64"), tmp_path)


# What is missing


@pytest.mark.parametrize(
    "data",
    [
        (X,),
        ((X,),),
        ([X, Y],),
        ({"a": X},),
        (X, Pairs(X, Y)),
        (Pairs(X),),
        ((X, None),),
    ],
)
def test_missing_targets_are_refused_in_one_sentence(data, line):
    with pytest.raises(UserError) as failure:
        fit(line, *data, verbose=0)
    assert str(failure.value) == (
        "The targets are missing. Give fit(model, inputs, targets), or a tuple "
        "(inputs, targets), or a data set whose batches are such tuples."
    )


@pytest.mark.parametrize("held", [X, (X,), Pairs(X)])
def test_missing_targets_of_the_validation_are_refused(held, line):
    with pytest.raises(UserError, match="missing in the validation data"):
        fit(line, X, Y, validation_data=held, verbose=0)


def test_a_model_whose_layers_bring_the_loss_needs_no_targets():
    class Small(keras.layers.Layer):
        def call(self, inputs):
            self.add_loss(keras.ops.mean(inputs**2))
            return inputs

    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1), Small()])
    model.compile("sgd")
    history = fit(model, X, epochs=2, verbose=0)
    assert history["loss"][1] < history["loss"][0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((Pairs(X, Y), Y), "holds its targets itself, and targets follow"),
        ((Pairs(X, Y), HELD, HELD), "holds its targets itself"),
        (((X, X, X, Y),), "A tuple of 4 parts: it is"),
        ((Pairs(X, Y), None, None, np.ones(12)), "sample_weight belongs to arrays"),
        ((X, Y[:5]), r"\[5, 12\] examples"),
    ],
)
def test_contradictions_are_refused(arguments, message, line):
    x, y, validation, weights = (*arguments, None, None, None)[:4]
    with pytest.raises(UserError, match=message):
        training_data(line, x, y, validation, weights, 4, 0)
