import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from keras_rnn.errors import UserError
from keras_rnn.forecasting.spectrum_plot import plot_spectrum


@pytest.fixture
def frame():
    stamps = pd.date_range("2020-01-01", periods=24 * 60, freq="h")
    values = np.sin(2 * np.pi * np.arange(len(stamps)) / 24)
    yield pd.DataFrame({"T (degC)": values}, index=stamps)
    plt.close("all")


def marked(axes):
    return [(text.get_text(), text.xy[0]) for text in axes.texts]


def test_it_marks_the_periods_it_finds(frame):
    (axes,) = plot_spectrum(frame, "T (degC)").axes
    assert marked(axes) == [("1 / day", pytest.approx(365.2425))]
    assert axes.get_xscale() == "log"
    assert "T (degC)" in axes.get_title()
    frequency, amplitude = axes.lines[0].get_data()
    assert frequency[amplitude.argmax()] == pytest.approx(365.2425)
    assert amplitude.max() == 1


def test_it_marks_given_periods_on_given_axes(frame):
    figure, axes = plt.subplots()
    assert plot_spectrum(frame, "T (degC)", ["week", "6h"], axes=axes) is figure
    assert [text for text, _ in marked(axes)] == ["1 / week", "1 / 6 h"]


def test_an_unknown_column_is_refused(frame):
    with pytest.raises(UserError, match=r"no column 'T'"):
        plot_spectrum(frame, "T", ["day"])


def test_a_constant_column_has_a_flat_picture(frame):
    frame["T (degC)"] = 5.0
    (axes,) = plot_spectrum(frame, "T (degC)").axes
    assert marked(axes) == []
    assert np.isfinite(axes.lines[0].get_ydata()).all()
