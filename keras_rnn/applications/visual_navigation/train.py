"""Visual-language navigation: an instruction in words, and a walk that follows it.

*Lecture 3*, slide 21: encoder-decoder with attention, and a decoder that acts. What it
does changes what it sees next (Anderson et al. 2018, *Vision-and-language navigation*).
"""

from dataclasses import replace
from pathlib import Path

import keras
import numpy as np

from keras_rnn import training
from keras_rnn.applications.contract import Outcome
from keras_rnn.applications.shared.learning import fit_to_loss
from keras_rnn.applications.shared.picture_inputs import is_picture, texts_with_pictures
from keras_rnn.applications.shared.texts import unknown_note
from keras_rnn.applications.visual_navigation.batches import SLIP, Guide, RouteBatches
from keras_rnn.applications.visual_navigation.figures import draw_attention, draw_routes
from keras_rnn.applications.visual_navigation.network import (
    MOST,
    Walker,
    build,
    instruction_words,
    words_of,
)
from keras_rnn.applications.visual_navigation.scores import (
    blind_walks,
    judge,
    nearest_shapes,
    random_walks,
    shortest_walks,
)
from keras_rnn.datasets.generated import shape_maps
from keras_rnn.datasets.generated.map_pictures import draw_maps, name_of, read_map
from keras_rnn.datasets.generated.map_routes import in_words
from keras_rnn.datasets.generated.shape_maps import NOWHERE, Tasks
from keras_rnn.datasets.pictures.image_files import as_png
from keras_rnn.errors import UserError

BASELINE = "to the nearest shape, without reading"

_TRAIN, _VALIDATION, _TEST = 4000, 400, 800
_BATCH = 64
# So many batches, at least.
_UPDATES = 2300


