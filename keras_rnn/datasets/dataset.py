"""The base of every data set: its name, its source, and one line that states both."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """Data with the source they came from. A subclass adds the data and `amount`.

    Attributes:
        name: String, the name of the data in headings.
        kind: String: `"file"` (the user's own, or from `KERAS_RNN_DATA`), `"download"`
            (from the public source or the cache of it) or `"sample"` (generated).
            Default: `"sample"`.
        origin: String, a path, an address, or how the data were generated.
        note: String, one line that the user must be told, such as why a generated
            sample stands in for real data. Default: `""`.

    Example:

    >>> class Letters(Dataset):
    ...     @property
    ...     def amount(self):
    ...         return "300 letters"
    >>> Letters(name="play", origin="generated, seed 0").describe()
    'play (generated sample, not real): 300 letters, generated, seed 0'
    """

    # What a heading says of data that are generated.
    sample_kind: ClassVar[str] = "generated sample, not real"

    name: str = "data"
    kind: str = "sample"
    origin: str = ""
    note: str = ""

    @property
    def amount(self) -> str:
        """String, how much there is of what."""
        raise NotImplementedError

    def describe(self) -> str:
        """Return one line: name, kind, amount and origin."""
        kind = self.sample_kind if self.kind == "sample" else self.kind
        return f"{self.name} ({kind}): {self.amount}, {self.origin}"
