"""A page of pictures: rows and columns of axes that show nothing but what is drawn."""


def blank_page(rows, columns, figsize, title="", caption="", title_size=10):
    """Return a figure for pictures, without ticks and frames.

    Args:
        rows: Integer; a page without any has an empty one.
        columns: Integer.
        figsize: Tuple of two floats, width and height in inches.
        title: String, above. Default: `""`.
        caption: String, below. Default: `""`.
        title_size: Float, in points. Default: `10`.

    Returns:
        `matplotlib.figure.Figure`, and its axes as an array `(rows, columns)`.

    Example:

    >>> figure, grid = blank_page(2, 3, (4, 3), title="Six pictures")
    >>> grid.shape, figure.get_suptitle(), len(grid[0, 0].get_xticks())
    ((2, 3), 'Six pictures', 0)
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=figsize, layout="constrained")
    grid = figure.subplots(max(rows, 1), columns, squeeze=False)
    for axes in grid.ravel():
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set_visible(False)
    if title:
        figure.suptitle(title, fontsize=title_size)
    if caption:
        figure.supxlabel(caption, fontsize=7, color="0.4")
    return figure, grid
