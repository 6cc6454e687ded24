"""Tunes as they stand on a piano roll: which note, and when."""

from collections.abc import Mapping
from fractions import Fraction

from matplotlib.figure import Figure

from keras_rnn.applications.music_generation import bars
from keras_rnn.applications.music_generation.midi import notes

_NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")


def pitch_name(number: int) -> str:
    """Return what a MIDI number is called.

    Example:

    >>> pitch_name(60), pitch_name(78)
    ('C4', 'F#5')
    """
    return f"{_NAMES[number % 12]}{number // 12 - 1}"


def draw(tunes: Mapping[str, str], caption: str = "") -> Figure:
    """Draw tunes in ABC notation under each other.

    Args:
        tunes: Dict from title to tune.
        caption: String, what they were made from. Default: `""`.
    """
    figure = Figure((10, 3.2 * len(tunes) + 0.3), layout="constrained")
    rows = figure.subplots(len(tunes), 1, sharey=True, squeeze=False)[:, 0]
    for axes, (title, abc) in zip(rows, tunes.items(), strict=True):
        _roll(axes, abc)
        axes.set_title(title, fontsize=10)
    rows[-1].set_xlabel("bar")
    if caption:
        figure.supxlabel(caption, fontsize=7, color="0.4")
    return figure


def _roll(axes, abc):
    found = [note for note in notes(abc) if note.pitch is not None]
    tokens, full = bars.parse(abc)
    ends, end = [], Fraction(0)
    for bar in bars.bars(tokens):
        end += bar.length
        ends.append((end, bar))
    first = ends[0][1].length
    pickup = first if first < full else Fraction(0)
    for note in found:
        start = float((note.start - pickup) / full) + 1
        width = 0.92 * float(note.length / full)
        axes.barh(note.pitch, width, 0.8, left=start, color="tab:blue")
    for place, bar in ends:
        colour = "0.85" if bar.right == "|" else "tab:red"
        axes.axvline(float((place - pickup) / full) + 1, color=colour, lw=1, zorder=0)
    low, high = min(n.pitch for n in found), max(n.pitch for n in found)
    low, high = min(axes.get_yticks()[0], low), max(high, low)
    natural = [p for p in range(int(low), high + 1) if "#" not in pitch_name(p)]
    axes.set_yticks(natural, [pitch_name(pitch) for pitch in natural], fontsize=6)
    axes.set_ylabel("note")
