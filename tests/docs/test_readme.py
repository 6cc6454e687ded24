"""What the README shows of forecasting runs as it stands there."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from keras_rnn.forecasting import Forecaster, network_training

README = Path(__file__).parents[2] / "README.md"


def code_of(section):
    """The first Python block of a section."""
    text = README.read_text(encoding="utf-8").split(f"\n## {section}\n")[1]
    return re.search(r"```python\n(.*?)```", text, re.DOTALL)[1]


@pytest.fixture
def sales(tmp_path, monkeypatch):
    """The file of the example, in the working folder."""
    days = pd.date_range("2023-01-02", periods=400, freq="D", name="date")
    generator = np.random.default_rng(0)
    week = np.tile([30, 32, 33, 35, 60, 80, 20], 58)[:400]
    frame = pd.DataFrame({"sales": week + generator.normal(size=400)}, index=days)
    frame["visitors"] = (frame["sales"] * 3 + generator.normal(size=400)).round()
    frame.to_csv(tmp_path / "sales.csv")
    monkeypatch.chdir(tmp_path)
    # The code as it stands there, in fewer epochs.
    monkeypatch.setattr(network_training, "_LEAST_UPDATES", 4)
    return frame


def test_ten_lines_from_a_file_to_a_picture(sales, tmp_path, capsys):
    code = code_of("Forecast your own DataFrame")
    assert len([line for line in code.splitlines() if line.strip()]) <= 10
    names = {}
    exec(compile(code, "README.md", "exec"), names)
    forecast = names["forecast"]
    assert forecast.index[0] == sales.index[-1] + pd.Timedelta(days=1)
    assert len(forecast) == 14
    # Saturdays are the best days and Sundays the worst.
    assert set(
        forecast["forecast"].groupby(forecast.index.day_name()).mean().nlargest(2).index
    ) == {"Friday", "Saturday"}
    printed = capsys.readouterr().out
    assert "seasonal_naive" in printed
    assert (tmp_path / "sales.png").stat().st_size > 10_000
    loaded = Forecaster.load(tmp_path / "sales_forecaster")
    pd.testing.assert_frame_equal(loaded.predict(), forecast)
