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
        "metrics": ["mean_absolute_error", "skill"],
        "models": [],
        "plan": ["Plan", "Task", "plan_forecast"],
        "preparation": ["Preparation"],
        "ridge": ["RidgeChange", "fit_ridge"],
        "sampling": ["resample"],
        "scaling": ["Scaler"],
        "spectrum": ["Spectrum", "find_periods", "power_spectrum"],
        "spectrum_plot": ["plot_spectrum"],
        "split": ["Split"],
        "step": ["following", "infer_step"],
        "train": ["Trained", "train_forecaster"],
        "windows": ["Windows"],
    },
)
