"""What is particular to the file of each runtime."""

import re
import shutil
import subprocess
import sys

import keras
import numpy as np
import pytest
from helpers.exported_models import FILES, answers, case, need_all

from keras_rnn.layers import Recurrent, TokenEmbedding
from keras_rnn.layers.lstm_variant import VARIANTS
from keras_rnn.runtimes import export
from keras_rnn.runtimes.c_file import FLAGS, write_c
from keras_rnn.runtimes.graph import Recur
from keras_rnn.runtimes.javascript_file import javascript_cells
from keras_rnn.runtimes.litert_file import write_litert
from keras_rnn.runtimes.numpy_file import numpy_source, write_numpy
from keras_rnn.runtimes.onnx_file import write_onnx
from keras_rnn.runtimes.reading import read_model


@pytest.fixture(scope="module")
def words():
    """A model of words, whose tokens are 0 to 3."""
    keras.utils.set_random_seed(0)
    return keras.Sequential(
        [
            keras.Input((None,), dtype="int32", name="words"),
            TokenEmbedding(["a", "b"], 3, name="vectors"),
            Recurrent("lstm", 2, name="memory"),
            keras.layers.Dense(1, name="answer"),
        ],
        name="words",
    )


@pytest.mark.parametrize("step", [False, True])
@pytest.mark.parametrize("runtime", FILES)
def test_an_input_of_another_width(runtime, step, tmp_path):
    graph = read_model(case("lstm").forward, step=step)
    wide = np.ones((1, 3, 5), "float32")
    with pytest.raises(Exception) as raised:  # each runtime has its own  # noqa: PT011
        answers(runtime, graph, tmp_path, wide, step=step)
    message = str(raised.value)
    expected = {
        "numpy": r"inputs has to be numbers of shape \(any, .*2\), not float32 of",
        "c": "inputs has to have 2 numbers at each step",
        "js": "inputs has to have 2 numbers at each step, not 5",
        "litert": "(resize|Dimension mismatch|dimension)",
        "onnx": "Got: 5 Expected: 2",
    }
    assert re.search(expected[runtime], message), message
    if runtime in ("numpy", "c", "js"):
        assert len(message.splitlines()) == 1


