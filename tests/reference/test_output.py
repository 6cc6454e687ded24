"""The output y = W h, against hand-worked numbers and a Keras model."""

import keras
import numpy as np

from keras_rnn.reference import cross_entropy, outputs, outputs_backward


def test_forward_and_backward_by_hand():
    """y = (1*1 + 2*3, 0*1 - 1*3, 4*1 + 0*3) = (7, -3, 4), plus b.

    With d_y = (1, 2, 3): d_h = (1*1 + 2*0 + 3*4, 1*2 - 2*1 + 3*0) = (13, 0).
    """
    h = np.array([[1.0, 3.0]])
    W_hy = np.array([[1.0, 2.0], [0.0, -1.0], [4.0, 0.0]])
    assert outputs(h, W_hy).tolist() == [[7.0, -3.0, 4.0]]
    assert outputs(h, W_hy, np.array([1.0, 1.0, 0.0])).tolist() == [[8.0, -2.0, 4.0]]

    d_h, gradients = outputs_backward(np.array([[1.0, 2.0, 3.0]]), h, W_hy)
    assert d_h.tolist() == [[13.0, 0.0]]
    assert gradients["W_hy"].tolist() == [[1.0, 3.0], [2.0, 6.0], [3.0, 9.0]]
    assert gradients["b_y"].tolist() == [1.0, 2.0, 3.0]


def test_steps_add_up():
    draw = np.random.default_rng(0).normal
    h, d_y, W_hy = draw(size=(3, 5, 2)), draw(size=(3, 5, 4)), draw(size=(4, 2))
    d_h, gradients = outputs_backward(d_y, h, W_hy)
    each = [outputs_backward(d_y[:, t], h[:, t], W_hy) for t in range(5)]
    np.testing.assert_allclose(d_h, np.stack([one[0] for one in each], axis=1))
    for name in ("W_hy", "b_y"):
        np.testing.assert_allclose(gradients[name], sum(one[1][name] for one in each))


def test_a_dense_layer_has_the_same_scores_and_loss():
    """At each step: Dense, then cross-entropy from the scores."""
    draw = np.random.default_rng(0)
    h = draw.normal(size=(2, 6, 4)).astype("float32")
    kernel = draw.normal(size=(4, 5)).astype("float32")  # (units, classes) in Keras
    bias = draw.normal(size=5).astype("float32")
    targets = draw.integers(0, 5, (2, 6))
    layer = keras.layers.Dense(5)
    layer.build(h.shape)
    layer.set_weights([kernel, bias])

    y = outputs(h, kernel.T, bias)
    scores = layer(h)
    np.testing.assert_allclose(y, keras.ops.convert_to_numpy(scores), atol=1e-5)
    compare = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    wanted = float(compare(targets, scores))
    np.testing.assert_allclose(cross_entropy(y, targets)[0], wanted, rtol=1e-5)
