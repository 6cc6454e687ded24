"""What a player gets is what was written."""

from fractions import Fraction

import pytest
from music21.midi import ChannelVoiceMessages, MidiFile

from keras_rnn.applications.music_generation import midi
from keras_rnn.datasets.text.tune_tokens import tokens_of, write_abc
from keras_rnn.datasets.text.tunes import sample

TUNE = "%abc-2.1\nX:1\nM:6/8\nL:1/8\nK:D\nF2c =f3|f2z (3ABcA|]\n"


def played(data):
    """Pitch, start and length in quarters of each note that a MIDI file sounds."""
    file = MidiFile()
    file.readstr(data)
    sounding, found, now = {}, [], 0
    for event in file.tracks[-1].events:
        if event.type == "DeltaTime":
            now += event.time
        elif event.type is ChannelVoiceMessages.NOTE_ON and event.velocity:
            sounding[event.pitch] = now
        elif event.type in (
            ChannelVoiceMessages.NOTE_OFF,
            ChannelVoiceMessages.NOTE_ON,
        ):
            start = sounding.pop(event.pitch)
            found.append((event.pitch, start, now - start))
    ticks = file.ticksPerQuarterNote
    begin = min(start for _, start, _ in found)
    return [
        (p, (s - begin) / ticks, length / ticks)
        for p, s, length in sorted(found, key=lambda one: one[1])
    ]


def test_key_and_bar_decide_the_pitch():
    pitches = [note.pitch for note in midi.notes(TUNE)]
    #  F# in the key, c# in the key, f natural, and again f# in the next bar
    assert pitches == [66, 73, 77, 78, None, 69, 71, 73, 69]


def test_an_accidental_holds_until_the_end_of_its_bar():
    tune = "%abc-2.1\nX:1\nM:2/4\nL:1/8\nK:C\n^FFF2|F4|]\n"
    assert [note.pitch for note in midi.notes(tune)] == [66, 66, 66, 65]


def test_starts_and_lengths_in_quarters():
    notes = midi.notes(TUNE)
    assert [note.length for note in notes[:3]] == [1, Fraction(1, 2), Fraction(3, 2)]
    assert notes[5].length == Fraction(1, 3)
    assert notes[3].start == 3
    assert notes[-1].start + notes[-1].length == 6


def test_a_player_reads_the_same_notes_back():
    for tune in sample(3).tunes:
        abc = write_abc(tokens_of(tune), title="Sample")
        notes = midi.notes(abc)
        found = played(midi.midi(abc))
        assert [one[0] for one in found] == [note.pitch for note in notes]
        assert [one[1] for one in found] == [float(note.start) for note in notes]
        assert [one[2] for one in found] == [float(note.length) for note in notes]


def test_the_file_begins_as_midi_does():
    assert midi.midi(TUNE)[:4] == b"MThd"


@pytest.mark.parametrize("body", ["z6|", ""])
def test_silence_is_no_tune(body):
    with pytest.raises(ValueError, match=r"no note|cannot be read"):
        midi.midi(f"X:1\nM:6/8\nL:1/8\nK:D\n{body}\n")
