import pytest

from keras_rnn.datasets.generated import captioned_films as films
from keras_rnn.datasets.generated import shapes
from keras_rnn.datasets.generated.shape_scene import Scene, Thing


@pytest.fixture(scope="module")
def data():
    return films.generate(48, 8, 16)


def test_captions_are_true_and_tell_colour_and_shape(data):
    for one in data.parts.values():
        for scene, captions in zip(one.scenes, one.captions, strict=True):
            assert len(captions) == 5
            for text in captions:
                assert shapes.is_true(text, scene)
                meaning = shapes.parse(text)
                assert meaning.kind == "motion"
                assert meaning.first.colour
                assert meaning.first.shape


def test_films_are_split_by_what_comes_together(data):
    for name, one in data.parts.items():
        assert {shapes.part(scene) for scene in one.scenes} == {name}
    assert not any(films.is_new(scene) for scene in data.part("train").scenes)


def test_pictures_are_the_frames_of_the_scenes(data):
    one = data.part("test")
    assert one.pictures.shape == (16, films.FRAMES, 32, 32, 3)
    first, last = shapes.move(one.scenes[3], films.FRAMES)[:: films.FRAMES - 1]
    assert (one.pictures[3, 0] == shapes.draw(first, 32)).all()
    assert (one.pictures[3, -1] == shapes.draw(last, 32)).all()
    assert (one.pictures[:, 0] != one.pictures[:, -1]).any(axis=(1, 2, 3)).all()


def test_new_is_what_moves_as_in_no_other_part():
    def scene(*motions):
        shapes = (("circle", "red", 0.2), ("square", "blue", 0.8))
        return Scene(
            tuple(
                Thing(shape, colour, "small", place, 0.5, motion)
                for (shape, colour, place), motion in zip(shapes, motions, strict=True)
            )
        )

    assert shapes.part_of(("red", "circle", "down")) == "test"
    assert films.is_new(scene("down", "still"))
    assert not films.is_new(scene("up", "still"))
    assert not films.is_new(scene("down", "up"))
