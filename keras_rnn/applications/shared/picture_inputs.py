"""Inputs of the command line that belong together: a picture, then texts about it."""

from pathlib import Path

_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff")


def is_picture(text):
    """Return whether a text is a picture's path, or that of any file."""
    return Path(text).suffix.lower() in _PICTURES or Path(text).is_file()


def texts_with_pictures(inputs, is_first=is_picture):
    """Return each text with the picture before it.

    Args:
        inputs: List of strings: a picture, texts about it; then, if wanted, the next.
        is_first: Function from a string to whether it is a picture. Default:
            `is_picture`.

    Returns:
        List of tuples of a picture and a text; empty where a picture has no text or a
        text has no picture.

    Example:

    >>> texts_with_pictures(["a.png", "what?", "where?", "b.png", "who?"])
    [('a.png', 'what?'), ('a.png', 'where?'), ('b.png', 'who?')]
    >>> texts_with_pictures(["what?", "a.png"])
    []
    """
    pairs, picture, asked = [], None, True
    for one in inputs:
        if is_first(one):
            if not asked:
                return []
            picture, asked = one, False
        elif picture is None:
            return []
        else:
            pairs.append((picture, one))
            asked = True
    return pairs if asked else []
