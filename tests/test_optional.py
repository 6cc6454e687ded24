import tomllib
from pathlib import Path

import pytest

import keras_rnn
from keras_rnn import optional
from keras_rnn.errors import UserError
from keras_rnn.optional import BACKENDS, LIBRARIES, install, is_installed, need

ROOT = Path(keras_rnn.__file__).parents[1]


@pytest.fixture
def missing(monkeypatch):
    """Lets a library be not installed."""
    found = optional.find_spec

    def hide(library):
        monkeypatch.setattr(
            optional,
            "find_spec",
            lambda name: None if name == library else found(name),
        )

    return hide


@pytest.mark.parametrize("library", LIBRARIES)
def test_what_is_installed_is_not_complained_about(library):
    if LIBRARIES[library][1] in ("onnx", "litert") and not is_installed(library):
        pytest.skip(f"{library} is not installed")
    assert is_installed(library)
    need(library)


@pytest.mark.parametrize(
    ("library", "message"),
    [
        (
            "jiwer",
            "The word error rate needs jiwer, which is not installed: "
            'pip install "keras-rnn[speech]"',
        ),
        (
            "onnx",
            "Writing a model for ONNX needs onnx, which is not installed: "
            'pip install "keras-rnn[onnx]"',
        ),
        (
            "ai_edge_litert",
            "Writing a model for LiteRT needs ai_edge_litert, which is not installed: "
            'pip install "keras-rnn[litert]"',
        ),
        (
            "music21",
            "Reading and writing tunes needs music21, which is not installed: "
            'pip install "keras-rnn[music]"',
        ),
        (
            "sacrebleu",
            "BLEU, the score of translations and captions, needs sacrebleu, which is "
            'not installed: pip install "keras-rnn[text]"',
        ),
        (
            "openpyxl",
            "Reading an Excel workbook needs openpyxl, which is not installed: "
            'pip install "keras-rnn[tables]"',
        ),
        (
            "pyarrow",
            "Reading a Parquet file needs pyarrow, which is not installed: "
            'pip install "keras-rnn[tables]"',
        ),
    ],
)
def test_what_is_missing_is_named_with_its_install_line(missing, library, message):
    missing(library)
    with pytest.raises(UserError) as raised:
        need(library)
    assert str(raised.value) == message


def test_each_extra_is_one_of_the_packages():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"]
    for _, extra in LIBRARIES.values():
        of_extra = [
            name.replace("_", "-") for name, row in LIBRARIES.items() if row[1] == extra
        ]
        assert [one.split(">")[0] for one in extras[extra]] == of_extra
    for backend in BACKENDS:
        assert [one.split(">")[0] for one in extras[backend]] == [backend]
        assert install(backend) == f'pip install "keras-rnn[{backend}]"'
    others = (*BACKENDS, "onnx", "litert", "all")
    everything = ",".join(extra for extra in extras if extra not in others)
    assert extras["all"] == [f"keras-rnn[{everything}]"]


def test_the_core_forces_no_backend():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    core = {one.split(">")[0] for one in project["project"]["dependencies"]}
    assert "keras" in core
    assert not core & {*BACKENDS, *LIBRARIES}


@pytest.mark.parametrize(
    ("application", "library"),
    [
        ("captioning", "sacrebleu"),
        ("music_generation", "music21"),
        ("speech_recognition", "jiwer"),
        ("translation", "sacrebleu"),
    ],
)
def test_an_application_says_so_before_it_begins(
    missing, capsys, tmp_path, application, library
):
    from keras_rnn.cli.main import main

    missing(library)
    folder = tmp_path / "out"
    arguments = ["run", application, "--data", "sample", "--out", str(folder)]
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert len(printed.err.splitlines()) == 1
    assert f"needs {library}, which is not installed: pip install" in printed.err
    assert "Data" not in printed.out
    assert not list(folder.rglob("*.keras"))


def test_a_tune_is_not_called_broken_because_nothing_can_read_it(missing):
    from keras_rnn.applications.music_generation.bars import count

    missing("music21")
    with pytest.raises(UserError, match="needs music21"):
        count("X:1\nM:6/8\nL:1/8\nK:D\nDEF z3|=F2F d3|]\n")
