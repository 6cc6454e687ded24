import numpy as np
import pytest

from keras_rnn.datasets.generated import pixel_drawings as drawings
from keras_rnn.datasets.generated.generated_parts import PARTS
from keras_rnn.datasets.generated.shape_scene import COLOURS, SHAPES, Thing

SMALL_CROSS = """\
................................
................................
................................
................................
............bbbbbbbb............
............bbBBBBbb............
........bbbbbbBBBBbbbbbb........
........bbBBBBBBBBBBBBbb........
........bbBBBBBBBBBBBBbb........
........bbbbbbBBBBbbbbbb........
............bbBBBBbb............
............bbbbbbbb............
................................
................................
................................
................................"""


def test_a_drawing_in_letters():
    # The third colour: pixel values 5, pale, and 6.
    pixels = drawings.pixels_of(Thing("cross", "blue", "small", 0.5, 0.5))
    assert set(pixels.ravel().tolist()) == {0, 5, 6}
    assert drawings.in_letters(pixels) == SMALL_CROSS
    black = drawings.pixels_of(Thing("cross", "black", "small", 0.5, 0.5))
    assert drawings.in_letters(black) == SMALL_CROSS.replace("b", "k").replace("B", "K")


def test_a_picture_has_the_colours_of_the_palette():
    pixels = np.array([[0, 2], [1, 9]])
    picture = drawings.to_colours(pixels, scale=2)
    assert picture.shape == (4, 4, 3)
    assert picture.dtype == "uint8"
    assert picture[0, 0].tolist() == [236, 236, 236]
    assert picture[1, 3].tolist() == list(COLOURS["red"])
    assert picture[2, 1].tolist() == [228, 133, 133]
    assert drawings.palette().shape == (13, 3)
    assert len({tuple(one) for one in drawings.palette().tolist()}) == 13


def test_each_thing_is_all_in_the_picture_and_no_two_are_alike():
    things = drawings.every_thing()
    pixels = [drawings.pixels_of(thing) for thing, _ in things]
    assert len(things) == 24 * 2 * 5
    assert len({one.tobytes() for one in pixels}) == len(things)
    sizes = {}
    for (thing, _), one in zip(things, pixels, strict=True):
        sizes.setdefault((thing.shape, thing.size), set()).add(int((one > 0).sum()))
    # Nothing is cut off: of one shape and size all have as many pixels.
    assert {len(each) for each in sizes.values()} == {1}


def test_things_are_where_they_are_said_to_be():
    for thing, place in drawings.every_thing():
        where = np.nonzero(drawings.pixels_of(thing))
        y, x = ((one.min() + one.max()) / 2 - 7.5 for one in where)
        side = {"left": x < -1, "right": x > 1, "top": y < -1, "bottom": y > 1}
        middle = max(abs(x), abs(y)) <= 1.5
        assert side.get(place, middle), (thing, place, x, y)


def test_what_is_new_in_the_test_is_only_what_comes_together():
    found = {part: set() for part in PARTS}
    for colour in COLOURS:
        for shape in SHAPES:
            for place in drawings.PLACES:
                part = drawings.part_of(colour, shape, place)
                found[part].add((colour, shape, place))
    assert [len(found[part]) for part in PARTS] == [90, 15, 15]
    assert ("red", "circle", "left") in found["test"]
    for part in ("validation", "test"):
        for kind, all_of_it in ((0, COLOURS), (1, SHAPES), (2, drawings.PLACES)):
            assert {one[kind] for one in found[part]} == set(all_of_it)
        for colour, shape, place in found[part]:
            learned = found["train"]
            assert sum(one[:2] == (colour, shape) for one in learned) >= 3
            assert sum(one[1:] == (shape, place) for one in learned) >= 3
            assert sum(one[::2] == (colour, place) for one in learned) >= 2


def test_the_parts_have_their_own_combinations_and_true_captions():
    data = drawings.generate(60, 20, 20, seed=3)
    assert len(data) == len(data.texts) == 100
    for part in PARTS:
        own = data.part(part)
        assert own.pixels.shape == (len(own), 16, 16)
        places = []
        for thing, place, text, pixels in zip(
            own.things, own.places, own.captions, own.pixels, strict=True
        ):
            assert drawings.part_of(thing.colour, thing.shape, place) == part
            noun, said_place = drawings.parse_caption(text)
            assert noun.fits(thing)
            assert (noun.colour, noun.shape) == (thing.colour, thing.shape)
            assert said_place in (None, place)
            np.testing.assert_array_equal(pixels, drawings.pixels_of(thing))
            places.append(said_place)
        # Without its place, a caption of the test would be none that is new.
        assert (None in places) == (part == "train")
    assert (
        5 < sum(drawings.parse_caption(text).place is None for text in data.texts) < 35
    )


def test_the_same_seed_draws_the_same():
    first, again, other = (drawings.generate(5, 1, 1, seed=n) for n in (1, 1, 2))
    assert first.texts == again.texts != other.texts
    np.testing.assert_array_equal(
        first.part("train").pixels, again.part("train").pixels
    )
    assert first.describe() == (
        "drawings of coloured shapes (generated sample, not real): 7 drawings with "
        "captions (5 train, 1 validation, 1 test), generated, seed 1"
    )


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("a small red circle", ("small", "red", "circle", None)),
        ("There is a big blue cross on the left.", ("large", "blue", "cross", "left")),
        ("the picture shows a square near the top", (None, None, "square", "top")),
        ("a thing in the centre", (None, None, None, "middle")),
        ("there is no circle", None),
        ("a red circle moves left", None),
        ("draw me a sheep", None),
        ("", None),
    ],
)
def test_what_a_caption_says(text, meaning):
    found = drawings.parse_caption(text)
    assert (found and (*found.noun, found.place)) == meaning
