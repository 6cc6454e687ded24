"""The explorer's cells in JavaScript hold Keras's values and gradients."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import keras
import numpy as np
import pytest
from helpers.keras_gradients import run_keras

from keras_rnn import reference
from keras_rnn.layers import LSTMVariantCell, MinGRUCell, PeepholeLSTMCell
from keras_rnn.reference import lstm_variant
from keras_rnn.runtimes.cells import read_cell
from keras_rnn.runtimes.javascript_file import javascript_cells

EXPLORER = Path(__file__).parents[2] / "explorer"
TIME, FEATURES, UNITS = 6, 3, 4
GENERATOR = np.random.default_rng(0)
LAYERS = {
    "vanilla_rnn": keras.layers.SimpleRNNCell,
    "lstm": keras.layers.LSTMCell,
    "gru": lambda units: keras.layers.GRUCell(units, reset_after=False),
    "gru_reset_after": keras.layers.GRUCell,
    "min_gru": MinGRUCell,
    "peephole_lstm": PeepholeLSTMCell,
}
VARIANTS = [f"lstm_variant_{name}" for name in lstm_variant.VARIANTS]


def parts_of(name):
    """A Keras cell, and the twin in NumPy that knows its weights by symbols."""
    if name in LAYERS:
        return LAYERS[name](UNITS), getattr(reference, name)
    variant = name.removeprefix("lstm_variant_")
    return LSTMVariantCell(UNITS, variant=variant), lstm_variant.variant(variant)


def draw(*shape):
    return GENERATOR.normal(0.0, 0.8, shape).astype("float32")


def cell_cases(name):
    """What Keras says with random weights, then after five steps of training."""
    cell, twin = parts_of(name)
    layer = keras.layers.RNN(cell, return_sequences=True, return_state=True)
    layer.build((1, TIME, FEATURES))
    layer.set_weights([draw(*one.shape) for one in layer.weights])
    x, targets = draw(1, TIME, FEATURES), draw(1, TIME, UNITS)
    states = [np.zeros((1, UNITS), "float32") for _ in twin.STATES]
    for weights_are in ("random", "trained"):
        d_h = draw(1, TIME, UNITS)
        run = run_keras(layer, x, states, d_h, states)
        yield (
            {
                "cell": name,
                "weightsAre": weights_are,
                "weights": lists(twin.from_keras(*layer.get_weights())),
                "x": x[0].tolist(),
                "h": run.outputs[0].tolist(),
                "d_h": d_h[0].tolist(),
                "d_x": run.d_x[0].tolist(),
                "d_weights": lists(twin.from_keras(*run.d_weights)),
            },
            cell,
        )
        for _ in range(5):
            run = run_keras(layer, x, states, run.outputs - targets, states)
            steps = zip(layer.get_weights(), run.d_weights, strict=True)
            layer.set_weights([one - 0.05 * gradient for one, gradient in steps])


def layer_case(attention):
    """Vectors looked up, attended to as a `Decoder` does, scored; and the loss."""
    numbers, target, words = [3, 0, 2, 3], 1, 5
    weights = {
        "E": draw(words, FEATURES),
        "W_k": draw(UNITS, FEATURES),
        "W_c": draw(UNITS, UNITS + FEATURES),
        "b_c": draw(UNITS),
        "W_hy": draw(words, UNITS),
        "b_y": draw(words),
    }
    if attention == "additive":
        weights |= {"W_q": draw(UNITS, UNITS), "v": draw(UNITS)}
    s = draw(UNITS)
    variables = {
        name: keras.Variable(one) for name, one in (weights | {"s": s}).items()
    }

    def run(w):
        memory = keras.ops.take(w["E"], np.array(numbers), axis=0)[None]
        memory_keys = memory @ keras.ops.transpose(w["W_k"])
        query = w["s"][None, None]
        if attention == "additive":
            layer = keras.layers.AdditiveAttention(use_scale=True)
            layer.build([(1, 1, UNITS), (1, 4, FEATURES), (1, 4, UNITS)])
            layer.scale = w["v"]
            sent = query @ keras.ops.transpose(w["W_q"])
        else:
            layer, sent = keras.layers.Attention(), query
        context, a = layer([sent, memory, memory_keys], return_attention_scores=True)
        joined = keras.ops.concatenate([query, context], axis=-1)
        output = keras.ops.tanh(joined @ keras.ops.transpose(w["W_c"]) + w["b_c"])
        y = output @ keras.ops.transpose(w["W_hy"]) + w["b_y"]
        loss = keras.losses.sparse_categorical_crossentropy(
            np.array([[target]]), y, from_logits=True
        )
        return a[0, 0], y[0, 0], loss[0, 0]

    import tensorflow as tf

    with tf.GradientTape() as tape:
        values = {name: one.value for name, one in variables.items()}
        a, y, loss = run(values)
    gradients = tape.gradient(loss, values)
    d_weights = {
        name: np.asarray(tf.convert_to_tensor(one)) for name, one in gradients.items()
    }
    return {
        "attention": attention,
        "weights": lists(weights),
        "numbers": numbers,
        "target": target,
        "s": s.tolist(),
        "a": np.asarray(a).tolist(),
        "y": np.asarray(y).tolist(),
        "loss": float(loss),
        "d_s": d_weights.pop("s").tolist(),
        "d_weights": lists(d_weights),
    }


def lists(arrays):
    return {name: np.asarray(one).tolist() for name, one in arrays.items()}


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
@pytest.mark.skipif(
    keras.backend.backend() != "tensorflow",
    reason="the values and gradients to compare with are taken on TensorFlow",
)
def test_cells_hold_keras_values_and_gradients(tmp_path):
    cases, exported = [], []
    for name in [*LAYERS, *VARIANTS]:
        for case, cell in cell_cases(name):
            cases.append(case)
            if case["weightsAre"] == "random":
                program = read_cell(cell)
                exported.append(
                    {
                        "cell": name,
                        "name": program.kind,
                        "weights": lists(program.weights),
                    }
                )
    cells = tmp_path / "exported_cells.mjs"
    cells.write_text(javascript_cells(), encoding="utf-8")
    fixtures = {
        "cellCases": cases,
        "layerCases": [layer_case("multiplicative"), layer_case("additive")],
        "exported": {"path": str(cells), "cells": exported},
    }
    path = tmp_path / "fixtures.json"
    path.write_text(json.dumps(fixtures), encoding="utf-8")
    run_node("cells.test.js", EXPLORER_FIXTURES=str(path))


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
def test_networks_of_the_pages_say_what_keras_said():
    run_node("networks.test.js")


def run_node(file, **variables):
    done = subprocess.run(
        ["node", "--test", str(EXPLORER / "tests" / file)],
        env=os.environ | variables,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
