"""Pictures of recurrent networks: their graphs, states, gradients and memory.

Every function returns a `matplotlib.figure.Figure`; `figure.savefig("name.pdf")` or
`"name.svg"` writes it as vectors.

>>> from keras_rnn import visualize
>>> visualize.__all__
['Structure', 'read_structure', 'unfold']
"""

from keras_rnn._lazy import attach

# A module must not have the name of a function here: importing it would hide that.
__all__ = attach(
    __name__,
    {
        "structure": ["Structure", "read_structure"],
        "unfolding": ["unfold"],
    },
)
