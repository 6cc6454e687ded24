from hypothesis import given
from hypothesis import strategies as st

from keras_rnn.applications.translation.split import split_pairs

KEYS = st.lists(
    st.tuples(st.sampled_from("abcdefghij"), st.sampled_from("klmnopqrst")),
    min_size=4,
    max_size=60,
)


@given(KEYS, st.integers(0, 99))
def test_no_sentence_is_in_two_parts(keys, seed):
    parts = split_pairs(keys, test=2, validation=2, seed=seed)
    assert len(parts[2]) == 2
    assert len(parts[1]) <= 2
    for one in range(3):
        for other in range(one):
            for side in (0, 1):
                here, there = (
                    {keys[place][side] for place in parts[part]}
                    for part in (one, other)
                )
                assert not here & there


def test_what_shares_nothing_is_trained_on():
    keys = [(str(i), str(i)) for i in range(10)]
    parts = split_pairs(keys, test=3, validation=2)
    assert [len(part) for part in parts] == [5, 2, 3]
    assert sorted(place for part in parts for place in part) == list(range(10))


def test_other_seeds_hold_out_other_pairs():
    keys = [(str(i), str(i)) for i in range(50)]
    first, second = (split_pairs(keys, test=5, validation=5, seed=s)[2] for s in (0, 1))
    assert first.tolist() != second.tolist()
