"""What a training did, as numbers."""

from __future__ import annotations

from dataclasses import dataclass, field

from keras_rnn.errors import nearest


@dataclass(frozen=True)
class History:
    """What a training did.

    Attributes:
        epochs: Tuple of dicts, the metrics of each epoch; those of an epoch in
            which the loss became NaN are left out.
        best_epoch: Integer, the epoch whose weights the model now has; the first
            is 1.
        stopped_why: String, why it ended.
        seconds: Float, how long it took, earlier runs that it resumed included.
        resumed_after: Integer, the epochs that an earlier run had done.
        history: Dict from the name of a metric to the list of its values, one an
            epoch, as that of `keras.callbacks.History`.
        best: Dict, the metrics of the best epoch.

    Example:

    >>> history = History(({"loss": 0.5}, {"loss": 0.25}), 2, "all 2 epochs done")
    >>> history["loss"], history.best
    ([0.5, 0.25], {'loss': 0.25})
    >>> history.history
    {'loss': [0.5, 0.25]}
    """

    epochs: tuple[dict[str, float], ...]
    best_epoch: int
    stopped_why: str
    seconds: float = field(default=0.0, compare=False)
    resumed_after: int = field(default=0, compare=False)

    def __getitem__(self, name: str) -> list[float]:
        """Return one metric's value in each epoch, as a list."""
        if not self.epochs or name not in self.epochs[0]:
            known = list(self.epochs[0]) if self.epochs else []
            raise KeyError(f"No metric {name!r}.{nearest(name, known)}")
        return [metrics[name] for metrics in self.epochs]

    @property
    def history(self) -> dict[str, list[float]]:
        """The values of each metric, one an epoch."""
        return {name: self[name] for name in (self.epochs[0] if self.epochs else ())}

    @property
    def best(self) -> dict[str, float]:
        """The metrics of the best epoch."""
        return self.epochs[self.best_epoch - 1]
