"""minGRU and minLSTM: the parallel layer is the loop over the cell, both ways."""

import keras
import numpy as np
import pytest
from helpers.compare import arrays, assert_equal_outputs
from helpers.keras_gradients import assert_close, run_keras
from helpers.twins import set_random_weights
from hypothesis import given, settings
from hypothesis import strategies as st

from keras_rnn.layers import MinGRU, MinGRUCell, MinLSTM, MinLSTMCell
from keras_rnn.layers.min_rnn import log_positive, positive

PAIRS = [(MinGRU, MinGRUCell), (MinLSTM, MinLSTMCell)]
# Keras 3.16 says of its own layers that they do not pass a mask on.
masks_in_keras = pytest.mark.filterwarnings(
    "ignore:Layer .* was passed an input with a mask"
)
pairs = pytest.mark.parametrize(
    ("layer_class", "cell_class"), PAIRS, ids=["gru", "lstm"]
)
spaces = pytest.mark.parametrize("log_space", [True, False], ids=["log", "plain"])
RETURN_ALL = {"return_sequences": True, "return_state": True}


def both(layer_class, cell_class, log_space=True, features=3, units=2, **options):
    """The parallel layer and the loop over the cell, with the same weights."""
    options = RETURN_ALL | options
    parallel = layer_class(units, log_space=log_space, **options)
    weights = set_random_weights(parallel, features)
    loop = keras.layers.RNN(cell_class(units, log_space=log_space), **options)
    loop.build((None, None, features))
    loop.set_weights(weights)
    return parallel, loop


class Masked:
    """A layer that is always called with one mask."""

    def __init__(self, layer, mask):
        self.layer, self.mask = layer, mask
        self.trainable_variables = layer.trainable_variables
        self.non_trainable_variables = layer.non_trainable_variables

    def __call__(self, x, initial_state):
        return self.layer(x, initial_state=initial_state, mask=self.mask)

    def stateless_call(self, weights, fixed, x, initial_state):
        return self.layer.stateless_call(
            weights, fixed, x, initial_state=initial_state, mask=self.mask
        )


def random_arrays(*shapes, seed=0):
    draw = np.random.default_rng(seed).normal
    return [draw(size=shape).astype("float32") for shape in shapes]


@spaces
@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("go_backwards", [False, True])
@pairs
@masks_in_keras
def test_outputs_and_gradients_are_those_of_the_loop(
    layer_class, cell_class, go_backwards, masked, log_space
):
    time = 19
    parallel, loop = both(layer_class, cell_class, log_space, go_backwards=go_backwards)
    x, state, d_outputs, d_state = random_arrays(
        (2, time, 3), (2, 2), (2, time, 2), (2, 2)
    )
    if masked:
        mask = np.random.default_rng(1).random((2, time)) < 0.6
        parallel, loop = Masked(parallel, mask), Masked(loop, mask)
        # What a loop shows at a step that it skipped differs between backends.
        shown = mask[:, ::-1] if go_backwards else mask
        d_outputs = d_outputs * shown[..., None]
    found = run_keras(parallel, x, [state], d_outputs, [d_state])
    wanted = run_keras(loop, x, [state], d_outputs, [d_state])
    if masked:
        found = found._replace(outputs=found.outputs * shown[..., None])
        wanted = wanted._replace(outputs=wanted.outputs * shown[..., None])
    assert_close([found.outputs, found.d_x], [wanted.outputs, wanted.d_x])
    assert_close(found.final_state, wanted.final_state)
    assert_close(found.d_initial_state, wanted.d_initial_state)
    size = max(np.abs(one).max() for one in wanted.d_weights)
    assert_close(
        [one / size for one in found.d_weights],
        [one / size for one in wanted.d_weights],
    )


