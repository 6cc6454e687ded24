"""`keras-rnn stream`: lines in, forecasts out, and nothing twice after a kill."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from itertools import islice

import keras
import numpy as np
import pandas as pd
import pytest
from helpers.forecasts import COLUMNS, TARGET, weather

from keras_rnn.cli import stream_lines
from keras_rnn.cli.main import main
from keras_rnn.forecasting.conformal import Bands
from keras_rnn.forecasting.forecaster import Forecaster
from keras_rnn.forecasting.preparation import Preparation

LOOKBACK, HORIZON = 4, 2

# Runs the command, and makes sure that no backend was needed.
ALONE = """
import sys
from keras_rnn.cli.main import main
status = main(sys.argv[1:])
assert "tensorflow" not in sys.modules and "keras" not in sys.modules
assert "jax" not in sys.modules
sys.exit(status)
"""


@pytest.fixture(scope="module")
def frame():
    return weather(40).frame


@pytest.fixture(scope="module")
def saved(frame, tmp_path_factory):
    preparation, _, _ = Preparation.fit(frame, TARGET)
    keras.utils.set_random_seed(0)
    layers = [keras.Input((LOOKBACK, len(preparation.features)))]
    layers += [keras.layers.Rescaling(0.01), keras.layers.SimpleRNN(2)]
    model = keras.Sequential([*layers, keras.layers.Dense(HORIZON)])
    bands = Bands((80.0,), np.array([[1.0, 2.0]]), 1, 0.01)
    folder = tmp_path_factory.mktemp("saved")
    Forecaster(model, preparation, TARGET, "degC", HORIZON, bands).save(folder)
    return folder


@pytest.fixture
def rows(frame, tmp_path):
    path = tmp_path / "rows.csv"
    frame.iloc[:12].to_csv(path, date_format="%Y-%m-%d %H:%M:%S")
    return path


@pytest.fixture
def stream(saved, tmp_path, monkeypatch, capsysbinary):
    """Runs the command on bytes; returns its status, output and what it said."""

    def run(text, *arguments):
        stdin = io.TextIOWrapper(io.BytesIO(text))
        monkeypatch.setattr(sys, "stdin", stdin)
        given = ["stream", "--load", str(saved), "--state", str(tmp_path)]
        status = main([*given, *map(str, arguments)])
        printed = capsysbinary.readouterr()
        return status, printed.out.decode(), printed.err.decode().splitlines()

    return run


def test_csv_in_csv_out(stream, rows, saved, frame):
    status, printed, said = stream(rows.read_bytes())
    assert status == 0
    assert said == ["keras-rnn: line 2: waiting for 3 more rows"]
    table = pd.read_csv(io.StringIO(printed), parse_dates=["after", "time"])
    assert list(table) == ["after", "time", "forecast", "lower", "upper"]
    assert len(table) == HORIZON * (12 - LOOKBACK + 1)
    expected = Forecaster.load(saved).predict(frame.iloc[:12])
    assert list(table["time"][-2:]) == list(expected.index)
    np.testing.assert_allclose(table["forecast"][-2:], expected["forecast"], rtol=1e-5)


def test_json_in_json_out(stream, frame):
    lines = [
        json.dumps({"at": str(time), **row.to_dict()})
        for time, row in frame.iloc[:6].iterrows()
    ]
    status, printed, _ = stream("\n".join(lines).encode(), "--format", "json")
    assert status == 0
    made = [json.loads(line) for line in printed.splitlines()]
    assert [one["after"] for one in made] == [str(one) for one in frame.index[3:6]]
    assert made[0]["time"] == [str(one) for one in frame.index[4:6]]
    assert list(made[0]) == ["after", "time", "forecast", "lower", "upper"]
    assert made[0]["lower"][0] < made[0]["forecast"][0] < made[0]["upper"][0]


def test_damaged_lines_are_left_out_and_said(stream, rows):
    lines = rows.read_bytes().splitlines()
    whole = stream(b"\n".join(lines), "--out", rows.with_name("whole.csv"))
    bad = [b"1,2", b"tomorrow,1,2,3", b"2020-03-01 06:30,1,warm,3", b"\xff\xfe,1,2,3"]
    (rows.parent / "stream.state").unlink()
    status, _, said = stream(
        b"\n".join([*lines[:8], *bad, lines[0], *lines[8:]]),
        *("--out", rows.with_name("other.csv")),
    )
    assert (whole[0], status) == (0, 0)
    assert [line.partition(": damaged, left out: ")[2] for line in said[1:4]] == [
        "2 cells, not 4",
        "'tomorrow' is no time stamp: write it as 2024-12-31 23:00:00.",
        f"Column {TARGET!r} is 'warm', which is no number.",
    ]
    assert said[4] == "keras-rnn: line 12: damaged, left out: no text in UTF-8"
    assert len(said) == 5
    assert (
        rows.with_name("other.csv").read_bytes()
        == rows.with_name("whole.csv").read_bytes()
    )


@pytest.mark.parametrize(
    ("text", "arguments", "message"),
    [
        (b"time,rh (%)\n", (), "The rows have no column 'p (mbar)', which the forecas"),
        (b"%s\n", (), "The rows have no column with a time stamp. They have: "),
        (b"2020-03-01,1,2,3\n", (), "'3'. The first line has to name them."),
        (b"time;p;T\n1;1,5;2\n", (), "'time;p;T'. Separate them by commas, and wr"),
        (b"\xff\xfet\x00", (), "The input begins with what is no text in UTF-8. "),
        (b"time,%s,rh (%%)\n", (), "There are two columns 'rh (%)'. Give one of th"),
        (
            b"time,%s\n",
            ("--time-column", "tme"),
            "no column 'tme'. Did you mean 'time'",
        ),
        (b'{"a": 1}\n', (), "The rows have no column 'p (mbar)'"),
        (b"", ("--once",), "--once stops at the end of a file: name it by --follow."),
        (b"", ("--follow", "/none.csv"), "/none.csv: No such file or directory. Give"),
        (b"", ("--out", "/none/f.csv"), "Cannot write /none/f.csv: No such file"),
    ],
)
def test_what_cannot_be_used(stream, text, arguments, message):
    text = text.replace(b"%s", ",".join(COLUMNS).encode()).replace(b"%%", b"%")
    status, printed, (said,) = stream(text, *arguments)
    assert (status, printed) == (2, "")
    assert message in said


@pytest.mark.parametrize("text", [b"", b"time,%s\n"])
def test_nothing_came(stream, text):
    text = text.replace(b"%s", ",".join(COLUMNS).encode())
    assert stream(text) == (0, "", ["keras-rnn: no rows came"])


def test_damaged_objects_are_left_out_and_said(stream, frame):
    numbers = frame.iloc[0].to_dict()
    *others, last = numbers
    lines = [
        {"id": 7, "at": "2020-03-01 00:00", **numbers},
        {"id": 7, **numbers},
        {"id": 7, "at": "2020-03-01 01:00", **{name: numbers[name] for name in others}},
        [1, 2],
        {"id": 7, "at": "2020-03-01 02:00", **numbers, last: "1,5"},
    ]
    text = "\n".join([*map(json.dumps, lines), "{half"])
    status, _, said = stream(text.encode(), "--format", "json")
    assert status == 0
    assert [line.removeprefix("keras-rnn: line ") for line in said] == [
        "1: waiting for 3 more rows",
        "2: damaged, left out: no 'at', which holds the time",
        f"3: missing: {last!r} at 2020-03-01 01:00:00",
        "4: damaged, left out: no JSON object",
        f"5: damaged, left out: Column {last!r} is '1,5', which is no number. Write it "
        "with a decimal point.",
        "6: damaged, left out: no JSON object",
    ]


def test_names_once_more_in_another_order(stream, rows, frame):
    """As of a logger that was started again, with other settings."""
    other = frame.iloc[8:12, ::-1].assign(note="-")
    text = rows.read_bytes().splitlines(keepends=True)[:9]
    text.append(other.to_csv(date_format="%Y-%m-%d %H:%M:%S").encode())
    plain = stream(rows.read_bytes())
    (rows.parent / "stream.state").unlink()
    assert stream(b"".join(text)) == plain


def test_what_is_in_the_file_stays(stream, rows):
    out = rows.with_name("out.csv")
    out.write_text("of before\n")
    assert stream(rows.read_bytes(), "--out", out)[0] == 0
    assert out.read_text().startswith("of before\n2020-03-01 03:00:00,")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_full_disk(saved, rows, tmp_path):
    command = [sys.executable, "-c", ALONE, "stream", "--load", str(saved)]
    with rows.open() as given, open("/dev/full", "w") as full:
        done = subprocess.run(
            [*command, "--state", str(tmp_path)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            stdin=given,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == (
        "keras-rnn: Cannot write to standard output: No space left on device. The same "
        "command goes on where it was."
    )


def test_a_file_that_another_takes_the_place_of(saved, rows, tmp_path, monkeypatch):
    """As by a program that puts full logs aside: the rest of the old one, the new."""
    head, *lines = rows.read_bytes().splitlines(keepends=True)
    rows.write_bytes(b"".join([head, *lines[:2]]))
    forecaster_stream = Forecaster.load(saved).stream(tmp_path)
    reader = stream_lines.Lines(forecaster_stream)
    waits = []

    def wait(seconds):
        waits.append(seconds)
        if len(waits) == 1:
            rows.rename(tmp_path / "rows.1")
        if len(waits) == 2:
            with (tmp_path / "rows.1").open("ab") as file:
                file.write(lines[2])
            rows.write_bytes(b"".join([head, *lines[3:5]]))
        if len(waits) > 9:
            raise KilledError

    monkeypatch.setattr(stream_lines.time, "sleep", wait)
    coming = stream_lines.follow(rows, forecaster_stream, reader, False)
    read = [line for line, _ in islice(coming, 7) if reader.read(line) is not None]
    assert read == lines[:5]
    with pytest.raises(KilledError):
        next(coming)


def test_no_forecaster(tmp_path, capsys):
    assert main(["stream", "--load", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert "holds no saved forecaster: there is no forecaster.json. Give as --load" in (
        said
    )


class KilledError(BaseException):
    """As if the process were killed."""


@pytest.mark.parametrize("form", ["csv", "json"])
def test_killed_between_all_it_writes(stream, rows, tmp_path, monkeypatch, form):
    """Of each row, before and after its forecast and its state are written."""
    out, whole = tmp_path / "out", tmp_path / "whole"
    arguments = ["--follow", rows, "--once", "--format", form]
    assert stream(b"", *arguments, "--out", whole)[0] == 0
    (tmp_path / "stream.state").unlink()
    count, kills, done = 0, 0, False
    write, end = stream_lines.Output.write, stream_lines.Output.end

    def dying(function):
        def run(self, *given):
            nonlocal count
            count += 1
            if count % 3 == 0:
                self.file.flush()  # half of it may be there
                raise KilledError
            result = function(self, *given)
            if count % 5 == 0:
                self.file.flush()
                raise KilledError
            return result

        return run

    monkeypatch.setattr(stream_lines.Output, "write", dying(write))
    monkeypatch.setattr(stream_lines.Output, "end", dying(end))
    while not done:
        try:
            done = stream(b"", *arguments, "--out", out)[0] == 0
        except KilledError:
            kills += 1
    assert kills > 10
    assert out.read_bytes() == whole.read_bytes()


def test_a_real_kill_and_no_backend(saved, rows, frame, tmp_path):
    """It follows a file, is killed, and goes on where it was when started again."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", ALONE, "stream", "--load", str(saved)]
    command += ["--state", str(tmp_path), "--follow", str(rows)]
    out = tmp_path / "out.csv"
    with subprocess.Popen([*command, "--out", str(out)], env=environment) as process:
        for _ in range(600):
            if out.exists() and out.read_bytes().count(b"\n") > 1 + HORIZON * 8:
                break
            time.sleep(0.1)
        process.send_signal(signal.SIGKILL)
    with rows.open("a") as file:
        frame.iloc[12:20].to_csv(file, header=False, date_format="%Y-%m-%d %H:%M:%S")
    done = subprocess.run(
        [*command, "--once", "--out", str(out)],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    table = pd.read_csv(out)
    assert table["after"].tolist() == [
        str(one) for one in frame.index[LOOKBACK - 1 : 20] for _ in range(HORIZON)
    ]


# Goes on with a stream in a process of its own, again and again, and kills it.
KILLED = """
import os, random, signal, sys, time
from pathlib import Path
from keras_rnn.cli.stream_lines import Lines, Output, follow, stream_lines
from keras_rnn.forecasting.forecaster import Forecaster

saved, rows, folder = map(Path, sys.argv[1:4])
forecaster, (head, *coming) = Forecaster.load(saved), rows.read_bytes().splitlines(True)
growing, state, kills = folder / "growing.csv", folder / "stream.state", 0
random.seed(0)

def begin(once):
    child = os.fork()
    if child:
        return child
    stream = forecaster.stream(folder)
    lines = Lines(stream)
    with Output(stream, "csv", folder / "out.csv") as output:
        stream_lines(follow(growing, stream, lines, once), stream, lines, output)
    os._exit(0)

def version():
    return state.stat().st_mtime_ns if state.exists() else 0

growing.write_bytes(head)
while coming:
    with growing.open("ab") as file:
        file.writelines(coming[:3])
    del coming[:3]
    before, child = version(), begin(once=False)
    for _ in range(100):
        if version() != before:  # it has begun
            break
        time.sleep(0.0005)
    time.sleep(random.uniform(0, 0.004))
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    kills += os.WIFSIGNALED(status)
_, status = os.waitpid(begin(once=True), 0)
assert status == 0
print(kills)
"""


def test_a_hundred_kills(saved, tmp_path):
    """A growing file is followed, and whoever reads it is killed, a hundred times."""
    rows, whole = tmp_path / "rows.csv", tmp_path / "whole.csv"
    weather(300).frame.to_csv(rows, date_format="%Y-%m-%d %H:%M:%S")
    done = subprocess.run(
        [sys.executable, "-c", KILLED, saved, rows, tmp_path],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert (done.returncode, done.stdout) == (0, "100\n"), done.stderr
    undisturbed = tmp_path / "undisturbed"
    undisturbed.mkdir()
    arguments = ["--follow", str(rows), "--once", "--state", str(undisturbed)]
    given = ["stream", "--load", str(saved), *arguments, "--out", str(whole)]
    assert main(given) == 0
    assert (tmp_path / "out.csv").read_bytes() == whole.read_bytes()
    assert whole.read_bytes().count(b"\n") == 1 + HORIZON * (301 - LOOKBACK)


def test_help_teaches(capsys):
    with pytest.raises(SystemExit):
        main(["stream", "--help"])
    text = capsys.readouterr().out
    assert "keras-rnn stream --load output/forecast --follow log.csv" in text
