"""One check that every builder's model has to pass."""

import tempfile
from pathlib import Path

import keras
import numpy as np
from helpers.compare import arrays, assert_equal_outputs


def check_model(make, inputs, output_shape, *, targets=None, loss="mse", mixed=True):
    """Check that a model behaves as any Keras model does.

    Checked: it is a `keras.Model`; its symbolic output, its eager output and
    `predict` agree; a compiled `fit` step changes every trainable weight; it is saved
    and loaded in safe mode, without `custom_objects`, with equal outputs; it runs
    under `mixed_float16` with outputs close to those in float32.

    Args:
        make: Callable without arguments that returns a new model each time.
        inputs: NumPy array.
        output_shape: Tuple, shape of the output, batch included.
        targets: NumPy array for `fit`. Default: `None`, ones like the output.
        loss: String, the loss for `fit`. Default: `"mse"`.
        mixed: Boolean, whether to check `mixed_float16`.

    Returns:
        The model, trained for a step, for further checks.
    """
    keras.utils.set_random_seed(0)
    model = make()
    assert isinstance(model, keras.Model), f"{model!r} is no keras.Model"
    known = model.output_shape
    wanted = [{None}, *({None, size} for size in output_shape[1:])]
    fits = len(known) == len(wanted) and all(map(set.__contains__, wanted, known))
    assert fits, f"output_shape is {known}, not {output_shape}"
    eager = model(inputs)
    found = arrays(eager)[0].shape
    assert found == tuple(output_shape), f"a call gives {found}, not {output_shape}"
    check_save(model, inputs, expected=eager)
    check_fit(model, inputs, targets, loss)
    if mixed:
        _check_mixed(make, inputs)
    return model


def check_fit(model, inputs, targets=None, loss="mse"):
    """Check that one compiled training step changes every trainable weight."""
    before = [np.copy(weight) for weight in model.get_weights()]
    if targets is None:
        targets = keras.tree.map_structure(
            lambda symbol: np.ones((len(inputs), *symbol.shape[1:]), "float32"),
            model.outputs if len(model.outputs) > 1 else model.outputs[0],
        )
    model.compile(keras.optimizers.SGD(0.5), loss)
    # With several outputs Keras keeps the mean of each loss, in variables that it makes
    # while TensorFlow traces the step, which is then traced again: here they are made.
    if len(model.outputs) > 1:
        model.compute_loss(y=targets, y_pred=targets)
    model.fit(inputs, targets, batch_size=len(inputs), shuffle=False, verbose=0)
    infinite = [w.path for w in model.weights if not np.all(np.isfinite(arrays(w)[0]))]
    assert not infinite, f"not finite after a step: {infinite}"
    trainable = {id(weight) for weight in model.trainable_weights}
    unchanged = [
        weight.path
        for weight, old in zip(model.weights, before, strict=True)
        if id(weight) in trainable and np.array_equal(weight, old)
    ]
    assert not unchanged, f"no gradient reached {unchanged}"


def check_save(model, inputs, expected=None):
    """Check that a model loaded in safe mode predicts the same; return it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        model.save(path)
        loaded = keras.saving.load_model(path, safe_mode=True)
    if expected is None:
        expected = model(inputs)
    predicted = loaded.predict(inputs, batch_size=len(inputs), verbose=0)
    assert_equal_outputs(predicted, expected, what="after loading")
    return loaded


def _check_mixed(make, inputs):
    reference = make()
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_float16")
    try:
        model = make()
    finally:
        keras.config.set_dtype_policy(policy)
    found = {weight.dtype for weight in model.trainable_weights}
    assert found == {"float32"}, f"mixed_float16 keeps weights in {found}"
    model.set_weights(reference.get_weights())
    outputs = model(inputs)
    found = keras.backend.standardize_dtype(outputs.dtype)
    assert found == "float16", f"mixed_float16 gives {found}"
    assert_equal_outputs(outputs, reference(inputs), 2e-2, "float16 against float32")
