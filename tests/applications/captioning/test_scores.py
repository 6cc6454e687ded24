from pathlib import Path

import numpy as np
import pytest

from keras_rnn.applications.captioning.scores import (
    nearest_captions,
    passing,
    score_each,
    scores,
)
from keras_rnn.datasets.generated.captioned_scenes import CaptionedPictures
from keras_rnn.datasets.generated.shapes import Scene, Thing

BALL = Scene((Thing("circle", "red", "small", 0.5, 0.5),), cells=1)
BOX = Scene((Thing("square", "blue", "large", 0.5, 0.5),), cells=1)
SCENE = Scene(
    (
        Thing("circle", "red", "small", 0.2, 0.25),
        Thing("square", "blue", "large", 0.8, 0.25),
    )
)
PATHS = [Path("a.png"), Path("b.png")]
GRIDS = np.stack([np.zeros((2, 2, 3)), np.ones((2, 2, 3))])
CAPTIONS = [
    ["there is a small red circle", "a red circle"],
    ["there is a large blue square", "a blue square"],
]


def test_of_scenes_what_is_true_counts():
    pictures = CaptionedPictures([BALL, BOX], GRIDS, CAPTIONS)
    texts = ["a little red thing", "a red square"]
    good = score_each(texts, pictures)
    assert good.tolist() == [1, 0]
    right, names = passing(good, pictures)
    assert right.tolist() == [True, False]
    assert names == ("true", "not true")
    found = scores(texts, pictures)
    assert (found["true_captions"], found["exact"]) == (0.5, 0)
    assert scores(["a red circle", CAPTIONS[1][0]], pictures) == {
        "true_captions": 1,
        "exact": 1,
        "bleu": pytest.approx(100),
    }


def test_of_photographs_words_in_common_count():
    pictures = CaptionedPictures(PATHS, GRIDS, CAPTIONS)
    texts = ["there is a small red circle", "green"]
    good = score_each(texts, pictures)
    assert good == pytest.approx([100, 0])
    right, names = passing(good, pictures)
    assert right.tolist() == [True, False]
    assert names == ("like its captions", "unlike")
    found = scores(texts, pictures)
    assert found["exact"] == 0.5
    assert set(found) == {"exact", "bleu"}


@pytest.mark.parametrize("kind", [[BALL, BOX], PATHS])
def test_the_nearest_picture_lends_its_caption(kind):
    train = CaptionedPictures(kind, GRIDS, CAPTIONS)
    asked = CaptionedPictures(kind[::-1], GRIDS[::-1] * 0.9, CAPTIONS[::-1])
    assert nearest_captions(train, asked) == [CAPTIONS[1][0], CAPTIONS[0][0]]


def test_of_photographs_it_does_not_matter_where_something_is():
    left, right, none = np.zeros((3, 2, 2, 1))
    left[0, 0], right[1, 1] = 1, 1
    train = CaptionedPictures(PATHS, np.stack([none, left]), CAPTIONS)
    asked = CaptionedPictures(PATHS[:1], right[None], CAPTIONS[:1])
    assert nearest_captions(train, asked) == [CAPTIONS[1][0]]


def test_scores_ask_for_truth_and_for_words():
    captions = ["a red circle left of a blue square", "a blue square"]
    pictures = CaptionedPictures([SCENE, SCENE, SCENE], None, [captions] * 3)
    found = scores(
        [
            "a red circle left of a blue square",  # as it is written
            "a red circle is to the left of a square",  # true in other words
            "a blue square left of a red circle",  # false
        ],
        pictures,
    )
    assert found["true_captions"] == pytest.approx(2 / 3)
    assert found["exact"] == pytest.approx(1 / 3)
    assert 20 < found["bleu"] < 100
