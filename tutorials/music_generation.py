# %% [markdown]
# # A tune from nothing: one-to-many
#
# **Learn:** how a network writes music without being given anything; what ABC notation
# is; how far counting takes you, and where it stops; why it matters how a tune is cut
# into tokens; and how to check music by the rule that players count by.
#
# **Follows:** chapter 5, 5.1, "Music generation: ∅ → ♪" (its table of sequence data)
# and 5.2, one to many; lecture 3, slides 3 and 12.
#
# **Takes:** about 5 minutes on two CPU cores; with `KERAS_RNN_QUICK=1` about 1 minute.
#
# The file is a percent script: VS Code, Spyder, PyCharm and Jupytext open it as a
# notebook. `python tutorials/music_generation.py` runs it from top to bottom and puts
# pictures and tunes into `tutorials/output/music_generation/`.

# %%
from collections import Counter

import matplotlib.pyplot as plt
import numpy as np

from keras_rnn.applications.contract import Request
from keras_rnn.applications.music_generation import bars as music_bars
from keras_rnn.applications.music_generation import figures as music_figure
from keras_rnn.applications.music_generation import midi, split
from keras_rnn.applications.music_generation import train as music
from keras_rnn.applications.shared.texts import vocabulary
from keras_rnn.datasets.text import tunes
from keras_rnn.datasets.text.tune_tokens import tokens_of, write_abc
from keras_rnn.layers.counting_lstm import (
    COUNTS,
    count,
    facts_of,
)
from keras_rnn.training import set_seed
from keras_rnn.tutorial import Pictures, quick, quiet

quiet()

# %% [markdown]
# ## 1. Nothing in, a tune out
#
# The lecture's table of sequence data has a row whose input is the empty set: ∅ → tune.
# The network has to be given *something* at its first step, so it is a sign that is no
# music and always the same, "begin". From then on, each thing it says is the next thing
# it reads (slide 12):
#
# $$h_t = f_W(h_{t-1}, y_{t-1}), \qquad P(y_t \mid y_1 \dots y_{t-1}) =
# \text{softmax}(W_{hy} h_t), \qquad y_0 = \text{begin}$$
#
# If it always said the likeliest thing, there would be one tune for ever. So $y_t$ is
# *drawn* from these probabilities: all the difference between two tunes is chance.
#
# ## 2. Tunes as text
#
# ABC notation writes a tune with letters: `C D E F G A B` and an octave higher
# `c d e f g a b`; a number behind a note makes it longer (`A2`), `|` ends a bar and
# `:|` says play it again. A header says how much goes into a bar (`M:6/8`, six
# eighths), how long a plain letter is (`L:1/8`, an eighth) and the key (`K:D`).

# %%
data = tunes.sample(80) if quick() else tunes.load()
show = Pictures("music_generation", caption=data.describe())
print(data.describe())
print(data.note or data.texts[3])

# %% [markdown]
# ### Bars that come out even
#
# Anyone can see whether a tune can be played at all: a bar of 6/8 holds six eighths, no
# more and no less. With two exceptions: a tune may begin with a few notes before the
# first full bar (an *anacrusis*), and the last bar then lacks as much, so that the next
# round fits on. `help(music_bars)` has the rule in full; the library music21 reads the
# notes, and we add them up.

# %%
head = "X:1\nM:6/8\nL:1/8\nK:D\n"
for body in (
    "ABc d3|ABc d3|ABc d3|A6|]",
    "A|Bcd e3|Bcd e3|Bcd e3|d6|A3 d2:|",
    "ABc d3|ABc d2|ABc d3|A6|A6|]",
):
    report = music_bars.count(head + body)
    print(f"{body:<36}", "whole" if report.whole else report.fault)

sequences, facts = split.usable(data)
print(f"of the tunes as they were collected, {facts['real_whole_bars']:.0%} are whole")

# %% [markdown]
# Real collections have slips of the pen. We learn from the tunes that are whole; the
# share above is the mark that a writer of tunes can be asked to reach.
#
# ## 3. From text to tokens
#
# A network could learn from the bare letters. It is easier with tokens that mean
# something in music: a note *with* its length is one token.

# %%
plain = tokens_of(data.tunes[3])
print(" ".join(plain[:24]))
notes = Counter(token for one in sequences for token in one if token[0] in "ABcdef")
print("most frequent:", notes.most_common(4))

# %% [markdown]
# Something else helps more. To close a bar in time, one has to know how much of it is
# over; to close a part, how many bars it has, and whether it began with an upbeat, for
# which the last bar makes room. A network can learn to count, but slips now and then,
# and one slip ruins a tune. So a part of the state counts, by a rule, as a player's
# foot does, and the LSTM reads what it says:
#
# $$n_t = \mathrm{count}(x_t, n_{t-1}) \qquad h_t, c_t = \mathrm{LSTM}([x_t, n_t],
# h_{t-1}, c_{t-1})$$
#
# When to end a bar or a part is still the network's to say.

# %%
counts = np.zeros((1, len(COUNTS)), "float32")
for token in plain[:12]:
    counts = np.asarray(count(np.array([facts_of(token)], "float32"), counts))
    place, bars, upbeat = counts[0, :3]
    print(f"{token:<6} {place:g} eighths of the bar, {bars:g} bars, upbeat {upbeat:g}")

# %% [markdown]
# A tune and its versions must not stand on both sides of the split, or the
# network is praised for its memory: tunes with half of their bars in common stay
# together.

# %%
parts = [[sequences[i] for i in part] for part in split.split(sequences)]
train, validation, test = parts
known = vocabulary(train)
characters = sum(len(write_abc(one)) for one in test)
print([len(part) for part in parts], "tunes;", len(known), "tokens")

