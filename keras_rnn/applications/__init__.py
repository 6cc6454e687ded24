"""Applications of recurrent networks, each a thin file over one of the five shapes.

Every application is a module with two functions. `train(request)` trains on real data,
judges on a held-out part beside a baseline and returns an `Outcome`; `predict(model,
texts)` answers raw input with a saved model. Its parts (networks, batches, scores,
figures) are in the folder of its kind, and what several kinds need in `shared`.
"""

from keras_rnn._lazy import attach

__all__ = attach(
    __name__,
    {
        "captioning": [],
        "catalogue": ["APPLICATIONS", "find"],
        "character_language_model": [],
        "conversation": [],
        "dna_splice": [],
        "dna_tags": [],
        "image_rows": [],
        "music_generation": [],
        "named_entities": [],
        "outcome": ["Outcome", "Request"],
        "sentiment": [],
        "speech_recognition": [],
        "text_to_image": [],
        "translation": [],
        "video_activity": [],
        "video_captioning": [],
        "visual_dialog": [],
        "visual_navigation": [],
        "visual_question_answering": [],
        "word_embeddings": [],
    },
)
