"""The global LSTMs of other libraries, for `many_series.py --peers`.

Both learn from all series, forecast all steps at once, and see a week. What is not
named here is at its default: of NeuralForecast 3.3 two layers of 128 units, 1,000
updates, each series scaled by its window; of Darts 0.48 one layer of 25 units, batches
of 32, each series scaled to 0 to 1.
"""

import logging
import warnings

WEEK = 168
# Of Darts, which would go through every window a hundred times.
EPOCHS, WINDOWS = 10, 40_000


def neuralforecast(known, horizon, season, quick):
    """Forecast of `neuralforecast.models.LSTM`, shape (series, horizon)."""
    import numpy as np
    import pandas as pd
    from neuralforecast import NeuralForecast
    from neuralforecast.models import LSTM

    _silent()
    count, rows = known.shape
    frame = pd.DataFrame(
        {
            "unique_id": np.repeat(np.arange(count), rows),
            "ds": np.tile(np.arange(rows), count),
            "y": known.ravel(),
        }
    )
    steps = {"max_steps": 10} if quick else {}
    model = LSTM(
        h=horizon,
        input_size=WEEK,
        random_seed=0,
        enable_progress_bar=False,
        logger=False,
        enable_checkpointing=False,
        **steps,
    )
    library = NeuralForecast(models=[model], freq=1)
    library.fit(frame)
    forecast = library.predict().sort_values(["unique_id", "ds"])
    return forecast["LSTM"].to_numpy().reshape(count, horizon)


def darts(known, horizon, season, quick):
    """Forecast of `darts.models.BlockRNNModel`, shape (series, horizon)."""
    import numpy as np
    from darts import TimeSeries
    from darts.dataprocessing.transformers import Scaler
    from darts.models import BlockRNNModel

    _silent()
    scaler = Scaler()
    series = scaler.fit_transform([TimeSeries.from_values(one) for one in known])
    model = BlockRNNModel(
        input_chunk_length=WEEK,
        output_chunk_length=horizon,
        model="LSTM",
        n_epochs=1 if quick else EPOCHS,
        random_state=0,
        pl_trainer_kwargs={
            "accelerator": "cpu",
            "enable_progress_bar": False,
            "logger": False,
            "enable_checkpointing": False,
        },
    )
    model.fit(series, max_samples_per_ts=max(1, WINDOWS // len(known)))
    forecast = scaler.inverse_transform(model.predict(horizon, series=series))
    return np.stack([one.values()[:, 0] for one in forecast])


def _silent():
    warnings.filterwarnings("ignore")
    for name in ("pytorch_lightning", "lightning", "darts"):
        logging.getLogger(name).setLevel(logging.ERROR)
