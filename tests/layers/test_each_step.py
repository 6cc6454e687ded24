import keras
import numpy as np
import pytest
from helpers.check_layer import check_layer
from helpers.compare import arrays, assert_equal_outputs

from keras_rnn.architectures import many_to_one
from keras_rnn.layers import EachStep

FILMS = np.random.default_rng(0).normal(size=(2, 3, 4, 2)).astype("float32")


def network(**options):
    return keras.Sequential(
        [
            keras.layers.Conv1D(3, 2, activation="tanh", **options),
            keras.layers.GlobalMaxPooling1D(**options),
        ]
    )


def test_is_a_good_keras_layer():
    check_layer(lambda **dtype: EachStep(network(**dtype)), FILMS, (2, 3, 3))


def test_gives_what_time_distributed_gives():
    layer = network()
    assert_equal_outputs(
        EachStep(layer)(FILMS), keras.layers.TimeDistributed(layer)(FILMS)
    )


def test_each_step_alone():
    layer = network()
    whole = arrays(EachStep(layer)(FILMS))[0]
    for step in range(3):
        assert_equal_outputs(layer(FILMS[:, step]), whole[:, step])


def test_passes_training_and_the_mask_on():
    keras.utils.set_random_seed(0)
    layer = EachStep(keras.layers.Dropout(0.5))
    steps = np.ones((2, 3, 50), "float32")
    np.testing.assert_array_equal(arrays(layer(steps))[0], steps)
    assert (arrays(layer(steps, training=True))[0] == 0).any()
    masked = keras.layers.Masking(2.0)(np.where([[[0], [0], [2.0]]], 2.0, steps))
    mask = layer.compute_mask(masked, masked._keras_mask)
    np.testing.assert_array_equal(arrays(mask)[0], [[True, True, False]] * 2)


@pytest.mark.filterwarnings("ignore:The `native_serialization` parameter")
def test_a_saved_model_over_any_number_of_steps(tmp_path):
    if keras.backend.backend() == "torch":
        pytest.skip("Keras writes no SavedModel on torch")
    tensorflow = pytest.importorskip("tensorflow")
    model = many_to_one(
        keras.Input((None, 4, 2)),
        {"cell": "lstm", "units": 3},
        keras.layers.Dense(2),
        encoder=EachStep(network()),
    )
    model.export(str(tmp_path), verbose=False)
    served = tensorflow.saved_model.load(str(tmp_path))
    for films in (FILMS, FILMS[:1, :2]):
        assert_equal_outputs(served.serve(films).numpy(), model(films))


def test_what_is_no_layer():
    with pytest.raises(ValueError, match="EachStep applies a layer or model"):
        EachStep(np.tanh)
