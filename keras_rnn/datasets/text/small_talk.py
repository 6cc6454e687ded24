"""Dialogs: what was said, and what is answered, with all that was said before."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from keras_rnn.datasets.dataset import Dataset
from keras_rnn.datasets.text.labelled_texts import read_lines
from keras_rnn.datasets.text.small_talk_grammar import draw_dialogs
from keras_rnn.errors import UserError

# Between the turns of a text: in files, on the command line, in examples.
SEPARATOR = "|"


@dataclass(frozen=True)
class Dialogs(Dataset):
    """Exchanges of dialogs, each with the turns before it.

    Attributes:
        turns: List of lists of strings: all turns up to the one to be answered, the
            oldest first.
        replies: List of strings, the answers.
        is_test: Boolean array, which exchanges are held out. All of a dialog are, or
            none.
    """

    turns: list[list[str]]
    replies: list[str]
    is_test: np.ndarray

    @property
    def texts(self) -> list[str]:
        """The turns of each exchange as one string, with `" | "` between."""
        return [f" {SEPARATOR} ".join(turns) for turns in self.turns]

    def __len__(self) -> int:
        return len(self.replies)

    @property
    def amount(self) -> str:
        """String, how much there is of what."""
        return f"{len(self):,} exchanges"


def load(source: str | Path | None = None) -> Dialogs:
    """Return dialogs.

    Args:
        source: Path of a text file of lines `question<TAB>answer`, with an empty line
            between dialogs: the lines above are what was said before. In a file
            without any empty line each line is a dialog of its own. A question may
            hold earlier turns itself, with `|` between. Default: `None`, the same as
            `"sample"`: generated small talk.

    Returns:
        `Dialogs`.

    Raises:
        UserError: The file is missing or empty, or a line has no tab, no question or
            no answer; with the number of the line.
    """
    if source is None or source == "sample":
        return sample()
    return _read(Path(source).expanduser())


def sample(count: int = 4000, seed: int = 0) -> Dialogs:
    """Return generated small talk: see `small_talk_grammar`.

    Args:
        count: Integer, dialogs of the training part. The test part has a tenth of it
            in which names are combined with what they never are in the training.
            Default: `4000`.
        seed: Integer. Default: `0`.

    Example:

    >>> data = sample(20)
    >>> data.texts[0], data.replies[0]
    ('good evening , my name is Lena .', 'Good evening, Lena.')
    """
    train = draw_dialogs(count, False, seed)
    test = draw_dialogs(max(1, count // 10), True, seed)
    dialogs = [[([said], answer) for said, answer in one] for one in train + test]
    return _from_dialogs(
        dialogs,
        np.arange(len(dialogs)) >= len(train),
        name="small talk",
        kind="sample",
        origin=f"generated, seed {seed}",
    )


def split_turns(text: str) -> list[str]:
    """Return the turns of a text, the oldest first.

    Example:

    >>> split_turns("my name is Ada . | Hello, Ada. | what is my name ?")
    ['my name is Ada .', 'Hello, Ada.', 'what is my name ?']
    """
    return [turn.strip() for turn in text.split(SEPARATOR) if turn.strip()]


def _from_dialogs(dialogs, is_test, **about):
    turns, replies, held_out = [], [], []
    for dialog, out in zip(dialogs, is_test, strict=True):
        before = []
        for said, answer in dialog:
            turns.append([*before, *said])
            replies.append(answer)
            held_out.append(out)
            before = [*turns[-1], answer]
    return Dialogs(
        turns=turns, replies=replies, is_test=np.array(held_out, bool), **about
    )


def _read(path: Path) -> Dialogs:
    dialogs: list[list[tuple[list[str], str]]] = []
    is_new, has_gap = True, False
    for number, line in enumerate(read_lines(path), 1):
        if not line.strip():
            is_new = has_gap = True
            continue
        said, _, answer = line.partition("\t")
        turns, answer = split_turns(said), answer.strip()
        if not turns or not answer:
            raise UserError(
                f"{path}, line {number}: expected what was said, a tab and the answer. "
                f"Found {line[:40]!r}."
            )
        if is_new:
            dialogs.append([])
        is_new = False
        dialogs[-1].append((turns, answer))
    if not has_gap:
        dialogs = [[exchange] for exchange in dialogs[0]]
    is_test = np.zeros(len(dialogs), bool)
    chosen = np.random.default_rng(0).permutation(len(dialogs))
    is_test[chosen[: len(dialogs) // 10]] = True
    return _from_dialogs(
        dialogs, is_test, name=path.name, kind="file", origin=str(path)
    )
