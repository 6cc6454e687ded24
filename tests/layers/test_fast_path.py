import importlib
import itertools

import keras
import numpy as np
import pytest

from keras_rnn.layers import Feedback, Recurrent, fast_path
from keras_rnn.layers.fast_path import explain_fast_path

JAX = keras.backend.backend() == "jax"
RIGHT = np.array([[1, 1, 1], [1, 1, 0]], bool)
LEFT = np.array([[1, 1, 1], [0, 1, 1]], bool)
EMPTY = np.array([[1, 1, 1], [0, 0, 0]], bool)


def keras_rnn_module():
    """The module of Keras that decides; the package has a function of its name."""
    return importlib.import_module(f"keras.src.backend.{keras.backend.backend()}.rnn")


class Reached(Exception):  # noqa: N818 - it is no error
    """Raised where the fused implementation would begin."""


@pytest.fixture
def gpu(monkeypatch):
    """As if there was a GPU; what would run on it raises `Reached` instead."""

    def reached(*args, **kwargs):
        raise Reached

    rnn = keras_rnn_module()
    monkeypatch.setattr(fast_path, "_devices", lambda: ["gpu:0"])
    if JAX:
        import jax.experimental.rnn

        monkeypatch.setattr(rnn, "_is_gpu_available", lambda: True)
        monkeypatch.setattr(jax.experimental.rnn, "lstm", reached)
        gru = keras.src.backend.gru
        monkeypatch.setattr(
            keras.src.backend, "gru", lambda *a, **k: reached(gru(*a, **k))
        )
    else:
        monkeypatch.setattr(rnn, "_is_gpu_available", lambda: True)
        for name in ("_cudnn_lstm", "_cudnn_gru"):
            own = getattr(rnn, name)
            monkeypatch.setattr(rnn, name, _after_the_mask(rnn, own, reached))


def _after_the_mask(rnn, own, reached):
    import inspect

    position = list(inspect.signature(own).parameters).index("mask")

    def run(*args):
        if args[position] is not None:
            rnn._assert_valid_mask(args[position])
        reached()

    return run


def is_fused(layer, mask=None):
    """Whether Keras itself goes the fused way."""
    try:
        layer(np.ones((2, 3, 4), "float32"), mask=mask)
    except Reached:
        return True
    return False


def check(layer, *fragments, mask=None):
    """Compare the verdict with what Keras does, and the reasons with what they are."""
    found = explain_fast_path(layer, (2, 3, 4), mask)
    assert found.fast == is_fused(layer, mask)
    assert found.fast == (not found.reasons)
    assert len(found.reasons) == len(fragments), found.reasons
    for reason, fragment in zip(found.reasons, fragments, strict=True):
        assert reason.startswith(fragment)
    return found


LAYERS = {"lstm": keras.layers.LSTM, "gru": keras.layers.GRU}


@pytest.mark.usefixtures("gpu")
@pytest.mark.parametrize("cell", LAYERS)
def test_the_defaults_are_fast_on_a_gpu(cell):
    for layer in (
        LAYERS[cell](3),
        LAYERS[cell](3, return_sequences=True, go_backwards=True, dropout=0.5),
        Recurrent(cell, 3, depth=2),
    ):
        found = check(layer)
        scan = JAX and cell == "gru"
        assert found.path == (fast_path.SCAN if scan else "cuDNN")
        backend = keras.backend.backend()
        assert str(found) == f"{layer.name} on {backend}, GPU: fast ({found.path})"


