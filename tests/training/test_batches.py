import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from keras_rnn.training import Batches


@given(
    count=st.integers(1, 70),
    batch_size=st.integers(1, 40),
    epoch=st.integers(0, 5),
    seed=st.integers(0, 3),
)
def test_each_example_once_an_epoch(count, batch_size, epoch, seed):
    batches = Batches((np.arange(count), -np.arange(count)), batch_size, seed=seed)
    batches.epoch = epoch
    found = [batches[i] for i in range(len(batches))]
    inputs = np.concatenate([x for x, _ in found])
    assert sorted(inputs.tolist()) == list(range(count))
    assert all((x == -y).all() for x, y in found)
    assert all(len(x) == batch_size for x, _ in found[:-1])


def test_the_order_depends_on_seed_and_epoch_alone():
    def order(seed, *epochs):
        batches = Batches((np.arange(50), np.arange(50)), 50, seed=seed)
        for epoch in epochs:
            batches.epoch = epoch
            found = batches[0][0].tolist()
        return found

    assert order(0, 3) == order(0, 1, 2, 3) == order(0, 4, 3)
    assert order(0, 3) != order(0, 2)
    assert order(0, 3) != order(1, 3)


def test_nested_arrays_stay_together():
    inputs = {"a": np.arange(6), "b": np.arange(6) * 10}
    batches = Batches((inputs, np.arange(6), np.ones(6)), 4, shuffle=True)
    x, y, weight = batches[0]
    assert x["a"].tolist() == y.tolist()
    assert x["b"].tolist() == (y * 10).tolist()
    assert weight.shape == (4,)


def test_a_list_of_inputs_is_what_keras_on_tensorflow_takes():
    batches = Batches(([np.arange(4), np.arange(4) * 2], np.arange(4)), 4)
    inputs, targets = batches[0]
    assert isinstance(inputs, tuple)
    assert inputs[1].tolist() == (targets * 2).tolist()
