"""The lines of a stream: what is read, what is written, and how far both are."""

from __future__ import annotations

import csv
import io
import json
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np

from keras_rnn.errors import UserError, nearest
from keras_rnn.forecasting.conformal import band_columns
from keras_rnn.forecasting.stream import ForecastStream, StreamForecast

_WAIT = 0.2  # seconds, until a file is looked at again


class Lines:
    """Reads lines of CSV or JSON as a time and readings.

    Args:
        stream: `ForecastStream` that they are for.
        time_column: String, the column with the time stamps. Default: `None`, the one
            of the training, or else the first that the forecaster does not know.
    """

    def __init__(self, stream: ForecastStream, time_column: str | None = None) -> None:
        forecaster = stream.forecaster
        self.wanted = list(forecaster.preparation.columns)
        self.trained = forecaster.metadata.get("time column")
        self.given = time_column
        self.header: list[str] | None = None
        self.time = ""

    def read(self, line: bytes) -> tuple[str, dict[str, Any]] | None:
        """Return time and readings; `None` for the names of a table.

        Args:
            line: Bytes, with or without their line end.

        Raises:
            ValueError: The line is damaged; the text says how.
            UserError: No line of this input can be used.
        """
        text = line.decode("utf-8-sig").strip("\r\n")
        if text.startswith("{"):
            found = json.loads(text)
            self._check(list(found))
            return str(found[self.time]), found
        cells = next(csv.reader([text]), [])
        if self.header is None:
            self.header = [cell.strip() for cell in cells]
            self._check(self.header)
            return None
        if cells == self.header:
            return None  # once more, of a program that was started again
        if len(cells) != len(self.header):
            raise ValueError(f"{len(cells)} cells, not {len(self.header)}")
        found = dict(zip(self.header, cells, strict=True))
        return found[self.time], found

    def _check(self, names: list[str]) -> None:
        """Find the time, and make sure that all columns are there."""
        if self.time in names and not self.header:
            return
        missing = [name for name in self.wanted if name not in names]
        if missing:
            raise UserError(
                f"The rows have no column {missing[0]!r}, which the forecaster was "
                f"trained on.{nearest(missing[0], names)} They have: "
                f"{', '.join(map(repr, names))}."
            )
        others = [name for name in names if name not in self.wanted]
        if self.given is not None and self.given not in names:
            raise UserError(
                f"There is no column {self.given!r}.{nearest(self.given, names)} The "
                f"columns are: {', '.join(map(repr, names))}."
            )
        if self.trained in names:
            others = [self.trained]
        if self.given is None and not others:
            raise UserError("The rows have no column with a time stamp.")
        self.time = self.given or others[0]


class Output:
    """Writes forecasts as CSV or JSON, to a file where each stands once.

    Args:
        stream: `ForecastStream`; what it remembers of the file is all that counts.
        form: String, `"csv"` or `"json"`.
        path: String or `pathlib.Path`. Default: `None`, standard output.

    Raises:
        UserError: The file cannot be written to.
    """

    def __init__(
        self, stream: ForecastStream, form: str, path: str | Path | None = None
    ) -> None:
        self.form, self.path = form, None if path is None else Path(path)
        pairs = band_columns(stream.forecaster.bands.levels)
        self.names = ["forecast", *(name for pair in pairs for name in pair)]
        self.headed = False
        self.file: IO[bytes] = sys.stdout.buffer
        if self.path is not None:
            known = stream.position.get("output", {}).get(str(self.path.absolute()), 0)
            try:
                self.file = self.path.open("ab")
                # What a killed run wrote of a row that it did not finish.
                self.file.truncate(min(known, self.path.stat().st_size))
            except OSError as error:
                raise UserError(
                    f"Cannot write {self.path}: {error.strerror or error}. Give "
                    "another `--out`."
                ) from error
            self.headed = known > 0

    def __enter__(self) -> Output:
        return self

    def __exit__(self, *_: object) -> None:
        if self.path is not None:
            self.file.close()

    def write(self, made: StreamForecast) -> None:
        """Write a forecast.

        Args:
            made: `StreamForecast`.
        """
        columns, after = made.columns(), _text(made.after)
        times = [_text(one) for one in made.times]
        if self.form == "json":
            entries = {name: _rounded(column) for name, column in columns.items()}
            text = json.dumps({"after": after, "time": times, **entries}) + "\n"
        else:
            table = io.StringIO()
            writer = csv.writer(table, lineterminator="\n")
            if not self.headed:
                writer.writerow(["after", "time", *self.names])
            for place, one in enumerate(times):
                numbers = [f"{columns[name][place]:.6g}" for name in self.names]
                numbers = ["" if number == "nan" else number for number in numbers]
                writer.writerow([after, one, *numbers])
            text = table.getvalue()
        self.headed = True
        self.file.write(text.encode())

    def end(self) -> dict[str, int]:
        """Hand over what was written, and return how long the file is now."""
        self.file.flush()
        if self.path is None:
            return {}
        return {str(self.path.absolute()): self.file.tell()}


