import numpy as np

from keras_rnn.datasets.generated import shapes
from keras_rnn.datasets.pictures.picture_questions import sample


def test_every_question_has_its_picture_part_and_box():
    data = sample(30, 5, 10, each=6)
    assert data.images.shape == (45, 32, 32, 3)
    assert len(data.texts) == len(data.answers) == len(data.owners) == len(data)
    for part, pictures in zip(shapes.PARTS, (30, 5, 10), strict=True):
        assert len(set(data.owners[data.places(part)])) == pictures
    assert np.isnan(data.boxes).any(axis=1).sum() >= data.kinds.count("count")
    for place in np.flatnonzero(np.array(data.kinds) == "colour")[:40]:
        top, left, bottom, right = data.boxes[place]
        middle = int(16 * (top + bottom)), int(16 * (left + right))
        pixel = data.images[data.owners[place]][middle]
        assert tuple(pixel) == shapes.COLOURS[data.answers[place]]


def test_says_that_it_is_generated():
    data = sample(3, 1, 1, each=2)
    assert data.describe() == (
        "questions about coloured shapes (generated sample, not real): 10 questions "
        "about 5 pictures, generated, seed 0"
    )


def test_the_same_seed_asks_the_same():
    first, again, other = (sample(4, 1, 1, seed=seed) for seed in (1, 1, 2))
    assert first.texts == again.texts != other.texts
    np.testing.assert_array_equal(first.images, again.images)


def test_thinned_data_keep_whole_pictures_and_all_parts():
    data = sample(60, 30, 30, each=3, things=2, kinds=("colour", "shape"))
    assert set(data.kinds) == {"colour", "shape"}
    few = data.subsample(3)
    assert sorted(set(few.owners)) == [
        *range(10),
        *range(30, 40),
        *range(60, 70),
        *range(90, 100),
    ]
    assert set(few.parts) == {"train", "validation", "test"}
    place = few.places("test")[0]
    kept = data.places("test")[0]
    assert few.texts[place] == data.texts[kept]
    assert few.answers[place] == data.answers[kept]
    np.testing.assert_array_equal(few.boxes[place], data.boxes[kept])
    assert f"{len(few)} questions about 40 pictures" in few.describe()
