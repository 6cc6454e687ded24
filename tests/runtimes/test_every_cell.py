"""Every cell in every runtime and form: what Keras answers over 1,000 steps, to 1e-5."""

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
    rows = [inputs]
    if RUNTIMES[runtime].one_by_one:
        rows = [inputs[:1]]
    try:
        return np.concatenate([run(path, [row], step=step)[0] for row in rows])
    except CannotRunError as reason:
        pytest.skip(str(reason))


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_whole_sequences_from_both_ends(cell, runtime, tmp_path):
    model, inputs, outputs = case(cell, 2)
    found = answers(runtime, read_model(model), tmp_path, inputs, step=False)
    np.testing.assert_allclose(found, outputs[: len(found)], rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_one_step_after_another(cell, runtime, tmp_path):
    model, inputs, outputs = case(cell, 1)
    found = answers(runtime, read_model(model, step=True), tmp_path, inputs, step=True)
    np.testing.assert_allclose(found, outputs[: len(found)], rtol=1e-5, atol=1e-5)
