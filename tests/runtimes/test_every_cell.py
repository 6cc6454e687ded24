"""Every cell in every runtime and form answers what Keras does, over 1,000 steps."""

import numpy as np
import pytest
from helpers.exported_models import CELLS, FILES, answers, case

from keras_rnn.runtimes.reading import read_model


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("runtime", FILES)
def test_whole_sequences_in_both_directions(cell, runtime, tmp_path):
    model, _, inputs, outputs = case(cell)
    graph = read_model(model)
    found = answers(runtime, graph, tmp_path, inputs)
    for got, want in zip(found, outputs, strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("runtime", FILES)
def test_one_step_after_another(cell, runtime, tmp_path):
    _, model, inputs, outputs = case(cell)
    graph = read_model(model, step=True)
    (found,) = answers(runtime, graph, tmp_path, inputs, step=True)
    np.testing.assert_allclose(found, outputs[0], rtol=1e-5, atol=1e-5)
