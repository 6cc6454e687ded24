"""Keras layers and cells: any of them works in any Keras 3 model.

Importing this package registers them, so that `keras.models.load_model` finds them.
"""

from keras_rnn.layers.attention_scores import AttentionScores
from keras_rnn.layers.class_probabilities import ClassProbabilities
from keras_rnn.layers.counting_lstm import CountingLSTMCell
from keras_rnn.layers.ctc_scores import CTCScores
from keras_rnn.layers.decoder import Decoder
from keras_rnn.layers.each_step import EachStep
from keras_rnn.layers.fast_path import FastPath, explain_fast_path
from keras_rnn.layers.feedback import Feedback
from keras_rnn.layers.join_states import JoinStates
from keras_rnn.layers.layer_norm_lstm import LayerNormLSTMCell
from keras_rnn.layers.log_mel import LogMelSpectrogram
from keras_rnn.layers.lstm_variant import LSTMVariantCell
from keras_rnn.layers.map_window import MapWindow
from keras_rnn.layers.min_gru import MinGRU, MinGRUCell
from keras_rnn.layers.min_lstm import MinLSTM, MinLSTMCell
from keras_rnn.layers.narrow_dense import NarrowDense
from keras_rnn.layers.peephole_lstm import PeepholeLSTMCell
from keras_rnn.layers.picture_attention import PictureAttention
from keras_rnn.layers.picture_attention_cell import PictureAttentionCell
from keras_rnn.layers.raster_gru import PixelScores, RasterGRUCell
from keras_rnn.layers.recurrent import Recurrent
from keras_rnn.layers.segment_gru import SegmentGRU
from keras_rnn.layers.stack_frames import StackFrames
from keras_rnn.layers.token_embedding import TokenEmbedding
from keras_rnn.layers.visual_memory import ReconstructionLoss, VisualMemoryCell

__all__ = [
    "AttentionScores",
    "CTCScores",
    "ClassProbabilities",
    "CountingLSTMCell",
    "Decoder",
    "EachStep",
    "FastPath",
    "Feedback",
    "JoinStates",
    "LSTMVariantCell",
    "LayerNormLSTMCell",
    "LogMelSpectrogram",
    "MapWindow",
    "MinGRU",
    "MinGRUCell",
    "MinLSTM",
    "MinLSTMCell",
    "NarrowDense",
    "PeepholeLSTMCell",
    "PictureAttention",
    "PictureAttentionCell",
    "PixelScores",
    "RasterGRUCell",
    "ReconstructionLoss",
    "Recurrent",
    "SegmentGRU",
    "StackFrames",
    "TokenEmbedding",
    "VisualMemoryCell",
    "explain_fast_path",
]
