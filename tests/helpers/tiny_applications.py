"""A small untrained model of each application, and what it can be asked."""

from types import SimpleNamespace

TINY = {}


def tiny(name):
    """Return the tiny model of an application and inputs, built once.

    Returns:
        `SimpleNamespace` with `model` and `inputs`, a list of strings.
    """
    made = TINY[name]
    if callable(made):
        model, inputs = made()
        made = TINY[name] = SimpleNamespace(model=model, inputs=inputs)
    return made


def of(name):
    """Register the function below as what builds a model and inputs for it."""

    def register(make):
        TINY[name] = make
        return make

    return register
