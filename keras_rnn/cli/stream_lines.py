"""The lines of a stream: what is read, what is written, and how far both are."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import numpy as np

from keras_rnn.errors import UserError, nearest
from keras_rnn.forecasting.conformal import band_columns
from keras_rnn.forecasting.stream import ForecastStream, StreamForecast
from keras_rnn.forecasting.stream_rows import is_time

_WAIT = 0.2  # seconds, until a file is looked at again


class Lines:
    """Reads lines of CSV or JSON as a time and readings.

    Args:
        stream: `ForecastStream` that they are for.
        time_column: String, the column with the time stamps. Default: `None`, the one
            of the training, or else the first that the forecaster does not know and
            that holds a time stamp.
    """

    def __init__(self, stream: ForecastStream, time_column: str | None = None) -> None:
        forecaster = stream.forecaster
        self.wanted = list(forecaster.preparation.columns)
        self.trained = forecaster.metadata.get("time column")
        self.given = time_column
        self.begin()

    def begin(self) -> None:
        """Expect the first line of a file."""
        self.header: list[str] | None = None
        self.time = ""
        self.candidates: list[str] = []  # of which one holds the time

    def read(self, line: bytes) -> tuple[str, dict[str, Any]] | None:
        """Return time and readings; `None` for the names of a table.

        Args:
            line: Bytes, with or without their line end.

        Raises:
            ValueError: The line is damaged; the text says how.
            UserError: No line of this input can be used.
        """
        text = self._decoded(line)
        if text.startswith("{"):
            try:
                found = json.loads(text)
            except json.JSONDecodeError:
                raise ValueError("no JSON object") from None
            if not self.time:
                self._check(list(found))
            return self._timed(found)
        if self.time and self.header is None:  # all were JSON so far
            raise ValueError("no JSON object")
        try:
            cells = next(csv.reader([text]), [])
        except csv.Error as error:
            raise ValueError(f"no CSV: {error}") from None
        names = [cell.strip() for cell in cells]
        if self.header is None or {self.time, *self.wanted} <= set(names):
            # Once more, of a program that was started again, perhaps in other order.
            self._check(names)
            self.header = names
            return None
        if len(cells) != len(self.header):
            raise ValueError(f"{len(cells)} cells, not {len(self.header)}")
        return self._timed(dict(zip(self.header, cells, strict=True)))

    def _decoded(self, line: bytes) -> str:
        try:
            return line.decode("utf-8-sig").strip("\r\n")
        except UnicodeDecodeError:
            if self.time:
                raise ValueError("no text in UTF-8") from None
            raise UserError(
                "The input begins with what is no text in UTF-8. Send rows of CSV with "
                "a line of names, or JSON objects."
            ) from None

    def _timed(self, found: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """A row with its time, which is looked for in the first that has one."""
        if len(self.candidates) > 1:
            holding = [name for name in self.candidates if is_time(found.get(name))]
            if holding:
                self.time, self.candidates = holding[0], []
        if self.time not in found:
            raise ValueError(f"no {self.time!r}, which holds the time")
        return str(found[self.time]).strip(), found

    def _check(self, names: list[str]) -> None:
        """Find the time, and make sure that all columns are there."""
        listed = ", ".join(map(repr, names))
        missing = [name for name in self.wanted if name not in names]
        if missing:
            raise UserError(
                f"The rows have no column {missing[0]!r}, which the forecaster was "
                f"trained on.{nearest(missing[0], names)} They have: {listed}."
                + self._of_layout(names)
            )
        others = [name for name in names if name not in self.wanted]
        if self.given is not None and self.given not in names:
            raise UserError(
                f"There is no column {self.given!r}.{nearest(self.given, names)} The "
                f"columns are: {listed}."
            )
        if self.trained in names:
            others = [self.trained]
        if self.given is None and not others:
            raise UserError(
                "The rows have no column with a time stamp. They have: "
                f"{listed}. Add one, such as 'time', of stamps in ISO 8601."
            )
        read = [*self.wanted, self.given or others[0]]
        twice = [name for name in read if names.count(name) > 1]
        if twice:
            raise UserError(
                f"There are two columns {twice[0]!r}. Give one of them another name."
            )
        self.candidates = [] if self.given else others
        self.time = self.given or others[0]

    def _of_layout(self, names: list[str]) -> str:
        """What may be wrong where no name is known at all."""
        if len(names) == 1 and any(mark in names[0] for mark in ";\t|"):
            return " Separate them by commas, and write decimals with a point."
        if not set(names) & set(self.wanted):
            return " The first line has to name them."
        return ""


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
            name = str(self.path.absolute())
            known = stream.position.get("output", {}).get(name)
            try:
                self.file = self.path.open("ab")
                size = self.path.stat().st_size
                # What a killed run wrote of a row that it did not finish.
                self.file.truncate(size if known is None else min(known, size))
            except OSError as error:
                raise UserError(
                    f"Cannot write {self.path}: {error.strerror or error}. Give "
                    "another --out."
                ) from error
            if known is None:  # what is there already stays
                known = size
                stream.save(output={name: size})
            self.headed = known > 0

    def __enter__(self) -> Output:
        return self

    def __exit__(self, *_: object) -> None:
        if self.path is not None:
            with suppress(OSError):  # what could not be written was said
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
        with self._saying_what_fails():
            self.file.write(text.encode())

    def end(self) -> dict[str, int]:
        """Hand over what was written, and return how long the file is now."""
        with self._saying_what_fails():
            self.file.flush()
        if self.path is None:
            return {}
        return {str(self.path.absolute()): self.file.tell()}

    @contextmanager
    def _saying_what_fails(self) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError:
            raise  # its reader has had enough
        except OSError as error:
            raise UserError(
                f"Cannot write {self.path or 'to standard output'}: "
                f"{error.strerror or error}. The same command goes on where it was."
            ) from error


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
    rows = 0
    for number, (line, place) in enumerate(coming, 1):
        position = {} if place is None else {"input": place}
        if not line.strip():
            continue
        try:
            found = lines.read(line)
            made = [] if found is None else stream.add(*found, save=False)
        except (UserError, ValueError) as error:
            if isinstance(error, UserError) and not lines.time:
                raise  # of the names of columns
            _damaged(stream, number, error)
            rows += 1
            continue
        if found is None:
            continue
        rows += 1
        for note in stream.notes:
            _say(f"line {number}: {note}")
        if not made and stream.waiting and not waiting:
            more = f"{stream.waiting} more row{'s' if stream.waiting > 1 else ''}"
            _say(f"line {number}: waiting for {more}")
        waiting = stream.waiting > 0
        for one in made:
            output.write(one)
        written = output.end()
        if written:
            position["output"] = written
        stream.save(**position)
    if not rows:
        _say("no rows came")


def follow(
    path: Path, stream: ForecastStream, lines: Lines, once: bool
) -> Iterator[tuple[bytes, dict[str, Any]]]:
    """Yield the whole lines of a growing file, from where the stream was.

    A file that is begun anew, or another that takes its name, is read from its start.

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
    name, before = str(path.absolute()), stream.position.get("input", {})
    try:
        while True:
            with path.open("rb") as file:
                now, start = os.fstat(file.fileno()), 0
                known = before.get("file") == name and before["at"] <= now.st_size
                if known and before.get("inode", now.st_ino) == now.st_ino:
                    start = before["at"]
                    first = file.readline()
                    if start and not first.startswith(b"{"):
                        lines.read(first)
                for line, place in _lines_from(path, file, start, once):
                    yield line, {"file": name, "at": place, "inode": now.st_ino}
            if once:
                return
            before = {}
            lines.begin()
    except OSError as error:
        raise UserError(
            f"Cannot read {path}: {error.strerror or error}. Give another --follow."
        ) from error


