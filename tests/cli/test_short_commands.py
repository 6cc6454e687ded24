import gc
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from matplotlib.image import imread

from keras_rnn.cli.short_commands import save_png, without_collecting
from keras_rnn.forecasting.forecast_plot import plot_forecast


def test_a_picture_drawn_once_is_that_of_savefig(tmp_path):
    times = pd.date_range("2024-02-28", periods=30, freq="h")
    past = pd.Series(np.sin(np.arange(24.0)), times[:24])
    line = np.linspace(0, 1, 6)
    future = pd.DataFrame(
        {"forecast": line, "lower": line - 1, "upper": line + 1}, times[24:]
    )
    figures = [
        plot_forecast(past, future, target="load", unit="kW", caption="a file")
        for _ in range(2)
    ]
    save_png(figures[0], tmp_path / "once.png", dpi=50)
    figures[1].savefig(tmp_path / "savefig.png", dpi=50)
    once, twice = (imread(tmp_path / f"{name}.png") for name in ("once", "savefig"))
    assert once.shape == twice.shape == (220, 400, 4)
    assert once.std() > 0.1
    np.testing.assert_array_equal(once, twice)


def test_matplotlib_imported_in_a_hurry_is_matplotlib():
    """Properties are set by name as ever."""
    code = """
import sys
from keras_rnn.cli.short_commands import import_matplotlib
import_matplotlib()
assert "matplotlib.pyplot" not in sys.modules
from matplotlib.lines import Line2D
line = Line2D([0], [0])
line.set(color="red", linewidth=3)
assert (line.get_color(), line.get_linewidth()) == ("red", 3)
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)


def test_collecting_goes_on_after_a_block_that_fails():
    def fail():
        with without_collecting():
            assert not gc.isenabled()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert gc.isenabled()
