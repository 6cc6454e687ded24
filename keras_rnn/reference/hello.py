"""A character-level language model that learns "hello", from scratch.

*Chapter 5*, section 5.2, "Example: Character-level Language Model": vocabulary
[h, e, l, o], training sequence "hello". The model reads h, e, l, l and is to say
e, l, l, o. After one l comes another l, after the next an o: what the letter alone
cannot tell, the state has to.

    python -m keras_rnn.reference.hello
"""

import numpy as np

from keras_rnn.errors import UserError
from keras_rnn.reference import vanilla_rnn
from keras_rnn.reference.backpropagation import backpropagate
from keras_rnn.reference.cell import random_weights
from keras_rnn.reference.clipping import clip_by_norm
from keras_rnn.reference.output import cross_entropy, outputs, outputs_backward
from keras_rnn.reference.unfolding import unfold


def encode(text: str, vocabulary: str) -> tuple[np.ndarray, np.ndarray]:
    """One-hot vectors, `(1, time, characters)`, and their indices, `(1, time)`."""
    for character in text:
        if character not in vocabulary:
            raise UserError(f"{character!r} is not in the vocabulary {vocabulary!r}")
    indices = np.array([[vocabulary.index(character) for character in text]], dtype=int)
    return np.eye(len(vocabulary))[indices], indices


def split(
    weights: dict[str, np.ndarray],
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """The weights of the cell, and those of the output."""
    head = {name: weights[name] for name in ("W_hy", "b_y")}
    return {name: one for name, one in weights.items() if name not in head}, head


def loss_and_gradients(
    weights: dict[str, np.ndarray], x: np.ndarray, targets: np.ndarray
) -> tuple[float, dict[str, np.ndarray]]:
    """The loss of one reading, and its derivative by every weight."""
    cell, head = split(weights)
    run = unfold(vanilla_rnn, x, cell)
    y = outputs(run.outputs, **head)  # (1, time, characters)
    loss, d_y = cross_entropy(y, targets)
    d_h, d_head = outputs_backward(d_y, run.outputs, **head)
    return loss, backpropagate(run, d_h).weights | d_head


def train(
    text: str = "hello",
    units: int = 3,
    steps: int = 200,
    learning_rate: float = 0.5,
    seed: int = 0,
) -> tuple[dict[str, np.ndarray], list[float]]:
    """Learn by gradient descent to say each next character of a text.

    Args:
        text: String of two characters or more. Default: `"hello"`.
        units: Integer, length of the hidden state. Default: 3.
        steps: Integer, how many times to read the text. Default: 200.
        learning_rate: Float, how far to go down the gradient. Default: 0.5.
        seed: Integer, what the weights start from. Default: 0.

    Returns:
        `(weights, losses)`: a dict with the slide's `W_hh`, `W_xh`, `W_hy` and the
        biases, and the loss in nats a character after 0, 1, ..., `steps` readings.

    Raises:
        UserError: When the text has no next character.
    """
    if len(text) < 2:
        raise UserError(f"text is {text!r}: give two characters or more")
    vocabulary = "".join(dict.fromkeys(text))  # "helo"
    x, indices = encode(text, vocabulary)
    x, targets = x[:, :-1], indices[:, 1:]  # "hell" in, "ello" out

    generator = np.random.default_rng(seed)
    weights = random_weights(vanilla_rnn, len(vocabulary), units, seed=generator)
    weights["W_hy"] = generator.normal(0.0, units**-0.5, (len(vocabulary), units))
    weights["b_y"] = np.zeros(len(vocabulary))

    losses = []
    for _ in range(steps):
        loss, gradients = loss_and_gradients(weights, x, targets)
        losses.append(loss)
        for name, gradient in clip_by_norm(gradients, 5.0).items():
            weights[name] = weights[name] - learning_rate * gradient
    losses.append(loss_and_gradients(weights, x, targets)[0])
    return weights, losses


def spell(
    weights: dict[str, np.ndarray],
    vocabulary: str = "helo",
    first: str = "h",
    length: int = 5,
) -> str:
    """Let the model write: each character it says is the next that it reads.

    Args:
        weights: Dict, from `train`.
        vocabulary: String, the characters in the order of training. Default: `"helo"`.
        first: String, one character or more to start with. Default: `"h"`.
        length: Integer, how many characters to have in the end. Default: 5.

    Returns:
        String.

    Raises:
        UserError: When `first` is empty or has a character of no vocabulary.
    """
    if not first:
        raise UserError("first is empty: give the model a character to start with")
    cell, head = split(weights)
    text, unread, state = first, first, None
    while len(text) < length:
        run = unfold(vanilla_rnn, encode(unread, vocabulary)[0], cell, state)
        y = outputs(run.outputs[:, -1], **head)  # (1, characters)
        unread, state = vocabulary[int(y.argmax())], run.final_state
        text += unread
    return text


def main() -> None:
    """Train, and print the loss on its way down and what the model spells."""
    for steps in (0, 5, 10, 20, 50, 100, 200):
        weights, losses = train(steps=steps)
        print(f"step {steps:3d}   loss {losses[-1]:.3f}   {spell(weights)}")


if __name__ == "__main__":
    main()
