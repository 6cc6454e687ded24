import numpy as np

from keras_rnn.datasets.generated import shapes
from keras_rnn.datasets.generated.captioned_scenes import generate, in_words

DATA = generate(12, 4, 8)


def test_captions_are_true_and_tell_colour_and_shape():
    for one in DATA.parts.values():
        for scene, captions in zip(one.scenes, one.captions, strict=True):
            assert len(captions) == 5
            for text in captions:
                assert shapes.is_true(text, scene)
                meaning = shapes.parse(text)
                for noun in (meaning.first, meaning.second):
                    assert noun.colour
                    assert noun.shape


def test_pictures_are_those_of_the_scenes_split_by_combination():
    for name, one in DATA.parts.items():
        assert {shapes.part(scene) for scene in one.scenes} == {name}
        np.testing.assert_array_equal(one.pictures, shapes.draw_all(one.scenes, 32))


def test_says_what_it_is():
    assert DATA.describe() == (
        "scenes of coloured shapes (generated sample, not real): 24 pictures with "
        "captions (12 train, 4 validation, 8 test), generated, seed 0"
    )
    assert len(DATA) == len(DATA.texts) == 24
    ball = shapes.Thing("circle", "red", "small", 0.2, 0.2)
    box = shapes.Thing("square", "blue", "large", 0.8, 0.8)
    assert in_words(shapes.Scene((ball, box))) == (
        "small red circle left of and above large blue square"
    )
