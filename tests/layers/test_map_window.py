import keras
import numpy as np
import pytest
from helpers.compare import arrays, assert_same_config
from keras import ops

from keras_rnn.layers import MapWindow


def maps_and_places(side=4):
    generator = np.random.default_rng(0)
    maps = generator.normal(size=(3, 5, side**2)).astype("float32")
    return maps, generator.integers(0, side**2, (3, 5)).astype("int32")


@pytest.mark.parametrize("sight", [None, 0, 1, 2, 6])
def test_cuts_out_what_lies_around_a_place(sight):
    maps, places = maps_and_places()
    layer = MapWindow(4, sight)
    reach = 3 if sight is None else sight
    found = np.asarray(layer(maps, places))
    assert found.shape == (3, 5, (2 * reach + 1) ** 2)
    assert layer.compute_output_shape(maps.shape, places.shape) == found.shape
    for batch in range(3):
        for time in range(5):
            row, column = divmod(int(places[batch, time]), 4)
            wide = np.pad(maps[batch, time].reshape(4, 4), reach)
            size = 2 * reach + 1
            wanted = wide[row : row + size, column : column + size]
            np.testing.assert_array_equal(found[batch, time], wanted.ravel())


def test_config_and_file(tmp_path):
    layer = MapWindow(4, 2, name="window")
    assert_same_config(MapWindow.from_config(layer.get_config()), layer)
    inputs = keras.Input((None, 16)), keras.Input((None,), dtype="int32")
    model = keras.Model(inputs, layer(*inputs))
    assert model.output_shape == (None, None, 25)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    given = maps_and_places()
    one, other = (arrays([each(list(given))])[0] for each in (model, loaded))
    np.testing.assert_array_equal(one, other)


def test_gradients_reach_the_cells_that_are_seen():
    """A network learns which cell of the map the window shows."""
    keras.utils.set_random_seed(0)
    inputs = keras.Input((1, 1)), keras.Input((1,), dtype="int32")
    maps = keras.layers.Dense(16, use_bias=False)(inputs[0])
    model = keras.Model(inputs, ops.sum(MapWindow(4, 0)(maps, inputs[1]), axis=-1))
    model.compile(keras.optimizers.SGD(1.0), "mse")
    before = np.asarray(model.get_weights()[0]).ravel()
    given = (np.ones((1, 1, 1), "float32"), np.array([[6]], "int32"))
    model.train_on_batch(given, np.full((1, 1), before[6] + 1))
    after = np.asarray(model.get_weights()[0]).ravel()
    assert np.flatnonzero(abs(after - before) > 1e-6).tolist() == [6]
    assert after[6] == pytest.approx(before[6] + 2, abs=1e-5)


def test_says_what_does_not_fit():
    with pytest.raises(ValueError, match="Received: side=4, sight=-1"):
        MapWindow(4, -1)
    maps, places = maps_and_places(side=3)
    with pytest.raises(ValueError, match=r"maps of 4 by 4.*Received shape \(3, 5, 9\)"):
        MapWindow(4)(maps, places)
