#!/bin/sh
# On TensorFlow, keras.ops.add(x, column) adds a row where x is as high as it is wide.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check keras==3.15.1 tensorflow==2.21.0 jax==0.10.2
cd "$folder"
cat > sums.py <<'PYTHON'
import keras
import numpy as np

x, column = np.zeros((3, 3), "float32"), np.array([[1], [2], [3]], "float32")
# A level of each series, added to what a network forecasts: three series, three steps.
series = keras.Input((4,))
forecast = keras.layers.Dense(3, kernel_initializer="zeros")(series)
first, second = (
    keras.Model(series, total)
    for total in (forecast + series[:, -1:], series[:, -1:] + forecast)
)
batch = np.repeat(column, 4, axis=1)
for found in (keras.ops.add(x, column), first(batch), keras.ops.add(column, x), second(batch)):
    print(np.asarray(found).astype(int).tolist())
PYTHON
for backend in tensorflow jax; do
  KERAS_BACKEND=$backend TF_CPP_MIN_LOG_LEVEL=3 "$folder/env/bin/python" sums.py 2>/dev/null > "$backend.txt"
done
"$folder/env/bin/python" - <<'PYTHON'
found = {name: open(f"{name}.txt").read().split("\n")[:4] for name in ("tensorflow", "jax")}
right, wrong = str([[1] * 3, [2] * 3, [3] * 3]), str([[1, 2, 3]] * 3)
print("keras 3.15.1: zeros of shape (3, 3) plus the column 1, 2, 3")
print("believed: as in NumPy,", right, "whatever the order of the two")
print("seen: JAX", found["jax"][0], "both ways round;")
print("      TensorFlow", found["tensorflow"][0], "for x + column, in keras.ops.add")
print("      and in a model called on three sequences, and the right sum for column + x:")
print("      a second term that has one axis longer than 1, as long as the channels, is")
print("      taken for a bias. A batch of another size gives the right sums")
assert found["jax"] == [right] * 4, found
assert found["tensorflow"] == [wrong, wrong, right, right], found
PYTHON
