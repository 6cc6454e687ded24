# %% [markdown]
# # Trade-offs of recurrent networks
#
# **Learn:** what a recurrent network is good and bad at, each claim of the slide
# measured: one model for every length, a size that does not grow, a cost that cannot
# be spread over many processors (and a cell for which it can), and how well seven
# cells remember, on two problems that were made for this question.
#
# **Follows:** lecture 3, page 15 (RNN trade-offs) and page 22 (towards modeling longer
# dependence); chapter 5, section 5.3.
#
# **Takes:** about 8 minutes on two CPU cores; half a minute with `KERAS_RNN_QUICK=1`.
#
# The file is a percent script: VS Code, Spyder, PyCharm and Jupytext open it as a
# notebook. `python tutorials/trade_offs.py` runs it from top to bottom and puts the
# pictures into `tutorials/output/trade_offs/`.

# %%
import time

import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from keras_rnn.architectures import many_to_many, many_to_one
from keras_rnn.datasets.generated import memory_problems as problems
from keras_rnn.training import fit, set_seed
from keras_rnn.tutorial import Pictures, quick, quiet

quiet()
show = Pictures("trade_offs", caption="generated sequences")

# %% [markdown]
# ## 1. The adding problem
#
# Hochreiter and Schmidhuber made it in 1997 to see whether their LSTM remembers. Each
# step has a number from 0 to 1 and a mark. Two steps are marked, one in each half;
# at the end the network has to say the sum of their numbers. Everything between is
# there to be ignored.
#
# The baseline without any memory: always say 1. A number from [0, 1] has a variance
# of 1/12, the sum of two has 1/6, so the mean squared error is $1/6 \approx 0.167$.

# %%
inputs, sums = problems.adding_problem(1, 12, seed=3)
print("numbers:", *inputs[0, :, 0].round(1))
print("marks:  ", *(" * " if mark else " . " for mark in inputs[0, :, 1]))
print("answer: ", sums[0].round(2), f"   always 1: {problems.ADDING_BASELINE:.3f}")


# %%
def adder(recurrent, seed=0):
    """A compiled model for the adding problem, of any length."""
    set_seed(seed)
    model = many_to_one(
        keras.Input((None, 2)), {"units": 32, **recurrent}, keras.layers.Dense(1)
    )
    model.compile(keras.optimizers.Adam(0.01, global_clipnorm=1.0), "mse")
    return model


def train_steps(model, make, length, seed=0):
    """Train with `make(count, length, seed)`; return the loss on new sequences."""
    train = make(1_000 if quick() else 4_000, length, 1)
    options = {"epochs": 2 if quick() else 6, "patience": None, "seed": seed}
    fit(model, train, make(500, length, 2), batch_size=20, **options, verbose=0)
    new = make(1_000, length, 3)
    return model.evaluate(*new, batch_size=500, verbose=0)


# %% [markdown]
# ## 2. Any length
#
# *"Can process any length input."* The time axis of the model is `None`. Trained on
# 20 steps, it reads 10, 40 or 200 without a change. That it *runs* is a fact; that it
# is *right* there is another question.

# %%
model = adder({"cell": "gru"})
train_steps(model, problems.adding_problem, 20)
other_lengths = (10, 20, 40, 80, 200)
errors = [
    model.evaluate(*problems.adding_problem(1_000, n, 4), batch_size=500, verbose=0)
    for n in other_lengths
]
for length, error in zip(other_lengths, errors, strict=True):
    print(f"length {length:>3}: error {error:.4f} (always 1: 0.1667)")

# %% [markdown]
# ## 3. The same size
#
# *"Model size doesn't increase for longer input."* The weights are shared by all steps,
# and all that goes from step to step is one state of fixed length. A dense layer has
# weights of its own for each step. This is also the catch: whatever is to be
# remembered has to fit into that one state.

# %%
state = model.layers[1].state_size
for length in (10, 100, 1_000):
    dense = keras.Sequential(
        [
            keras.Input((length, 2)),
            keras.layers.Flatten(),
            keras.layers.Dense(32, "relu"),
            keras.layers.Dense(1),
        ]
    )
    print(
        f"{length:>5} steps: GRU {model.count_params():,} weights, state of {state}; "
        f"dense network {dense.count_params():>6,} weights"
    )

# %% [markdown]
# ## 4. One step after another
#
# *"Recurrent computation is slow."* Step $t$ needs $h_{t-1}$, so the steps cannot be
# done side by side, however many processors there are. The minGRU's gates look at the
# input alone; its recurrence $h_t = a_t h_{t-1} + b_t$ can be folded in pairs, and
# pairs of pairs: $\log_2 T$ rounds instead of $T$ steps (`keras.ops.associative_scan`).
#
# Here is the time of one training step (forward, back, update), by length.

