"""Visual-language navigation: an instruction in words, and a walk that follows it.

*Lecture 3*, slide 21: encoder-decoder with attention, and a decoder that acts. What it
does changes what it sees next (Anderson et al. 2018, *Vision-and-language navigation*).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np

from keras_rnn import training
from keras_rnn.applications.contract import Answers, Outcome, Request
from keras_rnn.applications.shared.learning import fit_to_loss
from keras_rnn.applications.shared.questions import is_picture, texts_of_pictures
from keras_rnn.applications.shared.texts import unknown_note
from keras_rnn.applications.visual_navigation.agent import NavigationAgent
from keras_rnn.applications.visual_navigation.figures import draw_attention, draw_routes
from keras_rnn.applications.visual_navigation.network import (
    build,
    instruction_words,
    words_of,
)
from keras_rnn.applications.visual_navigation.scores import (
    BASELINE,
    baselines,
    evaluate,
)
from keras_rnn.datasets.generated import shape_maps
from keras_rnn.datasets.generated.map_pictures import draw_maps, name_of, read_map
from keras_rnn.datasets.generated.map_routes import describe_route
from keras_rnn.datasets.generated.map_walks import (
    MOST,
    SLIP,
    ShortestPathOracle,
    right_walks,
)
from keras_rnn.datasets.generated.shape_maps import NOWHERE, NavigationTasks, ShapeMaps
from keras_rnn.datasets.pictures.image_files import encode_png
from keras_rnn.errors import UserError
from keras_rnn.training import Batches

_TRAIN, _VALIDATION, _TEST = 4000, 400, 800
# So many batches of 64, at least.
_UPDATES = 2300
# Pixels of a cell of the map that a run leaves.
_MAP_CELL = 32


def walks(
    model: keras.Model,
    pairs: Sequence[tuple[str | Path | int | tuple[np.ndarray, int], str]],
) -> list[list[str]]:
    """Return the actions that follow instructions on maps, as strings of `ACTIONS`.

    A map is a picture's path with an orange frame around the start (`train` leaves
    `map.png`), or the number of one of the generated maps of the test, or a tuple of a
    grid and a cell, as `map_pictures.read_map` returns it. Words that the model does
    not know count as unknown. A walk that does not end with `"stop"` was over after 24
    actions.

    Raises:
        UserError: A map is missing, damaged, no map or without a start, or an
            instruction has no words that the model knows.
    """
    return NavigationAgent(model).walk(_tasks(model, pairs)).actions


def _tasks(model, pairs):
    """Tasks without goals."""
    known = set(words_of(model).vocabulary)
    for _, text in pairs:
        found = instruction_words(text)
        if not any(word in known and word.isalnum() for word in found):
            reason = "none that the model knows" if found else "no words"
            raise UserError(f"{text!r} is no instruction: it has {reason}.")
    side = model.get_layer("window").side
    maps = [_map(one, side) for one, _ in pairs]
    nowhere = np.full(len(pairs), NOWHERE)
    return NavigationTasks(
        grids=np.array([grid for grid, _ in maps]),
        starts=np.array([start for _, start in maps], "int32"),
        landmarks=nowhere,
        goals=nowhere,
        lengths=nowhere,
        texts=[text for _, text in pairs],
        legs=np.full(len(pairs), ""),
    )


def _map(one, side):
    if isinstance(one, tuple):
        return one
    if not _is_number(one):
        return read_map(one, side)
    number = int(one)
    if not 0 <= number < _TEST:
        raise UserError(
            f"There is no map {number}: the maps of the test are 0 to {_TEST - 1}."
        )
    tasks = shape_maps.generate(0, 0, number + 1, side=side).part("test")
    return tasks.grids[number], int(tasks.starts[number])


def _is_number(one):
    return isinstance(one, int | np.integer) or str(one).lstrip("-").isdigit()


def answer(model: keras.Model, inputs: list[str], seed: int = 0) -> Answers:
    """Answer instructions: a map's path or number comes before its instructions."""
    maps = texts_of_pictures(
        inputs,
        'Give a map and then instructions, such as: map.png "go to the red circle"; or '
        'the number of a generated map: 12 "go to the red circle".',
        lambda one: _is_number(one) or is_picture(one),
    )
    pairs = [(one, text) for one, texts in maps for text in texts]
    tasks = _tasks(model, pairs)
    walked = NavigationAgent(model).walk(tasks)
    known = words_of(model).vocabulary
    rows = []
    for place, (one, text) in enumerate(pairs):
        note = unknown_note(instruction_words(text), known)
        end = int(walked.places[place, -1])
        row, column = divmod(end, tasks.side)
        where = name_of(int(tasks.grids[place].flat[end]))
        if not walked.stopped[place]:
            where = f"gave up after {MOST} steps, at: {where}"
        where += f" (row {row + 1}, column {column + 1})"
        rows.append(
            [Path(one).name, text + note, describe_route(walked.actions[place]), where]
        )
    return Answers(["map", "instruction", "walk", "ends at"], rows)


