"""docs/serving.md: the service that it shows answers as the forecaster does."""

import io
import re
import sys
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import pytest
from helpers.forecasts import TARGET, weather

from keras_rnn.forecasting import Forecaster
from keras_rnn.forecasting.conformal import Bands
from keras_rnn.forecasting.preparation import Preparation

PAGE = Path(__file__).resolve().parents[2] / "docs" / "serving.md"


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """The client of the page's service, its forecaster, and rows."""
    pytest.importorskip("flask", reason="needs flask: pip install flask")
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert len([line for line in code.splitlines() if line.strip()]) <= 45
    frame, folder = weather(40).frame, tmp_path_factory.mktemp("served")
    preparation, _, _ = Preparation.fit(frame, TARGET)
    layers = [keras.Input((4, len(preparation.features))), keras.layers.SimpleRNN(2)]
    model = keras.Sequential([*layers, keras.layers.Dense(2)])
    bands = Bands((80.0,), np.array([[1.0, 2.0]]), 1, 0.01)
    Forecaster(model, preparation, TARGET, "degC", 2, bands).save(folder)
    (folder / "serve.py").write_text(code)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FORECASTER", str(folder))
        patch.setenv("STATE", str(folder))
        patch.syspath_prepend(folder)
        import serve

    yield serve.app.test_client(), serve.forecaster, frame
    del sys.modules["serve"]


def test_a_table_in_a_forecast_out(service):
    client, forecaster, frame = service
    given = client.post("/forecast", data=frame.to_csv())
    assert given.status_code == 200
    found = pd.read_csv(io.BytesIO(given.data), index_col=0, parse_dates=[0])
    wanted = forecaster.predict(frame)
    assert found.index.equals(wanted.index.as_unit(found.index.unit))
    np.testing.assert_allclose(found, wanted, rtol=1e-6)


def test_row_after_row(service):
    client, _, frame = service
    for number, (time, readings) in enumerate(frame.iloc[:5].iterrows()):
        row = {"time": str(time), **readings.to_dict()}
        answer = client.post("/row", json=row).get_json()
        assert answer["waiting"] == max(0, 3 - number)
        assert len(answer["forecasts"]) == (number >= 3)
    assert len(answer["forecasts"][0]) == 2
    assert set(answer["forecasts"][0][0]) == {"time", "forecast", "lower", "upper"}
    times = [one["time"] for one in answer["forecasts"][0]]
    assert times == [str(one) for one in frame.index[5:7]]


@pytest.mark.parametrize(
    ("path", "given", "message"),
    [
        ("/forecast", {"data": "a,b\n1,2\n"}, "column"),
        ("/forecast", {"data": ""}, "The rows are no CSV: "),
        ("/row", {"json": {"time": "today?"}}, "'today?' is no time stamp"),
        ("/row", {"json": {}}, "None is no time stamp"),
        ("/row", {"json": [1, 2]}, ""),
    ],
)
def test_what_is_wrong_is_one_line_and_status_400(service, path, given, message):
    answer = service[0].post(path, **given)
    assert answer.status_code == 400
    assert message in answer.get_json()["error"]
    assert "\n" not in answer.get_json()["error"]
