import numpy as np

from keras_rnn.applications.word_embeddings import figures as word_map
from keras_rnn.datasets.text.word_vectors import WordVectors

CROWDS = {
    "numbers": ["two", "three", "four", "five", "six", "seven", "eight", "nine"],
    "colours": ["black", "white", "red", "green", "blue", "yellow", "brown"],
    "weekdays": ["monday", "tuesday", "wednesday", "thursday", "friday", "sunday"],
}


def vectors():
    """Each crowd about one direction of eight."""
    rng = np.random.default_rng(0)
    rows = [
        np.eye(8)[number] + 0.05 * rng.normal(size=8)
        for number, words in enumerate(CROWDS.values())
        for _ in words
    ]
    return WordVectors([word for words in CROWDS.values() for word in words], rows)


def test_crowds_stand_apart():
    words = [word for crowd in CROWDS.values() for word in crowd]
    label = np.repeat(np.arange(3), [len(crowd) for crowd in CROWDS.values()])
    spots = word_map.places(vectors(), words)
    middles = np.array([spots[label == n].mean(axis=0) for n in range(3)])
    nearest = np.linalg.norm(spots[:, None] - middles, axis=2).argmin(axis=1)
    np.testing.assert_array_equal(nearest, label)


def test_groups_are_those_with_a_meaning():
    assert word_map.chosen_words(vectors()) == CROWDS


def test_words_of_no_known_group_are_put_into_clusters():
    known = vectors()
    foreign = WordVectors([f"mot{n}" for n in range(len(known))], known.table)
    chosen = word_map.chosen_words(foreign)
    of = {word: name for name, words in chosen.items() for word in words}
    assert sorted(of) == sorted(foreign.words)
    # Words of different crowds are in different clusters.
    assert len({of["mot0"], of["mot8"], of["mot15"]}) == 3


def test_the_picture_has_every_word_and_says_what_it_is_of():
    figure = word_map.draw(vectors(), caption="sentences (generated)")
    (axes,) = figure.axes
    shown = [text.get_text() for text in axes.texts]
    assert sorted(shown) == sorted(word for crowd in CROWDS.values() for word in crowd)
    assert figure.get_supxlabel() == "sentences (generated)"
    legend = [text.get_text() for text in axes.get_legend().get_texts()]
    assert sorted(legend) == sorted(CROWDS)


def test_words_do_not_lie_on_each_other():
    spots = np.array([[0, 0], [8, 2], [4, -5], [300, 300]])
    words = ["mother", "father", "brother", "sun"]
    left = word_map.label_places(spots, words)
    frames = [
        (x, x + 0.5 * 9 * len(word), y - 4.5, y + 4.5)
        for (x, y), word in zip(left, words, strict=True)
    ]
    for one in range(4):
        for other in range(one):
            a, b = frames[one], frames[other]
            apart = a[0] >= b[1] or b[0] >= a[1] or a[2] >= b[3] or b[2] >= a[3]
            assert apart, (words[one], words[other])
    # Who is alone has the word right beside him.
    assert left[3].tolist() == [304, 300]
