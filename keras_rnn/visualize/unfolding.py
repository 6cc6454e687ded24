"""The computational graph of a recurrent model, folded and unfolded in time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_rnn.errors import UserError
from keras_rnn.visualize.drawing import draw
from keras_rnn.visualize.graph import Graph
from keras_rnn.visualize.layout import layout
from keras_rnn.visualize.structure import Structure, read_structure
from keras_rnn.visualize.style import FAINT, INK, styled

if TYPE_CHECKING:
    import keras
    from matplotlib.figure import Figure


def unfold(
    model_or_layer: keras.Model | keras.Layer | Structure,
    steps: int = 4,
    *,
    title: str | None = None,
) -> Figure:
    """Draw a model folded (left) and unfolded in time (right), as on the slides.

    Inputs stand below, states go across, outputs stand above. Every step has the
    same weights: the same label and colour stand on them everywhere. *Chapter 5*,
    section 5.1; *Lecture 3*, pages 2 to 13 and 16.

    The picture has the shape that is found in the model: `one_to_one`,
    `one_to_many` (each output goes back as the next input), `many_to_one`,
    `many_to_many` or `encoder_decoder`, with as many rows as the model has recurrent
    layers, and both directions where they are read. `x` are inputs, `h` states of
    the recurrent layer (`h, c` of an LSTM), `s` those of a decoder, `y` outputs.

    Args:
        model_or_layer: A `keras.Model`, a recurrent layer, or a `Structure`.
        steps: Positive integer, steps to unfold (of the encoder and of the decoder
            each, where there are two). Default: `4`.
        title: String. Default: `None`, the shape and the model's name.

    Returns:
        `matplotlib.figure.Figure`. `figure.savefig("name.pdf")` writes vectors.

    Raises:
        UserError: `steps` is not positive, or there is nothing of the kind to draw.

    Example:

    >>> import keras
    >>> figure = unfold(keras.layers.LSTM(8, return_sequences=True), steps=3)
    >>> [axes.get_title() for axes in figure.axes]
    ['folded', 'unfolded over 3 steps']
    """
    if not isinstance(steps, int) or isinstance(steps, bool) or steps < 1:
        raise UserError(f"steps must be a positive integer, not {steps!r}.")
    structure = read_structure(model_or_layer)
    graphs = [layout(structure), layout(structure, steps)]
    names = ["folded", f"unfolded over {steps} step{'s' if steps > 1 else ''}"]
    if structure.shape == "one_to_one":
        graphs, names = graphs[:1], ["nothing to unfold"]
    with styled() as plt:
        return _figure(plt, structure, graphs, names, title)


def _figure(
    plt: Any,
    structure: Structure,
    graphs: list[Graph],
    names: list[str],
    title: str | None,
) -> Figure:
    bounds = [graph.bounds() for graph in graphs]
    widths = [right - left + 0.2 for left, right, _, _ in bounds]
    height = max(top - bottom + 0.2 for _, _, bottom, top in bounds)
    # As large as a slide has room for.
    inch = min(0.75, 12.0 / (sum(widths) + 1.0), 6.2 / height)
    gap = 1.1
    total = max(sum(widths) + gap * (len(graphs) - 1), 5.2)
    figure = plt.figure(figsize=(total * inch + 0.3, height * inch + 1.3))
    full_width, full_height = figure.get_size_inches()
    x = 0.15 + (total - sum(widths) - gap * (len(graphs) - 1)) * inch / 2
    for graph, name, width, (_, _, bottom, top) in zip(
        graphs, names, widths, bounds, strict=True
    ):
        own = top - bottom + 0.2
        place = (
            x / full_width,
            0.5 / full_height,
            width * inch / full_width,
            own * inch / full_height,
        )
        axes = figure.add_axes(place)
        draw(graph, axes, inch)
        axes.set_title(name, color=FAINT, fontsize=12)
        x += (width + gap) * inch
    figure.suptitle(
        title or _title(structure),
        y=1 - 0.12 / full_height,
        va="top",
        fontsize=15,
        color=INK,
    )
    figure.text(
        0.5,
        0.16 / full_height,
        _note(structure),
        ha="center",
        va="bottom",
        fontsize=10.5,
        color=INK,
        math_fontfamily="cm",
    )
    return figure


def _title(structure: Structure) -> str:
    shape = structure.shape.replace("_", "-" if "encoder" in structure.shape else " ")
    parts = [shape]
    if structure.rows:
        row = structure.rows[0]
        cell = f"{len(structure.rows)} layers of {row.cell}"
        parts.append(row.cell if len(structure.rows) == 1 else cell)
        if len(row.directions) == 2:
            parts.append("both directions")
    return ", ".join(parts)


def _note(structure: Structure) -> str:
    if structure.shape == "one_to_one":
        return "No recurrence: one input, one output."
    note = "The same $W$ is the same weights, at every step."
    if structure.feedback:
        note += "  Dashed: each output is the next input."
    elif structure.shape == "encoder_decoder":
        note += (
            "  $y_0$: start.  Below the decoder: in training the true "
            "$y$, in use its own."
        )
    return note
