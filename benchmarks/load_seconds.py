"""Seconds and memory of `keras-rnn forecast --load`, beside another commit's.

    python benchmarks/load_seconds.py
    git worktree add ../before b90ad7f
    python benchmarks/load_seconds.py --before ../before

A forecaster is trained (ridge, on the sample; each commit trains its own), and loaded
again and again in turns: the fastest of the rounds counts. Printed are seconds of the
clock and of the processor, which tells more where other programs run, and the targets
as met or missed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]


def measured(command: list[str], tree: Path, folder: Path) -> tuple[float, ...]:
    """Return seconds of the clock, of the processor, and megabytes at the peak."""
    environment = {**os.environ, "PYTHONPATH": str(tree)}
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
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--before", type=Path, help="a checkout to compare with")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--data", default="sample", help="what is trained on")
    parser.add_argument("--model", default="ridge", help="gru, lstm, ... or ridge")
    arguments = parser.parse_args()
    run = [sys.executable, "-m", "keras_rnn", "forecast", "--data", arguments.data]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        trees = {"now": HERE}
        if arguments.before:
            trees["before"] = arguments.before.resolve()
        for what, tree in trees.items():
            train = [*run, "--model", arguments.model, "--out", str(folder / what)]
            measured(train, tree, folder)
        cases = {
            "empty interpreter": ([sys.executable, "-c", "pass"], HERE),
            "now, no plot": (
                [*run, "--load", "now", "--out", "out", "--no-plot"],
                HERE,
            ),
            "now": ([*run, "--load", "now", "--out", "out"], HERE),
        }
        if arguments.before:
            again = [*run, "--load", "before", "--out", "out"]
            cases["before"] = (again, trees["before"])
        rounds: dict[str, list[tuple[float, ...]]] = {case: [] for case in cases}
        for _ in range(arguments.rounds):
            for case, (command, tree) in cases.items():
                rounds[case].append(measured(command, tree, folder))
    best = {
        case: [min(one) for one in zip(*all_, strict=True)]
        for case, all_ in rounds.items()
    }
    print(f"{'':<20}{'seconds':>10}{'processor':>11}{'megabytes':>11}")
    for case, (seconds, processor, megabytes) in best.items():
        print(f"{case:<20}{seconds:>10.2f}{processor:>11.2f}{megabytes:>11.0f}")
    quick = best["now, no plot"]
    over = [quick[i] - best["empty interpreter"][i] for i in (0, 1)]
    targets = {
        "without a picture at most 1 s over an empty interpreter": over[0] <= 1,
        "the same in processor seconds": over[1] <= 1,
        "at most 200 MB": best["now"][2] <= 200,
    }
    if arguments.before:
        parts = [best["now"][i] / best["before"][i] for i in (0, 1)]
        targets |= {
            f"at most a sixth of before ({1 / parts[0]:.1f})": parts[0] <= 1 / 6,
            f"the same in processor seconds ({1 / parts[1]:.1f})": parts[1] <= 1 / 6,
        }
    for target, is_met in targets.items():
        print(f"{'met' if is_met else 'MISSED'}: {target}")


if __name__ == "__main__":
    main()
