"""Training the networks for many series: once, and then on with the latest rows."""

from __future__ import annotations

import math
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_rnn import training
from keras_rnn.forecasting.many_series.column_scaling import ColumnScaling
from keras_rnn.forecasting.many_series.global_network import (
    GlobalNetworkSettings,
    global_network,
)
from keras_rnn.forecasting.many_series.panel import SeriesPanel
from keras_rnn.forecasting.many_series.panel_windows import PanelWindows
from keras_rnn.forecasting.many_series.window_shape import WindowShape
from keras_rnn.forecasting.network_training import CosineCycles
from keras_rnn.training.fast_execution import steps_per_call

_EPOCHS = 10
# Of a panel with few windows, smaller batches, so that an epoch has so many of them,
# and below the smallest batch more epochs: so many updates of the weights at least.
_BATCHES = 64
_SMALLEST_BATCH = 32
_LEAST_UPDATES = 300
# Going on with the latest rows: the share of the epochs, and of the rate.
_SHARE_OF_EPOCHS = 0.3
_SHARE_OF_RATE = 0.5
# Learning from rows that came later, as of one series. Ten times faster, and the
# networks forget what they learned: on 40 series of M4 the error on still later rows
# then rises.
_NEWEST_RATE = 1e-5
_NEWEST_EPOCHS = 5


class GlobalNetworkTraining:
    """The networks, as they learn from a panel and then from a longer one.

    Args:
        shape: `WindowShape`.
        settings: `GlobalNetworkSettings`.
        seed: Integer, of the initial weights and of the windows drawn.
        verbose: `0`, `1`, `2` or `"auto"`, as for `training.fit`.
        scaling: `ColumnScaling` of what is known ahead and static. Default: `None`,
            nothing is.

    Attributes:
        networks: `keras.Model` from `global_network`, compiled once it has learned.
    """

    def __init__(
        self,
        shape: WindowShape,
        settings: GlobalNetworkSettings,
        seed: int = 0,
        verbose: Any = "auto",
        scaling: ColumnScaling | None = None,
    ) -> None:
        self.scaling = scaling
        self.shape, self.settings = shape, settings
        self.seed, self.verbose = seed, verbose
        training.set_seed(seed)
        columns = (0, 0) if scaling is None else scaling.widths
        self.networks = global_network(shape, settings, *columns)

    def learn(self, panel: SeriesPanel) -> None:
        """Train on the windows of a panel, from the initial weights.

        Args:
            panel: `SeriesPanel`.
        """
        windows = self._windows(panel)
        windows.batch_size = batch_size_for(windows.count, self.settings.batch_size)
        self.batch_size = windows.batch_size
        batches = len(windows)
        self.epochs = self.settings.epochs or max(
            _EPOCHS, math.ceil(_LEAST_UPDATES / batches)
        )
        self.later_epochs = math.ceil(_SHARE_OF_EPOCHS * self.epochs)
        self.cycle = self.epochs * batches
        rate = self.settings.rate
        schedule = CosineCycles(
            (rate, _SHARE_OF_RATE * rate), (self.cycle, self.later_epochs * batches)
        )
        self.networks.compile(
            keras.optimizers.Adam(schedule, clipnorm=1.0),
            mean_error_of_networks,
            steps_per_execution=steps_per_call(),
        )
        self._fit(windows, self.epochs)

    def learn_on(self, panel: SeriesPanel) -> None:
        """Train on with a panel of the same series and more of their rows.

        Args:
            panel: `SeriesPanel`.
        """
        self.networks.optimizer.iterations.assign(self.cycle)
        windows = self._windows(panel)
        windows.batch_size = min(self.batch_size, windows.count)
        self._fit(windows, self.later_epochs)

    def learn_newest(self, panel: SeriesPanel, newest: np.ndarray) -> None:
        """Train on with windows that forecast the last rows of some series.

        Args:
            panel: `SeriesPanel`, all rows.
            newest: Integer array of shape `(series,)`, how many.
        """
        windows = self._windows(panel, newest)
        windows.batch_size = batch_size_for(windows.count, self.settings.batch_size)
        if not self.networks.compiled:
            self.networks.compile(
                keras.optimizers.Adam(_NEWEST_RATE, clipnorm=1.0),
                mean_error_of_networks,
                steps_per_execution=steps_per_call(),
            )
        self._fit(windows, _NEWEST_EPOCHS)

    def _windows(self, panel, newest=None):
        return PanelWindows(
            panel,
            self.shape,
            batch_size=self.settings.batch_size,
            most=self.settings.most_windows,
            seed=self.seed,
            scaling=self.scaling,
            newest=newest,
        )

    def _fit(self, windows, epochs):
        training.fit(
            self.networks,
            windows,
            epochs=epochs,
            patience=None,
            seed=self.seed,
            verbose=self.verbose,
        )


def batch_size_for(windows: int, most: int) -> int:
    """Return the size of the batches that an epoch is learned from.

    A batch costs as much time as it has windows. Of few windows, large batches would
    need many epochs for as many updates of the weights.

    Args:
        windows: Integer, windows of an epoch.
        most: Integer, the largest batch.

    Example:

    >>> [batch_size_for(windows, 256) for windows in (20, 900, 5_000, 40_000)]
    [20, 32, 64, 256]
    """
    size = 2 ** int(math.log2(max(1, windows // _BATCHES)))
    return min(windows, most, max(_SMALLEST_BATCH, size))


def mean_error_of_networks(truth: Any, forecasts: Any) -> Any:
    """Return the absolute error of each step, the mean over the networks.

    Each network learns for itself: the error of the mean would let them lean on each
    other.

    Args:
        truth: Tensor of shape `(batch, horizon)`.
        forecasts: Tensor of shape `(batch, horizon, networks)`, or `(batch, horizon)`
            of one network.

    Returns:
        Tensor of shape `(batch, horizon)`.
    """
    # Keras drops the last axis where there is one network.
    if len(forecasts.shape) == len(truth.shape):
        return ops.abs(forecasts - truth)
    return ops.mean(ops.abs(forecasts - truth[..., None]), axis=-1)
