"""The base of generated data sets: examples in three parts, drawn from a seed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, Self, TypeVar

import numpy as np

from keras_rnn.datasets.dataset import Dataset

PARTS = ("train", "validation", "test")

# What a part is: anything with a length.
Part = TypeVar("Part", bound=Any)


@dataclass(frozen=True)
class GeneratedParts(Dataset, Generic[Part]):
    """Examples in three parts, drawn from a seed.

    A subclass says what the examples are and in which class a part is held.

    `name`, `kind`, `origin` and `note` are those of `Dataset`.

    Attributes:
        parts: Dict from part (`"train"`, `"validation"`, `"test"`) to an object with a
            length and with `texts`, a list of strings.
        seed: Integer, the seed of the random generators.
        counted: String, what the length counts.

    Example:

    >>> GeneratedParts({"train": [1, 2, 3], "test": [4]}, seed=7).describe()
    'examples (generated sample, not real): 4 examples (3 train, 1 test), generated,
    seed 7'
    """

    parts: dict[str, Part]
    seed: int
    name: str = field(default="examples", kw_only=True)
    counted: ClassVar[str] = "examples"

    def __post_init__(self) -> None:
        object.__setattr__(self, "origin", f"generated, seed {self.seed}")

    @classmethod
    def drawn(
        cls,
        counts: Sequence[int],
        seed: int,
        draw: Callable[[np.random.Generator, int, str], Part],
    ) -> Self:
        """Return an instance with each part drawn by a random generator of its own.

        The examples of one part do not depend on the number in another.

        Args:
            counts: Sequence of integers, number of examples of each of `PARTS`.
            seed: Integer.
            draw: Function `(generator, count, part)` that returns the examples of a
                part; `generator` is a `numpy.random.Generator`.

        Example:

        >>> def draw(generator, count, part):
        ...     return generator.integers(10, size=count).tolist()
        >>> GeneratedParts.drawn((3, 0, 2), 0, draw).parts
        {'train': [8, 6, 5], 'validation': [], 'test': [9, 0]}
        """
        parts = {
            name: draw(np.random.default_rng((seed, number)), count, name)
            for number, (name, count) in enumerate(zip(PARTS, counts, strict=True))
        }
        return cls(parts, seed)

    def __len__(self) -> int:
        return sum(map(len, self.parts.values()))

    @property
    def texts(self) -> list[str]:
        """List of strings, the texts of all parts."""
        return [text for one in self.parts.values() for text in one.texts]

    def part(self, name: str) -> Part:
        """Return one of the parts.

        Args:
            name: String, `"train"`, `"validation"` or `"test"`.
        """
        return self.parts[name]

    @property
    def amount(self) -> str:
        """String, how much there is of what."""
        counts = ", ".join(f"{len(one):,} {name}" for name, one in self.parts.items())
        return f"{len(self):,} {self.counted} ({counts})"
