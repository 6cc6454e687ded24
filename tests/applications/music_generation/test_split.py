import numpy as np

from keras_rnn.applications.music_generation import split


def bars(*names):
    return ["M:6/8", "K:D", *" | ".join(names).split(), "|]"]


def test_versions_of_a_tune_are_one_group_whatever_their_key():
    tunes = [
        bars("A", "B", "c", "d"),
        ["M:2/4", "K:G", *bars("A", "B", "c", "e")[2:]],  # three bars of five
        bars("f", "g", "a"),
        bars("c", "e", "g", "B"),  # like the second one: c, e and B
    ]
    assert split.groups(tunes).tolist() == [0, 0, 2, 0]


def test_half_of_the_bars_are_enough_and_less_are_not():
    assert split.groups([bars("A", "B", "c"), bars("A", "B", "d")]).tolist() == [
        0,
        0,
    ]
    assert split.groups([bars("A", "B", "c"), bars("A", "d", "e")]).tolist() == [
        0,
        1,
    ]


def test_no_group_is_in_two_parts():
    rng = np.random.default_rng(0)
    tunes = [
        bars(*(f"A{rng.integers(1, 9)}" for _ in range(4)), f"c{n // 3}", f"d{n // 3}")
        for n in range(120)
    ]
    group = split.groups(tunes)
    assert 3 < len(np.unique(group)) < 60
    parts = split.split(tunes, (0.5, 0.25, 0.25))
    assert sorted(np.concatenate(parts).tolist()) == list(range(120))
    found = [set(group[part].tolist()) for part in parts]
    assert not found[0] & found[1]
    assert not found[0] & found[2]
    assert not found[1] & found[2]


def test_parts_are_as_large_as_asked_where_all_tunes_differ():
    tunes = [bars(f"A{n + 1}", f"B{n + 1}") for n in range(50)]
    parts = split.split(tunes)
    assert [len(part) for part in parts] == [40, 5, 5]
    again = split.split(tunes)
    assert all(np.array_equal(a, b) for a, b in zip(parts, again, strict=True))
    other = split.split(tunes, seed=1)
    assert not np.array_equal(parts[1], other[1])
