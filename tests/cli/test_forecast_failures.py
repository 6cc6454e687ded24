"""What goes wrong is one line that says what to do, and changes no file."""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import keras
import numpy as np
import pytest
from helpers.forecasts import TARGET, weather
from helpers.processes import quick_to_import

from keras_rnn.cli.main import main
from keras_rnn.datasets.series import weather as sources
from keras_rnn.forecasting import ensemble


def content(folder):
    """Every file below a folder, with what is in it."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def out(tmp_path):
    """An output folder with an earlier result in it."""
    folder = tmp_path / "out"
    folder.mkdir()
    for name in ("forecast.csv", "forecast.png", "results.json", "forecaster.keras"):
        (folder / name).write_text(f"an earlier {name}")
    return folder


@pytest.fixture
def failure(out, tiny_file, tmp_path, capsys):
    """A function that runs a forecast that fails, and returns what it says."""

    def run(*arguments, data=tiny_file, folder=out):
        before = content(tmp_path)
        capsys.readouterr()
        where = ["--data", str(data), "--out", str(folder)]
        status = main(["forecast", *where, *map(str, arguments)])
        said = capsys.readouterr().err
        assert status == 2
        assert said.startswith("keras-rnn: ")
        assert said.endswith("\n")
        assert said.count("\n") == 1, said
        assert "Traceback" not in said
        assert content(tmp_path) == before
        return said.removeprefix("keras-rnn: ").rstrip()

    return run


@pytest.fixture
def table(tmp_path):
    """A function that writes weather, changed by another function, to a file."""

    def write(change=lambda frame: frame, rows=500):
        path = tmp_path / "changed.csv"
        change(weather(rows).frame).to_csv(path)
        return path

    return write


# The data


def test_missing_file(failure, tiny_file):
    said = failure(data=tiny_file.parent / "rof.csv")
    assert said.endswith("rof.csv. Did you mean 'roof.csv'?")


def test_unknown_source(failure):
    assert failure(data="wether").startswith(
        "There is no data set 'wether'. Did you mean 'weather'?"
    )


def test_wrong_column(failure):
    assert failure("--target", "T (deg C)").startswith(
        "There is no column 'T (deg C)'. Did you mean 'T (degC)'? The columns are: 'p"
    )


def test_wrong_time_column(failure):
    assert "tiem" in failure("--time-column", "tiem")


@pytest.mark.parametrize(
    ("rows", "arguments", "message"),
    [
        (20, [], "The series has 20 rows, one each 1 h: too few"),
        (60, ["--horizon", "3", "--history", "40"], "make windows of 43 rows"),
        (500, ["--horizon", "99"], "horizon of 99 rows is longer than the test part"),
        (500, ["--every", "2d"], "The series has 11 rows, one each 2 d: too few"),
    ],
)
def test_fewer_rows_than_needed(rows, arguments, message, failure, table):
    assert message in failure(*arguments, data=table(rows=rows))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (7.5, "Column 'rh (%)' is 7.5 throughout the training part"),
        (np.nan, "Column 'rh (%)' has no value in the training part"),
    ],
)
def test_a_column_with_nothing_to_forecast(value, message, failure, table):
    def spoil(frame):
        # A last value, so that the column is one of numbers at all.
        frame["rh (%)"] = [value] * (len(frame) - 1) + [50.0]
        return frame

    assert failure("--target", "rh (%)", data=table(spoil)).startswith(message)


def test_a_hole_at_the_end_is_told_before_any_training(failure, table):
    def spoil(frame):
        frame.iloc[-20:-10, 0] = np.nan
        return frame

    assert "column 'p (mbar)' has no value at 2020-03-21" in failure(data=table(spoil))


def test_damaged_zip(failure, tmp_path):
    path = tmp_path / "roof.zip"
    path.write_bytes(b"PK\x03\x04 and then nothing")
    said = failure(data=path)
    assert said.startswith(f"{path} is damaged")
    assert said.endswith("Get it again.")


def test_a_download_that_is_cut_off(failure, tmp_path, monkeypatch):
    class CutOff(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", "100000")
            self.end_headers()
            self.wfile.write(b"PK\x03\x04 half a file")

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), CutOff)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}/{{year}}{{half}}.zip"
    monkeypatch.setattr(sources, "STATION_URLS", (address,))
    monkeypatch.setenv("KERAS_RNN_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("KERAS_RNN_DATA", raising=False)
    try:
        said = failure(data="weather-2019")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert said.startswith("The weather of 2019 cannot be had: The download of")
    assert "broke off; nothing was kept" in said


# The arguments


LEVELS = "--levels must be per cent above 0 and below 100, such as 50, 80 and 95, not "


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--horizon", "0"], "--horizon: '0' is not a positive whole number."),
        (["--epochs", "x"], "--epochs: 'x' is not a positive whole number."),
        (["--seed", "-1"], "--seed: '-1' is not a whole number of 0 or more."),
        (["--model", "grv"], "There is no model 'grv'. Did you mean 'gru'?"),
        (["--history", "1"], "--history must be 2 rows or more, not 1."),
        (["--every", "soon"], "--every must be a time span such as '10min'"),
        (["--horizn", "3"], "There is no argument '--horizn'. Did you mean"),
        (["extra.csv"], "'extra.csv' stands alone"),
        (["--load", "x", "--target", "T"], "--target belongs to training"),
        (["--load", "x", "--seed", "1"], "--seed belongs to training"),
        (["--load", "x", "--levels", "80"], "--levels belongs to training"),
        (["--levels", "0"], f"{LEVELS}0."),
        (["--levels", "100"], f"{LEVELS}100."),
        (["--levels", "50,-5"], f"{LEVELS}50, -5."),
        (["--levels", "nan"], f"{LEVELS}nan."),
        (["--levels", "80,80"], "--levels holds 80 more than once: give it once."),
        (["--levels", "abc"], "--levels: 'abc' is not a list of per cents such as"),
        (["--levels", "80,"], "--levels: '80,' is not a list of per cents such as"),
        (["--load", "x", "--model", "gru"], "--model belongs to training"),
    ],
)
def test_bad_arguments(arguments, message, failure):
    assert failure(*arguments).startswith(message)


# The output folder


def test_a_folder_that_cannot_be_written_to(failure, tmp_path):
    (tmp_path / "file").write_text("no folder")
    for folder in (tmp_path / "file", tmp_path / "file" / "below", "/proc/nowhere"):
        said = failure(folder=folder)
        assert said.startswith(f"Cannot write to the folder {folder}: ")
        assert said.endswith("Give another --out.")


@contextmanager
def files_up_to(size):
    """No file may grow beyond `size` bytes: the system refuses as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    with nothing_kept_compiled():
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def nothing_kept_compiled():
    """JAX writes nothing of what it compiles (tests/conftest.py), nor half of it."""
    if keras.backend.backend() != "jax":
        yield
        return
    import jax

    least = jax.config.jax_persistent_cache_min_compile_time_secs
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 1e9)
    try:
        yield
    finally:
        jax.config.update("jax_persistent_cache_min_compile_time_secs", least)


