import keras
import numpy as np
import pytest
from helpers.check_layer import check_layer
from helpers.compare import arrays

from keras_rnn.layers import PictureAttentionCell, Recurrent


def rng(*shape):
    return np.random.default_rng(0).normal(size=shape).astype("float32")


def test_in_recurrent():
    """Words of two features, a grid of two places with three features each."""
    check_layer(
        lambda **dtype: Recurrent(
            PictureAttentionCell(4, 2, (1, 2), **dtype), return_sequences=True, **dtype
        ),
        rng(3, 5, 8),
        (3, 5, 8),
        masking=True,
    )


def test_looks_from_the_state_and_the_word_and_reads_what_it_sees():
    cell = PictureAttentionCell(4, word_features=2, grid=(1, 3))
    cell.build((None, 2 + 3 * 5))
    inputs, state = rng(6, 17), rng(6, 4)
    output, (new,) = cell(inputs, [state])
    asking = np.concatenate([state, inputs[:, :2]], axis=1)
    seen, maps = cell.attention(asking, inputs[:, 2:].reshape(6, 1, 3, 5))
    seen = arrays(seen)[0]
    wanted, _ = cell.reader(np.concatenate([inputs[:, :2], seen], axis=1), [state])
    wanted = np.concatenate([arrays(wanted)[0], seen], axis=1)
    np.testing.assert_allclose(arrays(output)[0], wanted, atol=1e-6)
    np.testing.assert_allclose(arrays(new)[0], wanted[:, :4], atol=1e-6)
    found = arrays(cell.attend(state, inputs)[1])[0]
    assert found.shape == (6, 1, 3)
    np.testing.assert_allclose(found, arrays(maps)[0][:, 0], atol=1e-6)


def test_a_saved_model_is_the_same(tmp_path):
    inputs = keras.Input((None, 8))
    outputs = keras.layers.RNN(PictureAttentionCell(4, 2, (2, 1)))(inputs)
    model = keras.Model(inputs, outputs)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    x = rng(2, 3, 8)
    predicted = loaded.predict(x, verbose=0)
    np.testing.assert_allclose(arrays(model(x))[0], predicted, atol=1e-6)


@pytest.mark.parametrize("width", [2, 9])
def test_what_is_no_grid_is_refused(width):
    with pytest.raises(
        ValueError, match="then those of 1 by 3 places, as many of each"
    ):
        PictureAttentionCell(4, word_features=2, grid=(1, 3)).build((None, width))
