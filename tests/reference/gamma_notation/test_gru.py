"""The table's GRU, against hand-worked numbers, the slide's GRU and Keras's."""

import keras
import numpy as np
import pytest
from helpers.keras_gradients import check_against_keras
from helpers.reference_cases import random_problem

from keras_rnn.errors import UserError
from keras_rnn.reference import backpropagate, gamma_notation, gru, unfold

LN2, LN3 = np.log([2.0, 3.0])


def translated(weights):
    """The slide's r, z, h weights in the table's letters: Gamma_u = 1 - z."""

    def beside(gate):
        return np.concatenate([weights[f"W_h{gate}"], weights[f"W_x{gate}"]], axis=1)

    return {
        "W_u": -beside("z"),
        "W_r": beside("r"),
        "W_c": beside("h"),
        "b_u": -weights["b_z"],
        "b_r": weights["b_r"],
        "b_c": weights["b_h"],
    }


def test_forward_by_hand():
    """Two units, one feature, one step from a = (1, -1), x = 1.

    Each row times (a, x) = (1, -1, 1):
    Gamma_u = sigma((1 - 3 + 1) ln 2, (2 - 0 - 1) ln 3)     = sigma(-ln 2, ln 3)
                                                            = (1/3, 3/4)
    Gamma_r = sigma((2 - 1 + 0) ln 3, 0)                    = (3/4, 1/2)
    W_c times (Gamma_r a, x) = (3/4, -1/2, 1):
    c~ = tanh((4 * 3/4 - 6/2 + 1) ln 2, (0 - 2/2 + 2) ln 3) = tanh(ln 2, ln 3)
                                                            = (3/5, 4/5)
    c = a = (1/3 * 3/5 + 2/3 * 1, 3/4 * 4/5 + 1/4 * -1)     = (13/15, 7/20)
    """
    weights = {
        "W_u": np.array([[LN2, 3 * LN2, LN2], [2 * LN3, 0.0, -LN3]]),
        "W_r": np.array([[2 * LN3, LN3, 0.0], [0.0, 0.0, 0.0]]),
        "W_c": np.array([[4 * LN2, 6 * LN2, LN2], [0.0, 2 * LN3, 2 * LN3]]),
    }
    values = gamma_notation.gru.step(
        np.ones((1, 1)), np.array([[1.0, -1.0]]), **weights
    )
    wanted = {
        "gamma_u": [1 / 3, 3 / 4],
        "gamma_r": [3 / 4, 1 / 2],
        "c_tilde": [3 / 5, 4 / 5],
        "a": [13 / 15, 7 / 20],
    }
    assert values.keys() == wanted.keys()
    for name, numbers in wanted.items():
        np.testing.assert_allclose(values[name][0], numbers, atol=1e-15)


def test_is_the_slides_gru_in_other_letters():
    x, weights, state, d_outputs, d_final = random_problem(gru)
    slide = unfold(gru, x, weights, state)
    table = unfold(gamma_notation.gru, x, translated(weights), state)
    np.testing.assert_allclose(table.outputs, slide.outputs, rtol=1e-13)
    np.testing.assert_allclose(
        table.values["gamma_u"], 1.0 - slide.values["z"], rtol=1e-13, atol=1e-15
    )

    wanted = backpropagate(slide, d_outputs, d_final)
    found = backpropagate(table, d_outputs, d_final)
    np.testing.assert_allclose(found.x, wanted.x, rtol=1e-11, atol=1e-14)
    for name, array in translated(wanted.weights).items():
        np.testing.assert_allclose(found.weights[name], array, rtol=1e-11, atol=1e-14)


def test_agrees_with_keras_without_reset_after():
    check_against_keras(gamma_notation.gru, keras.layers.GRU, reset_after=False)


def test_from_keras_goes_by_way_of_the_slide():
    draw = np.random.default_rng(0).normal
    arrays = [draw(size=(3, 6)), draw(size=(2, 6)), draw(size=6)]
    wanted = translated(gru.from_keras(*arrays))
    found = gamma_notation.gru.from_keras(*arrays)
    assert found.keys() == wanted.keys()
    for name, array in wanted.items():
        np.testing.assert_array_equal(found[name], array)
    for one, other in zip(gamma_notation.gru.to_keras(found), arrays, strict=True):
        np.testing.assert_array_equal(one, other)


def test_without_biases_there_and_back():
    arrays = [np.arange(6.0).reshape(1, 6), np.arange(12.0).reshape(2, 6)]
    weights = gamma_notation.gru.from_keras(*arrays)
    assert weights.keys() == {"W_u", "W_r", "W_c"}
    back = gamma_notation.gru.to_keras(weights)
    assert [one.tolist() for one in back] == [one.tolist() for one in arrays]
    # One bias alone: the others are 0, in Keras's order z, r, h.
    bias = gamma_notation.gru.to_keras(weights | {"b_u": np.array([1.0, 2.0])})[2]
    assert bias.tolist() == [-1.0, -2.0, 0.0, 0.0, 0.0, 0.0]


def test_two_biases_are_refused():
    with pytest.raises(UserError, match="resets after the matrix product"):
        gamma_notation.gru.from_keras(
            np.zeros((3, 6)), np.zeros((2, 6)), np.zeros((2, 6))
        )
