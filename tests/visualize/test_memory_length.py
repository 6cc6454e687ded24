import keras
import numpy as np
import pytest

from keras_rnn.errors import UserError
from keras_rnn.visualize import measure_memory, memory


def decaying(inputs):
    """An exponential memory: each step back counts half as much."""
    inputs = np.asarray(inputs, "float64")
    weights = 0.5 ** np.arange(inputs.shape[1])[::-1]
    return np.einsum("btf,t->bf", inputs, weights)


def test_an_exponential_memory_is_found():
    inputs = np.random.default_rng(0).normal(size=(4000, 5, 1))
    moved = measure_memory(decaying, inputs)
    np.testing.assert_allclose(
        moved / moved[0], [1, 0.5, 0.25, 0.125, 0.0625], rtol=0.05
    )
    # The mean size of normal noise.
    assert moved[0] == pytest.approx(np.sqrt(2 / np.pi), rel=0.05)
    np.testing.assert_array_equal(measure_memory(decaying, inputs, lags=[0]), moved[:1])


def test_tokens_are_exchanged_for_others():
    tokens = np.random.default_rng(0).integers(3, 7, size=(50, 4))
    seen = []

    def model(batch):
        seen.append(np.asarray(batch))
        return seen[-1][:, None, -2:]  # (batch, 1, the last two tokens)

    moved = measure_memory(model, tokens)
    assert len(seen) == 5
    for lag, changed in enumerate(seen[1:]):
        column = 3 - lag
        assert np.all(changed[:, column] != tokens[:, column])
        np.testing.assert_array_equal(
            np.delete(changed, column, 1), np.delete(tokens, column, 1)
        )
        assert changed.min() >= 3
        assert changed.max() <= 6
    assert (moved > 0).tolist() == [True, True, False, False]


def test_a_keras_layer_and_the_picture():
    layer = keras.layers.SimpleRNN(3, return_sequences=True, name="rnn")
    inputs = np.random.default_rng(0).normal(size=(6, 4, 2)).astype("float32")
    moved = measure_memory(layer, inputs)
    (axes,) = memory({"RNN": layer}, inputs).axes
    assert axes.lines[0].get_ydata().tolist() == moved.tolist()
    assert axes.lines[0].get_xdata().tolist() == [0, 1, 2, 3]
    assert axes.get_yscale() == "log"
    figure = memory({"a": [1.0, 0.0], "b": [2.0, 1.0]})
    legend = figure.axes[0].get_legend()
    assert [one.get_text() for one in legend.get_texts()] == ["a", "b"]


def test_what_does_not_fit():
    inputs = np.zeros((2, 4, 1))
    with pytest.raises(UserError, match=r"Lag 4 does not lie within.*4 steps"):
        measure_memory(decaying, inputs, lags=[4])
    with pytest.raises(UserError, match=r"Received float64 of shape \(2, 4\)"):
        measure_memory(decaying, inputs[..., 0])
    with pytest.raises(UserError, match="All tokens are the same"):
        measure_memory(np.asarray, np.ones((2, 4), int))
