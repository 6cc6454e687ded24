#!/bin/sh
# Seeding between two trainings lets TensorFlow prepare every compiled function again.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check keras==3.15.1 tensorflow==2.21.0
cd "$folder"
TF_CPP_MIN_LOG_LEVEL=3 "$folder/env/bin/python" - <<'PYTHON'
import statistics
import time

import keras
import numpy as np
import tensorflow as tf

print("keras", keras.__version__, "tensorflow", tf.__version__)

inputs = keras.Input((24, 8))
outputs = keras.layers.Dense(1)(keras.layers.GRU(32)(keras.layers.GRU(32, return_sequences=True)(inputs)))
model = keras.Model(inputs, outputs)
model.compile("adam", "mse")
x, y = np.ones((64, 24, 8), "float32"), np.ones((64, 1), "float32")


def seconds(before=None):
    if before:
        before(0)
    started = time.perf_counter()
    model.train_on_batch(x, y)
    return time.perf_counter() - started


for _ in range(3):
    seconds()
plain = statistics.median(seconds() for _ in range(10))
seeded = statistics.median(seconds(keras.utils.set_random_seed) for _ in range(10))
print("believed: a seed costs nothing; what was compiled stays compiled")
print(f"seen: a training step takes {plain:.3f} s, and {seeded:.3f} s after")
print("      keras.utils.set_random_seed, although nothing is traced again: TensorFlow's")
print("      global seed clears its kernels, and each function is optimised anew")
assert seeded > 5 * plain, (plain, seeded)
PYTHON