def predict(model, pairs):
    """Return the actions that follow instructions on maps.

    Args:
        model: What `network.build` returned, trained,
            or the same loaded from its file.
        pairs: List of tuples of a map and an instruction. A map is a picture's path
            with an orange frame around the start (`run` writes `map.png`), or the
            number of one of the generated maps of the test, or a tuple of a grid and a
            cell, as `map_pictures.read_map` returns it. Words that
            the model does not know count as unknown.

    Returns:
        List of lists of strings of `ACTIONS`. A walk that
        does not end with `"stop"` was over after 24 actions.

    Raises:
        UserError: A map is missing, damaged, no map or without a start, or an
            instruction has no words that the model knows.
    """
    return Walker(model).walk(_tasks(model, pairs)).actions


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
    return Tasks(
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


def answer_table(model, inputs):
    """Return what the command line shows: heads, and a row for each instruction.

    Args:
        model: As in `predict`.
        inputs: List of strings: a map, which is a picture's path or a number, then
            instructions on it; then, if wanted, the next map.

    Raises:
        UserError: As in `predict`, or an instruction has no map, or the reverse.
    """
    pairs = texts_with_pictures(inputs, lambda one: _is_number(one) or is_picture(one))
    if not pairs:
        raise UserError(
            "Give a map and then instructions: --input map.png "
            '"go to the red circle", or the number of a generated map: --input 12 '
            '"go to the red circle".'
        )
    tasks = _tasks(model, pairs)
    walks = Walker(model).walk(tasks)
    known = words_of(model).vocabulary
    rows = []
    for place, (one, text) in enumerate(pairs):
        note = unknown_note(instruction_words(text), known)
        end = int(walks.places[place, -1])
        row, column = divmod(end, tasks.side)
        where = name_of(int(tasks.grids[place].flat[end]))
        if not walks.stopped[place]:
            where = f"gave up after {MOST} steps, at: {where}"
        rows.append(
            [
                Path(one).name,
                text + note,
                in_words(walks.actions[place]),
                f"{where} (row {row + 1}, column {column + 1})",
            ]
        )
    return ["map", "instruction", "walk", "ends at"], rows


def train(request):
    """Train on generated maps, and judge on maps and combinations never seen.

    Args:
        request: `keras_rnn.applications.contract.Request`, with `data` `None` or
            `"sample"`.

    Returns:
        `Outcome` with the metrics `success` (it stopped at the goal), `spl` (success
        weighted by path length) and `as_told` (it also passed the landmark that it was
        told of).

    Raises:
        UserError: Other data are asked for.
    """
    request.only_generated("visual_navigation", "maps")
    data = shape_maps.generate(_TRAIN, _VALIDATION, _TEST)
    request.tell_data(data)
    test = data.part("test")
    simple = baselines(data)
    for name, values in simple.items():
        request.tell("Baseline", f"{name}: success {values['success']:.3f}")
    model = fit(data, request)
    walks = Walker(model).walk(test)
    found = judge(test, walks)
    told = right_walks(test)
    return Outcome(
        model=model,
        data=data,
        metrics=found.metrics(),
        baseline=simple[BASELINE],
        baseline_name=BASELINE,
        examples=[
            (test.texts[place], in_words(told[place]), in_words(walks.actions[place]))
            for place in range(6)
        ],
        more={
            "test": len(test),
            "steps": float(found.steps.mean()),
            "shortest_steps": float(test.lengths.mean()),
            "did_not_stop": int((~walks.stopped).sum()),
            "by_instruction": found.by(test.legs),
            "by_length": found.by(lengths(test)),
            "baselines": simple,
        },
        figures={
            "routes": draw_routes(
                test,
                walks.places,
                found.success,
                caption=data.describe(),
                title="Walks on maps that no training has seen "
                "(star: goal, diamond: to pass)",
            ),
            "attention": draw_attention(
                test, walks, _two_legs(test, found), caption=data.describe()
            ),
        },
        files={"map.png": png(test.some([0]))},
    )


def fit(data, request, *, slip=SLIP, sight=None):
    """Return a network trained on a data set's training part.

    At each step of a route it learns which actions are best from where it stands; now
    and then a step goes astray, so that it also learns to come back.

    Args:
        data: `keras_rnn.datasets.shape_maps.ShapeMaps`.
        request: `keras_rnn.applications.contract.Request`.
        slip: Float, how often a step of the training goes astray. Default: `0.2`.
        sight: Integer, how many cells far it sees. Default: the whole map.

    Returns:
        What `network.build` returns, with the weights
        that validated best.
    """
    train, validation = data.part("train"), data.part("validation")
    tokens = {
        part: list(map(instruction_words, tasks.texts))
        for part, tasks in (("train", train), ("validation", validation))
    }
    known = sorted({word for words in tokens["train"] for word in words})
    longest = max(len(words) for each in tokens.values() for words in each)
    training.set_seed(request.seed)
    model = build(known, train.side, sight=sight)
    batches = {
        part: RouteBatches(
            tasks,
            words_of(model).encode(tokens[part], longest),
            _BATCH,
            shuffle=part == "train",
            seed=request.seed,
            slip=slip,
        )
        for part, tasks in (("train", train), ("validation", validation))
    }
    each = len(batches["train"])
    fit_to_loss(
        model,
        keras.losses.CategoricalCrossentropy(from_logits=True),
        batches["train"],
        batches["validation"],
        request,
        epochs=request.epochs or -(-_UPDATES // each),
        batches=each,
        learning_rate=3e-3,
    )
    return model


def baselines(data):
    """Return what walks without a network reach on the test part.

    Args:
        data: `keras_rnn.datasets.shape_maps.ShapeMaps`.

    Returns:
        Dict from a name to the dict of metrics.
    """
    train, test = data.part("train"), data.part("test")
    walks = {
        BASELINE: nearest_shapes(test),
        "as the most similar instruction, without looking": blind_walks(
            train, right_walks(train), test
        ),
        "by chance": random_walks(test, np.random.default_rng(data.seed)),
    }
    return {name: judge(test, each).metrics() for name, each in walks.items()}


def right_walks(tasks):
    """Return the actions that do what is told, the shortest way.

    Args:
        tasks: `keras_rnn.datasets.shape_maps.Tasks`.

    Returns:
        List of lists of actions.
    """
    guide = Guide(tasks)
    first = shortest_walks(tasks, guide.to_landmark)
    on = tasks.landmarks != NOWHERE
    starts = np.where(on, tasks.landmarks, tasks.starts)
    second = shortest_walks(replace(tasks, starts=starts), guide.to_goal)
    return [
        [*one[:-1], *other] if has_two else other
        for one, other, has_two in zip(first, second, on, strict=True)
    ]


def lengths(tasks):
    """Return in which of three groups each route's length is."""
    names = np.array(["2 to 4 moves", "5 to 7 moves", "8 to 10 moves"])
    return names[np.digitize(tasks.lengths, [5, 8])]


def png(task, cell=32):
    """Return a map as a picture's file, with a frame around the start.

    Args:
        task: `keras_rnn.datasets.shape_maps.Tasks` with one task.
        cell: Integer, pixels of a cell. Default: `32`.
    """
    [picture] = draw_maps(task.grids, cell, task.starts)
    return as_png(picture)


def _two_legs(tasks, found):
    """Two tasks to show the attention of: one past a landmark, one that counts."""
    chosen = []
    for legs in ("past", "count"):
        own = np.flatnonzero((tasks.legs == legs) & (tasks.lengths <= 8))
        if len(own):
            order = np.argsort(-(10 * found.success[own] + tasks.lengths[own]))
            chosen.append(int(own[order[0]]))
    return chosen or [0]
