import keras
import numpy as np

from keras_rnn.applications.visual_question_answering.network import (
    build,
    with_several_questions,
)
from keras_rnn.applications.visual_question_answering.train import PictureBatches
from keras_rnn.datasets.pictures.picture_questions import sample

DATA = sample(10, 3, 4, each=5)
NUMBERS = np.arange(2, 2 + 7 * len(DATA)).reshape(-1, 7).astype("int32")
NUMBERS[:, 5:] = 0
LABELS = np.arange(len(DATA))


def batches(each=4, **options):
    options = {"batch_size": 3, "unknown": 0.0, **options}
    return PictureBatches(
        DATA, DATA.places("train"), NUMBERS, LABELS, each=each, **options
    )


def test_each_question_comes_with_its_picture_and_answer():
    read = batches()
    assert len(read) == 4
    seen = []
    for number in range(4):
        (images, words), labels = read[number]
        assert words.shape == (len(images), 4, 7)
        np.testing.assert_array_equal(words, NUMBERS[labels])
        for image, row in zip(images, labels, strict=True):
            assert len(set(row)) == 4
            for place in row:
                np.testing.assert_array_equal(image, DATA.images[DATA.owners[place]])
        seen += labels.ravel().tolist()
    assert len(seen) == len(set(seen)) == 40
    assert set(seen) <= set(DATA.places("train").tolist())


def test_where_there_are_too_few_questions_all_come_about_as_often():
    for number in range(4):
        for row in batches(each=12)[number][1]:
            counts = np.unique(row, return_counts=True)[1]
            assert len(counts) == 5
            assert set(counts) == {2, 3}


def test_an_epoch_follows_from_seed_and_number_alone():
    first, again = batches(unknown=0.3), batches(unknown=0.3)
    first[1]
    again.epoch = first.epoch = 1
    np.testing.assert_array_equal(first[0][0][1], again[0][0][1])
    again.epoch = 2
    assert (first[0][0][1] != again[0][0][1]).any()


def test_some_words_are_unknown_and_no_padding_is():
    words = np.concatenate([batches(unknown=0.3)[n][0][1] for n in range(4)])
    assert 0.15 < (words[..., :5] == 1).mean() < 0.45
    assert (words[..., 5:] == 0).all()
    still = batches(unknown=0.3, shuffle=False)
    assert not (still[0][0][1] == 1).any()


def test_several_questions_are_answered_as_one_by_one():
    model = build(["what", "color"], ["a", "b", "c"], 16, width=8)
    several = with_several_questions(model, each=4, length=5)
    generator = np.random.default_rng(0)
    images = generator.integers(0, 256, (3, 16, 16, 3)).astype("float32")
    words = generator.integers(0, 4, (3, 4, 5)).astype("int32")
    words[:, :, 0] = 2  # none is empty
    found = np.asarray(several.predict((images, words), verbose=0))
    assert found.shape == (3, 4, 3)
    one_by_one = (images.repeat(4, axis=0), words.reshape(12, 5))
    expected = np.asarray(model.predict(one_by_one, verbose=0))
    np.testing.assert_allclose(found.reshape(12, 3), expected, atol=1e-5)
    assert {id(w) for w in several.weights} == {id(w) for w in model.weights}
    assert isinstance(several, keras.Model)
