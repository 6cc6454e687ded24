import keras
import numpy as np
from scipy.special import log_softmax

from keras_rnn.applications.shared.scores import log_likelihood


def test_is_what_scipy_says_even_of_large_scores():
    rng = np.random.default_rng(0)
    scores = rng.normal(0, 300, (3, 4, 9)).astype("float32")
    tokens = rng.integers(0, 9, (3, 4))
    expected = log_softmax(scores.astype("float64"), axis=-1)
    expected = np.take_along_axis(expected, tokens[..., None], axis=-1)[..., 0]
    found = log_likelihood(keras.ops.convert_to_tensor(scores), tokens)
    assert found.dtype == "float64"
    np.testing.assert_allclose(found, expected, rtol=1e-12)
