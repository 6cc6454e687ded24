import keras
import numpy as np
import pytest
from helpers.compare import arrays, assert_same_config

from keras_rnn.layers import PictureAttention


def rng(*shape):
    return np.random.default_rng(0).normal(size=shape).astype("float32")


def numpy_twin(layer, question, picture):
    """The docstring's equations, in float64."""
    weights = {w.path.split("/", 1)[1]: np.array(w, "float64") for w in layer.weights}
    batch, height, width, channels = picture.shape
    flat = picture.reshape(batch, -1, channels)
    keys = flat @ weights["key/kernel"] + weights["key/bias"] + weights["places"]
    asked, maps = question, []
    for number in range(layer.glimpses):
        query = asked @ weights[f"query_{number}/kernel"]
        query = query + weights[f"query_{number}/bias"]
        scores = np.tanh(keys + query[:, None]) @ weights[f"score_{number}/kernel"]
        alpha = np.exp(scores[:, :, 0])
        alpha /= alpha.sum(axis=1, keepdims=True)
        glimpse = (alpha[:, :, None] * keys).sum(axis=1)
        asked = np.concatenate([question, glimpse], axis=1)
        maps.append(alpha.reshape(batch, height, width))
    return glimpse, np.stack(maps, axis=1)


@pytest.mark.parametrize("glimpses", [1, 3])
def test_agrees_with_the_equations(glimpses):
    layer, inputs = PictureAttention(6, glimpses), (rng(3, 5), rng(3, 2, 4, 7))
    found = arrays(layer(*inputs))
    assert [one.shape for one in found] == [(3, 6), (3, glimpses, 2, 4)]
    for one, other in zip(found, numpy_twin(layer, *inputs), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)
    np.testing.assert_allclose(found[1].sum(axis=(2, 3)), 1, atol=1e-5)


def test_shapes_config_and_file(tmp_path):
    layer = PictureAttention(6, glimpses=2, name="look")
    assert_same_config(PictureAttention.from_config(layer.get_config()), layer)
    assert layer.compute_output_shape((9, 5), (9, 2, 4, 7)) == ((9, 6), (9, 2, 2, 4))
    inputs = keras.Input((5,)), keras.Input((2, 4, 7))
    outputs = layer(*inputs)
    assert [one.shape for one in outputs] == [(None, 6), (None, 2, 2, 4)]
    model = keras.Model(inputs, outputs)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    given = [rng(3, 5), rng(3, 2, 4, 7)]
    for one, other in zip(arrays(model(given)), arrays(loaded(given)), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


def test_learns_where_to_look():
    """Two places have a mark. The question says which mark, the answer its colour."""
    generator = np.random.default_rng(0)
    keras.utils.set_random_seed(0)
    count, rows = 512, np.arange(512)
    colours = generator.integers(0, 3, (count, 9))
    picture = np.zeros((count, 9, 5), "float32")
    picture[..., :3] = np.eye(3)[colours]
    places = generator.permuted(np.tile(np.arange(9), (count, 1)), axis=1)[:, :2]
    for mark in range(2):
        picture[rows, places[:, mark], 3 + mark] = 1
    picture = picture.reshape(count, 3, 3, 5)
    wanted = generator.integers(0, 2, count)
    asked = places[rows, wanted]
    question = np.eye(2, dtype="float32")[wanted]
    inputs = keras.Input((2,)), keras.Input((3, 3, 5))
    glimpse, maps = PictureAttention(16)(*inputs)
    model = keras.Model(inputs, keras.layers.Dense(3, activation="softmax")(glimpse))
    model.compile(keras.optimizers.Adam(0.02), "sparse_categorical_crossentropy")
    answer = colours[rows, asked]
    model.fit((question, picture), answer, epochs=20, batch_size=64, verbose=0)
    seen = keras.Model(inputs, maps).predict((question, picture), verbose=0)
    assert seen.reshape(count, 9)[rows, asked].mean() > 0.8


def test_mixed_precision_gives_the_same_but_for_rounding():
    layer = PictureAttention(6, dtype="mixed_float16")
    inputs = rng(3, 5), rng(3, 2, 4, 7)
    found = arrays(layer(*inputs))
    assert found[0].dtype == "float16"
    np.testing.assert_allclose(found[0], numpy_twin(layer, *inputs)[0], atol=0.03)


def test_a_picture_needs_a_known_size():
    with pytest.raises(ValueError, match=r"grid of known size.*\(3, 4, 5\)"):
        PictureAttention(6)(rng(3, 5), rng(3, 4, 5))
