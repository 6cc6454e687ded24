"""Pictures of recurrent networks: their graphs, states, gradients and memory.

Every function that draws returns a `matplotlib.figure.Figure`;
`figure.savefig("name.pdf")` or `"name.svg"` writes it as vectors.

>>> import keras
>>> from keras_rnn import visualize
>>> figure = visualize.unfold(keras.layers.LSTM(8, return_sequences=True), steps=4)
"""

from keras_rnn._lazy import attach

# A module must not have the name of a function here: importing it would hide that.
__all__ = attach(
    __name__,
    {
        "attention": ["attention_map"],
        "firing": ["Firing", "find_top_activations", "top_activations"],
        "gradient_plot": ["gradient_flow"],
        "gradients": ["GradientFlow", "measure_gradient_flow"],
        "heat_maps": ["gates", "states"],
        "memory_length": ["measure_memory", "memory"],
        "recording": ["Recording", "record"],
        "structure": ["Structure", "read_structure"],
        "unfolding": ["unfold"],
    },
)
