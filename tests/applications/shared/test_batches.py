import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keras_rnn.applications.shared.batches import (
    LengthBatches,
    PairBatches,
    group_by_length,
)
from keras_rnn.applications.shared.lengths import round_up


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


def pairs(count=40, seed=0):
    rng = np.random.default_rng(seed)
    steps = np.arange(16)
    lengths = rng.integers(1, 16, (2, count))
    source, target = (np.where(steps < n[:, None], 5, 0) for n in lengths)
    source[:, 0] = 100 + np.arange(count)  # which pair it is
    return source, target, target


def test_each_pair_comes_once_an_epoch_whole():
    source, read, said = pairs()
    batches = PairBatches(source, read, said, batch_size=6)
    seen = []
    for place in range(len(batches)):
        (numbers, before), after = batches[place]
        assert numbers.shape[1] % 4 == after.shape[1] % 4 == 0
        assert before.shape == after.shape
        for row, out in zip(numbers, after, strict=True):
            pair = row[0] - 100
            seen.append(pair)
            assert (row != 0).sum() == (source[pair] != 0).sum()
            assert (out != 0).sum() == (said[pair] != 0).sum()
    assert sorted(seen) == list(range(40))


def test_little_of_a_batch_is_padding():
    source, read, said = pairs(400)
    batches = PairBatches(source, read, said, batch_size=8)
    cells = sum(batches[place][1].size for place in range(len(batches)))
    assert cells < 1.4 * (said != 0).sum()
    assert said.size > 1.9 * (said != 0).sum()


def test_the_order_follows_from_seed_and_epoch():
    def first(seed, epoch):
        batches = PairBatches(*pairs(), batch_size=8, seed=seed)
        batches.epoch = epoch
        return batches[0][0][0][:, 0].tolist()

    assert first(0, 0) == first(0, 0)
    assert first(0, 0) != first(0, 1)
    assert first(0, 0) != first(1, 0)


def test_the_first_two_batches_differ_in_both_lengths():
    for seed in range(5):
        batches = PairBatches(*pairs(400), batch_size=8, seed=seed)
        (first, _), one = batches[0]
        (second, _), two = batches[1]
        assert first.shape[1] != second.shape[1]
        assert one.shape[1] != two.shape[1]


def test_groups_hold_every_place_once():
    groups = [places.tolist() for places in group_by_length([1, 5, 4, 8, 9])]
    assert groups == [[0, 2], [1, 3], [4]]
