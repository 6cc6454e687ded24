"""Trainings that run side by side: each in a process of its own, in turns.

Whatever else disturbs the machine then disturbs all of them alike, and no backend
has to share a process with another. A turn is two epochs, and the second is timed:
some systems put away the memory of a process that has waited for long, and the first
epoch gets it back.
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field

_MARK = "epoch done: "


@dataclass
class Contestant:
    """A training, and what its epochs took.

    Attributes:
        name: String, what the table calls it.
        backend: String, its `KERAS_BACKEND`.
        arguments: List of strings, the command line after the interpreter.
        first: Float, seconds of the very first epoch, with its compilation.
        seconds: List of floats, of one epoch each turn.
        loss: Float, at the end of the last epoch.
    """

    name: str
    backend: str
    arguments: list
    first: float | None = None
    seconds: list = field(default_factory=list)
    loss: float | None = None


def race(contestants, turns, say):
    """Train all of them, in turns.

    Args:
        contestants: List of `Contestant`s; what was measured is filled in.
        turns: Integer, the turns of each.
        say: Function that shows a string while one waits.
    """
    with contextlib.ExitStack() as stack:
        running = [(one, stack.enter_context(_running(one))) for one in contestants]
        for turn in range(turns):
            for one, process in running:
                waking, timed = _epoch(process, one), _epoch(process, one)
                if turn == 0:
                    one.first = waking["seconds"]
                one.seconds.append(timed["seconds"])
                one.loss = timed["loss"]
                say(f"turn {turn + 1}/{turns}, {one.name}: {one.seconds[-1]:.2f} s")


def turn_taker():
    """Return the callback that makes a training take turns.

    It waits for a word before an epoch, tells the time from there to where the next
    epoch would begin, all that `fit` does between two epochs included, and ends the
    process when there is nobody to wait for.
    """
    import keras

    class TurnTaker(keras.callbacks.Callback):
        def __init__(self):
            super().__init__()
            self.begin = None

        def on_epoch_begin(self, epoch, logs=None):
            self.report()
            if not sys.stdin.readline():
                # Nobody listens any more. There is nothing to save or to tidy up.
                os._exit(0)
            self.begin = time.perf_counter()

        def on_epoch_end(self, epoch, logs=None):
            self.loss = float(logs["loss"])

        def report(self):
            if self.begin is not None:
                seconds = time.perf_counter() - self.begin
                found = json.dumps({"seconds": seconds, "loss": self.loss})
                print(_MARK + found, flush=True)

    return TurnTaker()


@contextlib.contextmanager
def _running(contestant):
    environment = os.environ | {
        "KERAS_BACKEND": contestant.backend,
        "TF_CPP_MIN_LOG_LEVEL": "3",
        # The targets are for a CPU, and not every backend here may find a GPU.
        "CUDA_VISIBLE_DEVICES": "-1",
        "JAX_PLATFORMS": "cpu",
    }
    with tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            [sys.executable, *contestant.arguments],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        process.errors = errors
        try:
            yield process
        finally:
            process.kill()
            process.communicate()


def _epoch(process, contestant):
    with contextlib.suppress(BrokenPipeError):
        process.stdin.write("go\n")
        process.stdin.flush()
    for line in process.stdout:
        if line.startswith(_MARK):
            return json.loads(line.removeprefix(_MARK))
    process.errors.seek(0)
    sys.exit(f"{contestant.name} ended early:\n{process.errors.read()[-2000:]}")
