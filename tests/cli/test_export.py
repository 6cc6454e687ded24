"""`keras-rnn export` from a saved model to a file, and what it says when it cannot."""

import json
import re
import zipfile

import keras
import numpy as np
import pytest
from helpers.exported_models import need_all
from helpers.tiny_applications import tiny

from keras_rnn.cli.main import main
from keras_rnn.layers import Recurrent


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """What a run of sentiment leaves: its model."""
    path = tmp_path_factory.mktemp("sentiment")
    tiny("sentiment", path).model.save(path / "model.keras")
    return path


def said(capsys):
    printed = capsys.readouterr()
    return printed.out, printed.err


def refused(arguments, capsys):
    assert main(["export", *map(str, arguments)]) == 2
    out, error = said(capsys)
    assert not out
    assert len(error.splitlines()) == 1
    return error.removeprefix("keras-rnn: ").strip()


def test_an_application_goes_beside_its_model_by_its_name(folder, capsys):
    assert main(["export", str(folder), "--to", "numpy"]) == 0
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["model.keras", "sentiment.npz", "sentiment.py"]
    text, error = said(capsys)
    assert "numpy, whole sequences" in text
    assert "differs from Keras by" in text
    assert "sentiment.py" in text
    assert not error


def test_a_file_goes_where_it_is_told_to_and_reads_step_by_step(tmp_path, capsys):
    layers = [keras.Input((None, 2)), Recurrent("gru", 2), keras.layers.Dense(1)]
    keras.Sequential(layers, name="net").save(tmp_path / "mine.keras")
    arguments = ["export", str(tmp_path / "mine.keras"), "--to", "c", "--step"]
    assert main([*arguments, "--out", str(tmp_path / "device/")]) == 0
    assert main([*arguments, "--out", f"{tmp_path}/device/"]) == 0
    assert main(arguments) == 0
    found = sorted(str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*.[ch]"))
    assert found == [
        "device.c",
        "device.h",
        "device/net_by_step.c",
        "device/net_by_step.h",
        "net_by_step.c",
        "net_by_step.h",
    ]
    assert "one step, state in and out" in said(capsys)[0]


def test_a_forecaster_with_its_scaling_inside(finished, tmp_path, capsys):
    arguments = ["export", str(finished.folder), "--out", str(tmp_path / "roof")]
    assert main([*arguments, "--to", "numpy"]) == 0
    text, _ = said(capsys)
    assert "differs from Keras by" in text
    size = sum(path.stat().st_size for path in tmp_path.iterdir())
    assert size < 300_000


def test_help_shows_every_runtime(capsys):
    from keras_rnn.runtimes import RUNTIMES

    with pytest.raises(SystemExit):
        main(["export", "--help"])
    text, _ = said(capsys)
    for name in RUNTIMES:
        assert f"\n  {name} " in text


def test_what_is_not_there(tmp_path, capsys):
    message = refused([tmp_path, "--to", "onnx"], capsys)
    assert message == (
        f"There is no {tmp_path}/model.keras. Give a .keras file, or a folder that "
        "keras-rnn run or forecast wrote."
    )
    assert "--to" in refused([tmp_path], capsys)


def test_another_runtime(folder, capsys):
    message = refused([folder, "--to", "onxx"], capsys)
    assert message.startswith("There is no runtime 'onxx'. Did you mean 'onnx'?")


def test_a_foreign_file(tmp_path, capsys):
    path = tmp_path / "other.keras"
    path.write_text("no model")
    assert "cannot be opened as a model" in refused([path, "--to", "numpy"], capsys)


def test_a_model_with_a_lambda(tmp_path, capsys):
    layers = [keras.Input((2, 2)), keras.layers.Lambda(lambda x: x + 1)]
    keras.Sequential(layers).save(tmp_path / "model.keras")
    assert refused([tmp_path, "--to", "numpy"], capsys) == (
        f"{tmp_path}/model.keras cannot be opened as a model: it has a Lambda layer, "
        "whose Python code is not run from a file. Put a layer of Keras, or one of "
        "your own that is registered, in its place."
    )
    assert [path.name for path in tmp_path.iterdir()] == ["model.keras"]


def test_a_model_with_a_function_of_its_own(tmp_path, capsys):
    layers = [keras.Input((None, 2)), keras.layers.LSTM(2, activation=lambda x: x)]
    with pytest.warns(UserWarning, match="lambda"):
        keras.Sequential(layers).save(tmp_path / "model.keras")
    message = refused([tmp_path, "--to", "numpy"], capsys)
    assert "it has an activation that was a Python function, which is not in" in message


def test_another_kind_of_file(tmp_path, capsys):
    np.savez(tmp_path / "form.npz", a=np.zeros(1))
    assert refused([tmp_path / "form.npz", "--to", "numpy"], capsys) == (
        f"{tmp_path}/form.npz cannot be opened as a model: it is no .keras file, or is "
        "damaged."
    )


def newer(layer):
    layer["class_name"], layer["registered_name"] = "Newer", "keras_rnn>Newer"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (newer, "it has a Newer, which is not known here. It was written by another"),
        (lambda layer: layer["config"].update(new=1), "takes no argument 'new'"),
        (lambda layer: layer["config"].update(units=3), "its weights do not fit its"),
    ],
)
def test_a_model_of_another_version(tmp_path, capsys, change, message):
    layers = [keras.Input((None, 2)), Recurrent("gru", 2)]
    keras.Sequential(layers).save(tmp_path / "mine.keras")
    with zipfile.ZipFile(tmp_path / "mine.keras") as file:
        parts = {name: file.read(name) for name in file.namelist()}
    config = json.loads(parts["config.json"])
    change(config["config"]["layers"][1])
    parts["config.json"] = json.dumps(config).encode()
    with zipfile.ZipFile(tmp_path / "other.keras", "w") as file:
        for name, content in parts.items():
            file.writestr(name, content)
    assert message in refused([tmp_path / "other.keras", "--to", "numpy"], capsys)
    assert len(list(tmp_path.iterdir())) == 2


