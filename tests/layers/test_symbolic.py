import keras
import pytest

from keras_rnn.architectures import many_to_one
from keras_rnn.layers.symbolic import output_spec


@pytest.mark.parametrize(
    ("make", "shape"),
    [
        (lambda: keras.layers.Dense(3), (None, 3)),
        (lambda: keras.layers.Reshape((5, 1)), (None, 5, 1)),
        (lambda: keras.Sequential([keras.layers.Dense(4)]), (None, 4)),
    ],
)
def test_builds_a_layer_and_tells_its_output_without_a_call(make, shape):
    layer = make()
    assert output_spec(layer, keras.KerasTensor((None, 5))).shape == shape
    assert layer.built
    assert not layer._inbound_nodes


def test_a_model_that_was_built_keeps_its_weights():
    model = many_to_one(keras.Input((7, 5)), {"cell": "gru", "units": 2}, head())
    before = model.get_weights()
    assert output_spec(model, keras.KerasTensor((None, 7, 5))).shape == (None, 3)
    assert all((a == b).all() for a, b in zip(before, model.get_weights(), strict=True))


def head():
    return keras.layers.Dense(3)
