#!/bin/sh
# One broken second changes the resolution of all stamps that pandas makes of epoch seconds.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check pandas==3.1.1
cd "$folder"
TF_CPP_MIN_LOG_LEVEL=3 "$folder/env/bin/python" - <<'PYTHON'
import pandas as pd

print("pandas", pd.__version__)
whole = pd.Series([1_600_000_000.0, 1_600_000_060.0])
broken = pd.Series([1_600_000_000.0, 1_600_000_060.25])
units = [pd.to_datetime(one, unit="s").dt.unit for one in (whole, broken)]
print("believed: to_datetime(seconds, unit='s') has one resolution for floats")
print(f"seen: {units[0]} where every second is whole, {units[1]} where one is broken,")
print("      so that the type of a column depends on its values")
assert units[0] != units[1], units
PYTHON
