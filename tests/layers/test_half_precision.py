"""Pure half precision: one sentence, or it works."""

import keras
import numpy as np
import pytest
from helpers.compare import arrays

from keras_rnn.layers import Recurrent
from keras_rnn.layers.cells import CELLS

X = np.ones((2, 3, 4), "float32")


def make(cell, half, **options):
    variant = {"variant": "CIFG"} if cell == "lstm_variant" else {}
    return Recurrent(cell, 2, dtype=half, **variant, **options)


@pytest.mark.parametrize("half", ["bfloat16", "float16"])
@pytest.mark.parametrize("cell", CELLS)
def test_says_so_or_works(cell, half):
    if not fails(cell, half):
        outputs = make(cell, half)(X)
        assert keras.backend.standardize_dtype(outputs.dtype) == half
        assert np.isfinite(arrays(outputs)[0].astype("float32")).all()
        return
    message = (
        f"^recurrent.* cannot be made in pure {half}: .* cannot be drawn in half "
        f"precision. Use the policy 'mixed_{half}', or another recurrent_initializer.$"
    )
    with pytest.raises(ValueError, match=message):
        make(cell, half)(X)


def fails(cell, half):
    """TensorFlow draws in float16 what no backend draws in bfloat16."""
    if "min_" in cell:  # these start from no orthogonal matrix
        return False
    return half == "bfloat16" or keras.backend.backend() != "tensorflow"


def test_another_initializer_works():
    outputs = make("lstm", "bfloat16", recurrent_initializer="glorot_uniform")(X)
    assert keras.backend.standardize_dtype(outputs.dtype) == "bfloat16"


def test_other_errors_stay_what_they_are():
    with pytest.raises(ValueError, match="needs to know how many features"):
        make("lstm", "bfloat16")(keras.Input((3, None)))
