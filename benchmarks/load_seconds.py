"""Seconds and memory of answers from saved models, beside another commit's.

    python benchmarks/load_seconds.py
    git worktree add ../before b90ad7f
    python benchmarks/load_seconds.py --before ../before

  forecast --load       a forecaster (ridge, on 3,000 generated rows of five columns;
                        each commit trains its own) and 300 rows in a file, with the
                        picture and, now, with --no-plot
  run NAME --load       networks as large as trained ones, of words that were drawn;
                        both commits read the same files

Each command is a process of its own. The commits take turns, the fastest of the rounds
counts. Printed are seconds of the clock and of the processor, which tells more where
other programs run, and the targets as met or missed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from side_by_side.report import Target, finish, options, show_heading

HERE = Path(__file__).resolve().parents[1]
ROUNDS = 3

# An hourly table, a load and four columns that go with it; and its last rows.
TABLE = """
import numpy as np
import pandas as pd

rng, hours = np.random.default_rng(0), np.arange(3000)
wave = np.sin(2 * np.pi * hours / 24)
others = {name: wave + rng.normal(size=len(hours)) for name in ("a", "b", "c", "d")}
load = 50 + 10 * wave + rng.normal(size=len(hours))
times = pd.date_range("2024-01-01", periods=len(hours), freq="h", name="time")
rows = pd.DataFrame({"load": load, **others}, times).round(3)
rows.to_csv("rows.csv")
rows.tail(300).to_csv("new.csv")
"""

# Builds the networks of the applications and saves them as `keras-rnn run` does.
NETWORKS = """
import string, sys
from pathlib import Path
import numpy as np
from keras_rnn.applications import sentiment
from keras_rnn.applications.dna_tags.train import build as dna_tags
from keras_rnn.applications.named_entities.train import build as named_entities
from keras_rnn.applications.without_backend.saved import write_form

rng = np.random.default_rng(0)
letters = list(string.ascii_letters)
words = sorted({"".join(rng.choice(letters[:26], 6)) for _ in range(8000)})
kinds = ("PER", "LOC", "ORG", "MISC")
tags = ["O", *(f"{start}-{kind}" for kind in kinds for start in "BI")]
models = {
    "sentiment": sentiment.build(words, ("negative", "positive")),
    "named_entities": named_entities(
        words[:4000], letters, ["x", "Xx", "X", "d"], tags
    ),
    "dna_tags": dna_tags(),
}
for name, model in models.items():
    folder = Path(name)
    folder.mkdir()
    model.save(folder / "model.keras")
    assert write_form(name, model, folder / "model.keras")
"""
INPUTS = {
    "sentiment": "There is nothing to like in this movie.",
    "named_entities": "Yesterday, Harry Potter met Hermione Granger.",
    "dna_tags": "AGCCCCTGTGAGGAACTAG",
}


def measured(command: list[str], tree: Path, folder: Path) -> tuple[float, ...]:
    """Return seconds of the clock, of the processor, and megabytes at the peak."""
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    # What pip installs is compiled; a checkout is when it first runs, if it may be.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    started = time.perf_counter()
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            command, env=environment, cwd=folder, stdout=log, stderr=log
        )
        _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{' '.join(command)} failed:\n{(folder / 'log').read_text()}")
    seconds = time.perf_counter() - started
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> None:
    """Measure, print a table, and say which targets are met."""
    parser = options(__doc__, ROUNDS)
    parser.add_argument("--before", type=Path, help="a checkout to compare with")
    parser.add_argument("--model", default="ridge", help="gru, lstm, ... or ridge")
    arguments = parser.parse_args()
    rounds = arguments.rounds or (1 if arguments.quick else ROUNDS)
    show_heading(f"commands on saved models, the fastest of {rounds} rounds in turns")
    trees = {"now": HERE}
    if arguments.before:
        trees["before"] = arguments.before.resolve()
    with tempfile.TemporaryDirectory() as name:
        found = measure(trees, Path(name), rounds, arguments)
    rows, targets = [], []
    empty = found["empty interpreter", "now"]
    for what in dict.fromkeys(what for what, _ in found):
        now, before = found[what, "now"], found.get((what, "before"))
        numbers = [f"{now[0]:.2f}", f"{now[1]:.2f}", f"{now[2]:.0f}"]
        if before is None:
            rows.append([what, *numbers, *["-"] * 5])
            targets.append(None)
            continue
        ratios = [before[i] / now[i] for i in (0, 1)]
        numbers += [f"{before[0]:.2f}", f"{before[1]:.2f}", f"{before[2]:.0f}"]
        rows.append([what, *numbers, *(f"{ratio:.1f}" for ratio in ratios)])
        targets.append(Target(ratios[0], least=6 if what == "forecast" else 2))
    for i, name in enumerate(("seconds", "processor")):
        over = found["forecast --no-plot", "now"][i] - empty[i]
        rows.append([f"--no-plot over empty, {name}", f"{over:.2f}", *["-"] * 7])
        targets.append(Target(over, most=1))
    peak = max(found[what, "now"][2] for what, _ in found)
    rows.append(["most megabytes", *["-"] * 2, f"{peak:.0f}", *["-"] * 5])
    targets.append(Target(peak, most=200))
    columns = ["command", "seconds", "processor", "MB"]
    columns += ["before", "processor", "MB", "ratio", "of processor"]
    finish(columns, rows, targets, arguments)


def measure(trees, folder, rounds, arguments):
    """Return a dict from command and commit to seconds, processor's, megabytes."""
    keras_rnn = [sys.executable, "-m", "keras_rnn"]
    measured([sys.executable, "-c", TABLE], HERE, folder)
    given = ["--target", "load", "--model", arguments.model]
    for what, tree in trees.items():
        train = [*keras_rnn, "forecast", "--data", "rows.csv", *given, "--out", what]
        measured(train, tree, folder)
    forecast = [*keras_rnn, "forecast", "--data", "new.csv"]
    measured([sys.executable, "-c", NETWORKS], HERE, folder)
    cases = {("empty interpreter", "now"): [sys.executable, "-c", "pass"]}
    for plot in ([], ["--no-plot"]):
        for what in ["now"] if plot else trees:
            again = [*forecast, "--load", what, "--out", "out", *plot]
            cases[" ".join(["forecast", *plot]), what] = again
    for name, text in INPUTS.items():
        for what in trees:
            again = [*keras_rnn, "run", name, "--load", name, "--input", text]
            cases[f"run {name}", what] = again
    found = {case: [] for case in cases}
    for _ in range(rounds):
        for (case, what), command in cases.items():
            found[case, what].append(measured(command, trees[what], folder))
    return {
        case: [min(one) for one in zip(*each, strict=True)]
        for case, each in found.items()
    }


if __name__ == "__main__":
    main()