# %%
LENGTHS = (64, 256) if quick() else (64, 256, 1_024, 4_096)


def seconds_a_step(cell, length):
    """The fastest of five training steps on 4 sequences."""
    model = adder({"cell": cell})
    batch = problems.adding_problem(4, length, 0)
    model.train_on_batch(*batch)  # compiles
    fastest = np.inf
    for _ in range(5):
        start = time.perf_counter()
        model.train_on_batch(*batch)
        fastest = min(fastest, time.perf_counter() - start)
    return fastest


# %%
timed = pd.DataFrame(
    {
        cell: [seconds_a_step(cell, length) * 1_000 for length in LENGTHS]
        for cell in ("simple_rnn", "lstm", "min_gru")
    },
    index=pd.Index(LENGTHS, name="length"),
)
print("milliseconds a training step")
print(timed.round(1).to_string())
growth = timed.iloc[-1] / timed.iloc[0]
print(f"{LENGTHS[-1] / LENGTHS[0]:.0f} times the length takes", end=" ")
print(
    ", ".join(f"{times:.1f} times as long ({cell})" for cell, times in growth.items())
)

# %%
figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
for cell, values in timed.items():
    axes.loglog(timed.index, values, "o-", label=cell)
axes.set(xlabel="length of the sequence", ylabel="milliseconds a training step")
axes.set_xticks(LENGTHS, LENGTHS)
axes.minorticks_off()
axes.legend()
show(figure, "time", "Time of a training step", caption="4 sequences, 32 units, CPU")

# %% [markdown]
# On two cores with nothing else to do, 64 times the length takes the simple RNN 45
# times as long, the LSTM 38 times and minGRU 11 times; at 4,096 steps minGRU is 9 times
# as fast as the LSTM. The figures kept here were taken beside other programs, and
# minGRU, which spreads its work over both cores, lost most by it.
#
# When a network *writes* a sequence, all cells are alike: the next word needs the one
# before it, and nothing helps (*"a sequence output inference is hard to be
# parallelized"*).
#
# ## 5. How far back?
#
# *"Can (in theory) use information from many steps back"*, but *"often fails to model
# long-range dependence"*. Seven cells, the same number of training steps, of weights
# as they have them with 32 units, and growing lengths. The minimal cells get two
# layers, since the gate of one alone sees nothing of the past.

# %%
CELLS = {
    "simple_rnn": {"cell": "simple_rnn"},
    "lstm": {"cell": "lstm"},
    "gru": {"cell": "gru"},
    "peephole_lstm": {"cell": "peephole_lstm"},
    "layer_norm_lstm": {"cell": "layer_norm_lstm"},
    "min_gru, 2 layers": {"cell": "min_gru", "depth": 2},
    "min_lstm, 2 layers": {"cell": "min_lstm", "depth": 2},
}
if quick():
    CELLS = {name: CELLS[name] for name in ("simple_rnn", "min_gru, 2 layers")}
ADDING = (10,) if quick() else (10, 30, 60)
COPYING = (5,) if quick() else (5, 15, 40)

# %%
adding = pd.DataFrame(
    {
        name: [
            train_steps(adder(cell), problems.adding_problem, length)
            for length in ADDING
        ]
        for name, cell in CELLS.items()
    },
    index=ADDING,
)

# %%
print(f"adding, mean squared error (always 1: {problems.ADDING_BASELINE:.3f})")
print(adding.T.round(4).to_string())

# %% [markdown]
# ### The copying problem
#
# Of Arjovsky, Shah and Bengio (2016): symbols out of eight, then $T$ steps of nothing
# (the last is a sign to go), and then the symbols have to be repeated in order. Adding
# needs one number to be kept; this needs several, and their order.
#
# Without a memory one can know *when* to speak but not *what*: the best is to say the
# blank for certain, and then each symbol with probability 1/8. In the paper, with ten
# symbols, this has a cross-entropy of $10 \ln 8 / (T + 20)$ a step. We use three, so
# that minutes are enough: $3 \ln 8 / (T + 6)$.

# %%
KEPT = 3


def copying(count, delay, seed):
    read, said = problems.copying_problem(count, delay, seed, symbols=KEPT)
    return keras.utils.to_categorical(read, problems.CATEGORIES), said[..., None]


read, said = problems.copying_problem(1, 8, seed=3, symbols=KEPT)
print("read:   ", *("." if x == 0 else "G" if x == problems.GO else x for x in read[0]))
print("answer: ", *(x or "." for x in said[0]))
for delay in (5, 15, 40):
    print(f"T = {delay}: {problems.copying_baseline(delay, KEPT):.4f} without a memory")


