"""Pictures from files, as arrays."""

import io
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np

from keras_rnn.errors import UserError


def read_image(
    path: str | Path, size: tuple[int, int] | None, *, colour: bool = False
) -> np.ndarray:
    """Return a picture of a file as an array of the size that a model reads.

    A picture of another size is scaled (Lanczos), whatever its sides; one of another
    mode (palette, transparency on white, grey, 16 bits) is made grey or coloured.

    Args:
        path: String or `pathlib.Path`, any format that Pillow reads.
        size: Tuple of integers, height and width, or `None` for the picture's own.
        colour: Boolean, whether red, green and blue are kept apart. Default: `False`.

    Returns:
        Array of unsigned bytes, `(height, width)`, or `(height, width, 3)`.

    Raises:
        UserError: The file is missing, no picture, or damaged.
    """
    path = Path(path).expanduser()
    return decode_image(path, path, size, colour=colour)


def decode_image(
    source: Path | BinaryIO,
    path: str | Path,
    size: tuple[int, int] | None,
    *,
    colour: bool = False,
) -> np.ndarray:
    """Return a picture as `read_image` does, also one that is no file by itself.

    Args:
        source: Path, or binary stream with the content of a picture's file.
        path: String or `pathlib.Path`, how messages name it.
        size: Tuple of integers, height and width, or `None` for the picture's own.
        colour: Boolean, whether red, green and blue are kept apart. Default: `False`.

    Returns:
        Array of unsigned bytes, `(height, width)`, or `(height, width, 3)`.

    Raises:
        UserError: It is no picture, or damaged.
    """
    from PIL import Image

    with _opened(source, path, "picture", "a PNG or JPEG file") as opened:
        opened.load()
        picture = _on_white(opened)
    picture = picture.convert("RGB" if colour else "L")
    width, height = picture.size if size is None else size[::-1]
    if picture.size != (width, height):
        picture = picture.resize((width, height), Image.Resampling.LANCZOS)
    return np.asarray(picture)


def encode_png(picture: np.ndarray) -> bytes:
    """Return a picture as the content of a PNG file.

    Args:
        picture: Array of unsigned bytes `(height, width, 3)`.

    Returns:
        Bytes.

    Example:

    >>> encode_png(np.zeros((2, 2, 3), "uint8"))[1:4]
    b'PNG'
    """
    from PIL import Image

    content = io.BytesIO()
    Image.fromarray(picture).save(content, "PNG")
    return content.getvalue()


def read_film(path: str | Path, size: tuple[int, int], most: int = 32) -> np.ndarray:
    """Return the frames of a moving picture, coloured, in the size that a model reads.

    Args:
        path: String or `pathlib.Path`: GIF, WebP or PNG with several frames.
        size: Tuple of integers, height and width.
        most: Integer: longer films are read at so many equal intervals. Default: `32`.

    Returns:
        Array of unsigned bytes `(frames, height, width, 3)`.

    Raises:
        UserError: The file is missing, damaged, no picture, or has a single frame.
    """
    from PIL import ImageSequence

    path = Path(path).expanduser()
    height, width = size
    with _opened(path, path, "moving picture", "a GIF") as opened:
        frames = [
            np.asarray(frame.convert("RGB").resize((width, height)))
            for frame in ImageSequence.Iterator(opened)
        ]
    if len(frames) < 2:
        raise UserError(f"{path} has a single frame. A film needs at least two.")
    places = np.linspace(0, len(frames) - 1, min(most, len(frames))).round()
    return np.array([frames[int(place)] for place in places])


@contextmanager
def _opened(source, path, kind, wanted):
    """Open a picture's file, and say what is wrong with it in one line."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(source) as opened:
            yield opened
    except UnidentifiedImageError as error:
        raise UserError(
            f"{path} is no {kind} that can be read. Give {wanted}."
        ) from error
    except Image.DecompressionBombError as error:
        raise UserError(f"{path} is too large a picture. Make it smaller.") from error
    except OSError as error:
        if error.strerror:
            raise UserError(
                f"Cannot read {path}: {error.strerror}. Give the path of a picture."
            ) from error
        raise UserError(f"{path} is damaged ({error}). Get it again.") from error
    except (SyntaxError, ValueError) as error:
        raise UserError(f"{path} is damaged ({error}). Get it again.") from error


def _on_white(picture):
    """The picture without transparency, 16 bits brought to 8."""
    from PIL import Image

    if picture.mode.startswith("I"):
        values = np.asarray(picture, "float64")
        scale = 257 if values.max(initial=0) > 255 else 1
        return Image.fromarray((values / scale).clip(0, 255).astype("uint8"))
    if "A" in picture.getbands() or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        white = Image.new("RGBA", picture.size, "white")
        return Image.alpha_composite(white, picture)
    return picture.copy()
