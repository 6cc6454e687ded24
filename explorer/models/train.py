"""Trains the networks of the explorer: `python explorer/models/train.py [NAME ...]`.

Without names all of them. Each writes `NAME.json` beside this file, with what it was
trained on, its seed and its scores, and Keras's answers to a few inputs, which the
tests hold the pages to, into `answers/`.
"""

import importlib
import sys

from keras_rnn.tutorial import quiet

NAMES = ("hello", "teddy", "translator", "forecaster", "sentiment", "letters")


def main(names: list[str]) -> int:
    """Train the networks of these names; give the exit status."""
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        print(f"There is no network {unknown[0]}: {', '.join(NAMES)}", file=sys.stderr)
        return 2
    quiet()
    for name in names or NAMES:
        importlib.import_module(name).main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
