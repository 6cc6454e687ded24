"""The models of TensorFlow's time series tutorial, as functions of `Windows`."""

from keras_rnn._lazy import attach

__all__ = attach(
    __name__,
    {
        "multi_step": [],
        "registry": ["TASKS", "ComparisonTask", "ModelSpec", "choose"],
        "single_step": [],
    },
)
