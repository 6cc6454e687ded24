"""Public names that are imported when first used (PEP 562).

Importing a backend takes seconds. `import keras_rnn` and `--help` stay instant
because a package's `__init__` only says where its names live.
"""

import sys
from importlib import import_module


def attach(package, names):
    """Give a package lazily imported public names.

    Args:
        package: String, the package's `__name__`.
        names: Dict from submodule to the list of names it provides. An empty list
            makes the submodule itself the public name.

    Returns:
        The package's `__all__`: a sorted list of strings.

    Example:

    In a package's `__init__.py`:

    ```python
    __all__ = attach(__name__, {"recurrent": ["Recurrent"], "datasets": []})
    ```
    """
    home = {name: module for module, public in names.items() for name in public}
    submodules = {module for module, public in names.items() if not public}
    module = sys.modules[package]

    def get(name):
        if name in submodules:
            return import_module(f"{package}.{name}")
        if name not in home:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(f"{package}.{home[name]}"), name)
        setattr(module, name, value)
        return value

    public = sorted(home.keys() | submodules)
    module.__getattr__ = get
    module.__dir__ = lambda: sorted(set(vars(module)) | set(public))
    return public
