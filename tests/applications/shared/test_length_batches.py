import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keras_rnn.applications.shared.length_batches import LengthBatches, round_up


def batches(lengths, **options):
    lengths = np.array(lengths)
    numbers = np.arange(1, len(lengths) + 1)[:, None]
    padded = np.where(np.arange(round_up(lengths.max())) < lengths[:, None], numbers, 0)
    return LengthBatches((padded, padded * 2), padded * 3, lengths, **options)


@pytest.mark.parametrize(("length", "padded"), [(0, 16), (1, 16), (16, 16), (17, 32)])
def test_lengths_are_few(length, padded):
    assert round_up(length) == padded


@given(st.lists(st.integers(1, 100), min_size=1, max_size=40), st.integers(0, 3))
def test_each_sequence_is_whole_and_there_once(lengths, epoch):
    data = batches(lengths, batch_size=4, seed=1)
    data.epoch = epoch
    seen = []
    for place in range(len(data)):
        (first, second), targets = data[place]
        assert (second == 2 * first).all()
        assert (targets == 3 * first).all()
        assert first.shape[1] == round_up(max((row > 0).sum() for row in first))
        seen += [(row[0], (row > 0).sum()) for row in first]
    assert sorted(seen) == list(enumerate(lengths, 1))


def test_the_first_two_differ_in_length_if_any_do():
    data = batches([5] * 60 + [20] * 4, batch_size=4, seed=0)
    for data.epoch in range(20):
        assert len({data[place][1].shape[1] for place in (0, 1)}) == 2


def test_the_order_depends_on_seed_and_epoch_alone():
    def first(seed, epoch):
        data = batches([9] * 40, batch_size=8, seed=seed)
        data.epoch = epoch
        return data[0][1][:, 0].tolist()

    assert first(0, 1) == first(0, 1)
    assert first(0, 1) != first(0, 2)
    assert first(0, 1) != first(1, 1)
    assert batches([9, 9], shuffle=False)[0][1][:, 0].tolist() == [3, 6]
