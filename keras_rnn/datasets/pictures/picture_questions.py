"""Pictures, with questions about them and their answers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from keras_rnn.datasets.dataset import Dataset
from keras_rnn.datasets.generated import shapes


@dataclass(frozen=True)
class PictureQuestions(Dataset):
    """Questions, each about one of the pictures.

    `name`, `kind`, `origin` and `note` are those of `Dataset`.

    Attributes:
        images: Array of unsigned bytes `(pictures, height, width, 3)`.
        texts: List of strings, the questions.
        answers: List of strings, one for each question.
        owners: Integer array, the number of each question's picture.
        parts: Array of strings, one for each question: `"train"`, `"validation"` or
            `"test"`. All questions about a picture are in one part.
        boxes: Float array `(questions, 4)`: top, left, bottom and right, 0 to 1, of
            what each question is about; NaN where that is no one thing.
        kinds: List of strings, what each question asks for.
    """

    images: np.ndarray
    texts: list[str]
    answers: list[str]
    owners: np.ndarray
    parts: np.ndarray
    boxes: np.ndarray
    kinds: list[str]

    def __len__(self) -> int:
        return len(self.texts)

    def places(self, part: str) -> np.ndarray:
        """Return the places of the questions of a part, as an integer array.

        Args:
            part: String, `"train"`, `"validation"` or `"test"`.
        """
        return np.flatnonzero(self.parts == part)

    def subsample(self, every: int) -> Self:
        """Return fewer data: of every so many tens of pictures, ten.

        Args:
            every: Integer, `1` for all.

        Returns:
            `PictureQuestions`.
        """
        kept = self.owners // 10 % every == 0
        places = np.flatnonzero(kept)
        return replace(
            self,
            texts=[self.texts[place] for place in places],
            answers=[self.answers[place] for place in places],
            kinds=[self.kinds[place] for place in places],
            owners=self.owners[kept],
            parts=self.parts[kept],
            boxes=self.boxes[kept],
        )

    @property
    def amount(self) -> str:
        """String, how much there is of what."""
        return f"{len(self):,} questions about {len(set(self.owners)):,} pictures"


def sample(
    train: int = 4000,
    validation: int = 400,
    test: int = 800,
    *,
    each: int = 8,
    size: int = 32,
    things: int | Sequence[int] = (1, 2, 3),
    kinds: Sequence[str] | None = None,
    seed: int = 0,
    note: str = "",
) -> PictureQuestions:
    """Return questions about generated scenes of coloured shapes.

    Scenes with one shape teach what shapes and colours are, the others to tell them
    apart. In the test colours, shapes and relations come together
    that no picture of the training shows together (`keras_rnn.datasets.shapes`).

    Args:
        train, validation, test: Integers, number of pictures in each part. Default:
            `4000`, `400` and `800`.
        each: Integer, questions about a picture. Default: `8`.
        size: Integer, pixels of a side. Default: `32`.
        things: Integer, or tuple of integers, shapes of a scene. Default: `(1, 2, 3)`.
        kinds: Sequence of kinds of questions (`shapes.questions`). Default: all.
        seed: Integer. Default: `0`.
        note: String, why the sample stands in for other data. Default: `""`.

    Returns:
        `PictureQuestions`.

    Example:

    >>> data = sample(10, 2, 3, each=4)
    >>> data.images.shape, len(data), len(data.places("test"))
    ((15, 32, 32, 3), 60, 12)
    """
    world = shapes.generate(train, validation, test, seed=seed, things=things, cells=2)
    generator = np.random.default_rng((seed, len(shapes.PARTS)))
    scenes: list[shapes.Scene] = []
    asked, owners, parts, boxes = [], [], [], []
    for part in shapes.PARTS:
        for scene in world.scenes[part]:
            found = shapes.questions(scene, generator, each, kinds)
            boxes += [
                scene.box(one.thing) if one.thing else [np.nan] * 4 for one in found
            ]
            owners += [len(scenes)] * len(found)
            parts += [part] * len(found)
            asked += found
            scenes.append(scene)
    return PictureQuestions(
        images=shapes.draw_all(scenes, size),
        texts=[one.text for one in asked],
        answers=[one.answer for one in asked],
        owners=np.array(owners),
        parts=np.array(parts),
        boxes=np.array(boxes, "float32"),
        kinds=[one.kind for one in asked],
        name="questions about coloured shapes",
        kind="sample",
        origin=world.origin,
        note=note,
    )
