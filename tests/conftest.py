"""Settings and fixtures that every test shares."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("MPLBACKEND", "Agg")
# Tests compile more than they compute: a third less time on JAX.
os.environ.setdefault("JAX_DISABLE_MOST_OPTIMIZATIONS", "1")
# The processes of a test run share the cores. Threads that share what takes a moment
# wait for each other, busily: a sixth less time to train, a half less to fit baselines.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")

import gc
import sys
from importlib import import_module
from pathlib import Path

# What was compiled once, in another test or an earlier run, is not compiled again: two
# thirds less time. A folder for each process, which others may not read half-written.
os.environ["JAX_COMPILATION_CACHE_DIR"] = str(
    Path(__file__).parents[1]
    / ".pytest_cache"
    / "jax"
    / os.environ.get("PYTEST_XDIST_WORKER", "alone")
)
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES", "-1")

import hypothesis
import pytest

# Their assertions are to show the values, as those in the tests do.
pytest.register_assert_rewrite("helpers")

# Timings belong to benchmarks, and a first call compiles: no deadline.
hypothesis.settings.register_profile("project", deadline=None, max_examples=50)
hypothesis.settings.load_profile("project")


def pytest_configure(config):
    # What only hands out the tests to other processes needs no backend.
    if hasattr(config, "workerinput") or not config.getoption("numprocesses", None):
        import_module("helpers.quick_compiling").compile_quickly()


# Millions of small objects that live to the end are looked through again and again.
gc.disable()


def pytest_collection_finish():
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(100_000, 20, 100)


@pytest.fixture(scope="session")
def real_data():
    """A function that gives the path of a real data file, or skips the test."""

    def path_of(relative):
        folder = os.environ.get("KERAS_RNN_DATA")
        if not folder:
            pytest.skip("needs real data: KERAS_RNN_DATA is not set")
        path = Path(folder) / relative
        if not path.exists():
            pytest.skip(f"needs real data: no {relative} in KERAS_RNN_DATA")
        return path

    return path_of


@pytest.fixture(autouse=True)
def no_open_figures():
    """Each test begins without the figures of the one before it."""
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")
