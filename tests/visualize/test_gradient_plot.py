import numpy as np
import pytest

from keras_rnn.errors import UserError
from keras_rnn.visualize import GradientFlow, gradient_flow

HALVED = 0.5 ** np.arange(4)[::-1]


def lines(axes):
    return {line.get_label(): line.get_ydata().tolist() for line in axes.lines}


def test_a_line_for_each_model():
    flow = GradientFlow({"h": HALVED, "c": 2 * HALVED}, weight_norm=8.0)
    figure = gradient_flow({"LSTM": flow, "known": np.array([0.0, 1.0])})
    (axes,) = figure.axes
    found = lines(axes)
    assert found["LSTM"] == [0.125, 0.25, 0.5, 1.0]
    assert found["LSTM, by $c_t$"] == [0.25, 0.5, 1.0, 2.0]
    # Zero has no place on a logarithmic axis.
    assert np.isnan(found["known"][0])
    assert axes.lines[0].get_xdata().tolist() == [1, 2, 3, 4]
    assert axes.get_yscale() == "log"
    assert "loss" in axes.get_ylabel()
    assert len({line.get_color() for line in axes.lines}) == 2


def test_clipped_beside_unclipped():
    flow = GradientFlow({"h": HALVED}, weight_norm=8.0)
    (axes,) = gradient_flow({"RNN": flow}, clip_norm=2.0).axes
    assert lines(axes) == {
        "RNN": [0.125, 0.25, 0.5, 1.0],
        "RNN, clipped": [0.03125, 0.0625, 0.125, 0.25],
    }


def test_what_cannot_be_drawn():
    with pytest.raises(UserError, match="a dict from a label"):
        gradient_flow({})
    with pytest.raises(UserError, match="Norms alone cannot be clipped"):
        gradient_flow({"RNN": HALVED}, clip_norm=1.0)
