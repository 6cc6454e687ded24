"""A model that an application did not make, and the line that says so."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from keras_rnn.errors import UserError


def name_of(module: ModuleType) -> str:
    """Return what an application is called."""
    return module.__name__.removesuffix(".train").rsplit(".", 1)[-1]


@contextmanager
def refusing_others(module: ModuleType) -> Iterator[None]:
    """Say of an error in an application that the model is none of its own.

    Args:
        module: The application that was given the model.

    Raises:
        UserError: In place of what a model of another application leads to.
    """
    try:
        yield
    except UserError:
        raise
    except (AttributeError, ValueError) as error:
        reason = str(error).strip().splitlines() or [type(error).__name__]
        raise UserError(
            f"The model is not one of {name_of(module)}: {reason[0]}"
        ) from error
