# %% [markdown]
# # Speech: a wave in, letters out
#
# **Learn:** how sound becomes a sequence of vectors; how a network learns to spell what
# it hears though nobody says when each letter is spoken (CTC); how an encoder-decoder
# with attention does the same (listen, attend and spell); how errors are counted, and
# where both fail.
#
# **Follows:** chapter 5, sections 5.1 and 5.5, "Speech recognition: The quick brown fox
# jumped over the lazy dog."
#
# **Takes:** about 7 minutes on two CPU cores; 1 minute with `KERAS_RNN_QUICK=1`.
#
# The file is a percent script: VS Code, Spyder, PyCharm and Jupytext open it as a
# notebook. `python tutorials/speech_recognition.py` runs it from top to bottom and puts
# the pictures into `tutorials/output/speech_recognition/`.

# %%
from pathlib import Path
from tempfile import mkdtemp

import keras
import matplotlib.pyplot as plt
import numpy as np
from scipy.io import wavfile

from keras_rnn.applications import Request
from keras_rnn.applications.speech_recognition import ctc_network as listener
from keras_rnn.applications.speech_recognition import train as speech_recognition
from keras_rnn.applications.speech_recognition.batches import at_speed, join
from keras_rnn.applications.speech_recognition.figures import draw_spectrogram
from keras_rnn.applications.speech_recognition.scores import word_error_rate
from keras_rnn.applications.speech_recognition.train import recognise
from keras_rnn.datasets.sound import spoken_digits
from keras_rnn.layers import LogMelSpectrogram
from keras_rnn.layers.log_mel import mel_matrix
from keras_rnn.reference import ctc, softmax
from keras_rnn.tutorial import Pictures, quick, quiet
from keras_rnn.visualize import unfold

quiet()
data = spoken_digits.load()
show = Pictures("speech_recognition", caption=data.describe())
print(data.describe())
print(data.note)

# %% [markdown]
# ## 1. The lecture's sentence
#
# A microphone measures the pressure of the air some thousand times a second. Said at an
# ordinary pace, the sentence of the slide takes about three seconds:

# %%
sentence = "The quick brown fox jumped over the lazy dog."
seconds, rate = 3, data.rate
print(f"{seconds * rate:,} numbers in, {len(sentence)} letters out")
print(f"{seconds * rate / len(sentence):.0f} numbers a letter")

# %% [markdown]
# Both are sequences, so the shape is **many-to-many**. Two things are new. The input is
# hundreds of times as long as the output. And nobody has written down when each letter
# is spoken: a "q" is short, an "o" may be long, and between words there may be silence
# or none.
#
# To learn that sentence, and any other, takes thousands of hours of speech. Here ten
# words have to do, the digits, spelled out. The alphabet is then
# `listener.LETTERS`, and everything else is as it would be for the fox.

# %%
print("".join(listener.LETTERS))
print(data.texts[:5], "...")
print(f"takes 0 to 4 of each digit and speaker test: {len(data.places('test'))}")

# %% [markdown]
# This is the network, unfolded. Each step reads 30 ms of sound, in both directions, and
# says a letter or nothing.

# %%
show(unfold(listener.build(), steps=4), "unfolded", caption="")

# %% [markdown]
# ## 2. From pressure to pitches
#
# The numbers themselves tell little: the same "seven" said twice gives two waves that
# agree nowhere. What an ear hears is how loud each *pitch* is, and how that changes. So
# a short piece of the wave is taken every 10 ms, and a Fourier transform tells how much
# of each frequency is in it:
#
# $$P_t(k) = \Big| \sum_{n} w_n \, x_{t h + n} \, e^{-2 \pi i k n / N} \Big|^2$$
#
# with $h$ the hop of 80 samples and $w$ a window that fades in and out. High pitches
# must lie further apart than low ones to sound different. The **mel scale** has equal
# steps where the ear has:
#
# $$m = 2595 \log_{10}\Big(1 + \frac{f}{700}\Big)$$

# %%
bands = mel_matrix(fft_size=256, rate=data.rate, bands=12)
figure, axes = plt.subplots(figsize=(8, 2.6), layout="constrained")
axes.plot(np.linspace(0, data.rate / 2, len(bands)), bands)
axes.set(xlabel="frequency (Hz)", ylabel="weight")
show(figure, "bands", "Twelve bands, equally wide to the ear", caption="")

