"""The character-level model of the slide."""

import subprocess
import sys

import numpy as np
import pytest

from keras_rnn.errors import UserError
from keras_rnn.reference import gradient_errors, hello, numerical_gradients


@pytest.fixture(scope="module")
def trained():
    return hello.train()


def test_says_every_next_character(trained):
    weights, losses = trained
    assert hello.spell(weights) == "hello"
    assert len(losses) == 201
    assert losses[0] > 1.0
    assert losses[-1] < 0.02
    assert {"W_hh", "W_xh", "W_hy"} <= weights.keys()


def test_last_loss_is_that_of_the_weights_returned(trained):
    weights, losses = trained
    x, indices = hello.encode("hello", "helo")
    loss, _ = hello.loss_and_gradients(weights, x[:, :-1], indices[:, 1:])
    assert loss == losses[-1]


@pytest.mark.parametrize("seed", range(1, 6))
def test_does_not_hang_on_the_seed(seed):
    assert hello.spell(hello.train(seed=seed)[0]) == "hello"


def test_the_state_is_needed(trained):
    """After l comes l, then o. Without W_hh a letter has one answer, whenever it comes.

    The best bet after both l is then one half each: ln 2, twice in four letters.
    """
    weights, _ = trained
    memoryless = weights | {"W_hh": np.zeros((3, 3))}
    x, indices = hello.encode("hello", "helo")
    loss, _ = hello.loss_and_gradients(memoryless, x[:, :-1], indices[:, 1:])
    assert loss > 2 * np.log(2.0) / 4
    assert hello.spell(memoryless) != "hello"


def test_reads_all_that_it_is_given_first(trained):
    weights, _ = trained
    assert hello.spell(weights, first="hel") == "hello"
    assert hello.spell(weights, first="hell") == "hello"
    assert hello.spell(weights, first="hello") == "hello"


def test_another_word():
    weights, _ = hello.train("banana!", units=6)
    assert hello.spell(weights, vocabulary="ban!", first="b", length=7) == "banana!"


def test_gradients_are_right():
    x, indices = hello.encode("hello", "helo")
    x, targets = x[:, :-1], indices[:, 1:]
    weights, _ = hello.train(steps=3)
    _, found = hello.loss_and_gradients(weights, x, targets)
    numerical = numerical_gradients(
        lambda weights: hello.loss_and_gradients(weights, x, targets)[0], weights
    )
    assert max(gradient_errors(found, numerical).values()) < 1e-6


def test_encoding_by_hand():
    x, indices = hello.encode("lo", "helo")
    assert x.tolist() == [[[0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]]]
    assert indices.tolist() == [[2, 3]]


def test_running_it_shows_the_loss_falling_and_the_word(capsys):
    hello.main()
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("step   0   loss 1.")
    losses = [float(line.split()[3]) for line in lines]
    assert losses == sorted(losses, reverse=True)
    assert lines[0].split()[-1] != "hello"
    assert lines[-1].endswith("hello")


def test_no_framework_is_loaded():
    """Nor anything of ours but the errors."""
    program = (
        "import sys, keras_rnn.reference.hello\n"
        "print(*sorted(name for name in sys.modules if name.split('.')[0] in "
        "('keras', 'tensorflow', 'jax', 'pandas')))\n"
        "print(*sorted({name.split('.')[1] for name in sys.modules if "
        "name.startswith('keras_rnn.')}))"
    )
    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    frameworks, ours = found.stdout.splitlines()
    assert frameworks == ""
    assert ours.split() == ["_saved_classes", "_version", "errors", "reference"]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: hello.train("h"), "text is 'h': give two characters or more"),
        (lambda: hello.spell({}, first=""), "first is empty"),
        (lambda: hello.encode("help", "helo"), "'p' is not in the vocabulary 'helo'"),
    ],
)
def test_text_that_cannot_be_read_is_refused(call, message):
    with pytest.raises(UserError, match=message):
        call()
