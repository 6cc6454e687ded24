"""Matrices of weights in eight bits: whole numbers up to 127, and a scale a row."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from keras_rnn.runtimes.expressions import Program, in_order
from keras_rnn.runtimes.graph import Graph, Reshaped, Window

LARGEST = 127


def rounded(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a matrix as int8, and what each row of it is to be multiplied with.

    Args:
        rows: float32 array of shape `(rows, columns)`.

    Returns:
        int8 array of that shape, and float32 array `(rows,)`.

    Example:

    >>> numbers, scales = rounded(np.array([[1.0, -0.5], [0.0, 0.0]], "float32"))
    >>> numbers.tolist(), scales.round(4).tolist()
    ([[127, -64], [0, 0]], [0.007899999618530273, 1.0])
    """
    largest = np.abs(rows).max(axis=1)
    scales = np.where(largest > 0, largest / LARGEST, 1.0).astype("float32")
    numbers = np.rint(rows / scales[:, None])
    return np.clip(numbers, -LARGEST, LARGEST).astype("int8"), scales


def is_rounded(array: np.ndarray) -> bool:
    """Return whether weights are kept in eight bits: matrices of floats are."""
    return array.ndim == 2 and array.dtype.kind == "f"


def with_rounded_weights(graph: Graph) -> Graph:
    """Return a graph whose matrices are what is left of them in eight bits.

    Each output of a layer has a scale of its own, and each row of an embedding.

    Args:
        graph: `Graph`.
    """
    nodes = [
        node
        if isinstance(node, (Reshaped, Window))
        else replace(node, program=_rounded(node.program))
        for node in graph.nodes
    ]
    return replace(graph, nodes=nodes)


def _rounded(program: Program) -> Program:
    looked_up = {one.of[0].name for one in in_order(program) if one.op == "take"}
    weights = {}
    for name, array in program.weights.items():
        if is_rounded(array):
            rows = array if name in looked_up else array.T
            numbers, scales = rounded(rows)
            rows = numbers.astype("float32") * scales[:, None]
            array = rows if name in looked_up else np.ascontiguousarray(rows.T)
        weights[name] = array
    return replace(program, weights=weights)