def _lines_from(
    path: Path, file: IO[bytes], place: int, once: bool
) -> Iterator[tuple[bytes, int]]:
    """Yield whole lines and the place after them, until the file is another's."""
    file.seek(place)
    is_over = False
    while True:
        line = file.readline()
        if line.endswith(b"\n"):
            place = file.tell()
            yield line, place
            continue
        if once or is_over:
            return
        file.seek(place)  # half a line
        time.sleep(_WAIT)
        # What came to the old one meanwhile is read before it is left.
        is_over = _is_begun_anew(path, file, place)


def _is_begun_anew(path: Path, file: IO[bytes], place: int) -> bool:
    try:
        now = path.stat()
    except FileNotFoundError:
        return False  # put aside; another will come
    return now.st_ino != os.fstat(file.fileno()).st_ino or now.st_size < place


def _damaged(stream: ForecastStream, number: int, error: Exception) -> None:
    stream.counts["damaged"] = stream.counts.get("damaged", 0) + 1
    _say(f"line {number}: damaged, left out: {' '.join(str(error).split())}")


def _say(text: str) -> None:
    print(f"keras-rnn: {text}", file=sys.stderr, flush=True)


def _text(stamp: Any) -> str:
    return stamp.isoformat(sep=" ")


def _rounded(column: np.ndarray) -> list[float | None]:
    return [float(f"{one:.6g}") if np.isfinite(one) else None for one in column]
