import numpy as np
import pytest

from keras_rnn.applications.visual_navigation.train import RouteBatches
from keras_rnn.datasets.generated import shape_maps


@pytest.fixture(scope="module")
def tasks():
    return shape_maps.generate(150, 0, 0).part("train")


def test_each_epoch_is_walked_anew_but_the_validation(tasks):
    numbers = np.arange(len(tasks))[:, None]
    batches = RouteBatches(tasks, numbers, batch_size=64)
    assert len(batches) == 3
    (pictures, words, places, before), best, walked = batches[2]
    assert pictures.shape == (22, 48, 48, 3)
    assert places.shape == before.shape == walked.shape == best.shape[:2] == (22, 16)
    chosen = words[:, 0]
    np.testing.assert_array_equal(pictures, tasks.pictures[chosen])
    np.testing.assert_array_equal(places[:, 0], tasks.starts[chosen])
    first = batches[0]
    batches.epoch = 1
    other = batches[0]
    assert (first[0][1] != other[0][1]).any()
    batches.epoch = 0
    np.testing.assert_array_equal(batches[0][0][2], first[0][2])
    same = RouteBatches(tasks, numbers, shuffle=False)[0]
    np.testing.assert_array_equal(same[0][1][:, 0], np.arange(64))
