"""Writes a model as one C99 file and its header, the weights inside."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from keras_rnn.runtimes.c_source import CSource, has_steps, work_of
from keras_rnn.runtimes.exporting import CannotRunError
from keras_rnn.runtimes.graph import Graph

# What a compiler has to take without a word.
FLAGS = ("-std=c99", "-Wall", "-Wextra", "-Werror")


def write_c(graph: Graph, folder: Path, *, step: bool) -> list[Path]:
    """Write `NAME.c` and `NAME.h`.

    Args:
        graph: `Graph`; its name begins those of the functions.
        folder: `pathlib.Path` of an existing folder.
        step: Boolean, whether the file reads one step at a time.

    Returns:
        List of the two paths.
    """
    writer = CSource(graph, step)
    source, header = folder / f"{graph.name}.c", folder / f"{graph.name}.h"
    source.write_text(writer.source(), encoding="utf-8")
    header.write_text(writer.header(), encoding="utf-8")
    return [source, header]


def run_c(
    path: Path, graph: Graph, inputs: list[np.ndarray], *, step: bool
) -> list[np.ndarray]:
    """Compile a file and run it on one sequence.

    Args:
        path: `pathlib.Path` of the `.c` file.
        graph: `Graph` that it was written from.
        inputs: List of arrays, one for each input, with a batch of 1.
        step: Boolean, whether it reads one step at a time.

    Returns:
        List of arrays, one for each output: with steps, where the form is one step.

    Raises:
        CannotRunError: There is no C compiler here.
        ValueError: What the file says of its arguments.
    """
    compiler = next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)
    if compiler is None:
        raise CannotRunError("there is no C compiler here")
    with tempfile.TemporaryDirectory() as folder:
        library = str(Path(folder) / "model.so")
        command = [compiler, *FLAGS, "-O1", "-shared", "-fPIC", str(path)]
        done = subprocess.run(
            [*command, "-o", library, "-lm"], capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(f"{compiler} refuses {path.name}: {done.stderr}")
        return _run(ctypes.CDLL(library), graph, inputs, step)


def _run(
    library: Any, graph: Graph, inputs: list[np.ndarray], step: bool
) -> list[np.ndarray]:
    arrays = [np.ascontiguousarray(one[0]) for one in inputs]
    steps = max(len(one) for one in arrays)
    outputs = [
        np.zeros((one.steps or steps, one.width), "float32")
        if step or one.is_sequence
        else np.zeros(one.width, "float32")
        for one in graph.outputs
    ]
    function = getattr(library, f"{graph.name}_{'step' if step else 'predict'}")
    function.restype = ctypes.c_char_p
    if not step:
        work = np.zeros(steps * work_of(graph) + 1, "float32")
        given = _arguments(arrays, graph)
        count = [ctypes.c_int(steps)] if has_steps(graph) else []
        _check(function(*count, *given, *map(_pointer, (*outputs, work))))
        return [one[None] for one in outputs]
    state = np.zeros(sum(graph.state_widths), "float32")
    getattr(library, f"{graph.name}_start")(_pointer(state))
    for t in range(steps):
        given = _arguments([one[t] for one in arrays], graph)
        answers = [_pointer(one[t]) for one in outputs]
        _check(function(_pointer(state), *given, *answers))
    return [one[None] for one in outputs]


def _arguments(arrays: list[np.ndarray], graph: Graph) -> list[Any]:
    """What a function is given for inputs: the numbers, and how many a step has."""
    given: list[Any] = []
    for array, value in zip(arrays, graph.inputs, strict=True):
        if array.ndim == 0:
            given.append(ctypes.c_int(int(array)))
            continue
        given.append(_pointer(array))
        if value.width:
            given.append(ctypes.c_int(array.shape[-1]))
    return given


def _pointer(array: np.ndarray) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)


def _check(message: bytes | None) -> None:
    if message is not None:
        raise ValueError(message.decode())