@pairs
@settings(max_examples=15)
@given(data=st.data())
def test_any_mask_keeps_the_state_at_the_steps_it_skips(layer_class, cell_class, data):
    """Against the cell, step by step in this test; one length, so that it is fast."""
    time = 18
    mask = np.array(
        data.draw(
            st.lists(
                st.lists(st.booleans(), min_size=time, max_size=time),
                min_size=2,
                max_size=2,
            )
        )
    )
    parallel, loop = both(layer_class, cell_class)
    x, h = random_arrays((2, time, 3), (2, 2), seed=data.draw(st.integers(0, 99)))
    outputs, last = arrays(parallel(x, initial_state=h, mask=mask))
    keep, new = arrays(loop.cell.coefficients(x))
    for t in range(time):
        h = np.where(mask[:, t, None], keep[:, t] * h + new[:, t], h)
        np.testing.assert_allclose(outputs[:, t], h, rtol=2e-5, atol=2e-5)
    np.testing.assert_array_equal(last, outputs[:, -1])


@pairs
def test_finite_over_8192_steps_and_still_the_loop(layer_class, cell_class):
    """Gates near 0 and near 1, and a constant input that the state must approach."""
    layer = layer_class(3, **RETURN_ALL)
    layer.build((None, None, 1))
    first = np.array([-12.0, 0.0, 12.0])
    if layer_class is MinGRU:
        bias = [*first, 0.5, 0.5, 0.5]
    else:
        bias = [*first, 12.0, 0.0, -12.0, 0.5, 0.5, 0.5]
    layer.set_weights([np.zeros((1, len(bias))), np.array(bias)])
    x, state = np.zeros((1, 8192, 1), "float32"), np.full((1, 3), 3.0, "float32")
    d = np.ones((1, 8192, 3), "float32")
    run = run_keras(layer, x, [state], d, [state])
    # h_t = 1 + keep^t (h_0 - 1), since g(0.5) = 1.
    sigmoid = 1 / (1 + np.exp(-first))
    keep = 1 - sigmoid
    if layer_class is MinLSTM:
        keep = sigmoid[::-1] / (sigmoid[::-1] + sigmoid)
    wanted = 1 + 2 * keep ** np.arange(1, 8193)[:, None]
    np.testing.assert_allclose(run.outputs[0], wanted, rtol=2e-4)
    for gradient in [*run.d_weights, run.d_x, *run.d_initial_state]:
        assert np.all(np.isfinite(gradient))


@pairs
def test_chunks_with_the_state_passed_on_are_one_pass(layer_class, cell_class):
    layer, _ = both(layer_class, cell_class)
    [x] = random_arrays((2, 7, 3))
    whole, end = arrays(layer(x))
    first, state = layer(x[:, :3])
    second, state = layer(x[:, 3:], initial_state=state)
    joined = np.concatenate(arrays([first, second]), axis=1)
    assert_equal_outputs([joined, state], [whole, end], 1e-6)

    stateful = layer_class(2, return_sequences=True, stateful=True)
    stateful.build(x.shape)
    stateful.set_weights(layer.get_weights())
    parts = arrays([stateful(x[:, :3]), stateful(x[:, 3:7])])
    np.testing.assert_allclose(np.concatenate(parts, axis=1), whole, rtol=1e-5)
    stateful.reset_state()
    np.testing.assert_allclose(arrays(stateful(x))[0], whole, rtol=1e-5)


@pairs
@masks_in_keras
def test_in_keras_bidirectional(layer_class, cell_class):
    x, mask = random_arrays((2, 5, 3))[0], np.arange(5) < np.array([[3], [5]])
    parallel, loop = (
        keras.layers.Bidirectional(one)
        for one in (
            layer_class(2, return_sequences=True),
            keras.layers.RNN(cell_class(2), return_sequences=True),
        )
    )
    weights = set_random_weights(parallel, 3)
    loop.build(x.shape)
    loop.set_weights(weights)
    expected = arrays(loop(x, mask=mask))[0]
    assert np.abs(expected[0, :3]).min() > 0
    assert not np.any(expected[0, 3:])
    assert_equal_outputs(parallel(x, mask=mask), expected, 1e-5)


