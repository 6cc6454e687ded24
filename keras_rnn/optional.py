"""Libraries that not every installation has: the extras of the package."""

from __future__ import annotations

from importlib.util import find_spec

from keras_rnn.errors import UserError

# Backends of Keras that train, in the order in which one is looked for.
BACKENDS = ("tensorflow", "jax", "torch")

# What needs a library, in words, and the extra that brings it.
LIBRARIES = {
    "holidays": ("Knowing public holidays", "holidays"),
    "jiwer": ("The word error rate", "speech"),
    "ai_edge_litert": ("Writing a model for LiteRT", "litert"),
    "music21": ("Reading and writing tunes", "music"),
    "onnx": ("Writing a model for ONNX", "onnx"),
    "onnxruntime": ("Running an ONNX file", "onnx"),
    "openpyxl": ("Reading an Excel workbook", "tables"),
    "pvlib": ("Reading EPW files as pvlib does", "tables"),
    "pyarrow": ("Reading a Parquet file", "tables"),
    "sacrebleu": ("BLEU, the score of translations and captions,", "text"),
}


def is_installed(library: str) -> bool:
    """Return whether a library can be imported, which it is not.

    Args:
        library: String, a top-level name.
    """
    return find_spec(library) is not None


def need(library: str) -> None:
    """Make sure that an optional library is installed, before it is imported.

    Args:
        library: String, a name of `LIBRARIES`.

    Raises:
        UserError: It is not; the message has the line that installs it.

    Example:

    ```python
    need("jiwer")
    from jiwer import wer
    ```
    """
    if not is_installed(library):
        purpose, extra = LIBRARIES[library]
        raise UserError(
            f"{purpose} needs {library}, which is not installed: {install(extra)}"
        )


def install(extra: str) -> str:
    """Return the command that installs an extra of this package.

    >>> print(install("jax"))
    pip install "keras-rnn[jax]"
    """
    return f'pip install "keras-rnn[{extra}]"'
