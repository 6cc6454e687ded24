"""docs/runtimes.md: what it shows of each runtime runs as it stands there."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
from helpers.exported_models import CELLS, need_all

from keras_rnn.layers import Recurrent
from keras_rnn.runtimes import RUNTIMES, export

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "runtimes.md").read_text(encoding="utf-8")
X = np.array([[[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]]], "float32")


def blocks(section, language):
    """The code of a section; "" is what stands before the first."""
    text = next(part for part in PAGE.split("\n## ") if part.split("\n")[0] == section)
    found = re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)
    assert found
    for code in found:
        assert len([line for line in code.splitlines() if line.strip()]) <= 10
    return found


@pytest.fixture(scope="module")
def net(tmp_path_factory):
    """A folder, the model of the page, and what it answers."""
    keras.utils.set_random_seed(0)
    dense = keras.layers.Dense(1, name="dense")
    model = keras.Sequential([keras.Input((None, 3)), Recurrent("gru", 8), dense])
    folder = tmp_path_factory.mktemp("net")
    return folder, model, float(model.predict(X, verbose=0)[0, 0])


def printed(command, folder):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return float(done.stdout)


def test_the_first_block_exports_to_every_runtime(tmp_path, monkeypatch, capsys):
    for runtime in ("onnx", "litert"):
        need_all(runtime)
    monkeypatch.chdir(tmp_path)
    (code,) = blocks("# One model, every runtime", "python")
    exec(compile(code, "runtimes.md", "exec"), {})
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["numpy", "c", "js", "onnx", "litert"]
    names = {path.name for path in tmp_path.iterdir()}
    assert {"net.py", "net.c", "net.mjs", "net.onnx", "net_by_step.npz"} <= names


def test_numpy(net):
    folder, model, wanted = net
    export(model, "numpy", folder / "net")
    export(model, "numpy", folder / "net_by_step", step=True)
    for code in blocks("NumPy", "python"):
        answer = printed([sys.executable, "-c", code], folder)
        assert answer == pytest.approx(wanted, abs=1e-5)


@pytest.mark.parametrize(
    ("section", "runtime", "words"),
    [
        ("ONNX", "onnx", ("InvalidArgument", "Got: 2 Expected: 3")),
        ("LiteRT", "litert", ("RuntimeError", "failed to prepare")),
    ],
)
def test_onnx_and_litert(net, section, runtime, words):
    need_all(runtime)
    folder, model, wanted = net
    export(model, runtime, folder / "net")
    (code,) = blocks(section, "python")
    answer = printed([sys.executable, "-c", code], folder)
    assert answer == pytest.approx(wanted, abs=1e-5)
    narrow = code.replace(", 0.3]", "]").replace(", 0.6]", "]")
    command = [sys.executable, "-c", narrow]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    said = " ".join(PAGE.split())
    assert all(one in done.stderr and one in said for one in words), done.stderr


@pytest.mark.skipif(shutil.which("gcc") is None, reason="needs gcc")
def test_c(net):
    folder, model, wanted = net
    export(model, "c", folder / "net")
    (code,) = blocks("C", "c")
    (folder / "main.c").write_text(code)
    command = re.search(r"`(gcc .*?)`", PAGE)[1].split()
    subprocess.run([*command, "-o", "program"], cwd=folder, check=True)
    assert printed(["./program"], folder) == pytest.approx(wanted, abs=1e-5)


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
def test_javascript(net):
    folder, model, wanted = net
    export(model, "js", folder / "net")
    (code,) = blocks("JavaScript", "js")
    (folder / "main.mjs").write_text(code)
    assert printed(["node", "main.mjs"], folder) == pytest.approx(wanted, abs=1e-5)


@pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="TensorFlow writes a SavedModel"
)
def test_a_saved_model(net, monkeypatch, capsys):
    folder, model, wanted = net
    export(model, "savedmodel", folder / "served")
    monkeypatch.chdir(folder)
    (code,) = blocks("SavedModel", "python")
    exec(compile(code, "runtimes.md", "exec"), {})
    assert float(capsys.readouterr().out) == pytest.approx(wanted, abs=1e-5)


def test_the_tables_have_every_cell_and_runtime():
    tables = [line for line in PAGE.split("## Size")[1].splitlines() if "|" in line]
    heads = [line for line in tables if line.startswith("| cell")]
    assert len(heads) == 2
    for head in heads:
        assert set(re.findall(r"\w+", head)) >= set(RUNTIMES) - {"savedmodel"}
    cells = [line.split("|")[1].strip() for line in tables]
    plain = {"min_gru_plain", "min_lstm_plain"}  # without logarithms: the same file
    assert set(CELLS) - plain == set(cells) - {"cell", "-" * 16}
    assert all(cells.count(cell) == 2 for cell in set(CELLS) - plain)


def test_the_list_of_runtimes_is_whole():
    names = re.findall(r"^\| `(\w+)` \|", PAGE, re.M)
    assert sorted(names) == sorted(RUNTIMES)
