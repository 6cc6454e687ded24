"""What every `results.json` says about the data and the run."""

from __future__ import annotations

import sys
import time
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from keras_rnn._version import __version__

if TYPE_CHECKING:
    from keras_rnn.datasets.series.series import Series


def series_provenance(series: Series, repairs: dict[str, int]) -> dict[str, Any]:
    """Return where a series is from and what was done to it, ready for JSON.

    Args:
        series: `keras_rnn.datasets.Series`.
        repairs: Dict from what was done to it, in words, to how often.
    """
    return {
        "kind": series.kind,
        "name": series.name,
        "origin": series.origin,
        "rows": len(series.frame),
        "start": str(series.frame.index[0]),
        "end": str(series.frame.index[-1]),
        "repairs": repairs,
    }


def run_provenance(started: float) -> dict[str, Any]:
    """Return how long a run took, and on what, ready for JSON.

    Args:
        started: Float, `time.perf_counter()` at its beginning.
    """
    keras = sys.modules.get("keras")
    # What forecasts without a backend computes in NumPy.
    backend = keras.backend.backend() if keras else "numpy"
    packages = ["keras", "numpy", "pandas", "scikit-learn"]
    versions = {package: version(package) for package in packages[0 if keras else 1 :]}
    # A backend's distribution may have another name, such as tensorflow-cpu.
    versions[backend] = sys.modules[backend].__version__
    return {
        "seconds": round(time.perf_counter() - started, 1),
        "backend": backend,
        "versions": {"keras_rnn": __version__} | versions,
    }
