"""The eight variants of the LSTM, against their twins and against each other."""

import keras
import numpy as np
import pytest
from helpers.compare import arrays, assert_equal_outputs
from helpers.twins import check_against_twin

from keras_rnn.layers import LSTMVariantCell, PeepholeLSTMCell
from keras_rnn.layers.lstm_variant import VARIANTS
from keras_rnn.reference import lstm_variant

X = np.random.default_rng(0).normal(size=(2, 4, 3)).astype("float32")


def loop(cell, **options):
    return keras.layers.RNN(cell, return_sequences=True, **options)


def test_the_eight_of_the_paper():
    names = ["NIG", "NFG", "NOG", "NIAF", "NOAF", "CIFG", "NP", "FGR"]
    assert list(VARIANTS) == list(lstm_variant.VARIANTS) == names


@pytest.mark.parametrize("name", VARIANTS)
def test_agrees_with_its_twin(name):
    layer = loop(LSTMVariantCell(2, variant=name), return_state=True)
    check_against_twin(layer, lstm_variant.variant(name), time=2)


def test_no_peepholes_is_the_lstm_of_keras():
    lstm = keras.layers.LSTM(2, return_sequences=True)
    expected = lstm(X)
    layer = loop(LSTMVariantCell(2, variant="NP"))
    layer.build(X.shape)
    layer.set_weights(lstm.get_weights())
    assert_equal_outputs(layer(X), expected, 1e-6)


# With this added to its bias, a gate of the vanilla LSTM is what the variant lacks.
@pytest.mark.parametrize(("name", "gate"), [("NIG", 0), ("NFG", 1), ("NOG", 3)])
def test_a_missing_gate_is_one_that_is_always_open(name, gate):
    layer = loop(LSTMVariantCell(2, variant=name, peephole_initializer="ones"))
    expected = layer(X)
    kernel, recurrent, bias, _ = layer.get_weights()
    columns = [2 * gate, 2 * gate]
    whole = loop(PeepholeLSTMCell(2))
    whole.build(X.shape)
    whole.set_weights(
        [
            np.insert(kernel, columns, 0.0, axis=1),
            np.insert(recurrent, columns, 0.0, axis=1),
            np.insert(bias, columns, 50.0),
            np.ones(6),
        ]
    )
    assert_equal_outputs(whole(X), expected, 1e-6)


@pytest.mark.parametrize(
    ("name", "shapes"),
    [
        ("NIG", [(3, 6), (2, 6), (6,), (4,)]),
        ("NFG", [(3, 6), (2, 6), (6,), (4,)]),
        ("NOG", [(3, 6), (2, 6), (6,), (4,)]),
        ("CIFG", [(3, 6), (2, 6), (6,), (4,)]),
        ("NIAF", [(3, 8), (2, 8), (8,), (6,)]),
        ("NOAF", [(3, 8), (2, 8), (8,), (6,)]),
        ("NP", [(3, 8), (2, 8), (8,)]),
        ("FGR", [(3, 8), (2, 8), (8,), (6,), (6, 6)]),
    ],
)
def test_a_missing_gate_has_no_weights(name, shapes):
    cell = LSTMVariantCell(2, variant=name)
    cell.build((None, 3))
    assert [tuple(one.shape) for one in cell.weights] == shapes


def test_the_forget_bias_stays_with_the_forget_gate():
    def bias(name):
        cell = LSTMVariantCell(1, variant=name, bias_initializer="zeros")
        cell.build((None, 1))
        return cell.get_weights()[2].tolist()

    assert bias("NOG") == [0, 1, 0]  # i, f, c
    assert bias("NIG") == [1, 0, 0]  # f, c, o
    assert bias("CIFG") == [0, 0, 0]  # i, c, o


def test_the_gates_are_part_of_the_state_of_fgr():
    cell = LSTMVariantCell(2, variant="FGR")
    assert cell.state_size == [2] * 5
    _, _, *gates = loop(cell, return_state=True)(X)
    assert len(gates) == 4  # c, i, f, o
    for gate in arrays(gates[1:]):
        assert np.all((gate > 0) & (gate < 1))


def test_an_unknown_variant_is_named_and_the_nearest_suggested():
    with pytest.raises(ValueError, match=r"'CIFGG'. Did you mean 'CIFG'\?"):
        LSTMVariantCell(2, variant="CIFGG")
    with pytest.raises(ValueError, match=r"None. Expected one of 'NIG', 'NFG'"):
        LSTMVariantCell(2)


def test_config_keeps_the_variant():
    cell = LSTMVariantCell(2, variant="NOAF")
    assert LSTMVariantCell.from_config(cell.get_config()).variant == "NOAF"