@pytest.mark.parametrize("size", [10_000, 30_000])
def test_a_disk_that_is_full_in_the_end(size, failure, out):
    """The picture, or the model that is written after it, does not fit."""
    with files_up_to(size):
        said = failure("--model", "ridge", "--history", "12", "--horizon", "6")
    assert said.startswith(f"Cannot write to the folder {out}")
    assert "File too large. Free some space" in said


def test_a_disk_that_is_full_while_training(failure):
    with files_up_to(20_000):
        said = failure("--history", "12", "--horizon", "6", "--epochs", "1")
    assert "checkpoint.npz: File too large. Free some space" in said


# A saved forecaster


@pytest.fixture
def saved(finished, tmp_path):
    """A copy of a saved forecaster that a test may damage."""
    return shutil.copytree(finished.folder, tmp_path / "saved")


def test_no_saved_forecaster(failure, tmp_path):
    said = failure("--load", tmp_path / "nowhere")
    assert said.startswith(f"{tmp_path / 'nowhere'} holds no saved forecaster")
    assert failure("--load", "").startswith(". holds no saved forecaster")


@pytest.mark.parametrize("name", ["forecaster.keras", "forecaster.json"])
def test_a_file_is_missing(name, failure, saved):
    (saved / name).unlink()
    assert f"there is no {name}. Give as --load the one" in failure("--load", saved)


def test_a_file_is_cut_off(failure, saved):
    path = saved / "forecaster.keras"
    path.write_bytes(path.read_bytes()[:1000])
    assert failure("--load", saved).startswith(f"{path} is damaged or no forecaster")


def test_a_file_is_foreign(failure, saved):
    (saved / "forecaster.json").write_text('{"name": "package"}')
    assert "forecaster.json is damaged or belongs" in failure("--load", saved)
    shutil.copy(saved / "results.json", saved / "forecaster.json")
    assert "forecaster.json is damaged or belongs" in failure("--load", saved)


