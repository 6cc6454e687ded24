"""Pictures of recurrent networks: their graphs, states, gradients and memory.

Every function that draws returns a `matplotlib.figure.Figure`;
`figure.savefig("name.pdf")` or `"name.svg"` writes it as vectors.

>>> import keras
>>> from keras_rnn import visualize
>>> figure = visualize.unfold(keras.layers.LSTM(8, return_sequences=True), steps=4)
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