# %% [markdown]
# Loudness is heard in ratios, too: that is the logarithm, in decibels. All of this is
# one Keras layer, `LogMelSpectrogram`, so that it is saved with the network, and a wave
# goes straight in.

# %%
place = int(np.flatnonzero(data.digits == 7)[0])
wave = data.waves[place]
figure, (above, below) = plt.subplots(
    2, figsize=(8, 5), sharex=True, layout="constrained"
)
above.plot(np.arange(len(wave)) / data.rate, wave, linewidth=0.5)
above.set(ylabel="pressure (of the largest)", title='the wave of "seven"')
draw_spectrogram(LogMelSpectrogram(normalise=False), wave, below)
below.set_xlabel("time (s)")
show(figure, "spectrogram")

# %% [markdown]
# The hiss of the "s" is faint and in the high bands alone; each vowel has bright
# stripes of its own. Before the network reads it, mean and standard deviation of the
# whole recording are brought to 0 and 1, so that a quiet voice looks like a loud one.
# Three frames make a step, with two neighbours on each side (`StackFrames`), since a
# recurrent layer costs by the step.

# %%
ear = listener.build().get_layer("ear")
vectors = ear(wave[None])
print(
    f"{len(wave):,} samples -> {vectors.shape[1]} steps of {vectors.shape[2]} numbers"
)

# %% [markdown]
# ## 3. A loss without an alignment
#
# At each step the network says a letter or nothing, the **blank**, written `-`. A path
# is read in two moves: what is alike on neighbouring steps is said once, then the
# blanks go. `tt-w-oo`, `-t-www-o` and `two` all say "two". The blank also parts the two
# "e" of "three", which else would be one.

# %%
names = {0: "-", 1: "t", 2: "w", 3: "o"}
numbers = {letter: number for number, letter in names.items()}
for path in ("tt-w-oo", "--two--", "twwwwwo", "t-t-w-o"):
    said = ctc.collapse([numbers[one] for one in path])
    print(f"{path} says {''.join(names[one] for one in said)}")

# %% [markdown]
# Which of the paths is right, nobody knows. So all of them are: the probability of a
# text is the sum over every path that says it, and the loss its logarithm,
#
# $$L = -\log \sum_{\pi \to \text{text}} \; \prod_t p_t(\pi_t)$$
#
# For "to" in four steps, by trying them all:

# %%
scores = np.random.default_rng(0).normal(size=(4, 4))
p = softmax(scores)
total = 0
for path in ctc.paths([1, 3], steps=4):
    chance = np.prod([p[t, one] for t, one in enumerate(path)])
    total += chance
    print("".join(names[one] for one in path), f"{chance:.4f}")
print(f"sum {total:.4f}, loss {-np.log(total):.4f}")

# %% [markdown]
# With a hundred steps there are more paths than atoms. But they share their beginnings:
# *how probable is it to have said the first $s$ letters after $t$ steps* follows from
# the same question at the step before. That is `keras_rnn.reference.ctc.ctc_loss`, a
# loop over time, and what Keras computes:

# %%
print(f"recursion {ctc.ctc_loss(scores, [1, 3]):.4f}")
loss = keras.losses.CTC()(np.array([[1, 3]]), scores[None].astype("float32"))
print(f"keras.losses.CTC {float(loss):.4f}")

# %% [markdown]
# ## 4. Baseline, network, result
#
# Errors are counted in words. The **word error rate** is the fewest words to be
# replaced, left out or put in, for each word that was said:

# %%
print(word_error_rate(["one two three"], ["one too three three"]))

# %% [markdown]
# *Before any network:* stretch each spectrogram to sixteen frames and let a logistic
# regression tell the digit. Strings are first cut where it is silent. A network that is
# not better than that is not worth its training.
#
# `speech_recognition.train` does the baseline and trains three networks:
#
# - the **listener**, on strings that are joined anew in each epoch from single takes of
#   one speaker, with short pauses, some played a little faster or slower;
# - the same **without one speaker**, to hear somebody who is new to it;
# - the **speller**, an encoder-decoder, of which more below.


