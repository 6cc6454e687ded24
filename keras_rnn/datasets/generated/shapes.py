"""A generated world: scenes of coloured shapes, drawn, described and asked about.

```
random_scenes -> Scene -> draw(scene, size)              a picture
                       -> captions(scene, generator)     true sentences about it
                       -> questions(scene, generator)    questions with answers
                       -> move(scene, frames)            a film: a scene each frame
is_true(caption, scene)                                  reads any of such sentences
```

All come from one grammar and from seeds. Scenes are split by combination: some colour,
shape and relation (or motion) come together in the test alone, so that a model has to
compose what it learned and cannot have it by heart.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import numpy as np

from keras_rnn.datasets.generated.generated_parts import PARTS, GeneratedParts
from keras_rnn.datasets.generated.shape_drawing import draw, draw_all
from keras_rnn.datasets.generated.shape_grammar import captions, is_true, parse
from keras_rnn.datasets.generated.shape_questions import questions
from keras_rnn.datasets.generated.shape_scene import (
    COLOURS,
    MOTIONS,
    RELATIONS,
    SHAPES,
    Scene,
    Thing,
    move,
    part,
    part_of,
    random_scene,
    random_scenes,
)

__all__ = [
    "COLOURS",
    "MOTIONS",
    "PARTS",
    "RELATIONS",
    "SHAPES",
    "Scene",
    "ShapeScenes",
    "Thing",
    "captions",
    "draw",
    "draw_all",
    "generate",
    "is_true",
    "move",
    "parse",
    "part",
    "part_of",
    "questions",
    "random_scene",
    "random_scenes",
]


@dataclass(frozen=True, kw_only=True)
class ShapeScenes(GeneratedParts[list[Scene]]):
    """Scenes of coloured shapes, in a train, a validation and a test part.

    The attributes are those of `GeneratedParts`; each part is a list of `Scene`.
    """

    name: str = "scenes of coloured shapes"
    counted: ClassVar[str] = "scenes"

    @property
    def scenes(self) -> dict[str, list[Scene]]:
        """Dict from part (`"train"`, `"validation"`, `"test"`) to list of `Scene`."""
        return self.parts

    @property
    def texts(self) -> list[str]:
        """List of strings, one caption of each scene."""
        each = [scene for part in PARTS for scene in self.scenes[part]]
        generator = np.random.default_rng(self.seed)
        return [captions(scene, generator, count=1)[0] for scene in each]


def generate(
    train: int = 4000,
    validation: int = 400,
    test: int = 800,
    *,
    seed: int = 0,
    **options: Any,
) -> ShapeScenes:
    """Return a world of scenes, split by combination.

    Args:
        train, validation, test: Integers, number of scenes in each part. Default:
            `4000`, `400` and `800`.
        seed: Integer. Default: `0`.
        **options: Arguments of `random_scene`: `things`, `cells`, `moving`.

    Returns:
        `ShapeScenes`.

    Example:

    >>> world = generate(30, 10, 20, things=(2, 3))
    >>> {part(scene) for scene in world.scenes["test"]}
    {'test'}
    """
    draw = partial(random_scenes, **options)
    return ShapeScenes.drawn((train, validation, test), seed, draw)