def test_checking_leaves_nothing_beside_the_files(words, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    for _ in range(2):
        export(words, "numpy", tmp_path / "words.py")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["words.npz", "words.py"]


@pytest.mark.parametrize("runtime", FILES)
def test_a_token_that_is_not_in_the_vocabulary(words, runtime, tmp_path):
    graph = read_model(words)
    with pytest.raises(
        Exception, match=r"0 to 3|out of (data )?bounds|failed to invoke"
    ):
        answers(runtime, graph, tmp_path, np.array([[2, 9]], "int32"))


def test_the_numpy_file_reads_as_the_equations(words):
    text = numpy_source(read_model(words), step=False)
    assert (
        """\
def lstm_step(w, x, h_previous, c_previous):
    s = x @ w["kernel"] + w["bias"] + h_previous @ w["recurrent_kernel"]
    o = sigmoid(part(s, 3, 4))
    f = sigmoid(part(s, 1, 4))
    i = sigmoid(part(s, 0, 4))
    g = np.tanh(part(s, 2, 4))
    c = f * c_previous + i * g
    h = o * np.tanh(c)
    return [h, c]
"""
        in text
    )
    assert len(text.splitlines()) < 110


def test_numpy_alone_runs_it(words, tmp_path):
    write_numpy(read_model(words), tmp_path, step=False)
    code = "import sys, words; print(words.predict([[2, 3, 1]])); "
    code += "assert not {'keras', 'tensorflow', 'jax', 'keras_rnn'} & set(sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    wanted = words.predict(np.array([[2, 3, 1]]), verbose=0)
    assert float(done.stdout.strip("[]\n ")) == pytest.approx(wanted[0, 0], abs=1e-6)


_MAIN = """
#include <stdio.h>
#include "{name}.h"

int main(void)
{{
    float work[WORDS_WORK(4)], answer;
    const int tokens[4] = {{2, 3, 1, 0}}, other[1] = {{4}};
    const char *wrong = words_predict(4, tokens, &answer, work);
    if (wrong) return 1;
    printf("%.7f\\n", answer);
    puts(words_predict(1, other, &answer, work));
    puts(words_predict(0, tokens, &answer, work));
    return 0;
}}
"""


@pytest.mark.skipif(shutil.which("gcc") is None, reason="needs gcc")
def test_c_is_clean_under_the_sanitizers(words, tmp_path):
    source, _ = write_c(read_model(words), tmp_path, step=False)
    assert "malloc" not in source.read_text()
    main = tmp_path / "main.c"
    main.write_text(_MAIN.format(name="words"))
    program = str(tmp_path / "program")
    flags = [*FLAGS, "-pedantic", "-g", "-fsanitize=address,undefined"]
    command = ["gcc", *flags, str(main), str(source), "-o", program, "-lm"]
    subprocess.run(command, check=True)
    done = subprocess.run([program], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    answer, *messages = done.stdout.splitlines()
    wanted = words.predict(np.array([[2, 3, 1, 0]]), verbose=0)
    assert float(answer) == pytest.approx(wanted[0, 0], abs=1e-6)
    assert messages == [
        "words has to be numbers from 0 to 3",
        "steps has to be 1 or more",
    ]


@pytest.mark.skipif(shutil.which("gcc") is None, reason="needs gcc")
@pytest.mark.parametrize("step", [False, True])
def test_every_cell_in_c_has_no_warning(step, tmp_path):
    for cell in ("FGR", "layer_norm_lstm", "min_lstm", "gru_reset_before"):
        model, forward, *_ = case(cell)
        graph = read_model(forward if step else model, step=step, name=cell)
        source, _ = write_c(graph, tmp_path, step=step)
        flags = [*FLAGS, "-pedantic", "-O2", "-c"]
        subprocess.run(["gcc", *flags, source, "-o", tmp_path / "it.o"], check=True)


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
def test_javascript_cells_for_pages(tmp_path):
    """The cells alone, with the gates that a page shows."""
    path = tmp_path / "cells.mjs"
    path.write_text(javascript_cells())
    names = re.findall(r"export function (\w+)", path.read_text())
    assert names == [
        *("simple_rnn", "lstm", "gru", "gru_reset_before", "peephole_lstm"),
        *(f"lstm_variant_{name}" for name in VARIANTS),
        *("layer_norm_lstm", "min_gru", "min_lstm"),
    ]
    assert "import" not in path.read_text().split("cells of keras_rnn")[1]
    code = f"""
import {{ lstm }} from {path.as_uri()!r};
const w = {{ kernel: [1, 0, 0, 0], recurrent_kernel: [0, 0, 0, 0] }};
w.bias = [0, 0, 1, 0];
const made = lstm(w, [2], [0], [4]);
const shown = [made.i, made.f, made.g, made.o, made.c, made.h];
console.log(shown.map((one) => one[0]).join());
console.log(made.states[0] === made.h, made.states[1] === made.c);
"""
    done = subprocess.run(
        ["node", "--input-type=module", "--eval", code], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    numbers, same = done.stdout.splitlines()
    i, g = 1 / (1 + np.exp(-2)), np.tanh(1)
    c = 0.5 * 4 + i * g
    wanted = [i, 0.5, g, 0.5, c, 0.5 * np.tanh(c)]
    np.testing.assert_allclose([float(one) for one in numbers.split(",")], wanted, 1e-6)
    assert same == "true true"


@pytest.mark.parametrize(
    ("cell", "operator"),
    [
        ("simple_rnn", "RNN"),
        ("lstm", "LSTM"),
        ("gru", "GRU"),
        ("gru_reset_before", "GRU"),
        ("peephole_lstm", "LSTM"),
        ("NP", "LSTM"),
        ("CIFG", "LSTM"),
        ("NIG", "Scan"),
        ("layer_norm_lstm", "Scan"),
        ("min_gru", "Scan"),
    ],
)
def test_onnx_has_an_operator_for_it(cell, operator, tmp_path):
    need_all("onnx")
    import onnx

    (path,) = write_onnx(read_model(case(cell).model), tmp_path, step=False)
    model = onnx.load(path)
    kinds = [node.op_type for node in model.graph.node]
    assert kinds.count(operator) == 4
    assert {"RNN", "LSTM", "GRU", "Scan", "Loop"} & set(kinds) == {operator}
    assert {(one.domain, one.version) for one in model.opset_import} == {("", 18)}
    assert model.ir_version == 8
    assert [one.name for one in model.graph.input] == ["inputs"]


def test_litert_has_built_in_operators_alone(tmp_path):
    need_all("litert")
    from ai_edge_litert import schema_py_generated as schema

    names = {value: name for name, value in vars(schema.BuiltinOperator).items()}
    graph = read_model(case("lstm").model)
    (path,) = write_litert(graph, tmp_path, step=False)
    model = schema.ModelT.InitFromPackedBuf(path.read_bytes(), 0)
    kinds = {names[code.builtinCode] for code in model.operatorCodes}
    assert "WHILE" in kinds
    assert "CUSTOM" not in kinds
    assert all(code.customCode is None for code in model.operatorCodes)
    loops = len([node for node in graph.nodes if isinstance(node, Recur)])
    assert len(model.subgraphs) == 1 + 2 * loops
    assert path.stat().st_size < 20_000  # however long the sequence is
