"""Routes drawn on maps, and where in the instruction an agent looked."""

import textwrap
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from keras_rnn.applications.shared.picture_figures import draw_rows, right_and_wrong
from keras_rnn.applications.visual_navigation.agent import Walks
from keras_rnn.applications.visual_navigation.network import instruction_words
from keras_rnn.datasets.generated.map_pictures import draw_maps
from keras_rnn.datasets.generated.shape_maps import NOWHERE, NavigationTasks

_PIXELS = 24  # of a cell's side


def draw_routes(
    tasks: NavigationTasks,
    places: np.ndarray,
    right: np.ndarray,
    caption: str = "",
    title: str = "",
    count: int = 5,
) -> Figure:
    """Draw routes on their maps: right ones above, failed ones below.

    Args:
        tasks: `NavigationTasks`.
        places: Integer array `(tasks, steps + 1)`, where each was before each action
            and at the end.
        right: Boolean array, which of them stopped at the goal.
        caption, title: Strings, below and above. Default: `""`.
        count: Integer, how many of each, longer ones and other kinds of instructions
            first. Default: `5`.
    """
    rows = {
        name: _varied(tasks, chosen)[:count]
        for name, chosen in right_and_wrong(right, ("right", "failed")).items()
        if len(chosen)
    }
    size = 0.4 + 2.3 * count, 0.9 + 3.0 * len(rows)

    def draw(axes, place):
        draw_route(axes, tasks.some([place]), places[place])
        axes.set_title(textwrap.fill(tasks.texts[place], 28), fontsize=8)

    return draw_rows(rows, draw, size, title, caption, columns=count, title_size=11)


def draw_route(
    axes: Axes, task: NavigationTasks, places: np.ndarray, number: bool = False
) -> None:
    """Draw one route, cells, on its map. A star stands where it should end.

    With `number`, cells are numbered by the steps in which they are first left.
    """
    side = task.side
    picture = draw_maps(task.grids, _PIXELS, task.starts)[0]
    axes.imshow(picture, extent=(-0.5, side - 0.5, side - 0.5, -0.5))
    places = np.asarray(places)
    left = np.flatnonzero(np.diff(places))  # the steps that led to another cell
    rows, columns = np.divmod(places[[*left, -1]], side)
    # Ways that are walked twice do not lie upon each other.
    aside = np.linspace(-0.16, 0.16, len(rows))
    axes.plot(columns + aside, rows + aside, color="0.25", lw=1.5, alpha=0.85)
    axes.plot(columns[-1] + aside[-1], rows[-1] + aside[-1], "o", color="0.1", ms=6)
    goal = divmod(int(task.goals[0]), side)
    axes.plot(goal[1] + 0.3, goal[0] - 0.3, "*", color="tab:orange", mec="0.1", ms=11)
    if task.landmarks[0] != NOWHERE:
        mark = divmod(int(task.landmarks[0]), side)
        axes.plot(
            mark[1] + 0.3, mark[0] - 0.3, "D", color="tab:orange", mec="0.1", ms=5
        )
    if number:
        for place, step in {places[step]: step for step in left[::-1]}.items():
            row, column = divmod(int(place), side)
            axes.text(column - 0.45, row + 0.42, str(step + 1), fontsize=7)


def draw_attention(
    tasks: NavigationTasks, walks: Walks, chosen: Sequence[int], caption: str = ""
) -> Figure:
    """Draw the attention to the words of instructions, beside the routes."""
    figure = Figure(figsize=(11, 0.6 + 3.4 * len(chosen)), layout="constrained")
    grid = figure.subplots(
        len(chosen), 2, squeeze=False, gridspec_kw={"width_ratios": [1, 2.1]}
    )
    for (left, right), place in zip(grid, chosen, strict=True):
        actions = walks.actions[place]
        left.set(xticks=[], yticks=[])
        draw_route(
            left, tasks.some([place]), walks.places[place, : len(actions) + 1], True
        )
        left.set_title(textwrap.fill(tasks.texts[place], 40), fontsize=9)
        said = instruction_words(tasks.texts[place])
        weights = walks.words[place, : len(actions), : len(said)]
        image = right.imshow(weights, cmap="Purples", vmin=0, vmax=1, aspect="auto")
        right.set_xticks(
            range(len(said)), said, rotation=50, ha="right", rotation_mode="anchor"
        )
        right.set_yticks(
            range(len(actions)),
            [f"{number}. {one}" for number, one in enumerate(actions, 1)],
        )
        right.set(xlabel="word of the instruction", ylabel="step and action")
        figure.colorbar(image, ax=right, label="weight of attention", pad=0.01)
    figure.suptitle("Which words each step looks at", fontsize=11)
    if caption:
        figure.supxlabel(caption, fontsize=7, color="0.4")
    return figure


def _varied(tasks, places):
    """The places of tasks: each kind of instruction in turn, long routes first."""
    places = places[np.argsort(-tasks.lengths[places], kind="stable")]
    own = tasks.legs[places].tolist()
    turns = [own[:place].count(kind) for place, kind in enumerate(own)]
    return places[np.argsort(turns, kind="stable")]
