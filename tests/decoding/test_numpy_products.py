"""Products that are put in order give what `x W + b` gives."""

import numpy as np
import pytest

from keras_rnn.decoding import numpy_products
from keras_rnn.decoding.numpy_products import Product, ProductByOutput


@pytest.mark.parametrize("small", [True, False])
@pytest.mark.parametrize("kind", [Product, ProductByOutput])
@pytest.mark.parametrize(
    ("rows", "features", "outputs"),
    # Whole blocks, and columns beside them; more rows than go at a time; wide rows of
    # which an output's lie side by side; what needs no blocks, or is too narrow.
    [
        (50, 200, 128),
        (50, 200, 130),
        (70, 900, 160),
        (33, 7, 515),
        (1, 9, 200),
        (3, 4, 6),
    ],
)
def test_equals_x_w_plus_b(small, kind, rows, features, outputs, monkeypatch):
    monkeypatch.setattr(numpy_products, "has_small_products", lambda: small)
    generator = np.random.default_rng(rows)
    x, kernel = (
        generator.normal(size=shape).astype("float32")
        for shape in ((rows, features), (features, outputs))
    )
    bias = generator.normal(size=outputs).astype("float32")
    expected = x.astype("float64") @ kernel
    np.testing.assert_allclose(kind(kernel)(x), expected, rtol=1e-4, atol=1e-3)
    product = kind(kernel, bias)
    np.testing.assert_allclose(product(x), expected + bias, rtol=1e-4, atol=1e-3)
    np.testing.assert_allclose(product(x[0]), expected[0] + bias, rtol=1e-4, atol=1e-3)
