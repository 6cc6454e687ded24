"""Letters without an alignment: decoding to the letter, and a loss deaf to padding."""

import keras
import numpy as np
import pytest
from helpers.check_layer import check_layer

from keras_rnn.layers import CTCScores


def path_of(letters, path):
    """Scores in which the path, such as "aa-b", is the likeliest."""
    numbers = [0 if one == "-" else letters.index(one) + 1 for one in path]
    return 5.0 * np.eye(len(letters) + 1)[numbers][None]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("--aa-b--", "ab"),
        ("aaaaaaaa", "a"),
        ("aa-aa---", "aa"),
        ("abababab", "abababab"),
        ("--------", ""),
        ("a- -b---", "a b"),
    ],
)
def test_decodes_what_a_path_says(path, text):
    layer = CTCScores("ab ")
    assert layer.decode(path_of("ab ", path)) == [text]


def test_encodes_and_refuses_what_does_not_fit():
    layer = CTCScores("ab")
    assert layer.encode(["ab", "b"], 3).tolist() == [[1, 2, 0], [2, 0, 0]]
    with pytest.raises(ValueError, match=r"does not know: \['c'\]"):
        layer.encode(["cab"])
    with pytest.raises(ValueError, match="do not fit into 2"):
        layer.encode(["bab"], 2)
    with pytest.raises(ValueError, match="once"):
        CTCScores("aba")


def test_the_loss_of_a_padded_sequence_is_that_of_the_sequence_alone():
    steps = np.random.default_rng(0).normal(size=(1, 9, 4)).astype("float32")
    layer = CTCScores("abc")
    mask = np.arange(9)[None] < 6
    truth = layer.encode(["abb"], 5)
    loss = keras.losses.CTC(reduction=None)
    padded = keras.ops.convert_to_numpy(loss(truth, layer(steps, mask=mask)))
    alone = keras.ops.convert_to_numpy(loss(truth, layer(steps[:, :6])))
    np.testing.assert_allclose(padded, alone, rtol=1e-5)
    assert layer.compute_mask(steps, mask) is None


def test_says_nothing_where_there_is_nothing_to_hear():
    layer = CTCScores("abc")
    steps = np.random.default_rng(0).normal(size=(1, 4, 3)).astype("float32")
    scores = layer(steps, mask=np.zeros((1, 4), bool))
    assert layer.decode(keras.ops.convert_to_numpy(scores)) == [""]


def test_a_loaded_layer_knows_its_letters():
    again = CTCScores.from_config(CTCScores("no ").get_config())
    assert again.letters == ("n", "o", " ")
    assert again.decode(path_of("no ", "no-on")) == ["noon"]


def test_behaves_as_any_layer():
    steps = np.random.default_rng(0).normal(size=(3, 5, 4)).astype("float32")
    check_layer(lambda **options: CTCScores("ab", **options), steps, (3, 5, 3))
