#!/bin/sh
# Freezing a Keras layer that says it is frozen does nothing on TensorFlow.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check keras==3.15.1 tensorflow==2.21.0
cd "$folder"
TF_CPP_MIN_LOG_LEVEL=3 "$folder/env/bin/python" - <<'PYTHON'
import keras

print("keras", keras.__version__, "on", keras.backend.backend())
layer = keras.layers.RNN(keras.layers.LSTMCell(2), trainable=False)
layer.trainable = False
model = keras.Sequential([keras.Input((None, 3)), layer])
count = len(model.trainable_variables)
print("believed: after layer.trainable = False no weight of the layer is trained")
print(f"seen: {count} weights of the cell are trained, because the constructor had set")
print("      the same value on the layer alone, and TensorFlow's tracking leaves out an")
print("      assignment of the value that is there")
assert count == 3, count
layer.trainable = True
layer.trainable = False
assert not model.trainable_variables
print("      (layer.trainable = True, then False: none is trained)")
PYTHON
