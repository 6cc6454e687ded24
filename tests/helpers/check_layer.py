"""One check that every layer of the project has to pass."""

import keras
import numpy as np
from helpers.check_model import check_fit, check_save
from helpers.compare import arrays, assert_equal_outputs, assert_same_config


def check_layer(
    make, inputs, output_shape, *, fit=True, save=True, mixed=True, masking=False
):
    """Check that a layer behaves as any Keras layer does.

    Always checked: a config round trip; the output's shapes and dtype, alike when
    called, when called symbolically with unknown batch size, and by
    `compute_output_shape`; that `build` makes the same weights as a call.

    Args:
        make: Callable that returns a new layer each time, passing on keyword
            arguments: `lambda **options: Recurrent("gru", 4, **options)`. It is
            called with none or with `dtype`.
        inputs: NumPy array, what to call the layer on. Dropout aside, the layer
            must give the same output each time.
        output_shape: Tuple, or list of tuples for several outputs, batch included.
        fit: Boolean, whether to run a compiled training step and check that it
            changes every trainable weight.
        save: Boolean, whether to save a model with the layer, load it in safe mode
            and compare outputs.
        mixed: Boolean, whether to compare the layer under `mixed_float16` with the
            layer in float32.
        masking: Boolean, whether the layer reads `(batch, time, features)` and must
            give for a padded sequence what it gives for the sequence alone.

    Returns:
        The layer, built, for further checks.
    """
    keras.utils.set_random_seed(0)
    layer = make()
    layer_class = type(layer)
    registered = keras.saving.get_registered_name(layer_class)
    wanted = f"keras_rnn>{layer_class.__name__}"
    assert registered == wanted, f"registered as {registered}, not {wanted}"
    assert_same_config(layer_class.from_config(layer.get_config()), layer)

    outputs = layer(inputs)
    shapes = [output_shape] if isinstance(output_shape, tuple) else list(output_shape)
    found = [array.shape for array in arrays(outputs)]
    assert found == shapes, f"a call gives shapes {found}, not {shapes}"
    computed = layer.compute_output_shape(inputs.shape)
    computed = [computed] if isinstance(computed[0], int) else list(computed)
    assert computed == shapes, f"compute_output_shape gives {computed}, not {shapes}"

    symbol = keras.Input(inputs.shape[1:], dtype=inputs.dtype)
    symbols = keras.tree.flatten(layer(symbol))
    expected = [
        ((None, *shape[1:]), keras.backend.standardize_dtype(tensor.dtype))
        for shape, tensor in zip(shapes, keras.tree.flatten(outputs), strict=True)
    ]
    found = [(one.shape, one.dtype) for one in symbols]
    assert found == expected, f"a symbolic call gives {found}, not {expected}"

    built = make()
    built.build(inputs.shape)
    found, expected = ([w.shape for w in one.weights] for one in (built, layer))
    assert found == expected, f"build makes weights {found}, a call {expected}"

    if fit or save:
        model = keras.Model(symbol, layer(symbol))
        if save:
            check_save(model, inputs, outputs)
        if fit:
            check_fit(model, inputs)
    if mixed:
        _check_mixed(make, inputs)
    if masking:
        _check_masking(make(), inputs)
    return layer


def _check_mixed(make, inputs):
    layer, reference = make(dtype="mixed_float16"), make(dtype="float32")
    outputs = layer(inputs)
    found = {
        keras.backend.standardize_dtype(tensor.dtype)
        for tensor in keras.tree.flatten(outputs)
    }
    assert found == {"float16"}, f"mixed_float16 gives {found}"
    found = {weight.dtype for weight in layer.weights}
    assert found <= {"float32"}, f"mixed_float16 keeps weights in {found}"
    reference.build(inputs.shape)
    reference.set_weights(layer.get_weights())
    expected = reference(inputs)
    assert_equal_outputs(outputs, expected, 2e-2, "float16 against float32")


def _check_masking(layer, inputs):
    """Padded sequences give what each gives alone, whatever the padding holds."""
    count, time = inputs.shape[:2]
    lengths = 1 + np.arange(count) % time  # 1, 2, ..., time, 1, ...
    mask = np.arange(time) < lengths[:, None]
    garbage = np.where(mask[..., None], inputs, 7.0).astype(inputs.dtype)
    padded = np.where(mask[..., None], inputs, 0.0).astype(inputs.dtype)
    explicit = layer(garbage, mask=mask)
    masked = keras.layers.Masking()(padded)
    assert_equal_outputs(layer(masked), explicit, what="mask carried by the input")
    kept = [
        None if m is None else keras.ops.convert_to_numpy(m)
        for m in keras.tree.flatten(layer.compute_mask(masked, mask))
    ]
    for index in range(min(count, 2)):  # each length is compiled anew on JAX
        alone = layer(inputs[index : index + 1, : lengths[index]])
        for padded_one, one, steps in zip(
            arrays(explicit), arrays(alone), kept, strict=True
        ):
            row = (
                padded_one[index] if steps is None else padded_one[index][steps[index]]
            )
            assert_equal_outputs(row, one[0], what=f"sequence {index} alone")
