#!/bin/sh
# Saving a Keras model on JAX imports TensorFlow where it is installed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check keras==3.15.1 jax==0.10.2 tensorflow==2.21.0
cd "$folder"
KERAS_BACKEND=jax TF_CPP_MIN_LOG_LEVEL=3 "$folder/env/bin/python" - <<'PYTHON'
import sys
import time

import keras
import numpy as np

print("keras", keras.__version__, "on", keras.backend.backend())
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
model.compile("adam", "mse")
model.fit(np.ones((8, 3)), np.ones((8, 2)), verbose=0)
model.predict(np.ones((8, 3)), verbose=0)
before = "tensorflow" in sys.modules
seconds = []
for name in ("first.keras", "second.keras"):
    started = time.perf_counter()
    model.save(name)
    seconds.append(time.perf_counter() - started)
print("believed: another backend than TensorFlow never loads TensorFlow")
print(f"seen: loaded after fit and predict: {before}; after save: {'tensorflow' in sys.modules}.")
print(f"      The first save took {seconds[0]:.1f} s, the second {seconds[1]:.2f} s: the")
print("      serializer asks whether a value is one of TensorFlow's shapes")
assert not before and "tensorflow" in sys.modules
PYTHON
