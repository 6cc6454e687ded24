"""How fast text, translations, captions, drawings and tunes are written.

    python benchmarks/generation.py
    git worktree add ../before b90ad7f
    python benchmarks/generation.py --before ../before

Networks are untrained: how long they take does not depend on what they say.

  text, texts  1,000 characters after a prompt of 20 by an LSTM(256) of 65 characters,
               and 64 such texts of 100 at once. Beside the text a loop of twenty lines
               of NumPy, one of PyTorch (if there is one), this package on JAX, and 20
               characters with a `predict` of a stateful Keras model for each, times 50
  beams        256 sentences of 12 words by the translation model, five beams
  others       as the applications do it: 64 captions, 8 drawings, 4 tunes; beside the
               loop that this commit compiles where nothing has a form in NumPy, since
               other commits have their applications in other places. And a dialog,
               which has nothing to stand beside

Each side runs in a program of its own; they take turns, and the fastest round counts.
`first` is the first call, in which compiled loops are compiled. Seconds of the
processor stand beside those of the clock: on a machine that does something else they
tell more. Targets are ratios of the clock's seconds.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

from side_by_side.report import Target, finish, options, show_heading

ROUNDS = 3
HERE = Path(__file__).resolve().parent
TASKS = {  # and how much faster than before each is to be
    "text": 10,
    "texts": 4,
    "beams": 4,
    "captioning": 4,
    "text_to_image": 4,
    "music_generation": 4,
    "visual_dialog": None,
}

_OTHERS = {"NumPy loop": 1.5, "a predict a character": 20}


class Side:
    """A program that does tasks when it is asked to.

    Args:
        tree: Path of the checkout whose package it imports.
        backend: String, Keras's backend.
    """

    def __init__(self, tree: Path, backend: str) -> None:
        environment = {
            **os.environ,
            "PYTHONPATH": str(tree),
            "KERAS_BACKEND": backend,
        }
        self.process = subprocess.Popen(
            [sys.executable, HERE / "side_by_side" / "generation_tasks.py"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def do(self, task: str) -> dict:
        """Return seconds of the clock and of the processor, and tokens."""
        self.process.stdin.write(f"{task}\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"{task} failed in {self.process.args[1]}")
        return json.loads(line)


class Measured:
    """The rounds of a task on one side."""

    def __init__(self, task: str) -> None:
        self.times = 50 if task == "predict_loop" else 1
        self.first, self.seconds, self.processor = None, [], []
        self.tokens: list[int] = []

    def add(self, found: dict) -> None:
        if self.first is None:
            self.first, self.tokens = found["seconds"], found["tokens"]
        else:
            self.seconds.append(self.times * found["seconds"])
            self.processor.append(self.times * found["processor"])

    @property
    def fastest(self) -> float:
        return min(self.seconds)


def measure(sides: dict, rounds: int) -> dict[str, Measured]:
    """Let sides take turns; the first round is that in which things are compiled.

    Args:
        sides: Dict from name to `Side` and task.
        rounds: Integer.
    """
    found = {name: Measured(task) for name, (_, task) in sides.items()}
    for _ in range(rounds + 1):
        for name, (side, task) in sides.items():
            found[name].add(side.do(task))
    return found


def main():
    parser = options(__doc__, ROUNDS)
    parser.add_argument(
        "--before", type=Path, metavar="DIR", help="checkout of another commit"
    )
    parser.add_argument(
        "--tasks", nargs="+", choices=TASKS, default=list(TASKS), metavar="TASK"
    )
    args = parser.parse_args()
    rounds = args.rounds or (2 if args.quick else ROUNDS)
    tasks = ["text"] if args.quick else args.tasks
    backend = os.environ.get("KERAS_BACKEND", "tensorflow")
    show_heading(f"{', '.join(tasks)}, on {backend}; {rounds} rounds each, in turns")
    ours = Side(HERE.parent, backend)
    before = Side(args.before.resolve(), backend) if args.before else None
    compiled = Side(HERE.parent, backend)
    rows, targets = [], []
    for task in tasks:
        sides = {"ours": (ours, task)}
        if task not in ("text", "texts", "beams", "visual_dialog"):
            sides["compiled loop"] = compiled, f"{task} compiled"
        elif before is not None:
            sides["before"] = before, task
        if task == "text":
            sides["a predict a character"] = ours, "predict_loop"
            sides["NumPy loop"] = ours, "numpy_loop"
            if importlib.util.find_spec("torch"):
                sides["PyTorch loop"] = ours, "torch_loop"
            if importlib.util.find_spec("jax") and backend != "jax":
                sides["ours on JAX"] = Side(HERE.parent, "jax"), task
        found = measure(sides, rounds)
        for name, one in found.items():
            ratio = one.fastest / found["ours"].fastest
            first = one.first / found["ours"].first
            processor = min(one.processor) / min(found["ours"].processor)
            pairs = zip(one.tokens, found["ours"].tokens, strict=False)
            same = [a == b for a, b in pairs]
            is_before = name in ("before", "compiled loop")
            rows.append(
                [
                    f"{task}: {name}",
                    f"{1000 * one.fastest:,.1f}",
                    f"{1000 * min(one.processor):,.1f}",
                    f"{1000 * one.first:,.0f}",
                    f"{ratio:.1f}",
                    f"{processor:.1f}",
                    f"{first:.1f}",
                    f"{100 * sum(same) / len(same):.1f} %" if is_before else "",
                ]
            )
            least = TASKS[task] if is_before else _OTHERS.get(name)
            targets.append(least and Target(ratio, least=least))
            if is_before:
                rows.append(
                    [f"{task}: first answer", *[""] * 4, "", f"{first:.1f}", ""]
                )
                targets.append(Target(first, least=2))
    columns = ["what", "ms", "processor ms", "first ms", "ratio", "of processor"]
    finish([*columns, "of first", "same tokens"], rows, targets, args)


if __name__ == "__main__":
    main()
