"""The contract of an application: what it is asked for, and what it gives back.

The module of an application (`NAME.py`, or `NAME/train.py` in a folder) has

- `train(request: Request) -> Outcome`, which trains on real data and judges on a part
  that no training has seen, beside a baseline;
- `answer(model, inputs: list[str], seed: int = 0) -> Answers`, which answers raw inputs
  with a model that `train` returned, or with the same loaded from its file;
- and, if one can talk with it, `reply(model, turns: list[str]) -> str`.

`keras_rnn.applications.find(name).module` is that module.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Sized
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from keras_rnn.errors import UserError

if TYPE_CHECKING:  # a usage line imports no backend
    import keras
    import numpy as np
    from matplotlib.figure import Figure

    from keras_rnn.layers import ClassProbabilities


@dataclass(frozen=True)
class Request:
    """How an application is to be run.

    Attributes:
        data: String, a path, `"sample"`, or `None` for the application's own data.
        seed: Integer.
        epochs: Integer, or `None` for as many as the application finds right.
        folder: `pathlib.Path` for checkpoints, or `None` to keep none.
        verbose: `"auto"`, `0`, `1` or `2`, what `keras_rnn.training.fit` shows.
        tell: Function of two strings, a name and a fact, that shows progress.
            Default: shows nothing.
        vectors: String, a file of word vectors to begin with, or `None`; for the
            applications that the catalogue marks with `takes_vectors`.
        backbone: String, a network of `keras.applications` that looks at photographs,
            or `None`; for those that the catalogue marks with `takes_backbone`.
    """

    data: str | None = None
    seed: int = 0
    epochs: int | None = None
    folder: Path | None = None
    verbose: Literal["auto", 0, 1, 2] = "auto"
    tell: Callable[[str, str], None] = lambda name, fact: None
    vectors: str | None = None
    backbone: str | None = None

    def only_generated(self, application: str, what: str) -> None:
        """Check that no other data are asked for, where there are none.

        Args:
            application: String, its name.
            what: String, what is generated, in the plural.

        Raises:
            UserError: They are.
        """
        if self.data not in (None, "sample"):
            raise UserError(
                f"{application} has no data {self.data!r}: its {what} are generated. "
                "Leave `data` out or say sample."
            )

    def load(self, loader: Callable[[str | None], Any]) -> Any:
        """Load the data that were asked for, and show what they are.

        Args:
            loader: Function from `data` to a data set of `keras_rnn.datasets`.

        Returns:
            What `loader` returned.
        """
        data = loader(self.data)
        self.tell_data(data)
        return data

    def tell_data(self, data: Any) -> None:
        """Show what an application learns from, and whether it is only a sample."""
        self.tell("Data", data.describe())
        if data.note:
            self.tell("Note", data.note)

    def tell_split(
        self, what: str, train: Sized, validation: Sized, test: Sized, note: str = ""
    ) -> None:
        """Show how many examples train, validate and test.

        Args:
            what: String, what is counted, in the plural.
            train, validation, test: The parts.
            note: String, what else there is to say of them. Default: `""`.
        """
        self.tell(
            what,
            f"{len(train):,} to train, {len(validation):,} to validate, "
            f"{len(test):,} to test{note}",
        )


@dataclass(frozen=True)
class Answers:
    """Answers of a trained model to raw inputs: a table, and files.

    Attributes:
        columns: List of strings, the heads of the table.
        rows: List of lists of strings, a row for each answer.
        files: Dict from file name to bytes: answers that are no text, such as pictures.
    """

    columns: list[str]
    rows: list[list[str]]
    files: dict[str, bytes] = field(default_factory=dict)

    def column(self, name: str) -> list[str]:
        """Return the cells of a column.

        Args:
            name: String, one of `columns`.
        """
        place = self.columns.index(name)
        return [row[place] for row in self.rows]

    @classmethod
    def of_each(
        cls,
        inputs: Sequence[str],
        answers: Sequence[str],
        probabilities: Sequence[float] | None = None,
        files: Mapping[str, bytes] | None = None,
    ) -> Answers:
        """Return a table of what was given, and of the answer to each.

        Args:
            inputs: Sequence of strings.
            answers: Sequence of strings, one for each of `inputs`.
            probabilities: Sequence of floats, 0 to 1, how likely each answer is to the
                model. Default: `None`, no such column.
            files: Dict from file name to bytes. Default: none.

        Example:

        >>> Answers.of_each(["a fine film"], ["positive"], [0.923]).rows
        [['a fine film', 'positive', '92%']]
        """
        columns: list[Sequence[str]] = [inputs, answers]
        if probabilities is not None:
            columns.append([f"{each:.0%}" for each in probabilities])
        rows = [list(row) for row in zip(*columns, strict=True)]
        heads = ["given", "answer", "probability"][: len(columns)]
        return cls(heads, rows, dict(files or {}))

    @classmethod
    def of_classes(
        cls, inputs: Sequence[str], probabilities: np.ndarray, layer: ClassProbabilities
    ) -> Answers:
        """Return a table of the likeliest class of each input.

        Args:
            inputs: Sequence of strings.
            probabilities: Array `(inputs, classes)`.
            layer: `keras_rnn.layers.ClassProbabilities`, which knows their names.
        """
        likeliest = probabilities.max(axis=-1)
        return cls.of_each(inputs, layer.names(probabilities), likeliest)


@dataclass(frozen=True)
class Outcome:
    """Result of training an application.

    Attributes:
        model: `keras.Model`, with the vocabulary inside.
        data: What it learned from, with the attributes `kind` (`"file"`, `"download"`
            or `"sample"`), `name`, `origin` and `describe()`, and a length.
        metrics: Dict from name to float, on data held out from the training.
        baseline: Dict with the same names, of `baseline_name`; a metric that the
            baseline has not is `None`.
        baseline_name: String, what the baseline is.
        metric: String, the metric to judge by, where it is another one than the
            catalogue names, as with other data. Default: `""`.
        examples: List of tuples of strings: what was given, the truth, the answer.
        more: Dict, whatever else belongs into `results.json`.
        figures: Dict from file name, without suffix, to `matplotlib` figure.
        files: Dict from file name to string or bytes: what else the run leaves, such
            as a tune.
    """

    model: keras.Model
    data: Any
    metrics: Mapping[str, float]
    baseline: Mapping[str, float | None]
    baseline_name: str
    metric: str = ""
    examples: list[tuple[str, str, str]] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)
    figures: dict[str, Figure] = field(default_factory=dict)
    files: Mapping[str, str | bytes] = field(default_factory=dict)
