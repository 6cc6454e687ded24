import keras
import numpy as np
import pytest
from helpers.check_model import check_save
from helpers.compare import assert_equal_outputs
from helpers.decoding_models import translator

from keras_rnn.architectures import many_to_many, one_to_many
from keras_rnn.decoding import roll_out

SEQUENCES = np.random.default_rng(0).normal(size=(3, 4, 2)).astype("float32")


def next_value(features=2, **options):
    keras.utils.set_random_seed(0)
    return many_to_many(
        keras.Input((None, features)),
        {"cell": "lstm", "units": 3, "depth": 2},
        keras.layers.Dense(2),
        **options,
    )


@pytest.mark.parametrize("encoder", [None, keras.layers.Dense(5)])
def test_equals_a_loop_of_model_calls(encoder):
    model = next_value(encoder=encoder)
    found = roll_out(model, steps=3).predict(SEQUENCES, verbose=0)
    known = SEQUENCES
    for _ in range(3):
        last = keras.ops.convert_to_numpy(model(known))[:, -1:]
        known = np.concatenate([known, last], axis=1)
    assert_equal_outputs(found, known[:, 4:])


def test_padded_sequences_give_what_each_gives_alone():
    model = next_value(encoder=keras.layers.Masking())
    search = roll_out(model, steps=2)
    batch = SEQUENCES.copy()
    batch[1, 2:] = 0
    found = search(batch)
    alone = search(batch[1:2, :2])
    assert_equal_outputs(found[1:2], alone)


def test_saved_and_loaded():
    search = roll_out(next_value(), steps=3)
    assert check_save(search, SEQUENCES).steps == 3
    check_save(search.trained, SEQUENCES)


def test_other_number_of_steps():
    model = one_to_many(
        keras.Input((4, 2)), {"cell": "gru", "units": 3}, keras.layers.Dense(2), 2
    )
    longer = roll_out(model, steps=5)
    found = check_save(longer, SEQUENCES).predict(SEQUENCES, verbose=0)
    assert found.shape == (3, 5, 2)
    assert_equal_outputs(found[:, :2], model(SEQUENCES))
    check_save(model, SEQUENCES)
    assert {id(w) for w in longer.weights} == {id(w) for w in model.weights}


def test_wrong_arguments():
    with pytest.raises(ValueError, match="steps must be a positive integer, not 0"):
        roll_out(next_value(), 0)
    with pytest.raises(ValueError, match=r"reads steps of shape \(3,\), and says .*2"):
        roll_out(next_value(features=3), 2)
    with pytest.raises(ValueError, match="Use greedy_search"):
        roll_out(translator(), 2)