# %%
def recordings_for_a_quick_look():
    """A folder of a few recordings, or `None` for all of them."""
    if not quick():
        return None
    folder = Path(mkdtemp())
    speakers = sorted(set(data.speakers.tolist()))[:2]
    for place in np.flatnonzero((data.takes < 8) & np.isin(data.speakers, speakers)):
        name = f"{data.digits[place]}_{data.speakers[place]}_{data.takes[place]}.wav"
        wavfile.write(folder / name, data.rate, data.waves[place])
    return str(folder)


request = Request(
    data=recordings_for_a_quick_look(), epochs=1 if quick() else None, tell=print
)
outcome = speech_recognition.train(request)
for name, value in outcome.metrics.items():
    print(f"{name:<36} {value:6.1%}   baseline {outcome.baseline[name]:6.1%}")

# %%
kinds = {
    "single digits": "word_error_rate",
    "strings of 3 to 5": "word_error_rate_strings",
    "a new speaker": "word_error_rate_new_speaker",
}
figure, axes = plt.subplots(figsize=(7, 3.2), layout="constrained")
for shift, (label, scores, colour) in enumerate(
    (("network", outcome.metrics, "tab:blue"), ("baseline", outcome.baseline, "0.6"))
):
    values = [100 * scores[name] for name in kinds.values()]
    bars = axes.bar(np.arange(3) + 0.4 * shift, values, 0.38, label=label, color=colour)
    axes.bar_label(bars, fmt="%.1f")
axes.set_xticks(np.arange(3) + 0.2, list(kinds))
axes.set_ylabel("word error rate (%)")
axes.legend()
show(figure, "results", "Takes that no training has heard")

# %% [markdown]
# The new speaker's number says most about the world outside: five voices are little to
# learn English from, and the network, which has learned more of their ways, loses more
# than the baseline.
#
# ## 5. What it hears, and when
#
# Above the spectrogram, below the probability of each letter. Nobody has told the
# network when a letter is spoken. For CTC it is enough to say each letter at one step,
# and nothing at all others: look for spikes, and for where they stand in each sound.

# %%
if "heard_right" in outcome.figures:
    show(outcome.figures["heard_right"], "heard_right")
if "heard_wrong" in outcome.figures:
    show(outcome.figures["heard_wrong"], "heard_wrong")
for said, heard in outcome.more["wrong"][:5] + outcome.more["wrong_strings"][:5]:
    print(f"said {said!r}, heard {heard!r}")

# %% [markdown]
# What is heard need not be a word: the network knows letters, no dictionary. A real
# recogniser weighs what it hears with a language model, such as that of
# `character_language_model.py`.
#
# ## 6. Noise
#
# The recordings were made in quiet rooms. Here is what becomes of the same digits when
# noise is added, 30 dB below the voice (hardly heard) to 0 dB (as loud as it):

# %%
model = outcome.model
test = outcome.data.places("test")[:: 4 if quick() else 1]
truth = [outcome.data.texts[place] for place in test]
generator = np.random.default_rng(0)
levels, rates = [30, 20, 10, 0], []
for level in levels:
    noisy = []
    for place in test:
        wave = outcome.data.waves[place]
        loud = np.sqrt(np.mean(wave**2)) * 10 ** (-level / 20)
        noisy.append(wave + loud * generator.normal(size=len(wave)).astype("float32"))
    rates.append(100 * word_error_rate(truth, recognise(model, noisy)))
figure, axes = plt.subplots(figsize=(6, 3), layout="constrained")
axes.plot(levels, rates, "o-")
axes.set(xlabel="voice above noise (dB)", ylabel="word error rate (%)")
axes.invert_xaxis()
show(figure, "noise", "The same recordings with noise")

# %% [markdown]
# ## 7. Your own voice
#
# `recognise` takes WAV files of any rate and number of channels. They are brought to
# 8,000 samples a second and mixed to one channel. Here a take stands in, written as a
# stereo file of 16,000:

