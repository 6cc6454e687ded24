"""Every cell in every runtime and form answers what Keras does, over 1,000 steps."""

from importlib import import_module

import numpy as np
import pytest
from helpers.exported_models import CELLS, case

from keras_rnn.optional import is_installed
from keras_rnn.runtimes import RUNTIMES
from keras_rnn.runtimes.exporting import CannotRunError
from keras_rnn.runtimes.reading import read_model


def answers(runtime, graph, folder, inputs, step):
    """What an exported file answers, or a skip where nothing here can run it."""
    missing = [one for one in RUNTIMES[runtime].needs if not is_installed(one)]
    if missing:
        pytest.skip(f"needs {missing[0]}, which is not installed")
    module = import_module(f"keras_rnn.runtimes.{RUNTIMES[runtime].module}")
    path, *_ = getattr(module, f"write_{runtime}")(graph, folder, step=step)
    run = getattr(module, f"run_{runtime}")
    if RUNTIMES[runtime].one_by_one:
        inputs = inputs[:1]
    try:
        return run(path, graph, [inputs], step=step)
    except CannotRunError as reason:
        pytest.skip(str(reason))


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_whole_sequences_in_both_directions(cell, runtime, tmp_path):
    model, _, inputs, outputs = case(cell)
    found = answers(runtime, read_model(model), tmp_path, inputs, step=False)
    for got, want in zip(found, outputs, strict=True):
        assert got.shape[1:] == want.shape[1:]
        np.testing.assert_allclose(got, want[: len(got)], rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_one_step_after_another(cell, runtime, tmp_path):
    _, model, inputs, outputs = case(cell)
    graph = read_model(model, step=True)
    (found,) = answers(runtime, graph, tmp_path, inputs, step=True)
    np.testing.assert_allclose(found, outputs[0][: len(found)], rtol=1e-5, atol=1e-5)