@pytest.mark.usefixtures("gpu")
@pytest.mark.parametrize(
    ("options", "fragment", "on_jax"),
    [
        ({"use_cudnn": False}, "use_cudnn=False", True),
        ({"recurrent_dropout": 0.5}, "recurrent_dropout=0.5", True),
        ({"unroll": True}, "unroll=True", True),
        ({"reset_after": False}, "reset_after=False", True),
        ({"activation": "relu"}, "activation='relu'", False),
        ({"recurrent_activation": "relu"}, "recurrent_activation='relu'", False),
        ({"use_bias": False}, "use_bias=False", False),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)
def test_each_argument_that_costs_the_fast_path(options, fragment, on_jax):
    """JAX's GRU is no cuDNN, and has its own conditions (`on_jax`)."""
    gru = [fragment] if on_jax or not JAX else []
    check(keras.layers.GRU(3, **options), *gru)
    check(Recurrent("gru", 3, **options), *gru)
    if "reset_after" not in options:
        check(keras.layers.LSTM(3, **options), fragment)


@pytest.mark.usefixtures("gpu")
def test_masks():
    jax = ["mask: JAX has no fused"] if JAX else []
    for name in LAYERS:
        layer = Recurrent(name, 3)
        check(layer, *jax, mask=RIGHT)
        check(layer, *(jax or ["mask: it is not right-padded"]), mask=LEFT)
        check(layer, *(jax or ["mask: a row is masked at every step"]), mask=EMPTY)


@pytest.mark.usefixtures("gpu")
def test_cells_without_a_fused_implementation():
    check(keras.layers.SimpleRNN(3), "SimpleRNN: Keras has no fused")
    found = check(
        keras.layers.RNN(keras.layers.LSTMCell(3)),
        "cell: a LSTMCell in keras.layers.RNN runs step by step. Use keras.layers.LSTM",
    )
    assert found.path == fast_path.LOOP
    check(
        keras.layers.RNN([keras.layers.GRUCell(3), keras.layers.GRUCell(3)]),
        "cell: StackedRNNCells is no cell of Keras's",
    )
    check(Recurrent("peephole_lstm", 3), "cell: PeepholeLSTMCell is no cell of Keras's")


def test_a_parallel_scan_is_fast_everywhere():
    layer = Recurrent("min_gru", 3)
    found = explain_fast_path(layer)
    assert (found.fast, found.reasons) == (True, [])
    assert found.path == "a parallel scan over all steps"
    found = explain_fast_path(Recurrent("min_gru", 3, unroll=True))
    assert found.reasons == ["unroll=True: asks for a loop. Leave it out."]


def test_without_a_gpu(monkeypatch):
    monkeypatch.setattr(fast_path, "_devices", lambda: ["cpu:0"])
    found = explain_fast_path(keras.layers.LSTM(3, name="memory"))
    backend = keras.backend.backend()
    assert str(found) == (
        f"memory on {backend}, no GPU: not fast (the general loop, step by step)\n"
        "  - device: cuDNN needs a GPU, and the backend sees none."
    )
    assert explain_fast_path(keras.layers.GRU(3)).fast == JAX


def test_cudnn_that_is_demanded_raises(monkeypatch):
    monkeypatch.setattr(fast_path, "_devices", lambda: ["cpu:0"])
    layer = keras.layers.LSTM(3, use_cudnn=True)
    reasons = explain_fast_path(layer).reasons
    assert reasons[-1].startswith("use_cudnn=True: so the layer raises an error")
    if not any(name.startswith("gpu") for name in keras.distribution.list_devices()):
        with pytest.raises(ValueError, match="use_cudnn=True was specified"):
            layer(np.ones((2, 3, 4), "float32"))


@pytest.mark.usefixtures("gpu")
def test_the_arguments_agree_with_the_predicate_of_keras():
    """The backend's own check of the arguments, for every combination of them."""
    from keras.src.backend import cudnn_ok

    tanh, sigmoid = keras.activations.tanh, keras.activations.sigmoid
    for activation, gate, unroll, bias in itertools.product(
        (tanh, keras.ops.tanh, keras.activations.relu),
        (sigmoid, keras.ops.sigmoid, keras.activations.hard_sigmoid),
        (False, True),
        (False, True),
    ):
        options = {
            "activation": activation,
            "recurrent_activation": gate,
            "unroll": unroll,
            "use_bias": bias,
        }
        layer = keras.layers.LSTM(2, **options)
        arguments = (layer.activation, layer.recurrent_activation, unroll, bias)
        assert explain_fast_path(layer).fast == cudnn_ok(*arguments)
        if JAX:
            continue
        for reset_after in (False, True):
            layer = keras.layers.GRU(2, reset_after=reset_after, **options)
            assert explain_fast_path(layer).fast == cudnn_ok(*arguments, reset_after)


def test_the_device_agrees_with_the_backend():
    assert fast_path.has_gpu() == keras_rnn_module()._is_gpu_available()


@pytest.mark.usefixtures("gpu")
def test_both_directions_of_keras():
    layer = keras.layers.Bidirectional(keras.layers.LSTM(3))
    assert check(layer).notes == []
    layer = keras.layers.Bidirectional(keras.layers.LSTM(3, dropout=0.5))
    note = ["the two directions are two calls of cuDNN, not one"]
    assert explain_fast_path(layer).notes == (note if JAX else [])
    layer = Recurrent("lstm", 3, bidirectional=True)
    assert check(layer).notes == (note if JAX else [])
    mixed = keras.layers.Bidirectional(
        keras.layers.LSTM(3, name="onwards"),
        backward_layer=keras.layers.LSTM(
            3, unroll=True, go_backwards=True, name="back"
        ),
    )
    reasons = explain_fast_path(mixed).reasons
    assert reasons == ["back: unroll=True: asks for a loop. Leave it out."]


def test_layers_that_hold_one():
    layer = Feedback(Recurrent("simple_rnn", 2), keras.layers.Dense(4), 3)
    assert explain_fast_path(layer).reasons[0].startswith("SimpleRNN")


def test_what_cannot_be_explained():
    with pytest.raises(ValueError, match="looks at recurrent layers"):
        explain_fast_path(keras.layers.Dense(3))
    layer = keras.layers.LSTM(3)
    with pytest.raises(ValueError, match=r"time, features\). Received: \(3, 4\)"):
        explain_fast_path(layer, (3, 4))
    with pytest.raises(ValueError, match=r"\(batch, time\) = \(2, 5\). Received shape"):
        explain_fast_path(layer, (2, 5, 4), mask=RIGHT)
