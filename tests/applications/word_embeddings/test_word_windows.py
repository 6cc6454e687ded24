import numpy as np

from keras_rnn.applications.word_embeddings.word_windows import (
    all_pairs,
    stream,
    words_alone,
)


def test_signs_are_no_words():
    assert words_alone('He said: "Don\'t!" - 3 times...') == [
        "he",
        "said",
        "don't",
        "3",
        "times",
    ]


def test_unknown_words_leave_no_gap():
    numbers, sentence = stream([["a", "x", "b"], ["x"], ["b"]], ["a", "b"])
    assert numbers.tolist() == [2, 3, 3]
    assert sentence.tolist() == [0, 0, 2]


def test_numbers_are_those_of_the_embedding():
    from keras_rnn.layers import TokenEmbedding

    read = [["to", "be", "or"], ["not", "to"]]
    known = ["be", "not", "to"]
    numbers, _ = stream(read, known)
    encoded = TokenEmbedding(known, 2).encode(read)
    assert numbers.tolist() == encoded[encoded > 1].tolist()


def test_pairs_are_those_of_two_plain_loops():
    rng = np.random.default_rng(0)
    read = [rng.choice(list("abcde"), size).tolist() for size in (1, 4, 7, 2, 9)]
    numbers, sentence = stream(read, list("abcde"))
    expected = []
    for words in read:
        for i, word in enumerate(words):
            for j, other in enumerate(words):
                if i != j and abs(i - j) <= 3:
                    expected.append((word, other, abs(i - j)))
    words, contexts, distances = all_pairs(numbers, sentence, 3)
    names = np.array(["", "", *"abcde"])
    found = zip(names[words], names[contexts], distances.tolist(), strict=True)
    assert sorted(found) == sorted(expected)
