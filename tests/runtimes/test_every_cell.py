"""Every cell in every runtime and form answers what Keras does, over 1,000 steps."""

import numpy as np
import pytest
from helpers.exported_models import CELLS, FILES, answers, case

from keras_rnn.runtimes.reading import read_model


@pytest.mark.parametrize("form", ["whole sequences", "one step"])
@pytest.mark.parametrize("runtime", FILES)
@pytest.mark.parametrize("cell", CELLS)  # all tests of a cell share its model
def test_what_keras_answers(cell, runtime, form, tmp_path):
    model, forward, inputs, outputs = case(cell)
    step = form == "one step"
    graph = read_model(forward if step else model, step=step)
    found = answers(runtime, graph, tmp_path, inputs, step=step)
    assert len(found) == (1 if step else 2)
    for got, want in zip(found, outputs, strict=False):
        np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-5)
