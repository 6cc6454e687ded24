"""Keep texts of the real data out of what a notebook shows.

The data sets are not this project's to pass on, not even a sentence of them. So each
printed line that holds a run of words of a data file gives way to a note. What shows
words or pictures of the data in another form is listed in `withheld.toml`, by the cells
of pictures and by how printed lines begin, and so are cells that print generated text,
which may say by chance what somebody has said. What a network wrote by itself stays,
unless it knows a line by heart.
"""

from __future__ import annotations

import io
import re
import tarfile
import tomllib
import zipfile
from pathlib import Path
from typing import Any

NOTE = "[text of the data, not kept here: run the tutorial to read it]"
PICTURE_NOTE = "[picture of the data, not kept here: run the tutorial to see it]"
LISTED = Path(__file__).with_name("withheld.toml")
# Folder of KERAS_RNN_DATA: words in a row that give a line away. Folk tunes share
# figures, and plays their turns of phrase; of DNA a single long "word" does.
LENGTHS = {
    "rt_polarity": 6,
    "wikigold": 5,
    "spa_eng": 4,
    "shakespeare": 6,
    "flickr8k_text": 6,
    "irish_abc": 5,
    "splice": 1,
    "easy_vqa": 5,
}
# Of verse, the beginning of a line does.
VERSE, BEGINNING = "shakespeare", 4
WORD = re.compile(r"\w+")
LONG = 20  # letters: a word that is no word of a language


def words_of(line: str) -> list[str]:
    """Return the words of a line, in small letters.

    >>> words_of("It's  Tom, isn't it?")
    ['it', 's', 'tom', 'isn', 't', 'it']
    """
    return WORD.findall(line.lower())


def runs_of(words: list[str], length: int) -> zip[tuple[str, ...]]:
    """Return every `length` words in a row.

    >>> list(runs_of(["a", "b", "c"], 2))
    [('a', 'b'), ('b', 'c')]
    """
    return zip(*(words[start:] for start in range(length)), strict=False)


def parts_of(words: list[str]) -> list[str]:
    """Return every `LONG` letters in a row of long words, as DNA is quoted."""
    return [
        word[start : start + LONG]
        for word in words
        for start in range(len(word) - LONG + 1)
    ]


def texts(path: Path) -> list[str]:
    """Return the texts of a data file; a line is a text, a sentence, or a token."""
    raw = path.read_bytes()
    if path.suffix == ".zip":
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            names = [name for name in packed.namelist() if name.endswith(".txt")]
            raw = b"\n".join(packed.read(name) for name in names)
    if path.name.endswith(".tar.gz"):
        with tarfile.open(fileobj=io.BytesIO(raw)) as packed:
            names = [name for name in packed.getnames() if name.endswith(".json")]
            raw = b"\n".join(packed.extractfile(name).read() for name in names)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    if "conll" in path.name:
        sentences = text.split("\n\n")
        return [
            " ".join(line.split()[0] for line in sentence.splitlines() if line.split())
            for sentence in sentences
        ]
    return re.split(r"[\t\n]", text)


class Withheld:
    """The runs of words that the data files of a folder hold.

    Args:
        folder: Path, `KERAS_RNN_DATA`. What is not there withholds nothing.
        lengths: dict, folder of a data set to the number of words in a row.

    Example:

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> (folder / "plays").mkdir()
    >>> _ = (folder / "plays" / "a.txt").write_text("A line of a play by somebody.")
    >>> withheld = Withheld(folder, {"plays": 4})
    >>> print(withheld.masked("He wrote:\\n  a line of a PLAY\\na line of his"))
    He wrote:
      [text of the data, not kept here: run the tutorial to read it]
    a line of his
    """

    def __init__(self, folder: Path, lengths: dict[str, int] = LENGTHS) -> None:
        self.lengths = lengths
        self.runs: dict[str, set[tuple[str, ...]]] = {name: set() for name in lengths}
        for name, length in lengths.items():
            for path in sorted((folder / name).glob("*")):
                if path.suffix == ".md":
                    continue
                for text in texts(path):
                    words = words_of(text)
                    if length == 1:
                        words = parts_of(words)
                    self.runs[name].update(runs_of(words, length))
                    spoken = not text.rstrip().endswith(":")
                    if name == VERSE and spoken and len(words) > 2:
                        self.runs[name].add(("", *words[:BEGINNING]))

    def among(self, text: str) -> Withheld:
        """Return what is withheld of the data sets that a text names as `data/NAME`."""
        some = object.__new__(Withheld)
        some.lengths = self.lengths
        some.runs = {
            name: runs for name, runs in self.runs.items() if f"data/{name}" in text
        }
        return some

    def holds(self, line: str, own: str = "") -> bool:
        """Return whether a line holds words of the data in a row, unless `own` does."""
        words, own = words_of(line), " ".join(words_of(own))
        if ("", *words[:BEGINNING]) in self.runs.get(VERSE, ()):
            return True
        return any(
            run in runs and " ".join(run) not in own
            for name, runs in self.runs.items()
            for run in runs_of(
                parts_of(words) if self.lengths[name] == 1 else words,
                self.lengths[name],
            )
        )

    def masked(self, text: str, own: str = "") -> str:
        """Return a text whose lines of the data are notes, one for lines in a row."""
        lines: list[str] = []
        for line in text.split("\n"):
            if self.holds(line, own):
                line = re.match(r"\s*", line)[0] + NOTE
                if lines and lines[-1].strip() == NOTE:
                    continue
            lines.append(line)
        return "\n".join(lines)


def printed(notebook: Any) -> str:
    """Return all that the cells of a notebook have printed."""
    outputs = [one for cell in notebook["cells"] for one in cell.get("outputs", ())]
    return "\n".join("".join(one.get("text", "")) for one in outputs)


def withhold(name: str, notebook: Any, withheld: Withheld) -> None:
    """Mask the outputs of a notebook in place."""
    listed = tomllib.loads(LISTED.read_text("utf-8")).get(name, {})
    own = "\n".join("".join(cell["source"]) for cell in notebook["cells"])
    withheld = withheld.among(printed(notebook))
    lines = [
        re.compile(rf"(?m){line}.*(\n{line}.*)*") for line in listed.get("lines", ())
    ]
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        source = "".join(cell["source"])
        if any(part in source for part in listed.get("generated", ())):
            continue
        hidden = any(part in source for part in listed.get("pictures", ()))
        for output in cell["outputs"]:
            if "text" in output:
                text = withheld.masked("".join(output["text"]), own)
                for line in lines:
                    text = line.sub(NOTE, text)
                output["text"] = text
            data = output.get("data", {})
            if hidden and "image/png" in data:
                data.pop("image/png")
                data["text/plain"] = PICTURE_NOTE
            for kind in ("text/plain", "text/html"):
                if kind in data:
                    data[kind] = withheld.masked("".join(data[kind]), own)
