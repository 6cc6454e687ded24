"""What lets Keras open a saved model after `import keras_rnn` alone.

Keras finds the classes in a saved model by the names under which they were registered,
which happens when their modules are imported. Importing all of them would import Keras
and its backend. So Keras is given stand-ins for them, when it has been imported itself:
each imports its class, and with that registers it, when a saved model holds one.
"""

import sys
from importlib import import_module

# Where each registered class is.
CLASSES = {
    "AttentionScores": "layers.attention_scores",
    "BeamSearch": "decoding.beam",
    "CTCScores": "layers.ctc_scores",
    "ClassProbabilities": "layers.class_probabilities",
    "CosineCycles": "forecasting.network_training",
    "CountingLSTMCell": "layers.counting_lstm",
    "Decoder": "layers.decoder",
    "EachStep": "layers.each_step",
    "Feedback": "layers.feedback",
    "FilmEncoder": "applications.video_captioning.film_encoder",
    "GreedySearch": "decoding.greedy",
    "JoinStates": "layers.join_states",
    "LSTMVariantCell": "layers.lstm_variant",
    "LayerNormLSTMCell": "layers.layer_norm_lstm",
    "LogMelSpectrogram": "layers.log_mel",
    "MapWindow": "layers.map_window",
    "MinGRU": "layers.min_gru",
    "MinGRUCell": "layers.min_gru",
    "MinLSTM": "layers.min_lstm",
    "MinLSTMCell": "layers.min_lstm",
    "NarrowDense": "layers.narrow_dense",
    "PeepholeLSTMCell": "layers.peephole_lstm",
    "PictureAttention": "layers.picture_attention",
    "PictureAttentionCell": "layers.picture_attention_cell",
    "PixelScores": "layers.raster_gru",
    "RasterGRUCell": "layers.raster_gru",
    "ReconstructionLoss": "layers.visual_memory",
    "Recurrent": "layers.recurrent",
    "RollOut": "decoding.rolling",
    "Sampler": "decoding.sampling",
    "SegmentGRU": "layers.segment_gru",
    "StackFrames": "layers.stack_frames",
    "TokenEmbedding": "layers.token_embedding",
    "VisualMemoryCell": "layers.visual_memory",
}


class _StandIn:
    """What Keras finds in place of a class that is not imported yet."""

    def __init__(self, module, name):
        self.module, self.name = module, name

    def from_config(self, config):
        """Return a layer or model of the class."""
        return getattr(import_module(self.module), self.name).from_config(config)


def tell_keras() -> None:
    """Give Keras the stand-ins: now, or as soon as it has been imported."""
    if "keras" in sys.modules:
        _add_stand_ins()
    elif not any(isinstance(finder, _AfterKeras) for finder in sys.meta_path):
        sys.meta_path.insert(0, _AfterKeras())


def _add_stand_ins():
    registered = sys.modules["keras"].saving.get_custom_objects()
    for name, module in CLASSES.items():
        stand_in = _StandIn(f"keras_rnn.{module}", name)
        registered.setdefault(f"keras_rnn>{name}", stand_in)


class _AfterKeras:
    """Finds Keras as the other finders do, and adds the stand-ins to it at once."""

    def find_spec(self, name, path=None, target=None):
        if name != "keras":
            return None
        others = [one for one in sys.meta_path if one is not self]
        found = (one.find_spec(name, path, target) for one in others)
        spec = next(filter(None, found), None)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def execute_and_add(module):
                execute(module)
                _add_stand_ins()

            spec.loader.exec_module = execute_and_add
        return spec
