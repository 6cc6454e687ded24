"""Everything that a training needs to go on after a kill, in one file."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import keras
import numpy as np

from keras_rnn._version import __version__
from keras_rnn.errors import UserError
from keras_rnn.files import replacing


@dataclass
class Progress:
    """How far a training has come.

    Attributes:
        epochs: List of dicts, the metrics of each whole epoch.
        best: Float, the best value of the monitored metric, or `None`.
        best_epoch: Integer, the epoch that reached it (the first is 1), or `None`.
        wait: Integer, epochs since then.
        seconds: Float, time spent, that of earlier runs included.
    """

    epochs: list[dict[str, float]] = field(default_factory=list)
    best: float | None = None
    best_epoch: int | None = None
    wait: int = 0
    seconds: float = 0.0


@dataclass
class Snapshot:
    """A copy of a model's whole state: weights, seed generators and optimizer.

    Attributes:
        variables, optimizer: Lists of arrays.
    """

    variables: list[np.ndarray]
    optimizer: list[np.ndarray]

    @classmethod
    def of(cls, model: keras.Model) -> Snapshot:
        """Copy the state of a built and compiled `keras.Model`."""
        return cls(copies(model.variables), copies(model.optimizer.variables))

    def restore(self, model: keras.Model) -> None:
        """Give the model this state."""
        _assign(model.variables, self.variables)
        _assign(model.optimizer.variables, self.optimizer)

    def same_as(self, other: Snapshot) -> bool:
        """Say whether both hold the same numbers."""
        return _equal(self.variables, other.variables) and self.same_optimizer(other)

    def same_optimizer(self, other: Snapshot) -> bool:
        """Say whether both optimizers are in the same state."""
        return _equal(self.optimizer, other.optimizer)


@dataclass
class Checkpoint:
    """What the file holds.

    Attributes:
        snapshot: `Snapshot` after the last whole epoch.
        progress: `Progress`.
        best_weights: List of arrays, the weights of the best epoch; may be empty.
        fingerprint: Dict of strings, from the function of that name.
        final: `Snapshot` of what the model was left with, if it does not follow from
            the rest, or `None`.
    """

    snapshot: Snapshot
    progress: Progress
    best_weights: list[np.ndarray]
    fingerprint: dict[str, str]
    final: Snapshot | None = None

    def differences(self, fingerprint: dict[str, str], model: keras.Model) -> str:
        """Name what is not as in this checkpoint: a string, empty if nothing."""
        names = sorted(self.fingerprint.keys() | fingerprint.keys())
        found = [
            name
            for name in names
            if self.fingerprint.get(name) != fingerprint.get(name)
        ]
        if "optimizer" in found and Snapshot.of(model).same_optimizer(self.snapshot):
            # The model was trained to here, and a callback lowered its learning rate.
            found.remove("optimizer")
        fits = (
            _shapes(self.snapshot.variables) == _shapes(model.variables)
            and _shapes(self.snapshot.optimizer) == _shapes(model.optimizer.variables)
            and _shapes(self.best_weights) in ([], _shapes(model.weights))
        )
        return " and ".join(found) or ("" if fits else "model")


def save(path: str | Path, state: Checkpoint) -> None:
    """Write a `Checkpoint` to `path` (`*.npz`): all of it or nothing."""
    arrays: dict[str, Any] = {}
    groups = {
        "variable": state.snapshot.variables,
        "optimizer": state.snapshot.optimizer,
        "best": state.best_weights,
    }
    if state.final:
        groups["finalvariable"] = state.final.variables
        groups["finaloptimizer"] = state.final.optimizer
    for group, values in groups.items():
        arrays |= {f"{group}_{i}": value for i, value in enumerate(values)}
    about = {"progress": asdict(state.progress), "fingerprint": state.fingerprint}
    with replacing(path) as temporary:
        np.savez(temporary, about=json.dumps(about), **arrays)


def load(path: str | Path) -> Checkpoint:
    """Read the `Checkpoint` that `save` wrote.

    Raises:
        UserError: The file is damaged.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            about = json.loads(str(file["about"]))
            final = Snapshot(
                _group(file, "finalvariable"), _group(file, "finaloptimizer")
            )
            return Checkpoint(
                Snapshot(_group(file, "variable"), _group(file, "optimizer")),
                Progress(**about["progress"]),
                _group(file, "best"),
                dict(about["fingerprint"]),
                final if final.variables else None,
            )
    except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile) as bad:
        raise UserError(
            f"{path} is damaged or no checkpoint of this package. Delete it to train "
            "from the start."
        ) from bad


