import keras
import numpy as np
import pytest
from helpers.compare import arrays

from keras_rnn.applications.shared.image_encoder import convolutions
from keras_rnn.applications.shared.questions import question_words
from keras_rnn.applications.visual_question_answering.network import build


@pytest.mark.parametrize("size", [16, 32, 64])
def test_looks_at_a_grid_and_answers_with_probabilities(size):
    model = build(["what", "is", "it"], ["a", "b"], size, width=8, glimpses=1)
    images = np.zeros((3, size, size, 3), "float32")
    questions = np.array([[2, 3, 4, 0]] * 3)
    found = arrays(model([images, questions]))[0]
    assert found.shape == (3, 2)
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-5)
    cells = {16: 4, 32: 8, 64: 8}[size]
    assert model.get_layer("look").output[1].shape == (None, 1, cells, cells)


def test_padding_is_not_read():
    keras.utils.set_random_seed(0)
    model = build(["what", "is", "it"], ["a", "b"], 16, width=8)
    images = np.random.default_rng(0).uniform(0, 255, (1, 16, 16, 3))
    short = arrays(model([images, np.array([[2, 3]])]))[0]
    padded = arrays(model([images, np.array([[2, 3, 0, 0, 0]])]))[0]
    np.testing.assert_allclose(short, padded, atol=1e-6)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("What COLOUR is it?!", ["what", "color", "is", "it"]),
        ("a grey thing", ["a", "gray", "thing"]),
        ("?", []),
        ("it's 2", ["it's", "2"]),
    ],
)
def test_words_of_questions(text, read):
    assert question_words(text) == read


@pytest.mark.parametrize("size", [32, 64])
def test_each_place_sees_as_far_to_each_side(size):
    """A mirrored picture gives a mirrored grid, if the kernels are mirrored as well."""
    encoder = convolutions(size, width=8)
    for layer in encoder.layers:
        if isinstance(layer, keras.layers.Conv2D):
            kernel = np.asarray(layer.kernel)
            layer.kernel.assign(kernel + kernel[::-1, ::-1])
    picture = np.random.default_rng(0).uniform(0, 255, (1, size, size, 3))
    grid = arrays(encoder(picture))[0]
    turned = arrays(encoder(picture[:, ::-1, ::-1]))[0]
    np.testing.assert_allclose(turned, grid[:, ::-1, ::-1], atol=1e-3)