# %% [markdown]
# ## 4. First, count
#
# An n-gram model says how often a token followed the $n - 1$ tokens before it, and
# falls back on shorter histories where it has seen none. Its order is chosen on the
# validation part. The loss is in nats a *character* of the written tune, so that models
# with other tokens can be compared.

# %%
set_seed(0)
model = music.build(known, units=32 if quick() else 192)
drawn = 10 if quick() else 100
n_grams = music.n_gram_model(model, train, validation)
by_counting = music.n_gram_tunes(model, n_grams, drawn, temperature=0.6)
nats = music.n_gram_nats(model, n_grams, test) / characters
counted, reports = music.judge(nats, by_counting)
print(f"{n_grams.order}-grams: {nats:.3f} nats a character,", end=" ")
print(f"{counted['whole_bars']:.0%} of {drawn} tunes whole")
print(write_abc(by_counting[0])[:200])

# %% [markdown]
# Each bit of it has been heard before, and hardly any tune is whole: a tune has more
# than a hundred notes, one slip is enough, and whenever a shorter history has a say, it
# is one that does not know where in the bar it is.
#
# ## 5. The network
#
# One LSTM layer reads the tokens and says what comes next. Training is the usual
# teacher forcing: it reads the real tune, one token late.

# %%
request = Request(epochs=2 if quick() else None, verbose=2)
music.fit(model, train, validation, request)
written = music.write(model, drawn, seed=0)
nats = music.total_nats(model, test) / characters
metrics, reports = music.judge(nats, written)
print(f"LSTM: {nats:.3f} nats a character,", end=" ")
print(f"{metrics['whole_bars']:.0%} of {drawn} tunes whole")
print(Counter(report.fault for report in reports if report.fault).most_common(3))

# %% [markdown]
# ### Boldness
#
# The probabilities are sharpened before a token is drawn: $p^{1/T}$, made to add up to
# 1, with the temperature $T = 0.6$. Nothing is thrown away and drawn again. How much it
# matters:

# %%
temperatures = (0.4, 1.0) if quick() else (0.4, 0.6, 0.8, 1.0, 1.2)
whole, different = [], []
for temperature in temperatures:
    some = music.write(model, drawn, temperature=temperature, seed=1)
    whole.append(music.judge(0, some)[0]["whole_bars"])
    # How many of the tokens of a tune are of different kinds.
    different.append(np.mean([len(set(one)) for one in some]))

figure, axes = plt.subplots(figsize=(7, 3.6), layout="constrained")
axes.plot(temperatures, whole, "o-", color="tab:blue")
axes.axhline(facts["real_whole_bars"], color="0.4", ls=":")
axes.annotate("real tunes", (temperatures[0], facts["real_whole_bars"]), va="bottom")
axes.set(xlabel="temperature", ylabel="share of tunes with whole bars", ylim=(0, 1.05))
other = axes.twinx()
other.plot(temperatures, different, "s--", color="tab:orange")
other.set_ylabel("different tokens in a tune", color="tab:orange")
show(figure, "temperature", "Bold tunes slip more often")

# %% [markdown]
# ## 6. Look, and listen
#
# On a *piano roll* time runs to the right and pitch upwards. Red lines are repeats and
# ends. In a real tune the second line of a part often comes back to the first.

# %%
best = next((n for n, report in enumerate(reports) if report.whole), 0)
tune = write_abc(written[best], title="From nothing")
if music_bars.count(tune).bars:
    rolls = {"from nothing": tune, "a real tune": write_abc(test[0])}
    show(music_figure.draw(rolls), "piano_roll")
print(tune)

# %% [markdown]
# For a player, the tune as ABC and as MIDI; music21 writes the latter.

# %%
show.folder.mkdir(parents=True, exist_ok=True)
(show.folder / "from_nothing.abc").write_text(tune, encoding="utf-8")
try:
    (show.folder / "from_nothing.mid").write_bytes(midi.midi(tune))
except ValueError as error:
    print("no sound:", error)
print(sorted(path.name for path in show.folder.glob("from_nothing.*")))

# %% [markdown]
# A tune can also be asked for: with a metre, and a key. They are the first two tokens,
# so the network goes on from them.

# %%
[asked] = music.compose(model, ["M:6/8"], seed=2)
print(asked)

# %% [markdown]
# ## Exercises
#
# 1. **Without the counting.** Build the network with `counting=False`. What becomes of
#    the share of whole tunes, and of the loss a character?
# 2. **Looking for copies.** How long are the runs of notes that a drawn tune shares
#    with one of the training tunes?
#
# ## Solutions
#
# ### 1. Without the counting
#
# The same tokens and the same training, smaller and shorter than above.

# %%
for counting in (True, False):
    set_seed(0)
    smaller = music.build(known, units=32 if quick() else 96, counting=counting)
    music.fit(smaller, *parts[:2], Request(epochs=1 if quick() else 8, verbose=0))
    tunes_of_it = music.write(smaller, drawn, seed=0)
    scores, _ = music.judge(music.total_nats(smaller, test) / characters, tunes_of_it)
    print(f"counting={counting}: {scores['whole_bars']:.0%} whole", end=", ")
    print(f"{scores['nats']:.3f} nats a character")

# %% [markdown]
# ### 2. Looking for copies

# %%


def runs(tokens, length):
    notes = tokens[2:]
    return {tuple(notes[n : n + length]) for n in range(len(notes) - length + 1)}


for length in (4, 8, 16, 32):
    heard = set().union(*(runs(one, length) for one in train))
    own = [runs(one, length) for one in written]
    share = np.mean([len(one & heard) / len(one) for one in own if one] or [0])
    print(f"of runs of {length:>2} tokens, {share:.0%} are in a training tune")
