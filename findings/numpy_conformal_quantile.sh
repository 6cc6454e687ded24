#!/bin/sh
# The textbook line for a conformal quantile takes one score too many.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6
cd "$folder"
TF_CPP_MIN_LOG_LEVEL=3 "$folder/env/bin/python" - <<'PYTHON'
import math

import numpy as np

print("numpy", np.__version__)
print("believed: np.quantile(scores, ceil((n + 1) * level) / n, method='higher') is the")
print("          k-th smallest of n scores, k = ceil((n + 1) * level)")
for n in (19, 50, 100):
    scores = np.arange(1.0, n + 1)
    k = math.ceil((n + 1) * 0.8)
    seen = np.quantile(scores, k / n, method="higher")
    print(f"seen: of {n} scores number {seen:.0f}, where k is {k}")
    assert seen == k + 1, (n, seen)
print("      NumPy counts from the first score at 0 to the last at 1: k / n lies behind")
print("      the k-th of them, and 'higher' goes on to the next")
PYTHON
