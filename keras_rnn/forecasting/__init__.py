"""Forecasting a time series: from a table of readings to values of the future."""

from keras_rnn._lazy import attach

__all__ = attach(
    __name__,
    {
        "backtest": ["Backtest"],
        "baselines": ["persistence", "season_of", "seasonal_naive"],
        "blend": ["convex_weights"],
        "features": ["calendar", "usable_periods", "wind_vectors"],
        "forecast_plot": ["plot_forecast"],
        "forecaster": ["Forecaster"],
        "humidity": ["add_humidity"],
        "metrics": ["mean_absolute_error", "score_table", "skill"],
        "models": [],
        "plan": ["ForecastPlan", "ForecastTask", "plan_forecast"],
        "preparation": ["Preparation"],
        "ridge": ["RidgeChange", "fit_ridge"],
        "sampling": ["resample"],
        "scaling": ["Scaler"],
        "spectrum": ["Spectrum", "find_periods", "plot_spectrum", "power_spectrum"],
        "split": ["Split"],
        "time_steps": ["infer_step", "next_time_stamps"],
        "train": ["TrainingResult", "train_forecaster"],
        "windows": ["Windows"],
    },
)