# %%
def copier(recurrent, seed=0):
    """A compiled model for the copying problem, of any delay."""
    set_seed(seed)
    model = many_to_many(
        keras.Input((None, problems.CATEGORIES)),
        {"units": 32, **recurrent},
        head=keras.layers.Dense(problems.CATEGORIES, activation="softmax"),
    )
    optimizer = keras.optimizers.Adam(0.01, global_clipnorm=1.0)
    model.compile(optimizer, "sparse_categorical_crossentropy")
    return model


# %%
copied = pd.DataFrame(
    {
        name: [train_steps(copier(cell), copying, delay) for delay in COPYING]
        for name, cell in CELLS.items()
    },
    index=COPYING,
)
without = np.array([problems.copying_baseline(delay, KEPT) for delay in COPYING])
print("copying, cross-entropy as a share of what is reached without a memory")
print((copied.T / without).round(3).to_string())

# %%
figure, panels = plt.subplots(1, 2, figsize=(11, 4.2), layout="constrained")
shares = (adding / problems.ADDING_BASELINE, copied.div(without, axis=0))
for axes, share in zip(panels, shares, strict=True):
    for name, values in share.items():
        axes.plot(share.index, values.clip(1e-4), "o-", label=name)
    axes.axhline(1, color="0.4", ls=":")
    axes.set(xscale="log", yscale="log")
    axes.set_xticks(share.index, share.index)
    axes.minorticks_off()
panels[0].set(title="adding", xlabel="length", ylabel="error, share of no memory")
panels[1].set(title="copying three symbols", xlabel="delay T")
panels[1].legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
show(figure, "memory", "Dotted: as good as a network without a memory")

# %% [markdown]
# One number from far back is no trouble for any cell with gates: at 60 steps all of
# them are below 1 % of the error without a memory, and the simple RNN is at 99 %.
# Three symbols in order are: over 40 steps the two-layer minimal cells and the GRU
# come down to 38 to 49 %, two of the LSTMs to 90 and 92 %, and the layer-normalised one
# and the simple RNN not at all. Over 5 steps that pair is the best: short memories are
# not what gates are for.
#
# ## 6. What to take home
#
# - One model reads any length, with the same weights and the same state. How well it
#   does at lengths that it was not trained on has to be measured.
# - Training time grows with the length, step after step; a recurrence that is linear in
#   its state can be folded instead.
# - Being able to remember is not the same as learning to. Where a table above is at the
#   score of a network without a memory, the cell had a state and the training found no
#   use for it. Each number is of a single start and 1,200 steps of training: small
#   differences between neighbours mean nothing, and longer training moves the limits
#   outwards. How the start decides is in the tutorial on vanishing gradients.
#
# ## Exercises
#
# 1. **A network without memory.** Train the copying model with a cell that remembers
#    nothing (a `Dense` layer at each step). Which cross-entropy do you expect? Careful:
#    such a network does not even know *when* to speak.
# 2. **Short first.** Train the simple RNN on additions of length 10, and then the same
#    weights on length 30. Is it better than training on length 30 from the start?
# 3. **What fits in.** Ten symbols of eight kinds are how many bits? How many units of
#    32-bit floats would be enough to hold them, and why is this no good estimate?
#
# ## Solutions
#
# ### 1. A network without memory
#
# It sees a blank both while waiting ($T - 1$ times) and while it should speak (3
# times), so it has to hedge. Of these $T + 2$ blanks 3 want a symbol:
# with $p = 3 / (T + 2)$ the best is
# $\frac{T + 2}{T + 6} \left(-(1 - p) \ln (1 - p) - p \ln \frac{p}{8}\right)$.

# %%
delay = COPYING[0]
set_seed(0)
head = keras.layers.Dense(problems.CATEGORIES, activation="softmax")
blind = keras.Sequential([keras.Input((None, problems.CATEGORIES)), head])
blind.compile(keras.optimizers.Adam(0.05), "sparse_categorical_crossentropy")
found = train_steps(blind, copying, delay)
p = KEPT / (delay + 2)
expected = -(1 - p) * np.log(1 - p) - p * np.log(p / problems.SYMBOLS)
expected *= (delay + 2) / (delay + 6)
print(f"found {found:.3f}, by hand {expected:.3f}")
print(f"knowing when: {problems.copying_baseline(delay, KEPT):.3f}")

# %% [markdown]
# ### 2. Short first

# %%
model = adder({"cell": "simple_rnn"})
for length in (10, 30):
    error = train_steps(model, problems.adding_problem, length)
    print(f"after length {length}: {error:.4f}")
if 30 in ADDING:
    print(f"length 30 from the start: {adding.loc[30, 'simple_rnn']:.4f}")

# %% [markdown]
# ### 3. What fits in
#
# $10 \log_2 8 = 30$ bits: a single float could hold them, on paper. But a network has
# to write, keep and read them with smooth functions that gradients can find. Ten
# symbols in one number would have to be told apart by its last digits, and every
# $\tanh$ on the way bends them.
