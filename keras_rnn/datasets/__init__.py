"""Loaders of data sets, and the generators that make embedded samples."""

from keras_rnn._lazy import attach

__all__ = attach(
    __name__,
    {
        "atmosphere": [],
        "cache": ["cache_folder", "data_folder"],
        "digits": [],
        "download": [],
        "memory_problems": [],
        "motions": [],
        "plain_text": [],
        "series": ["Series"],
        "shape_maps": [],
        "shapes": [],
        "small_talk": [],
        "table": ["Table", "read_table"],
        "teddy": [],
        "units": [],
        "weather": [],
        "weather_sample": [],
    },
)
