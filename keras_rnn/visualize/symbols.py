"""The symbols in the pictures of graphs: weights and states."""

OVER = {"forward": r"\overrightarrow", "backward": r"\overleftarrow"}


def symbol(name, index, row=None, rows=1, direction=None):
    """Return a symbol in matplotlib's mathtext, such as `W^{(2)}_{xh}`.

    Args:
        name: String, the letter.
        index: String or integer, what stands below it.
        row: Integer from 0, the layer of a stack. One layer needs no number.
        rows: Integer, how many layers there are.
        direction: String, where there are two directions.
    """
    letter = f"{OVER[direction]}{{{name}}}" if direction else name
    number = "" if row is None or rows == 1 else rf"^{{\,({row + 1})}}"
    return f"{letter}{number}_{{{index}}}"


def math(*symbols):
    """Return symbols as one text of matplotlib, with commas between them."""
    return f"${', '.join(symbols)}$"
