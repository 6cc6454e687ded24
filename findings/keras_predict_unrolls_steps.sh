#!/bin/sh
# On TensorFlow, steps_per_execution traces a model once for `fit`, and N times for `predict`.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check keras==3.15.1 tensorflow==2.21.0
cd "$folder"
TF_CPP_MIN_LOG_LEVEL=3 "$folder/env/bin/python" - <<'PYTHON'
import time

import keras
import numpy as np

print("keras", keras.__version__, "on", keras.backend.backend())


class Counting(keras.layers.Layer):
    calls = 0

    def call(self, inputs):
        Counting.calls += 1
        return inputs


def traced(method, steps):
    inputs = keras.Input((24, 8))
    outputs = keras.layers.Dense(1)(keras.layers.GRU(8)(Counting()(inputs)))
    model = keras.Model(inputs, outputs)
    model.compile("sgd", "mse", steps_per_execution=steps)
    x, y = np.ones((320, 24, 8)), np.ones((320, 1))
    # Variables first: else the first step of `fit` is traced twice, whatever `steps`.
    model.optimizer.build(model.trainable_variables)
    model.evaluate(x, y, batch_size=4, verbose=0)
    arrays = (x, y) if method == "fit" else (x,)
    Counting.calls, started = 0, time.perf_counter()
    getattr(model, method)(*arrays, batch_size=4, verbose=0)
    return Counting.calls, time.perf_counter() - started


fit = [traced("fit", steps)[0] for steps in (1, 10, 40)]
predict = [traced("predict", steps) for steps in (1, 10, 40)]
print("believed: steps_per_execution saves calls into the graph, in fit and in predict")
print(f"seen: with 1, 10 and 40 steps `fit` runs the model's Python code {fit} times, and")
print(f"      `predict` {[calls for calls, _ in predict]} times: its steps are unrolled into")
print("      one graph. The first prediction of a GRU took " + ", ".join(f"{s:.1f} s" for _, s in predict))
assert fit == [1, 1, 1], fit
assert [calls for calls, _ in predict] == [1, 10, 40], predict
PYTHON