def train(request: Request) -> Outcome:
    """Train on generated maps, and judge on maps and combinations never seen.

    Returns:
        `Outcome` with the metrics `success` (it stopped at the goal), `spl` (success
        weighted by path length) and `as_told` (it also passed the landmark that it was
        told of).
    """
    request.only_generated("visual_navigation", "maps")
    data = request.load(lambda _: shape_maps.generate(_TRAIN, _VALIDATION, _TEST))
    test = data.part("test")
    simple = baselines(data)
    for name, values in simple.items():
        request.tell("Baseline", f"{name}: success {values['success']:.3f}")
    model = fit(data, request)
    walked = NavigationAgent(model).walk(test)
    found = evaluate(test, walked)
    return Outcome(
        model=model,
        data=data,
        metrics=found.metrics(),
        baseline={**simple[BASELINE]},
        baseline_name=BASELINE,
        examples=[
            (text, describe_route(right), describe_route(actions))
            for text, right, actions in list(
                zip(test.texts, right_walks(test), walked.actions, strict=True)
            )[:6]
        ],
        more={
            "test": len(test),
            "steps": float(found.steps.mean()),
            "shortest_steps": float(test.lengths.mean()),
            "did_not_stop": int((~walked.stopped).sum()),
            "by_instruction": found.by(test.legs),
            "by_length": found.by(length_groups(test)),
            "baselines": simple,
        },
        figures={
            "routes": draw_routes(
                test,
                walked.places,
                found.success,
                caption=data.describe(),
                title="Walks on maps that no training has seen "
                "(star: goal, diamond: to pass)",
            ),
            "attention": draw_attention(
                test, walked, _two_legs(test, found), caption=data.describe()
            ),
        },
        files={
            "map.png": encode_png(
                draw_maps(test.grids[:1], _MAP_CELL, test.starts[:1])[0]
            )
        },
    )


class RouteBatches(Batches):
    """Tasks with routes, which are walked anew in each epoch.

    Args:
        tasks: `NavigationTasks`.
        numbers: Integer array `(tasks, words)`, the words of the instructions.
        batch_size, shuffle, seed: What `keras_rnn.training.Batches` takes.
        slip: Float, how often a step goes astray. Default: `0.2`.
    """

    def __init__(
        self,
        tasks: NavigationTasks,
        numbers: np.ndarray,
        batch_size: int = 64,
        shuffle: bool = True,
        seed: int = 0,
        slip: float = SLIP,
    ) -> None:
        self.oracle, self.slip = ShortestPathOracle(tasks), slip
        super().__init__((tasks.pictures, numbers), batch_size, shuffle, seed)

    def draw(self, generator: np.random.Generator) -> tuple:
        """Return an epoch's order and routes."""
        order = np.arange(self.count)
        if self.shuffle:
            order = generator.permutation(self.count)
        return order, self.oracle.routes(generator, slip=self.slip)

    def __getitem__(self, batch):
        order, (places, before, best, walked) = self.drawn()
        chosen = order[batch * self.batch_size : (batch + 1) * self.batch_size]
        pictures, numbers = self.arrays
        inputs = (pictures[chosen], numbers[chosen], places[chosen], before[chosen])
        return inputs, best[chosen], walked[chosen]


def fit(
    data: ShapeMaps, request: Request, *, slip: float = SLIP, sight: int | None = None
) -> keras.Model:
    """Return a network trained on a data set's training part, with its best weights.

    At each step of a route it learns which actions are best from where it stands; now
    and then (`slip`) a step goes astray, so that it also learns to come back. It sees
    as many cells far as `sight` says, by default the whole map.
    """
    parts = data.part("train"), data.part("validation")
    tokens = [list(map(instruction_words, tasks.texts)) for tasks in parts]
    known = sorted({word for words in tokens[0] for word in words})
    longest = max(len(words) for each in tokens for words in each)
    training.set_seed(request.seed)
    model = build(known, parts[0].side, sight=sight)
    train, validation = (
        RouteBatches(
            tasks,
            words_of(model).encode(words, longest),
            shuffle=shuffle,
            seed=request.seed,
            slip=slip,
        )
        for tasks, words, shuffle in zip(parts, tokens, (True, False), strict=True)
    )
    fit_to_loss(
        model,
        keras.losses.CategoricalCrossentropy(from_logits=True),
        train,
        validation,
        request,
        updates=_UPDATES,
        learning_rate=3e-3,
    )
    return model


def length_groups(tasks: NavigationTasks) -> np.ndarray:
    """Return in which of three groups each route's length is."""
    names = np.array(["2 to 4 moves", "5 to 7 moves", "8 to 10 moves"])
    return names[np.digitize(tasks.lengths, [5, 8])]


def _two_legs(tasks, found):
    """Two tasks to show the attention of: one past a landmark, one that counts."""
    chosen = []
    for legs in ("past", "count"):
        own = np.flatnonzero((tasks.legs == legs) & (tasks.lengths <= 8))
        if len(own):
            order = np.argsort(-(10 * found.success[own] + tasks.lengths[own]))
            chosen.append(int(own[order[0]]))
    return chosen or [0]
