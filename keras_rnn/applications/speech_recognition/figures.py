"""What a network hears: a spectrogram, and above time its letters."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from keras_rnn.layers import LogMelSpectrogram
from keras_rnn.visualize.style import CYCLE, LINE_STYLES, SEQUENTIAL, styled


def draw_letters(
    layer: LogMelSpectrogram,
    wave: np.ndarray,
    probabilities: np.ndarray,
    letters: str | tuple[str, ...],
    *,
    text: str = "",
    caption: str = "",
) -> Figure:
    """Draw a recording's spectrogram, and below it what is heard at each moment.

    Args:
        layer: `LogMelSpectrogram`.
        wave: Array `(samples,)`.
        probabilities: Array `(steps, 1 + letters)`, the blank first.
        letters: Sequence of characters.
        text: String, what is heard. Default: `""`.
        caption: String, below. Default: `""`.
    """
    seconds = len(wave) / layer.rate
    with styled() as plt:
        figure, (above, below) = plt.subplots(
            2, figsize=(9.5, 5), sharex=True, layout="constrained"
        )
        draw_spectrogram(layer, wave, above)
        times = (np.arange(len(probabilities)) + 0.5) * seconds / len(probabilities)
        below.plot(times, probabilities[:, 0], color="0.8", label="nothing (blank)")
        seen = [n for n in range(len(letters)) if probabilities[:, n + 1].max() > 0.3]
        for place, number in enumerate(seen):
            line = probabilities[:, number + 1]
            style = LINE_STYLES[place // len(CYCLE) % len(LINE_STYLES)]
            below.plot(times, line, color=CYCLE[place % len(CYCLE)], linestyle=style)
            for step in _peaks(line):
                below.annotate(
                    "␣" if letters[number] == " " else letters[number],
                    (times[step], line[step]), (0, 3), textcoords="offset points",
                    ha="center", fontsize=9,
                )  # fmt: skip
        below.set(xlabel="time (s)", ylabel="probability", ylim=(0, 1.15))
        below.set_xlim(0, seconds)
        below.legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize=8)
        below.set_title(f'heard: "{text}" (␣ is the space between words)', fontsize=11)
        figure.supxlabel(caption, fontsize=7, color="0.4")
        return figure


def draw_spectrogram(layer: LogMelSpectrogram, wave: np.ndarray, axes: Axes) -> None:
    """Draw the log-mel spectrogram of a recording `(samples,)`, in its own units."""
    frames = np.asarray(layer(wave[None].astype("float32")))[0]
    image = axes.imshow(
        frames.T,
        origin="lower",
        aspect="auto",
        cmap=SEQUENTIAL,
        extent=(0, len(wave) / layer.rate, 0, layer.bands),
    )
    centres = layer.centres()
    ticks = np.linspace(0, layer.bands - 1, 5).astype(int)
    axes.set_yticks(ticks + 0.5, [f"{centres[tick]:.0f}" for tick in ticks])
    axes.set(ylabel="band's centre (Hz)", title="log-mel spectrogram")
    unit = "std. dev." if layer.normalise else "dB"
    axes.figure.colorbar(image, ax=axes, pad=0.01).set_label(f"loudness ({unit})")


def draw_attention(
    layer: LogMelSpectrogram,
    wave: np.ndarray,
    weights: np.ndarray,
    text: str,
    *,
    caption: str = "",
) -> Figure:
    """Draw where the decoder listens for each letter, below the spectrogram.

    Args:
        layer: `LogMelSpectrogram`.
        wave: Array `(samples,)`.
        weights: Array `(letters and end, steps)`.
        text: String, the letters.
        caption: String, below. Default: `""`.
    """
    with styled() as plt:
        figure, (above, below) = plt.subplots(
            2,
            figsize=(9.5, 6.5),
            sharex=True,
            layout="constrained",
            height_ratios=(2, 3),
        )
        draw_spectrogram(layer, wave, above)
        count = len(weights)
        image = below.imshow(
            weights,
            aspect="auto",
            cmap=SEQUENTIAL,
            extent=(0, len(wave) / layer.rate, count - 0.5, -0.5),
            vmin=0,
        )
        labels = [*("␣" if letter == " " else letter for letter in text), "end"]
        below.set_yticks(range(count), labels[:count], fontsize=8)
        below.set(xlabel="time (s)", ylabel="letter written, downwards")
        below.set_title("where it listened for each letter", fontsize=11)
        figure.colorbar(image, ax=below, pad=0.01).set_label("weight of attention")
        figure.supxlabel(caption, fontsize=7, color="0.4")
        return figure


def _peaks(line, least=0.3):
    """Where a line has a maximum of at least so much."""
    padded = np.concatenate([[0], line, [0]])
    is_peak = (line >= least) & (line > padded[:-2]) & (line >= padded[2:])
    return np.flatnonzero(is_peak)
