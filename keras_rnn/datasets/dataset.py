"""The line that says what data are, how much there is, and where it is from."""


def describe(data, amount):
    """Return one line about data, which says so if they are generated.

    Args:
        data: Object with the attributes `name`, `kind` and `origin`.
        amount: String, how much there is of what.

    Example:

    >>> from types import SimpleNamespace
    >>> data = SimpleNamespace(name="play", kind="sample", origin="generated, seed 0")
    >>> describe(data, "300 characters")
    'play (generated sample, not real): 300 characters, generated, seed 0'
    """
    kind = {"sample": "generated sample, not real"}.get(data.kind, data.kind)
    return f"{data.name} ({kind}): {amount}, {data.origin}"
