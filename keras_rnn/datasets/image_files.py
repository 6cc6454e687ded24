"""Pictures from files, as arrays."""

from pathlib import Path

import numpy as np

from keras_rnn.errors import UserError


def read_image(path, size, *, colour=False):
    """Return a picture of a file as an array of the size that a model reads.

    A picture of another size is scaled (Lanczos), whatever its sides; one of another
    mode (palette, transparency on white, grey, 16 bits) is made grey or coloured.

    Args:
        path: String or `pathlib.Path`, any format that Pillow reads.
        size: Tuple of integers, height and width.
        colour: Boolean, whether red, green and blue are kept apart. Default: `False`.

    Returns:
        Array of unsigned bytes, `(height, width)`, or `(height, width, 3)`.

    Raises:
        UserError: The file is missing, no picture, or damaged.
    """
    path = Path(path).expanduser()
    return image_of(path, path, size, colour=colour)


def image_of(source, path, size, *, colour=False):
    """Return a picture as `read_image` does, also one that is no file by itself.

    Args:
        source: Path, or binary stream with the content of a picture's file.
        path: What to call it in messages.
        size: See `read_image`; `colour` likewise.
        colour: See `size`. Default: `False`.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(source) as opened:
            opened.load()
            picture = _on_white(opened, Image)
    except UnidentifiedImageError as error:
        raise UserError(
            f"{path} is no picture that can be read. Give a PNG or JPEG file."
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
    picture = picture.convert("RGB" if colour else "L")
    height, width = size
    if picture.size != (width, height):
        picture = picture.resize((width, height), Image.Resampling.LANCZOS)
    return np.asarray(picture)


def _on_white(picture, image_module):
    """The picture without transparency, 16 bits brought to 8."""
    if picture.mode.startswith("I"):
        values = np.asarray(picture, "float64")
        scale = 257 if values.max(initial=0) > 255 else 1
        return image_module.fromarray((values / scale).clip(0, 255).astype("uint8"))
    if "A" in picture.getbands() or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        white = image_module.new("RGBA", picture.size, "white")
        return image_module.alpha_composite(white, picture)
    return picture.copy()
