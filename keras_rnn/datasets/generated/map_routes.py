"""Walking on maps: where a move leads, how far it is, and which moves are best.

A map is a grid of cells, some of them walls. Cells are numbered row by row from the top
left. Everything is done for many maps at once.
"""

from collections.abc import Sequence

import numpy as np

from keras_rnn.datasets.generated.shape_scene import MOTIONS

STOP = "stop"
ACTIONS = (*MOTIONS, STOP)

# Where no way leads.
FAR = 10_000


def neighbours(side: int) -> np.ndarray:
    """Return the cell that each move leads to on an empty map.

    Args:
        side: Integer, cells of a row and rows.

    Returns:
        Integer array `(side**2, 4)`, in the order of `ACTIONS`; a move over the edge
        leads nowhere: to the cell itself.

    Example:

    >>> neighbours(2).tolist()
    [[0, 1, 0, 2], [0, 1, 1, 3], [2, 3, 0, 2], [2, 3, 1, 3]]
    """
    rows, columns = np.divmod(np.arange(side**2), side)
    table = []
    for dx, dy in MOTIONS.values():
        row = np.clip(rows + dy, 0, side - 1)
        table.append(row * side + np.clip(columns + dx, 0, side - 1))
    return np.stack(table, axis=1)


def next_cells(
    walls: np.ndarray, places: np.ndarray, actions: np.ndarray
) -> np.ndarray:
    """Return where everybody is after an action: who runs into a wall stays.

    Args:
        walls: Boolean array `(maps, side, side)`.
        places: Integer array `(maps,)`, cells.
        actions: Integer array `(maps,)`, numbers in `ACTIONS`.

    Returns:
        Integer array `(maps,)`.
    """
    side = walls.shape[1]
    # The action to stop leads from each cell to itself.
    table = np.column_stack([neighbours(side), np.arange(side**2)])
    wanted = table[places, actions]
    blocked = walls.reshape(len(walls), -1)[np.arange(len(walls)), wanted]
    return np.where(blocked, places, wanted)


def distances(walls: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Return how many moves each cell is from a target, the shortest way.

    Args:
        walls: Boolean array `(maps, side, side)`.
        targets: Integer array `(maps,)`, a cell of each map.

    Returns:
        Integer array `(maps, side**2)`, `FAR` where no way leads.

    Example:

    >>> walls = np.array([[[0, 1, 0], [0, 1, 0], [0, 0, 0]]], bool)
    >>> distances(walls, np.array([0])).reshape(3, 3).tolist()
    [[0, 10000, 6], [1, 10000, 5], [2, 3, 4]]
    """
    count, side = walls.shape[:2]
    free = ~walls.reshape(count, -1)
    found = np.full((count, side**2), FAR)
    found[np.arange(count), targets] = 0
    table = neighbours(side)
    while True:
        nearer = np.minimum(found, found[:, table].min(axis=2) + 1)
        nearer = np.where(free, np.minimum(nearer, FAR), FAR)
        if (nearer == found).all():
            return found
        found = nearer


def best_actions(
    walls: np.ndarray, distance: np.ndarray, places: np.ndarray
) -> np.ndarray:
    """Return which actions are best: that go nearer, or to stop at the target.

    Args:
        walls: Boolean array `(maps, side, side)`.
        distance: Integer array `(maps, side**2)`, moves of each cell from the target,
            as `distances` returns it.
        places: Integer array `(maps,)`, cells.

    Returns:
        Boolean array `(maps, 5)`, in the order of `ACTIONS`. Where no way leads to the
        target, none is best.
    """
    rows = np.arange(len(walls))
    own = distance[rows, places]
    moves = [
        distance[rows, next_cells(walls, places, np.full(len(walls), number))] < own
        for number in range(len(MOTIONS))
    ]
    return np.stack([*moves, own == 0], axis=1)


def describe_route(actions: Sequence[str]) -> str:
    """Return a route in words.

    Args:
        actions: Sequence of strings of `ACTIONS`.

    Returns:
        String.

    Example:

    >>> describe_route(["up", "up", "left", "stop"])
    '2 up, 1 left, stop'
    """
    said, last = [], None
    for action in actions:
        if action == STOP:
            said.append(STOP)
        elif action == last:
            said[-1] = f"{int(said[-1].split()[0]) + 1} {action}"
        else:
            said.append(f"1 {action}")
        last = action
    return ", ".join(said)