def test_one_of_an_older_version(failure, saved):
    path = saved / "forecaster.json"
    state = json.loads(path.read_text())
    del state["bands"]
    path.write_text(json.dumps(state | {"format": 1, "spread": [[-1.0], [1.0]]}))
    assert failure("--load", saved) == (
        f"{path} was written by an older version, keras_rnn {state['keras_rnn']}, in a "
        "format that this one does not read. Fit the forecaster again."
    )


def test_a_model_of_somebody_else(failure, saved):
    model = keras.Sequential([keras.Input((24, 5)), keras.layers.Dense(6)])
    model.save(saved / "forecaster.keras")
    assert "are of two different forecasters" in failure("--load", saved)


def test_the_table_of_another_station(failure, saved, table):
    other = table(lambda frame: frame.rename(columns={TARGET: "Temp", "rh (%)": "h"}))
    said = failure("--load", saved, data=other)
    assert said.startswith(
        "The data has no column 'T (degC)', which the forecaster was trained on (2 of"
    )


def test_too_few_new_rows(failure, saved, table):
    said = failure("--load", saved, data=table(rows=10))
    assert said == (
        "A forecast starts from the last 24 rows, and there are 10. Give more rows."
    )


# Stopping

STOPPED = """
import os, shutil, signal, sys
from keras_rnn.cli import forecast
from keras_rnn.cli.main import main

# A shell ignores Ctrl-C for what it runs in the background, and so would this.
signal.signal(signal.SIGINT, signal.default_int_handler)

load_backend = forecast.load_backend
signals = [signal.SIGINT, None, signal.SIGKILL]

def load_and_lay_in_wait():
    load_backend()
    from helpers.quick_compiling import compile_quickly
    from keras_rnn.forecasting import ensemble
    from keras_rnn.training import checkpoint

    # So small a network gets no weight; here it has to learn on nevertheless.
    ensemble._LEAST_WEIGHT = -1.0

    compile_quickly()

    whole = checkpoint.save

    def save(path, state):
        whole(path, state)
        signal_now = signals.pop(0)
        if signal_now:
            os.kill(os.getpid(), signal_now)

    checkpoint.save = save

forecast.load_backend = load_and_lay_in_wait
status = main(sys.argv[2:])
forecast.load_backend = load_backend
shutil.copytree(sys.argv[sys.argv.index("--out") + 1], sys.argv[1])
print("stopped with", status, flush=True)
main(sys.argv[2:])
"""


def stopped_and_killed(between, arguments):
    """Run the command in a process that gets signals, and copy its folder between."""
    environment = {
        **os.environ,
        "KERAS_BACKEND": keras.backend.backend(),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    # The command line has to be quiet by itself.
    environment.pop("TF_CPP_MIN_LOG_LEVEL", None)
    # Who is killed may leave half a file of what JAX keeps compiled.
    environment.pop("JAX_COMPILATION_CACHE_DIR", None)
    return subprocess.run(
        [sys.executable, "-c", quick_to_import(STOPPED), between, *arguments],
        env=environment,
        capture_output=True,
        text=True,
    )


def test_stopped_and_killed_it_goes_on_and_ends_the_same(
    finished, out, tmp_path, capsys, monkeypatch
):
    """Ctrl-C in the first training, a kill in the second, and then to the end."""
    arguments = [*finished.arguments, "--out", str(out)]
    earlier = content(out)

    between = tmp_path / "between"
    done = stopped_and_killed(between, arguments)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert done.stderr == (
        "keras-rnn: stopped. The same command goes on where it was.\n"
    )
    before, after = done.stdout.split("stopped with 2\n")
    assert "Going on after" not in before
    assert {name: content(between)[name] for name in earlier} == earlier
    assert (between / "checkpoints" / "train" / "checkpoint.npz").exists()
    assert not (between / "checkpoints" / "validation" / "checkpoint.npz").exists()

    assert "Going on after 1 epoch" in after
    assert {name: content(out)[name] for name in earlier} == earlier
    assert (out / "checkpoints" / "validation" / "checkpoint.npz").exists()

    monkeypatch.setattr(ensemble, "_LEAST_WEIGHT", -1.0)
    assert main(arguments) == 0
    assert "Already trained for 2 epochs" in capsys.readouterr().out
    assert sorted(path.name for path in out.iterdir()) == sorted(
        path.name for path in finished.folder.iterdir()
    )
    assert (out / "forecast.csv").read_text() == (
        finished.folder / "forecast.csv"
    ).read_text()
