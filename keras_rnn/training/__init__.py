"""Training: seeded, stopped on the best weights, and resumable after a kill."""

from keras_rnn._lazy import attach

__all__ = attach(
    __name__,
    {
        "batches": ["Batches"],
        "fitting": ["fit"],
        "history": ["History"],
        "seeds": ["set_seed"],
    },
)
