import numpy as np
import pytest

from keras_rnn.applications.captioning import network as systems
from keras_rnn.applications.captioning.attention import mass_on_named, word_maps
from keras_rnn.applications.shared.attention_maps import draw_word_maps
from keras_rnn.datasets.generated import shapes
from keras_rnn.datasets.generated.captioned_scenes import CaptionedPictures

SCENE = shapes.Scene(
    (
        shapes.Thing("circle", "red", "small", 0.25, 0.25),
        shapes.Thing("square", "blue", "large", 0.75, 0.25),
    ),
    cells=2,
)
TEXTS = ["a red circle left of a blue square", "a green cross"]
WORDS = sorted({word for text in TEXTS for word in text.split()})


@pytest.fixture(scope="module")
def model():
    return systems.from_grids(systems.build(WORDS, "attention", units=8))


def grids():
    return np.random.default_rng(0).random((2, 4, 4, 16), "float32")


def test_there_is_a_map_for_each_word(model):
    maps = word_maps(model, grids(), TEXTS)
    assert [one.shape for one in maps] == [(8, 4, 4), (3, 4, 4)]
    for one in maps:
        np.testing.assert_allclose(one.sum(axis=(1, 2)), 1, atol=1e-5)


def test_nothing_said_has_no_maps(model):
    assert [one.shape for one in word_maps(model, grids(), ["", ""])] == [(0, 4, 4)] * 2


def test_the_mass_is_that_of_what_is_named(model):
    """An untrained look is about even. The second text names nothing of the scene."""
    inside, even = mass_on_named(
        model, CaptionedPictures([SCENE] * 2, grids(), None), TEXTS
    )
    small, large = 0.145 * 2, 0.21 * 2 * 0.88
    assert even == pytest.approx((small**2 + large**2) / 2)
    assert inside == pytest.approx(even, rel=0.5)
    nothing = mass_on_named(
        model, CaptionedPictures([SCENE], grids()[:1], None), TEXTS[1:]
    )
    assert np.isnan(nothing).all()


def test_words_that_show_something_are_drawn():
    picture = np.full((8, 8, 3), 200, "uint8")
    maps = [np.full((8, 4, 4), 1 / 16), np.full((3, 4, 4), 1 / 16)]
    figure = draw_word_maps([picture] * 2, TEXTS, maps, "data")
    titles = [axes.get_title() for axes in figure.axes]
    assert titles[:6] == ["", "red", "circle", "left", "blue", "square"]
    assert titles[6:] == ["", "green", "cross", "", "", ""]