@pairs
def test_unroll_takes_the_steps_one_by_one(layer_class, cell_class):
    parallel, _ = both(layer_class, cell_class)
    unrolled, _ = both(layer_class, cell_class, unroll=True)
    [x] = random_arrays((2, 4, 3))
    assert_equal_outputs(unrolled(x), parallel(x), 1e-5)


@pairs
def test_a_sequence_that_is_masked_throughout_gives_the_initial_state(
    layer_class, cell_class
):
    layer, _ = both(layer_class, cell_class)
    x, state = random_arrays((2, 4, 3), (2, 2))
    mask = np.array([[True] * 4, [False] * 4])
    outputs, last = arrays(layer(x, initial_state=state, mask=mask))
    np.testing.assert_allclose(outputs[1], [state[1]] * 4, rtol=1e-6)
    np.testing.assert_allclose(last[1], state[1], rtol=1e-6)
    assert not np.any(arrays(layer(x, mask=mask))[1][1])  # zeros by default
    silent, _ = both(layer_class, cell_class, zero_output_for_mask=True)
    outputs, last = arrays(silent(x, initial_state=state, mask=mask))
    assert not np.any(outputs[1])
    np.testing.assert_allclose(last[1], state[1], rtol=1e-6)


def test_lengths_that_a_model_does_not_know_beforehand():
    inputs = keras.Input((None, 3))
    layer, _ = both(MinGRU, MinGRUCell)
    model = keras.Model(inputs, layer(inputs))
    for time in (1, 20):
        x = random_arrays((2, time, 3))[0]
        assert_equal_outputs(model.predict(x, verbose=0), layer(x), 1e-5)


@pytest.mark.parametrize(
    ("shape", "state", "mask", "message"),
    [
        ((2, 3), None, None, "expected ndim=3, found ndim=2"),
        ((2, 4, 3, 1), None, None, "expected ndim=3, found ndim=4"),
        ((2, 4, 5), None, None, r"to have value 3, but received .*\(2, 4, 5\)"),
        ((2, 0, 3), None, None, r"at least one step. Received shape \(2, 0, 3\)"),
        ((2, 4, 3), (2, 5), None, r"h \(2, 2\). Received 1 of shape \(2, 5\)"),
        ((2, 4, 3), (1, 2), None, r"h \(2, 2\). Received 1 of shape \(1, 2\)"),
        ((2, 4, 3), None, (2, 5), r"\(batch, time\) = \(2, 4\). Received shape \(2, 5"),
    ],
    ids=["rank 2", "rank 4", "features", "empty", "units", "batch", "mask"],
)
@pairs
def test_what_cannot_be_read_is_refused(
    layer_class, cell_class, shape, state, mask, message
):
    layer, _ = both(layer_class, cell_class)
    options = {}
    if state is not None:
        options["initial_state"] = np.zeros(state, "float32")
    if mask is not None:
        options["mask"] = np.ones(mask, bool)
    with pytest.raises(ValueError, match=message):
        layer(np.zeros(shape, "float32"), **options)


@pytest.mark.parametrize("shape", [(2, 3), (2, 4, 3, 1)])
@pairs
def test_a_new_layer_refuses_another_rank(layer_class, cell_class, shape):
    with pytest.raises(ValueError, match=r"\(batch, time, features\). Received"):
        layer_class(2)(np.zeros(shape, "float32"))


@pytest.mark.parametrize("units", [0, -3, 1.5])
@pytest.mark.parametrize("made", [MinGRU, MinGRUCell, MinLSTM, MinLSTMCell])
def test_units_must_be_a_positive_integer(made, units):
    with pytest.raises(ValueError, match="units must be a positive integer, not"):
        made(units)


def test_the_proposal_of_the_paper():
    s = np.array([-100.0, -np.log(3.0), 0.0, 0.5, 100.0], "float32")
    wanted = [np.exp(-100.0), 0.25, 0.5, 1.0, 100.5]
    np.testing.assert_allclose(arrays(positive(s))[0][1:], wanted[1:], rtol=1e-6)
    found = arrays(log_positive(s))[0]
    np.testing.assert_allclose(found, np.log(wanted), rtol=1e-5, atol=1e-7)
