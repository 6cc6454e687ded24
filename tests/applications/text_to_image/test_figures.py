import numpy as np

from keras_rnn.applications.text_to_image import figures
from keras_rnn.datasets.generated import pixel_drawings

DRAWINGS = pixel_drawings.random_drawings(np.random.default_rng(0), 6, "test")


def images(axes):
    return [one.images[0].get_array() for one in axes if one.images]


def test_right_ones_stand_above_wrong_ones():
    right = np.array([1, 0, 1, 1, 0, 1]) > 0
    figure = figures.draw_right_and_wrong(
        DRAWINGS.captions, DRAWINGS.pixels, right, "data", count=3
    )
    assert [one.get_ylabel() for one in figure.axes[::3]] == ["right", "wrong"]
    colours = pixel_drawings.to_colours(DRAWINGS.pixels) / 255
    shown = images(figure.axes)
    for place, image in zip((0, 2, 3, 1, 4), shown, strict=True):
        np.testing.assert_allclose(image, colours[place])
    first = figure.axes[0].get_title().replace("\n", " ")
    assert first == DRAWINGS.captions[0]
    assert figure.get_supxlabel() == "data"


def test_a_growing_picture_is_white_where_nothing_is_yet():
    figure = figures.draw_growing(DRAWINGS.captions, DRAWINGS.pixels, count=2, steps=4)
    assert len(figure.axes) == 8
    whole = pixel_drawings.to_colours(DRAWINGS.pixels[0]) / 255
    for number, image in enumerate(images(figure.axes[:4]), 1):
        np.testing.assert_allclose(image[: 4 * number], whole[: 4 * number])
        assert (np.asarray(image[4 * number :]) == 1).all()
    assert figure.axes[0].get_title() == "after 64 pixels"


def test_each_temperature_has_a_row():
    drawn = {0.3: DRAWINGS.pixels, 1.5: DRAWINGS.pixels[::-1]}
    figure = figures.draw_temperatures(DRAWINGS.captions, drawn, count=6)
    names = [one.get_ylabel() for one in figure.axes[::6]]
    assert names == ["temperature 0.3", "temperature 1.5"]
    first, *_, last = images(figure.axes)
    np.testing.assert_allclose(first, last)
