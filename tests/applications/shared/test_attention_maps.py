import numpy as np
import pytest

from keras_rnn.applications.shared.attention_maps import (
    box_area,
    draw_maps,
    mass_inside,
)

CORNER = np.array([[[0.7, 0.1], [0.1, 0.1]]])


@pytest.mark.parametrize(
    ("box", "mass"),
    [
        ((0, 0, 1, 1), 1.0),
        ((0, 0, 0.5, 0.5), 0.7),
        ((0, 0, 0.25, 0.5), 0.35),
        ((0.25, 0.25, 0.75, 0.75), 0.25),
        ((0, 0, 0.5, 0.75), 0.75),
        ((-0.5, 0, 0.5, 1.2), 0.8),  # what lies outside of the picture is nothing
    ],
)
def test_mass_is_what_lies_in_the_box(box, mass):
    assert mass_inside(CORNER, np.array([box])) == pytest.approx(mass)


def test_an_even_look_has_the_part_of_the_picture():
    boxes = np.array([[0.1, 0.2, 0.6, 0.5], [0, 0, 1, 1.5], [np.nan] * 4])
    found = mass_inside(np.full((3, 8, 8), 1 / 64), boxes)
    np.testing.assert_allclose(found, box_area(boxes))
    np.testing.assert_allclose(box_area(boxes), [0.15, 1.0, np.nan])


def test_a_picture_is_dark_where_nothing_was_looked_at():
    image = np.full((4, 4, 3), 200, "uint8")
    box = (0.0, 0.0, 0.5, 0.5)
    shown = (image, np.eye(2) / 2, box, "what?")
    figure = draw_maps({"right": [shown, shown], "wrong": []}, caption="data")
    assert len(figure.axes) == 2
    drawn = figure.axes[0].images[0].get_array()
    np.testing.assert_allclose(drawn[0, 0], 200 / 255)
    np.testing.assert_allclose(drawn[0, 3], 0.3 * 200 / 255)
    (patch,) = figure.axes[0].patches
    assert (patch.get_xy(), patch.get_width()) == ((0, 0), 2)
    assert figure.get_supxlabel() == "data"
