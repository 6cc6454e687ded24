"""What is set on a part, at any depth of any layer, is kept by its config."""

import keras
import numpy as np
import pytest
from helpers.check_model import check_save
from helpers.compare import assert_equal_outputs

from keras_rnn import layers
from keras_rnn.architectures import (
    encoder_decoder,
    many_to_many,
    many_to_one,
    one_to_many,
)
from keras_rnn.decoding import greedy_search
from keras_rnn.layers import Decoder, Feedback, Recurrent
from keras_rnn.layers.cells import CELLS

X = np.random.default_rng(0).normal(size=(2, 3, 4)).astype("float32")
TOKENS = np.array([[1, 2, 3], [3, 2, 0]], "int32")


def recurrent(cell="gru", **options):
    arguments = {"variant": "CIFG"} if cell == "lstm_variant" else {}
    return Recurrent(cell, 2, return_sequences=True, **arguments, **options)


def decoder(**options):
    head = keras.Sequential([keras.layers.Dense(3), keras.layers.Dense(2)])
    return Decoder(recurrent("lstm", depth=2), head, **options)


COMPOSITES = {
    "stack of two directions": lambda: recurrent(
        "lstm", depth=2, bidirectional=True, dropout_between=0.1
    ),
    "cell objects": lambda: Recurrent(
        keras.layers.StackedRNNCells([keras.layers.GRUCell(2), layers.MinGRUCell(2)]),
        depth=2,
    ),
    "cells with parts": lambda: Recurrent(
        layers.VisualMemoryCell(2, 3, word_features=2)
    ),
    **{cell: lambda cell=cell: recurrent(cell, depth=2) for cell in CELLS},
    "Decoder, additive": lambda: decoder(
        embedding=keras.layers.Dense(3), attention="additive"
    ),
    "Decoder, multiplicative": lambda: decoder(attention="multiplicative"),
    **{
        f"Decoder, {context}": lambda context=context: decoder(context=context)
        for context in ("first", "bias", "every", "multimodal")
    },
    "EachStep": lambda: layers.EachStep(keras.Sequential([keras.layers.Dense(2)])),
    "Feedback": lambda: Feedback(
        Recurrent("lstm", 2, depth=2),
        keras.layers.Dense(3),
        steps=2,
        feedback=keras.Sequential([keras.layers.Dense(4)]),
    ),
    "AttentionScores": lambda: layers.AttentionScores(decoder(attention="additive")),
    "JoinStates": lambda: layers.JoinStates([2, 3]),
    "PictureAttentionCell": lambda: layers.PictureAttentionCell(
        2, word_features=2, grid=(1, 2)
    ),
    "VisualMemoryCell": lambda: layers.VisualMemoryCell(2, 3, word_features=2),
    "MinGRU": lambda: layers.MinGRU(2),
    "MinLSTM": lambda: layers.MinLSTM(2),
    "PixelScores": lambda: layers.PixelScores(2),
    "NarrowDense": lambda: layers.NarrowDense(4, 2, dropout=0.1),
    "PictureAttention": lambda: layers.PictureAttention(3, glimpses=2),
    "SegmentGRU": lambda: layers.SegmentGRU(3, segment=2, units=4),
}
every_composite = pytest.mark.parametrize("make", COMPOSITES.values(), ids=COMPOSITES)


def parts(layer):
    return layer._flatten_layers(include_self=False)


def test_no_layer_with_parts_is_left_out():
    """Every public layer is above, or has no parts."""
    tried = {type(make()).__name__ for make in COMPOSITES.values()}
    tried |= {
        type(part).__name__ for make in COMPOSITES.values() for part in parts(make())
    }
    without = {
        "CTCScores", "ClassProbabilities", "CountingLSTMCell", "FastPath",
        "LogMelSpectrogram", "MapWindow", "RasterGRUCell", "ReconstructionLoss",
        "StackFrames", "TokenEmbedding", "explain_fast_path",
    }  # fmt: skip
    assert set(layers.__all__) - tried <= without


@every_composite
def test_each_part_alone_stays_frozen(make):
    count = len(parts(make()))
    assert count
    for index in range(count):
        layer = make()
        parts(layer)[index].trainable = False
        copy = type(layer).from_config(layer.get_config())
        found = [part.trainable for part in parts(copy)]
        assert found == [part.trainable for part in parts(layer)]
        assert not all(found)


@every_composite
def test_a_frozen_layer_stays_frozen_throughout(make):
    layer = make()
    layer.trainable = False
    copy = type(layer).from_config(layer.get_config())
    assert not copy.trainable
    assert not any(part.trainable for part in parts(copy))


