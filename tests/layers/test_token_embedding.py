import keras
import numpy as np
import pytest
from helpers.check_layer import check_layer
from hypothesis import given
from hypothesis import strategies as st

from keras_rnn.layers.token_embedding import TokenEmbedding


def test_behaves_as_a_keras_layer():
    numbers = np.array([[2, 4, 0], [3, 1, 2]], "int32")
    check_layer(
        lambda **options: TokenEmbedding(["a", "b", "c"], 4, **options),
        numbers,
        (2, 3, 4),
        fit=False,  # not every token is in the batch, so not every row is trained
    )


def test_the_vocabulary_lies_in_the_file_of_the_model(tmp_path):
    inputs = keras.Input((None,), dtype="int32")
    layer = TokenEmbedding(["il", "y", "a", "é"], 2, name="tokens")
    keras.Model(inputs, layer(inputs)).save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras").get_layer("tokens")
    assert loaded.vocabulary == ("il", "y", "a", "é")
    assert loaded.encode([["é", "il"]]).tolist() == [[5, 2]]


@given(st.lists(st.text("abcd", max_size=6), max_size=4))
def test_decode_reverses_encode(texts):
    layer = TokenEmbedding("dcba", 1)
    assert ["".join(t) for t in layer.decode(layer.encode(texts))] == texts


def test_what_is_too_long_loses_its_end_and_what_is_short_is_padded():
    layer = TokenEmbedding("ab", 1)
    assert layer.encode(["abab", "b"], length=3).tolist() == [[2, 3, 2], [3, 0, 0]]


def test_padding_is_masked_and_the_unknown_is_not():
    mask = TokenEmbedding("ab", 1).compute_mask(np.array([[1, 2, 0]]))
    assert keras.ops.convert_to_numpy(mask).tolist() == [[True, True, False]]


@pytest.mark.parametrize(
    ("vocabulary", "message"),
    [(["a", "b", "a"], "token 'a' twice"), (["a", 3], "made of strings.*3")],
)
def test_refuses_what_is_no_vocabulary(vocabulary, message):
    with pytest.raises(ValueError, match=message):
        TokenEmbedding(vocabulary, 2)
