"""The notes of a tune as music21 reads them, and the MIDI file that players open."""

from fractions import Fraction
from typing import NamedTuple

from keras_rnn.optional import need


class Note(NamedTuple):
    """A note of a tune.

    Attributes:
        start, length: `Fraction`s, in quarters from the beginning.
        pitch: Integer, its MIDI number (60 is the middle c), or `None` for a rest.
    """

    start: Fraction
    length: Fraction
    pitch: int | None


def notes(abc: str) -> list[Note]:
    """Return the notes of a tune in ABC notation, in the order as they are written.

    Each part comes once, repeated or not. The key's signature counts, and a sharp or
    flat holds until the end of its bar.

    Raises:
        ValueError: music21 cannot read it.

    Example:

    >>> tune = "%abc-2.1\\nX:1\\nM:6/8\\nL:1/8\\nK:D\\nDEF z3|=F2F d3|]\\n"
    >>> [note.pitch for note in notes(tune)]
    [62, 64, 66, None, 65, 65, 74]
    """
    need("music21")
    from music21 import converter, exceptions21

    try:
        score = converter.parse(abc, format="abc")
    except (exceptions21.Music21Exception, ValueError, IndexError) as error:
        raise ValueError(f"it cannot be read: {error}") from error
    found, start = [], Fraction(0)
    for one in score.recurse().notesAndRests:
        length = Fraction(one.duration.quarterLength).limit_denominator(96)
        found.append(Note(start, length, one.pitch.midi if one.isNote else None))
        start += length
    return found


def midi(abc: str, beats: int = 180) -> bytes:
    """Return a tune in ABC notation as a MIDI file, of so many quarters a minute.

    Raises:
        ValueError: music21 cannot read the tune, or there is no note in it.
    """
    need("music21")
    from music21 import duration, instrument, note, stream, tempo
    from music21.midi.translate import streamToMidiFile

    found = notes(abc)
    if not any(one.pitch is not None for one in found):
        raise ValueError("it has no note")
    part = stream.Part([instrument.Violin(), tempo.MetronomeMark(number=beats)])
    for one in found:
        length = duration.Duration(one.length)
        if one.pitch is None:
            part.append(note.Rest(duration=length))
        else:
            part.append(note.Note(one.pitch, duration=length))
    return streamToMidiFile(part).writestr()


def music_files(drawn: list[str]) -> dict[str, str | bytes]:
    """Return tunes as files: each as `.abc`, and as `.mid` unless it is silent."""
    need("music21")
    files: dict[str, str | bytes] = {}
    for number, abc in enumerate(drawn, 1):
        files[f"tune_{number}.abc"] = abc
        try:
            files[f"tune_{number}.mid"] = midi(abc)
        except ValueError:
            continue  # what cannot be read has no sound
    return files
