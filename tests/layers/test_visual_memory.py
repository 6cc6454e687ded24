import keras
import numpy as np
import pytest
from helpers.check_layer import check_layer
from helpers.compare import arrays, assert_same_config

from keras_rnn.layers import ReconstructionLoss, Recurrent, VisualMemoryCell


def rng(*shape):
    return np.random.default_rng(0).normal(size=shape).astype("float32")


def test_in_recurrent():
    """Words of two features, a picture of one."""
    check_layer(
        lambda **dtype: Recurrent(
            VisualMemoryCell(4, 3, 2, **dtype), return_sequences=True, **dtype
        ),
        rng(3, 5, 3),
        (3, 5, 7),
        masking=True,
    )


def test_two_states_that_read_what_they_should():
    cell = VisualMemoryCell(4, 3, word_features=2)
    layer = Recurrent(cell, return_sequences=True)
    assert layer.state_names == ["s", "u"]
    told = rng(1, 5, 6)
    other = told.copy()
    other[..., 2:] += 1  # another picture, the same words
    one, two = (arrays(layer(each))[0] for each in (told, other))
    np.testing.assert_array_equal(one[..., 4:], two[..., 4:])
    assert (abs(one[..., :4] - two[..., :4]).max(axis=-1) > 1e-4).all()


def test_agrees_with_two_cells_of_keras():
    cell = VisualMemoryCell(4, 3, word_features=2)
    cell.build((None, 6))
    inputs, s, u = rng(5, 6), rng(5, 4), rng(5, 3)
    output, (new_s, new_u) = cell(inputs, [s, u])
    wanted_u, _ = cell.memory(inputs[:, :2], [u])
    read = np.concatenate([inputs, arrays(wanted_u)[0]], axis=1)
    wanted_s, _ = cell.speaker(read, [s])
    found, s, u, wanted_s, wanted_u = (
        arrays(one)[0] for one in (output, new_s, new_u, wanted_s, wanted_u)
    )
    np.testing.assert_allclose(s, wanted_s, atol=1e-6)
    np.testing.assert_allclose(u, wanted_u, atol=1e-6)
    np.testing.assert_array_equal(found, np.concatenate([s, u], axis=1))


def test_there_has_to_be_a_picture():
    with pytest.raises(ValueError, match="reads 6 features of a word, then those"):
        VisualMemoryCell(4, 3, word_features=6).build((None, 6))
    with pytest.raises(ValueError, match="memory_units must be"):
        VisualMemoryCell(4, 0, word_features=6)


def test_what_was_not_rebuilt_is_lost():
    """Steps of errors 1, 4 and 9, in the mean over features."""
    rebuilt = np.sqrt([[[1, 1], [4, 4], [9, 9]]]).astype("float32")
    picture = np.zeros((1, 2), "float32")
    mask = np.array([[True, True, False]])
    layer, scores = ReconstructionLoss(0.5), rng(1, 3, 4)
    outputs = layer(scores, rebuilt, picture)
    assert [float(loss) for loss in layer.losses] == pytest.approx([0.5 * 14 / 3])
    np.testing.assert_array_equal(arrays(outputs)[0], scores)
    layer(scores, rebuilt, picture, rebuilt_mask=mask)
    assert float(layer.losses[-1]) == pytest.approx(0.5 * 5 / 2)
    assert_same_config(ReconstructionLoss.from_config(layer.get_config()), layer)
    with pytest.raises(ValueError, match="weight must be at least 0"):
        ReconstructionLoss(-1.0)


def test_the_masks_of_words_reach_the_loss():
    """In a model whose words are padded, padding does not count."""
    words = keras.Input((3,), dtype="int32")
    picture = keras.Input((2,))
    vectors = keras.layers.Embedding(5, 2, mask_zero=True)(words)
    model = keras.Model(
        [words, picture], ReconstructionLoss(1.0)(vectors, vectors, picture)
    )
    given = np.array([[1, 2, 0]]), np.zeros((1, 2), "float32")
    outputs = arrays(model([*given]))[0]
    wanted = np.square(outputs[0, :2]).mean()
    assert float(model.losses[-1]) == pytest.approx(wanted, rel=1e-5)