def test_an_export_that_is_interrupted(folder, tmp_path, capsys, monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("keras_rnn.runtimes.numpy_file.np.savez", interrupt)
    out = tmp_path / "sentiment.py"
    message = refused([folder, "--to", "numpy", "--out", out], capsys)
    assert message == "Stopped. No file is half-written."
    assert not list(tmp_path.iterdir())


def test_weights_of_eight_bits(tmp_path, capsys):
    need_all("litert")
    layers = [keras.Input((None, 9)), Recurrent("gru", 64), keras.layers.Dense(1)]
    keras.Sequential(layers, name="net").save(tmp_path / "net.keras")
    given = ["export", str(tmp_path / "net.keras"), "--to", "litert"]
    assert main(given) == 0
    exact = (tmp_path / "net.tflite").stat().st_size
    assert main([*given, "--weights", "int8"]) == 0
    assert (tmp_path / "net.tflite").stat().st_size < exact / 2
    text, _ = said(capsys)
    loss = float(re.search(r"Loss +by weights of eight bits: (\S+) at most", text)[1])
    assert 1e-5 < loss < 0.05
    message = refused([*given[1:3], "onnx", "--weights", "int8"], capsys)
    assert message == (
        "For onnx, --weights can be float32, not int8. For litert it can be that."
    )
    message = refused([*given[1:], "--weights", "int4"], capsys)
    assert message == "For litert, --weights can be float32 or int8, not int4."


def test_what_reads_from_both_ends_has_no_step(folder, capsys):
    message = refused([folder, "--to", "numpy", "--step"], capsys)
    assert message.endswith("when one step is read; export it without --step.")


def test_a_folder_that_cannot_be_written_to(folder, tmp_path, capsys):
    (tmp_path / "taken").write_text("a file")
    out = tmp_path / "taken" / "sentiment.py"
    message = refused([folder, "--to", "numpy", "--out", out], capsys)
    assert message.startswith(f"Cannot write to the folder {tmp_path / 'taken'}: ")
    assert message.endswith("Give another --out.")
