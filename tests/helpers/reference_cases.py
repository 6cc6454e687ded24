"""Small random problems for the cells of `keras_rnn.reference`."""

import numpy as np

from keras_rnn.reference import (
    gamma_notation,
    gru,
    gru_reset_after,
    lstm,
    min_gru,
    min_lstm,
    vanilla_rnn,
)

CELLS = [vanilla_rnn, lstm, gru, gamma_notation.gru, gamma_notation.lstm]
CELLS += [gru_reset_after, min_gru, min_lstm]


def name_of(cell):
    """A cell's name in the report: `gamma_notation.lstm`."""
    return cell.__name__.removeprefix("keras_rnn.reference.")


def random_problem(cell, batch=3, time=5, features=4, units=2, seed=0):
    """Everything `unfold` and `backpropagate` take, biases and states included.

    Returns:
        `(x, weights, initial_state, d_outputs, d_final_state)`, all float64.
    """
    draw = np.random.default_rng(seed).normal
    weights = {
        name: draw(0.0, 0.8, shape)
        for name, shape in cell.shapes(features, units).items()
    }
    x = draw(size=(batch, time, features))
    initial_state = tuple(draw(0.0, 0.5, (batch, units)) for _ in cell.STATES)
    d_outputs = draw(size=(batch, time, units))
    d_final_state = tuple(draw(size=(batch, units)) for _ in cell.STATES)
    return x, weights, initial_state, d_outputs, d_final_state


def loss_of(run, d_outputs, d_final_state):
    """The scalar whose derivatives by outputs and final state are the two given."""
    return float(
        np.sum(run.outputs * d_outputs)
        + sum(
            np.sum(one * weight)
            for one, weight in zip(run.final_state, d_final_state, strict=True)
        )
    )
