"""`--backbone`: which network looks at photographs, where there are some."""

import pytest

from keras_rnn.cli.main import main


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["sentiment"], "sentiment looks at no photographs. Leave --backbone out, or"),
        (["sentiment"], "or run one that does: captioning."),
        (["captioning"], "give their folder with --data FOLDER"),
        (["captioning", "--data", "sample"], "--backbone is for photographs"),
    ],
)
def test_it_is_for_photographs_alone(arguments, message, capsys):
    assert main(["run", *arguments, "--backbone", "MobileNet"]) == 2
    error = capsys.readouterr().err
    assert message in " ".join(error.split())
    assert "Traceback" not in error
