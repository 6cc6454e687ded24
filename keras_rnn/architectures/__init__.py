"""The sequence shapes: functions that join layers to a plain `keras.Model`."""

# Not lazy like the other packages: a builder has the name of its module, and
# whichever was imported last would stand here.
from keras_rnn.architectures.encoder_decoder import (
    attention_scores,
    encoder_decoder,
)
from keras_rnn.architectures.many_to_many import many_to_many
from keras_rnn.architectures.many_to_one import many_to_one
from keras_rnn.architectures.one_to_many import one_to_many
from keras_rnn.architectures.one_to_one import one_to_one

__all__ = [
    "attention_scores",
    "encoder_decoder",
    "many_to_many",
    "many_to_one",
    "one_to_many",
    "one_to_one",
]
