"""Writes a Keras model for another runtime, and checks what was written."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from keyword import iskeyword
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_rnn.errors import UserError, nearest
from keras_rnn.files import output_folder, replacing_all
from keras_rnn.optional import need

if TYPE_CHECKING:
    import keras

    from keras_rnn.runtimes.graph import Graph


@dataclass(frozen=True)
class Runtime:
    """What a model can be exported for.

    Args:
        module: String, the module of this package that writes and runs its files, in
            functions `write_NAME` and `run_NAME`.
        suffix: String, of the file that one gives.
        needs: Tuple of libraries, named in `keras_rnn.optional.LIBRARIES`.
        is_source: Boolean, whether the file's name is a name in a language.
        one_by_one: Boolean, whether it reads one sequence at a time, not a batch.
        weights: Tuple of strings, how weights can be kept.
    """

    module: str
    suffix: str
    needs: tuple[str, ...] = ()
    is_source: bool = False
    one_by_one: bool = False
    weights: tuple[str, ...] = ("float32",)


RUNTIMES = {
    "numpy": Runtime("numpy_file", ".py", is_source=True),
    "c": Runtime("c_file", ".c", is_source=True, one_by_one=True),
    "js": Runtime("javascript_file", ".mjs", one_by_one=True),
    "litert": Runtime(
        "litert_file",
        ".tflite",
        needs=("ai_edge_litert",),
        one_by_one=True,
        weights=("float32", "int8"),
    ),
    "onnx": Runtime("onnx_file", ".onnx", needs=("onnx",)),
    "savedmodel": Runtime("saved_model", ""),
}


@dataclass(frozen=True)
class Export:
    """What was written.

    Args:
        runtime: String, one of `RUNTIMES`.
        step: Boolean, whether it reads one step at a time, its state in and out.
        paths: Tuple of `pathlib.Path`, the files; the first is the one to begin with.
        bytes: Integer, the size of all of them.
        difference: Float, the largest difference from what Keras answers, as a part of
            it where that is above 1; `None` if what runs the file is not here. With
            weights in eight bits it is what their rounding costs.
        unchecked: String, why it could not be compared; else empty.
        weights: String, how weights are kept.
    """

    runtime: str
    step: bool
    paths: tuple[Path, ...]
    bytes: int
    difference: float | None
    unchecked: str = ""
    weights: str = "float32"


class DiffersError(UserError):
    """What was written answers something else than Keras."""


class CannotRunError(Exception):
    """What a file could be run with is not on this machine."""


def export(
    model: keras.Model,
    to: str,
    path: str | Path,
    *,
    step: bool = False,
    examples: Any = None,
    weights: str = "float32",
) -> Export:
    """Write a Keras model for another runtime, where neither Keras nor a backend is.

    The file is run after it is written, beside the model: on random numbers and, if
    there are any, on `examples`. If an answer differs by more than 1e-5 (of an answer
    above 1, by more than that part of it), nothing is left behind but the error. Steps
    that a mask skips are no result and are not compared.

    What can be exported are Sequential and functional models of `Recurrent` and Keras's
    recurrent layers with any cell of this package or of Keras, in one direction or two,
    with masks; `Embedding`, `Dense`, normalization, activations, what joins two
    sequences, and convolutions and slices of sequences of a known length, as
    forecasters have. All else is refused, by name, before anything is written.

    Args:
        model: `keras.Model`, built, in float32.
        to: String, one of `RUNTIMES`:
            - `"numpy"`: a `.npz` of weights and a short `.py` that needs NumPy;
            - `"onnx"`: an `.onnx` of standard operators, opset 18;
            - `"c"`: a `.c` of C99 and its `.h`, without heap or dependency;
            - `"js"`: an `.mjs`, a module for browsers and node;
            - `"litert"`: a `.tflite` of built-in operators;
            - `"savedmodel"`: a folder, as Keras itself exports it.
        path: String or `pathlib.Path` of the file to write, with or without its suffix.
        step: Boolean, whether the file is to read one step at a time, with the state in
            and out, for streams. Only for layers that read forward. Default: `False`,
            whole sequences.
        examples: Array, or list of arrays for several inputs: real inputs, of which
            eight rows are compared as well. Default: `None`.

        weights: String, `"float32"`, or `"int8"` for LiteRT: matrices are kept in
            eight bits, a scale for each output of a layer, a quarter of the size. The
            file is compared with a model of the same rounded weights, and the
            difference that is returned is the loss: what the Keras model answers
            otherwise. Default: `"float32"`.

    Returns:
        `Export`: the files, their size, and the largest difference.

    Raises:
        UserError: The runtime is unknown, a library is missing, the model or a layer of
            it cannot be exported, the file cannot be written, or what was written
            answers something else than Keras.

    Example:

    >>> import keras, tempfile
    >>> from keras_rnn.layers import Recurrent
    >>> model = keras.Sequential([keras.Input((None, 3)), Recurrent("gru", 4)])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     done = export(model, "numpy", f"{folder}/small.py")
    >>> [path.name for path in done.paths], done.difference < 1e-5
    (['small.py', 'small.npz'], True)
    """
    from keras_rnn.runtimes.checking import check_examples
    from keras_rnn.runtimes.reading import read_model

    if to not in RUNTIMES:
        raise UserError(
            f"There is no runtime {to!r}.{nearest(to, RUNTIMES)} Known are "
            f"{', '.join(RUNTIMES)}."
        )
    path = Path(path)
    name = _name(to, path)
    if weights not in RUNTIMES[to].weights:
        others = [name for name, one in RUNTIMES.items() if weights in one.weights]
        raise UserError(
            f"For {to}, `weights` can be {' or '.join(RUNTIMES[to].weights)}, not "
            f"{weights}."
            + (f" For {', '.join(others)} it can be that." if others else "")
        )
    for library in RUNTIMES[to].needs:
        need(library)
    module = import_module(f"keras_rnn.runtimes.{RUNTIMES[to].module}")
    if to == "savedmodel":
        module.check_can_write(step)
        if path.exists():
            raise UserError(
                f"{path} is there already. Remove it, or give another path."
            )
        graph = None
    else:
        # Of one large matrix, entries differ too much to share the scale of a column.
        fold = weights != "int8"
        graph = read_model(model, step=step, name=name, fold=fold)
        _check_weights(graph)
    check_examples(model, examples)
    path = output_folder(path.parent) / name
    try:
        return _write(model, to, graph, path, step, examples, weights)
    except DiffersError:
        if graph is None or not fold:
            raise
    graph = read_model(model, step=step, name=name, fold=False)
    return _write(model, to, graph, path, step, examples, weights)


def _write(
    model: keras.Model,
    to: str,
    graph: Graph | None,
    path: Path,
    step: bool,
    examples: Any,
    weights: str,
) -> Export:
    """Write the files and check them, all or none."""
    module = import_module(f"keras_rnn.runtimes.{RUNTIMES[to].module}")
    name = path.name
    with replacing_all(path.parent) as temporary:
        if graph is None:
            made = module.write_savedmodel(model, temporary, name)
        else:
            settings = {"int8": True} if weights == "int8" else {}
            write = getattr(module, f"write_{to}")
            made = write(graph, temporary, step=step, **settings)
            if not RUNTIMES[to].is_source:
                wanted = temporary / f"{name}{RUNTIMES[to].suffix}"
                made = [made[0].rename(wanted)]
        size = sum(_size(one) for one in made)
        apart, unchecked = None, ""
        try:
            apart = _compared(model, to, graph, made[0], step, examples, weights)
        except CannotRunError as reason:
            unchecked = str(reason)
    paths = tuple(path.parent / one.name for one in made)
    return Export(to, step, paths, size, apart, unchecked, weights)


def _name(to: str, path: Path) -> str:
    """The name of a file without its suffix, which may be left out."""
    from keras_rnn.runtimes.reading import identifier

    suffix = RUNTIMES[to].suffix
    name = path.name.removesuffix(suffix) if suffix else path.name
    if suffix and path.suffix and name == path.name:
        raise UserError(
            f"For {to} the file is called {path.stem}{suffix}, not {path.name}."
        )
    if RUNTIMES[to].is_source and name != identifier(name):
        raise UserError(
            f"The name of a file for {to} is a name in its language: "
            f"{identifier(name)}{suffix}, not {name}{suffix}."
        )
    if to == "numpy" and iskeyword(name):
        raise UserError(
            f"{name!r} is a word of Python, and no module can be called so. Give the "
            "file another name."
        )
    return name


def _check_weights(graph: Graph) -> None:
    """Refuse what a training that failed has left."""
    for name, array in graph.weights.items():
        if not np.isfinite(array).all():
            raise UserError(
                f"The weights {name} hold NaN or infinity, of a training that failed, "
                "and so would every answer. Train the model again."
            )


def _size(path: Path) -> int:
    """The bytes of a file, or of all files in a folder."""
    files = (
        [one for one in path.rglob("*") if one.is_file()] if path.is_dir() else [path]
    )
    return sum(one.stat().st_size for one in files)


def _compared(
    model: keras.Model,
    to: str,
    graph: Graph | None,
    path: Path,
    step: bool,
    examples: Any,
    weights: str,
) -> float:
    """The difference of a file from its model; an error, where it is too large."""
    from keras_rnn.runtimes.checking import TOLERANCE, difference, sensitivity
    from keras_rnn.runtimes.int8 import with_rounded_weights
    from keras_rnn.runtimes.numpy_graph import NumpyGraph
    from keras_rnn.runtimes.reading import read_model

    module = import_module(f"keras_rnn.runtimes.{RUNTIMES[to].module}")
    run = getattr(module, f"run_{to}")
    settings = {"step": step}
    if graph is None:
        settings = {}
        try:
            graph = read_model(model)
        except UserError as error:
            raise CannotRunError(f"it reads what is not known here. {error}") from None
    shown = graph

    def apart_from(answer: Any = None) -> float:
        return difference(
            model,
            shown,
            lambda inputs: run(path, shown, inputs, **settings),
            step=step,
            examples=examples,
            one_by_one=RUNTIMES[to].one_by_one,
            answer=answer,
        )

    if weights == "int8":
        exact = read_model(model, fold=False)
        same = NumpyGraph(with_rounded_weights(exact)).predict
        apart = apart_from(lambda inputs: same(*inputs))
    else:
        apart = apart_from()
    # A chaotic network is not the same for long on two backends of Keras either.
    if not apart <= TOLERANCE and not apart <= 10 * sensitivity(model, graph):
        raise DiffersError(
            f"The file for {to} would be broken, and was not kept: it answers "
            f"something else than the Keras model, by {apart:.2g}. Please report it "
            "with the model's summary."
        )
    return apart_from() if weights == "int8" else apart