# %%
wave = outcome.data.waves[test[0]]
places = np.arange(2 * len(wave)) / 2
fine = np.interp(places, np.arange(len(wave)), wave).astype("float32")
path = Path(mkdtemp()) / "mine.wav"
wavfile.write(path, 2 * data.rate, np.stack([fine, fine], axis=1))
print(f"said {truth[0]!r}, heard {recognise(model, [path])[0]!r}")

# %% [markdown]
# On the command line:
#
# ```
# keras-rnn run speech_recognition --out output/speech
# keras-rnn run speech_recognition --load output/speech --input mine.wav
# ```
#
# ## 8. Listen, attend and spell
#
# CTC says each letter on its own: given the sound, one letter knows nothing of the one
# before it. The other way is an **encoder-decoder**: the decoder writes letter after
# letter, reads what it has written, and for each looks back at all of the sound with
# **attention** (Chan et al. 2016). No blank is needed. It begins here with the ear that
# CTC has trained, so that what is left to learn is to spell, and where to look.

# %%
show(outcome.figures["attention"], "attention")
for name in ("attention_word_error_rate", "attention_word_error_rate_strings"):
    print(f"{name} {outcome.metrics[name]:.1%}")

# %% [markdown]
# When it works, attention runs down a diagonal: speech goes forward, and so does
# spelling. But nothing makes it go forward. In strings where a word comes twice it may
# jump from one to the other and leave out what is between. CTC cannot do that: its
# paths only ever go on. That is why many recognisers use both.
#
# ## 9. What today's systems do beyond this
#
# Hundreds of thousands of hours of speech in place of minutes; attention or
# convolutions in place of recurrence, so that a whole utterance is read at once; pieces
# of words in place of letters; learning from speech that nobody has written down. The
# first layer is often still the log-mel spectrogram, and the loss is often still this
# one.
#
# ## Exercises
#
# 1. **Counting paths.** How many paths of 20 steps say "two"? And "three"? Why is the
#    second number not simply smaller or larger by its length?
# 2. **Too fast.** Play recordings faster and faster. At what speed does the network
#    lose the words, and what does the number of steps have to do with it?
# 3. **Two at once.** Add the waves of two digits. Whom does it hear?
#
# ## Solutions
#
# ### 1. Counting paths
#
# With $l$ letters that all differ there are $\binom{t + l}{2l}$ paths of $t$ steps.
# Each letter that is the same as the one before needs a blank of its own, so that only
# $\binom{t + l - r}{2l}$ are left with $r$ such letters.

# %%
from math import comb

print("to in 5 steps:", len(ctc.paths([1, 3], 5)), comb(5 + 2, 4))
print("oo in 5 steps:", len(ctc.paths([3, 3], 5)), comb(5 + 2 - 1, 4))
print("two in 20 steps:", comb(23, 6), " three in 20 steps:", comb(20 + 5 - 1, 10))

# %% [markdown]
# More letters can stand in more ways, until the steps become too few for them.
#
# ### 2. Too fast

# %%
chosen = test[:60]
for speed in (0.7, 0.85, 1.0, 1.3, 1.7, 2.2):
    waves = [at_speed(outcome.data.waves[place], speed) for place in chosen]
    steps = np.mean([listener.steps_of(model, len(wave)) for wave in waves])
    rate = word_error_rate(truth[: len(chosen)], recognise(model, waves))
    print(f"speed {speed}: {steps:4.1f} steps a word, word error rate {rate:.0%}")

# %% [markdown]
# In training the speed changed by an eighth at most. Played much faster, the voice is
# also higher than any it has learned from; and a "three" needs six steps at least, five
# letters and a blank: where there are fewer, no path says it.
#
# ### 3. Two at once

# %%
second = next(place for place, text in enumerate(truth) if text != truth[0])
one, other = (outcome.data.waves[place] for place in test[[0, second]])
length = max(len(one), len(other))
both = np.pad(one, (0, length - len(one))) + np.pad(other, (0, length - len(other)))
print("said", repr(truth[0]), "and", repr(truth[second]))
print("both at once:", recognise(model, [both])[0])
print("one by one:", recognise(model, [join([one, other], [0, 800])])[0])

# %% [markdown]
# No training string had two voices at once. People part them by where they come from
# and by their pitch; one microphone and the loudness in wide bands keep little of both.
