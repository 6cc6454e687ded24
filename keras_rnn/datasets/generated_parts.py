"""Generated examples to learn from, to validate on and to test on."""

from dataclasses import dataclass

from keras_rnn.datasets.description import describe


@dataclass(frozen=True)
class GeneratedParts:
    """Examples in parts, drawn from a seed. The base of others, which say of what.

    Attributes:
        parts: Dict from part (`"train"`, `"validation"`, `"test"`) to an object with a
            length and with `texts`, a list of strings.
        seed: Integer, that they were drawn with.
        name: String, what they are.
        kind: String, `"sample"`.
        note: String. Default: `""`.
        counted: String, what the length counts.

    Example:

    >>> GeneratedParts({"train": [1, 2, 3], "test": [4]}, seed=7).describe()
    'examples (generated sample, not real): 4 examples (3 train, 1 test), generated,
    seed 7'
    """

    parts: dict
    seed: int
    name: str = "examples"
    kind: str = "sample"
    note: str = ""
    counted = "examples"

    def __len__(self):
        return sum(map(len, self.parts.values()))

    @property
    def origin(self):
        """How they were generated."""
        return f"generated, seed {self.seed}"

    @property
    def texts(self):
        """The texts of all parts."""
        return [text for one in self.parts.values() for text in one.texts]

    def part(self, name):
        """Return one of the parts."""
        return self.parts[name]

    def describe(self):
        """Return one line: what, how many, from where."""
        counts = ", ".join(f"{len(one):,} {name}" for name, one in self.parts.items())
        return describe(self, f"{len(self):,} {self.counted} ({counts})")
