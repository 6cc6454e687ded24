"""The one callback: best weights, stopping, checkpoint, history, display."""

from __future__ import annotations

import contextlib
import json
import math
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np

from keras_rnn.errors import UserError, nearest
from keras_rnn.files import output_folder, write_text
from keras_rnn.training import checkpoint
from keras_rnn.training.history import History


class FitCallback(keras.callbacks.Callback):
    """Watches a training and keeps what is needed to stop it, or to go on with it.

    `fit` makes one, calls `begin`, hands it to `model.fit` and calls `finish`.

    Args:
        train: What is trained on. If it has an attribute `epoch`, that is set.
        monitor: String, the metric that tells which epoch is best, or `None`.
        mode: `"min"` or `"max"`.
        patience: Integer or `None`.
        epochs: Integer, the most epochs.

    Attributes:
        say: Function of one string that shows it. Default: show nothing.
        lines: Boolean, whether to show a line an epoch. Default: `False`.
        resumed_after: Integer, the epochs that an earlier run has done.
    """

    # Keras may call it from another thread on JAX, which saves waiting each batch.
    async_safe = True

    def __init__(
        self,
        train: Any,
        monitor: str | None,
        mode: str,
        patience: int | None,
        epochs: int,
    ) -> None:
        super().__init__()
        self.train, self.monitor, self.mode = train, monitor, mode
        self.patience, self.most_epochs = patience, epochs
        self.say: Callable[[str], None] = lambda message: None
        self.lines = False
        self.progress = checkpoint.Progress()
        self.best_weights: list[np.ndarray] = []
        self.resumed_after = 0
        self.folder: Path | None = None
        self.broken: str | None = None
        self.final: checkpoint.Snapshot | None = None

    # Before training

    def begin(
        self,
        model: keras.Model,
        folder: str | Path | None,
        seed: int,
        if_different: str,
    ) -> None:
        """Take up the training that `folder` holds, if it is this one.

        Args:
            model: Built and compiled `keras.Model`.
            folder: String or `pathlib.Path`, or `None` to keep nothing.
            seed: Integer, part of what makes a training another one.
            if_different: `"error"` or `"restart"`.

        Raises:
            UserError: The folder holds another training, or cannot be used.
        """
        self.snapshot = checkpoint.Snapshot.of(model)
        if folder is None:
            return
        self.folder = kept_in = output_folder(folder)
        path = kept_in / "checkpoint.npz"
        checkpoint.remove_leftovers(path)
        checkpoint.remove_leftovers(kept_in / "history.json")
        self._set_epoch(0)
        self.fingerprint = checkpoint.fingerprint(
            model, self.train, monitor=self.monitor, mode=self.mode, seed=seed
        )
        if not path.exists():
            return
        saved = checkpoint.load(path)
        differing = saved.differences(self.fingerprint, model)
        if not differing:
            self._resume(model, saved)
        elif if_different == "restart":
            self.say(f"{folder} holds a training with another {differing}: anew.")
        else:
            raise UserError(
                f"{folder} holds a training with another {differing}. Choose another "
                f"folder, or delete {path} to train anew."
            )

    def _resume(self, model, saved):
        saved.snapshot.restore(model)
        self.snapshot, self.progress = saved.snapshot, saved.progress
        self.best_weights, self.final = saved.best_weights, saved.final
        self.resumed_after = len(self.progress.epochs)
        what = "Already trained for" if self.over else "Going on after"
        self.say(f"{what} {_counted(self.resumed_after)} in {self.folder}.")

    @property
    def over(self) -> bool:
        """Whether there is nothing left to train."""
        return len(self.progress.epochs) >= self.most_epochs or self._impatient

    @property
    def _impatient(self):
        watching = self.monitor and self.patience is not None
        return bool(watching and self.progress.wait >= max(self.patience, 1))

    def _set_epoch(self, epoch):
        if hasattr(self.train, "epoch"):
            self.train.epoch = epoch

    # While Keras trains

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        self.started = time.perf_counter() - self.progress.seconds

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self._set_epoch(epoch)
        self.epoch_started = time.perf_counter()

    def on_train_batch_end(
        self, batch: int, logs: dict[str, Any] | None = None
    ) -> None:
        if not math.isfinite((logs or {}).get("loss", 0)):
            self.model.stop_training = True

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        metrics = {name: float(value) for name, value in (logs or {}).items()}
        if self.monitor and self.monitor not in metrics:
            raise UserError(
                f"There is no metric {self.monitor!r} to monitor."
                f"{nearest(self.monitor, metrics)} There are {', '.join(metrics)}."
            )
        for name in ("loss", self.monitor or "loss"):
            if not math.isfinite(metrics[name]):
                self.broken = f"{name} became {metrics[name]} in epoch {epoch + 1}"
                self.model.stop_training = True
                return
        self._judge(epoch + 1, metrics)
        self.progress.seconds = time.perf_counter() - self.started
        self.snapshot, self.final = checkpoint.Snapshot.of(self.model), None
        self._save()
        self._write_history(None)
        if self.lines:
            self._show_line(epoch + 1, metrics)
        if self._impatient:
            self.model.stop_training = True

    def _judge(self, epoch, metrics):
        progress = self.progress
        progress.epochs.append(metrics)
        if not self.monitor:
            progress.best_epoch = epoch
            return
        value = metrics[self.monitor]
        if progress.best is None or (
            value < progress.best if self.mode == "min" else value > progress.best
        ):
            progress.best, progress.best_epoch, progress.wait = value, epoch, 0
            self.best_weights = checkpoint.copies(self.model.weights)
        else:
            progress.wait += 1

    def _save(self):
        if self.folder is None:
            return
        checkpoint.save(
            self.folder / "checkpoint.npz",
            checkpoint.Checkpoint(
                self.snapshot,
                self.progress,
                self.best_weights,
                self.fingerprint,
                self.final,
            ),
        )

    def _write_history(self, stopped_why):
        if self.folder is None:
            return
        found = {
            "epochs": [
                {
                    name: value if math.isfinite(value) else None
                    for name, value in metrics.items()
                }
                for metrics in self.progress.epochs
            ],
            "best_epoch": self.progress.best_epoch,
            "stopped_why": stopped_why,
            "seconds": round(self.progress.seconds, 3),
        }
        write_text(self.folder / "history.json", json.dumps(found, indent=1) + "\n")

    def _show_line(self, epoch, metrics):
        width = len(str(self.most_epochs))
        found = "  ".join(f"{name} {value:.4g}" for name, value in metrics.items())
        seconds = time.perf_counter() - self.epoch_started
        best = "  best" if self.monitor and self.progress.best_epoch == epoch else ""
        self.say(
            f"epoch {epoch:{width}}/{self.most_epochs}  {found}  {seconds:.1f} s{best}"
        )

    # After training

    @contextlib.contextmanager
    def interruptible(self, model: keras.Model) -> Iterator[None]:
        """On Ctrl-C, put back the last whole epoch's state and the best weights."""
        try:
            yield
        except BaseException as error:
            # On JAX Keras may fail once more while it tidies up after the interrupt.
            if not isinstance(error, KeyboardInterrupt) and not isinstance(
                error.__context__, KeyboardInterrupt
            ):
                raise
            _forget_masks(model)
            self._settle(model)
            raise KeyboardInterrupt from None

    def finish(self, model: keras.Model) -> History:
        """Give the model its best weights and return the `History`."""
        progress = self.progress
        if self.broken and not progress.epochs:
            raise UserError(
                f"The {self.broken}, before anything was learnt. Lower the learning "
                "rate, scale the data (mean 0, deviation 1), or look for NaN and "
                "infinite values in it."
            )
        trained = len(progress.epochs) > self.resumed_after
        if trained and not self.broken:
            self._restore_best(model)
            self._keep(model)
        elif self.final:
            self.final.restore(model)
        else:
            self._settle(model)
        why = self._stopped_why()
        if self.lines and trained:
            kept = f", epoch {progress.best_epoch} kept" if self.monitor else ""
            self.say(f"Stopped: {why}{kept}.")
        self._write_history(why)
        return History(
            tuple(progress.epochs),
            progress.best_epoch or len(progress.epochs),
            why,
            progress.seconds,
            self.resumed_after,
        )

    def _settle(self, model):
        """Do with the last whole epoch's state what Keras does when it has trained."""
        self.snapshot.restore(model)
        if self.progress.epochs:
            # Averaged weights (`use_ema`) take the place of the last ones.
            model.optimizer.finalize_variable_values(model.trainable_variables)
        self._restore_best(model)

    def _keep(self, model):
        """Note what the model is left with, if `_settle` would not find it again.

        It would not where another callback has had the last word.
        """
        if self.folder is None:
            return
        left = checkpoint.Snapshot.of(model)
        self._settle(model)
        if not left.same_as(checkpoint.Snapshot.of(model)):
            left.restore(model)
            self.final = left
            self._save()

    def _restore_best(self, model):
        if self.best_weights:
            model.set_weights(self.best_weights)

    def _stopped_why(self):
        done = len(self.progress.epochs)
        if self.broken:
            return f"the {self.broken}"
        if self._impatient:
            return f"no better {self.monitor} for {_counted(self.progress.wait)}"
        if done >= self.most_epochs:
            return f"all {_counted(done)} done"
        return f"a callback stopped it after {_counted(done)}"


def _forget_masks(model):
    """Drop the dropout masks that recurrent cells keep while they are traced.

    An interrupted trace leaves its own behind, and the next one fails on them.
    """
    for layer in model._flatten_layers():
        for name in ("reset_dropout_mask", "reset_recurrent_dropout_mask"):
            if hasattr(layer, name):
                getattr(layer, name)()


def _counted(epochs):
    return f"{epochs} epoch{'' if epochs == 1 else 's'}"
