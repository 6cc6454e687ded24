#!/bin/sh
# On TensorFlow, the first training step of a fresh Keras model is traced twice.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check keras==3.15.1 tensorflow==2.21.0
cd "$folder"
TF_CPP_MIN_LOG_LEVEL=3 "$folder/env/bin/python" - <<'PYTHON'
import keras
import numpy as np

print("keras", keras.__version__, "on", keras.backend.backend())


class Counting(keras.layers.Layer):
    calls = 0

    def call(self, inputs):
        Counting.calls += 1
        return inputs


def calls_in_fit(has_variables):
    model = keras.Sequential([keras.Input((2,)), Counting(), keras.layers.Dense(1)])
    model.compile("adam", "mse", metrics=["mae"])
    x, y = np.ones((8, 2)), np.ones((8, 1))
    if has_variables:
        model.optimizer.build(model.trainable_variables)
        model.evaluate(x, y, batch_size=4, verbose=0)
    Counting.calls = 0
    model.fit(x, y, batch_size=4, epochs=3, verbose=0)
    return Counting.calls


fresh, prepared = calls_in_fit(False), calls_in_fit(True)
print("believed: fit runs the Python code of a model once, while it is compiled")
print(f"seen: {fresh} times, and once ({prepared}) where optimizer and metrics have their")
print("      variables already: they are made during the first trace, and a function that")
print("      has made variables is traced again. Compiling a large model takes twice as")
print("      long as it has to")
assert (fresh, prepared) == (2, 1), (fresh, prepared)
PYTHON