def stream_lines(
    coming: Iterable[tuple[bytes, dict[str, Any] | None]],
    stream: ForecastStream,
    lines: Lines,
    output: Output,
) -> None:
    """Forecast after each line.

    First the forecasts of a line are written, then the state: a run that is killed
    between the two writes them again, over what stands in the file.

    Args:
        coming: Iterable of lines, each with where its input is then, or `None`.
        stream: `ForecastStream`.
        lines: `Lines`.
        output: `Output`.
    """
    waiting = False
    for number, (line, place) in enumerate(coming, 1):
        position = {} if place is None else {"input": place}
        if not line.strip():
            continue
        try:
            found = lines.read(line)
            made = [] if found is None else stream.add(*found, save=False)
        except UserError as error:
            if lines.header is None and not line.lstrip().startswith(b"{"):
                raise
            if not lines.time:
                raise
            _damaged(stream, number, error)
            continue
        except (ValueError, KeyError) as error:
            _damaged(stream, number, error)
            continue
        if found is None:
            continue
        for note in stream.notes:
            _say(f"line {number}: {note}")
        if not made and stream.waiting and not waiting:
            _say(f"line {number}: waiting for {stream.waiting} more rows")
        waiting = stream.waiting > 0
        for one in made:
            output.write(one)
        written = output.end()
        if written:
            position["output"] = written
        stream.save(**position)


def follow(
    path: Path, stream: ForecastStream, lines: Lines, once: bool
) -> Iterator[tuple[bytes, dict[str, Any]]]:
    """Yield the whole lines of a growing file, from where the stream was.

    Args:
        path: `pathlib.Path`.
        stream: `ForecastStream`.
        lines: `Lines`, which are told the names in the first line.
        once: Boolean, whether to stop at the end.

    Yields:
        Bytes of a line, and what the stream is to remember: the file and its place.

    Raises:
        UserError: The file cannot be read.
    """
    name, place = str(path.absolute()), 0
    before = stream.position.get("input", {})
    try:
        with path.open("rb") as file:
            if before.get("file") == name and before["at"] <= path.stat().st_size:
                first = file.readline()
                if before["at"] and not first.startswith(b"{"):
                    lines.read(first)
                place = before["at"]
            file.seek(place)
            while True:
                line = file.readline()
                if line.endswith(b"\n"):
                    place = file.tell()
                    yield line, {"file": name, "at": place}
                elif once:
                    return
                else:
                    file.seek(place)  # half a line
                    time.sleep(_WAIT)
                    if path.stat().st_size < place:  # begun anew
                        file.seek(0)
                        place, lines.header = 0, None
    except OSError as error:
        raise UserError(
            f"Cannot read {path}: {error.strerror or error}. Give another `--follow`."
        ) from error


def _damaged(stream: ForecastStream, number: int, error: Exception) -> None:
    stream.counts["damaged"] = stream.counts.get("damaged", 0) + 1
    _say(f"line {number}: damaged, left out: {' '.join(str(error).split())}")


def _say(text: str) -> None:
    print(f"keras-rnn: {text}", file=sys.stderr, flush=True)


def _text(stamp: Any) -> str:
    return stamp.isoformat(sep=" ")


def _rounded(column: np.ndarray) -> list[float | None]:
    return [float(f"{one:.6g}") if np.isfinite(one) else None for one in column]
