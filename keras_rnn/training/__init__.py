"""The one training recipe: seeded, stopped on the best weights, resumable."""

from keras_rnn._lazy import attach

__all__ = attach(
    __name__,
    {
        "batches": ["Batches"],
        "history": ["History"],
        "recipe": ["fit"],
        "seeds": ["set_seed"],
    },
)