def remove_leftovers(path: Path) -> None:
    """Remove what a kill in the midst of writing `path` has left beside it."""
    for leftover in path.parent.glob(f".{path.stem}-*{path.suffix}"):
        leftover.unlink(missing_ok=True)


def fingerprint(model: keras.Model, train: Any, **settings: Any) -> dict[str, str]:
    """Describe a training, so that another one in the same folder is noticed.

    How long to train (`epochs`, `patience`) is no part of it: a training that is
    over goes on when it is given more.

    Args:
        model: Built and compiled `keras.Model`.
        train: What the model is trained on. Of a `PyDataset`, the number of batches
            and the content of the first and the last one count; of a
            `tf.data.Dataset`, the number of batches and their shapes.
        **settings: Anything else that matters.

    Returns:
        Dict from what to a string.
    """
    compiled = model.get_compile_config()
    found = {
        "model": _digest(_architecture(model)),
        "optimizer": _text(compiled.get("optimizer") or type(model.optimizer)),
        "loss": _text(compiled.get("loss")),
        "keras_rnn": __version__,
    }
    found |= {name: str(value) for name, value in settings.items()}
    if isinstance(train, keras.utils.PyDataset):
        batches = train.num_batches
        first_and_last = [] if not batches else [train[0], train[batches - 1]]
        found["data"] = f"{batches} batches, {_digest_arrays(first_and_last)}"
    elif hasattr(train, "element_spec"):
        found["data"] = f"{int(train.cardinality())} batches, {train.element_spec}"
    return found


def _architecture(model):
    """The model's configuration and shapes, whatever numbers its names carry."""
    try:
        config = json.dumps(json.loads(model.to_json())["config"], sort_keys=True)
    except (NotImplementedError, TypeError, ValueError, KeyError):
        config = type(model).__name__
    return f"{_unnumbered(config)} {_shapes(model.variables)}"


def _text(config):
    """One line about an optimizer or a loss, without the names Keras made up."""
    if isinstance(config, dict):
        config = {key: value for key, value in config.items() if key != "build_config"}
        return _unnumbered(json.dumps(config, sort_keys=True, default=_name))
    return _name(config)


def _name(thing):
    return thing if isinstance(thing, str) else getattr(thing, "__name__", str(thing))


def _unnumbered(text):
    return re.sub(r'_\d+(?=")', "", text)


def _digest(text):
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _digest_arrays(nested):
    digest = hashlib.sha256()
    for array in keras.tree.flatten(nested):
        array = np.asarray(array)
        digest.update(f"{array.shape}{array.dtype}".encode())
        digest.update(
            repr(array.tolist()).encode() if array.dtype.hasobject else array.tobytes()
        )
    return digest.hexdigest()[:16]


def copies(variables: Iterable[keras.Variable]) -> list[np.ndarray]:
    """Return the values of Keras variables as NumPy arrays of their own."""
    # By way of a tensor: NumPy 2 warns when it is given a Keras variable itself.
    tensors = map(keras.ops.copy, variables)
    return [np.array(keras.ops.convert_to_numpy(tensor)) for tensor in tensors]


def _assign(variables, values):
    for variable, value in zip(variables, values, strict=True):
        # NumPy's files know no bfloat16 and give back its bytes without the name.
        known = value.dtype.kind != "V"
        variable.assign(value if known else value.view(variable.dtype))


def _equal(arrays, others):
    """Whether the arrays hold the same bytes: one NaN is as good as another."""
    return len(arrays) == len(others) and all(
        one.shape == other.shape and one.tobytes() == other.tobytes()
        for one, other in zip(arrays, others, strict=True)
    )


def _group(file, group):
    count = sum(name.startswith(f"{group}_") for name in file.files)
    return [file[f"{group}_{i}"] for i in range(count)]


def _shapes(arrays):
    return [tuple(array.shape) for array in arrays]