@every_composite
def test_a_part_trained_within_a_frozen_layer(make):
    layer = make()
    layer.trainable = False
    parts(layer)[-1].trainable = True
    copy = type(layer).from_config(layer.get_config())
    found = [part.trainable for part in parts(copy)]
    assert found == [part.trainable for part in parts(layer)]
    assert any(found)


@every_composite
def test_nothing_set_is_nothing_written(make):
    assert "part_settings" not in make().get_config()


@pytest.mark.parametrize("cell", ["lstm", "peephole_lstm", "min_gru"])
def test_a_layer_made_frozen_trains_nothing(cell):
    inputs = keras.Input((None, 4))
    model = keras.Model(inputs, recurrent(cell, trainable=False)(inputs))
    assert model.trainable_variables == []


def test_saved_loaded_and_cloned():
    """One layer of a stack, and the keys of an attention."""
    model = translator(attention="additive")
    stack, last = model.get_layer("encoder"), model.get_layer("decoder")
    stack.layers[0].trainable = False
    last.key_layer.trainable = False
    wanted = [w.shape for w in model.trainable_variables]
    assert len(wanted) == len(model.weights) - 4  # kernel, recurrent kernel, bias; keys
    loaded = check_save(model, [TOKENS, TOKENS])
    for copy in (loaded, keras.models.clone_model(model)):
        assert [w.shape for w in copy.trainable_variables] == wanted


def test_a_decoder_like_a_frozen_encoder_is_trained():
    frozen = recurrent("lstm", depth=2, return_state=True, trainable=False)
    model = encoder_decoder(
        keras.Input((None, 4)), keras.Input((None, 4)), frozen, keras.layers.Dense(2)
    )
    assert not frozen.trainable_variables
    assert len(model.get_layer("decoder").recurrent.trainable_variables) == 6


# What Keras quantizes: Dense, EinsumDense, Embedding. It says so where it does not.
quietly = pytest.mark.filterwarnings("ignore:Layer .* does not have a `quantize`")


def translator(**options):
    return encoder_decoder(
        keras.Input((None,), dtype="int32"),
        keras.Input((None,), dtype="int32"),
        recurrent("gru", depth=2, return_state=True, name="encoder"),
        keras.layers.Dense(5),
        encoder=keras.layers.Embedding(5, 4, mask_zero=True),
        target_encoder=keras.layers.Embedding(5, 4),
        **options,
    )


def captioner(context):
    return one_to_many(
        keras.Input((4,)),
        {"cell": "gru", "units": 2},
        layers.NarrowDense(5, 2),
        targets=keras.Input((None,), dtype="int32"),
        target_encoder=keras.layers.Embedding(5, 4),
        context=context,
    )


QUANTIZED = {
    "encoder_decoder": (translator, [TOKENS, TOKENS]),
    "bridged": (
        lambda: translator(decoder={"cell": "lstm", "units": 2}),
        [TOKENS, TOKENS],
    ),
    **{
        attention: (lambda name=attention: translator(attention=name), [TOKENS] * 2)
        for attention in ("additive", "multiplicative")
    },
    **{
        context: (lambda name=context: captioner(name), [X[:, 0], TOKENS])
        for context in ("state", "first", "bias", "every", "multimodal")
    },
    "steps": (
        lambda: one_to_many(
            keras.Input((3, 4)),
            {"cell": "lstm", "units": 2, "depth": 2, "dropout_between": 0.1},
            keras.layers.Dense(4),
            steps=2,
        ),
        X,
    ),
    "many_to_one": (
        lambda: many_to_one(
            keras.Input((None, 4)),
            {"cell": "min_gru", "units": 2},
            keras.layers.Dense(4),
        ),
        X,
    ),
    "search": (
        lambda: greedy_search(
            many_to_many(
                keras.Input((None,), dtype="int32"),
                {"cell": "gru", "units": 2},
                keras.layers.Dense(5),
                encoder=keras.layers.Embedding(5, 4),
            ),
            max_length=2,
        ),
        TOKENS,
    ),
}


@quietly
@pytest.mark.parametrize(("make", "inputs"), QUANTIZED.values(), ids=QUANTIZED)
def test_quantized_saved_and_loaded(make, inputs):
    keras.utils.set_random_seed(0)
    model = make()
    before = model(inputs)
    model.quantize("int8")
    integers = [w for w in model.weights if w.dtype == "int8"]
    leaves = (keras.layers.Dense, keras.layers.Embedding)
    assert len(integers) == sum(isinstance(part, leaves) for part in parts(model))
    outputs = model(inputs)
    if keras.tree.is_nested(before):  # tokens, which may change, and their log p
        before, outputs = before[1], outputs[1]
    assert_equal_outputs(outputs, before, 0.1, "int8 against float32")
    loaded = check_save(model, inputs)
    assert [w.dtype for w in loaded.weights] == [w.dtype for w in model.weights]
