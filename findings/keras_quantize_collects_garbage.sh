#!/bin/sh
# Quantising a Keras model collects all of Python's garbage once for each weight.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check keras==3.15.1 jax==0.10.2
KERAS_BACKEND=jax "$folder/env/bin/python" - <<'PYTHON'
import gc
import time

import keras

print("keras", keras.__version__)
layers = 20
model = keras.Sequential([keras.Input((8,)), *(keras.layers.Dense(8) for _ in range(layers))])
others = [[number] for number in range(3_000_000)]  # what else a program may hold

full, began, within = 0, 0.0, 0.0


def watch(phase, info):
    global full, began, within
    if info["generation"] < 2:
        return
    if phase == "start":
        full, began = full + 1, time.perf_counter()
    else:
        within += time.perf_counter() - began


gc.collect()
gc.callbacks.append(watch)
started = time.perf_counter()
model.quantize("int8")
took = time.perf_counter() - started
gc.callbacks.remove(watch)
print("believed: int8 weights cost what their rounding costs")
print(f"seen: {full} full collections for {layers} layers, {within / took:.0%} of {took:.1f} s; the")
print("      attribute of each float weight is deleted, and deleting a variable collects:")
print("      the time grows with all objects of the program, whatever they are")
assert full >= layers and within > took / 2
PYTHON
