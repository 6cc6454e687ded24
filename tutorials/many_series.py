# %% [markdown]
# # Many series, one network: the story of the M4 competition
#
# **Learn:** why a plain recurrent network loses to "the same as yesterday" on the
# series of a well-known competition, and what turns it into the kind that won: each
# window scaled by its own past, the season taken care of outside the recurrence, and
# one network that learns from all series.
#
# **Follows:** chapter 5, section 5.5 (applications); lecture 3, the many-to-one shape:
# a past is read step by step, and what is read at the end is the forecast.
#
# **Takes:** about 2 minutes on two CPU cores; less than one minute with
# `KERAS_RNN_QUICK=1`.

# %%
import keras
import matplotlib.pyplot as plt
import numpy as np

from keras_rnn import training
from keras_rnn.datasets import m4
from keras_rnn.errors import UserError
from keras_rnn.forecasting.many_series import SeriesPanel, panel_seasonal_naive
from keras_rnn.forecasting.many_series.global_network import GlobalNetworkSettings
from keras_rnn.forecasting.many_series.m4_evaluation import m4_scores, naive2
from keras_rnn.forecasting.many_series.network_panel_model import NetworkPanelModel
from keras_rnn.layers import Recurrent
from keras_rnn.tutorial import Pictures, quick, quiet

quiet()
HORIZON, DAY = 48, 24
COUNT = 12 if quick() else 60
UPDATES = 20 if quick() else 600

# %% [markdown]
# ## 1. The series
#
# In 2018, the M4 competition asked for forecasts of 100,000 series. Its 414 hourly ones
# are to be continued by 48 hours: electricity, traffic, wind, and what else, nobody
# says. We take sixty of them. The competition's test part stays closed: we judge on the
# **last 48 hours of the training part**, and learn from the hours before.
#
# Where the files are not at hand, sixty series are generated that have the same
# difficulties: levels from 10 to 100,000, days and weeks, and noise.


# %%
def generated(count, rows=700):
    """Days and weeks of many sizes, with noise that lasts."""
    rng = np.random.default_rng(0)
    hour, made = np.arange(rows), {}
    for number in range(count):
        level, peak = 10 ** rng.uniform(1, 5), rng.uniform(0, DAY)
        day = np.exp(0.5 * np.cos(2 * np.pi * (hour - peak) / DAY))
        week = 1 - 0.3 * rng.random() * (hour // DAY % 7 >= 5)
        noise = np.convolve(rng.normal(0, 0.05, rows), 0.8 ** np.arange(12))[:rows]
        made[f"G{number + 1}"] = level * day * week * (1 + noise)
    return made


try:
    data = m4.load("m4-hourly")
    chosen = np.linspace(0, len(data.ids) - 1, COUNT).astype(int)
    arrays = {data.ids[place]: data.train[place] for place in chosen}
    ABOUT = f"{COUNT} of the 414 hourly series of M4, their training part"
except UserError:
    arrays, ABOUT = generated(COUNT), f"{COUNT} generated series, seed 0"
panel = SeriesPanel.from_arrays(arrays, "1h")
before, after = panel.without_last(HORIZON)
truth = after.last(HORIZON).astype("float64")
known = np.split(before.values.astype("float64"), before.offsets[1:-1])
show = Pictures("many_series", caption=ABOUT)
print(f"{ABOUT}: {panel.lengths.min()} to {panel.lengths.max()} hours each")

# %%
figure, axes = plt.subplots(2, 3, figsize=(11, 4), layout="constrained")
for axis, place in zip(
    axes.flat, np.linspace(0, COUNT - 1, 6).astype(int), strict=True
):
    axis.plot(panel.last(10 * DAY)[place], lw=1)
    axis.set_title(panel.names[place], fontsize=9)
    axis.axvspan(10 * DAY - HORIZON, 10 * DAY, color="tab:orange", alpha=0.15, lw=0)
show(figure, "series", "ten days of six series; the last two (shaded) judge")

# %% [markdown]
# ## 2. What has to be beaten
#
# An error of 5 means nothing where values are near 10, and everything where they are
# near 100,000. The competition took two errors without a unit. With the values
# $y_t$, the forecasts $\hat y_t$, $h = 48$ steps and a season of $m = 24$,
#
# $$\mathrm{sMAPE} = \frac{200}{h} \sum_{t=n+1}^{n+h}
# \frac{|y_t - \hat y_t|}{|y_t| + |\hat y_t|}, \qquad
# \mathrm{MASE} = \frac{\frac1h \sum_{t=n+1}^{n+h} |y_t - \hat y_t|}
# {\frac{1}{n-m} \sum_{t=m+1}^{n} |y_t - y_{t-m}|},$$
#
# divided each by that of a simple method, Naive2, and averaged: the **OWA**. Naive2 has
# an OWA of 1. In the competition, repeating the last day had .627, the organisers'
# plain recurrent network 1.036, and the winner .440: a recurrent network, too.


# %%
def owa(forecast):
    return m4_scores(forecast, truth, known, DAY).owa


results = {
    "Naive2": owa(np.stack([naive2(one, HORIZON, DAY) for one in known])),
    "the last day": owa(panel_seasonal_naive(before, HORIZON, DAY)),
}
print({name: round(value, 3) for name, value in results.items()})

# %% [markdown]
# ## 3. Windows
#
# Whatever the network, it learns from pairs: a week of a series, and the two days after
# it. They are drawn from all places of some series, each series as likely as another.

# %%
WEEK = 7 * DAY


def windows(names, count=12_000, seed=0):
    """`count` weeks and the two days after each: (count, 168) and (count, 48)."""
    rng = np.random.default_rng(seed)
    series = rng.choice([before.place(name) for name in names], count)
    room = before.lengths[series] - WEEK - HORIZON
    first = before.offsets[series] + (rng.random(count) * (room + 1)).astype(int)
    rows = before.values[first[:, None] + np.arange(WEEK + HORIZON)]
    return rows[:, :WEEK], rows[:, WEEK:]


LAST_WEEK = before.last(WEEK)


# %%
def trained(model, past, future, weights=None):
    """The model after `UPDATES` batches of 128 windows."""
    model.compile(keras.optimizers.Adam(2e-3, clipnorm=1.0), "mean_absolute_error")
    epochs = max(1, UPDATES * 128 // len(past))
    rows = slice(None, UPDATES * 128)
    training.fit(
        model,
        past[rows],
        future[rows],
        sample_weight=None if weights is None else weights[rows],
        batch_size=128,
        epochs=epochs,
        patience=None,
        verbose=0,
        seed=0,
    )
    return model


# %% [markdown]
# ## 4. A plain network
#
# As it stands in every introduction: all values on one scale, one hour a step,
#
# $$h_t = \tanh(W_h h_{t-1} + W_x x_t + b), \qquad
# (\hat y_{n+1}, \dots, \hat y_{n+48}) = W_y h_n + c.$$


# %%
def plain():
    training.set_seed(0)
    past = keras.Input((WEEK,))
    hours = keras.ops.reshape(past, (-1, WEEK, 1))[:, -3 * DAY :]
    state = Recurrent("simple_rnn", 32)(hours)
    return keras.Model(past, keras.layers.Dense(HORIZON)(state))


SIZE = np.abs(before.values).mean()
past, future = windows(panel.names)
model = trained(plain(), past / SIZE, future / SIZE)
one_scale = SIZE * model.predict(LAST_WEEK / SIZE, verbose=0)
results["plain, one scale"] = owa(one_scale)
print(f"OWA {results['plain, one scale']:.3f}")

# %% [markdown]
# It loses, and not by a little. Its loss is counted in one unit for all, so it learns
# the few large series, and the small ones weigh less to it than a rounding error.

# %% [markdown]
# ## 5. Its own scale for each window
#
# Divide each window by what it is like itself,
#
# $$s = \frac{1}{168} \sum_{t=n-167}^{n} |y_t|, \qquad x_t = y_t / s, \qquad
# \hat y_{n+k} = s \cdot \hat x_{n+k},$$
#
# and the same network sees sixty series of one size. Nothing of the future is used: $s$
# is known when the forecast is made, for a series that it has never seen, too.


# %%
def level(past):
    return np.maximum(np.abs(past).mean(axis=1, keepdims=True), 1e-6)


model = trained(plain(), past / level(past), future / level(past))
own_scale = level(LAST_WEEK) * model.predict(LAST_WEEK / level(LAST_WEEK), verbose=0)
results["own scale"] = owa(own_scale)
print(f"OWA {results['own scale']:.3f}")

# %% [markdown]
# ## 6. The season outside of the recurrence
#
# With a scale of its own, the plain network is about as good as Naive2, as that of the
# organisers was, and worse than the last day again: it has to carry a whole day in 32
# numbers, only to draw it once more. Let the forecast *start* from yesterday, and let
# the network say what is different.
# And let it read a day at a time: seven steps in place of one for each hour,
#
# $$h_d = \mathrm{GRU}(h_{d-1},\; [x_{24d+1}, \dots, x_{24d+24}]), \qquad
# \hat x_{n+k} = x_{n+k-24} + (W_y h_7 + c)_k.$$
#
# (The winner of the competition removed the season by exponential smoothing, before the
# network, and put it back after it; Smyl 2020. The idea is the same.)


# %%
def seasonal():
    training.set_seed(0)
    past = keras.Input((WEEK,))
    days = keras.ops.reshape(past, (-1, 7, DAY))
    state = Recurrent("gru", 48)(keras.layers.Dense(48, "relu")(days))
    change = keras.layers.Dense(HORIZON, kernel_initializer="zeros")(state)
    yesterday = keras.ops.tile(past[:, -DAY:], (1, HORIZON // DAY))
    return keras.Model(past, yesterday + change)


def of_season(names):
    past, future = windows(names)
    size = level(past)
    # An error counts by how much the series changes from day to day, as in the MASE.
    change = np.abs(past[:, DAY:] - past[:, :-DAY]).mean(axis=1, keepdims=True) / size
    weights = (1 / np.maximum(change, 0.02)).ravel()
    model = trained(seasonal(), past / size, future / size, weights / weights.mean())
    own = level(LAST_WEEK)
    return own * model.predict(LAST_WEEK / own, verbose=0)


with_season = of_season(panel.names)
results["and the season"] = owa(with_season)
print(f"OWA {results['and the season']:.3f}")

# %%
small = int(np.argmin(np.abs(before.last(WEEK)).mean(axis=1)))
figure, axes = plt.subplots(1, 2, figsize=(11, 3.4), layout="constrained")
for axis, place in zip(axes, (4 * (COUNT - 1) // 5, small), strict=True):
    axis.plot(np.arange(-DAY, 0), LAST_WEEK[place, -DAY:], color="0.5", label="so far")
    axis.plot(truth[place], "k", lw=2, label="what came")
    for name, forecast in (
        ("plain, one scale", one_scale),
        ("own scale", own_scale),
        ("and the season", with_season),
    ):
        axis.plot(forecast[place], lw=1, label=name)
    # The plain network is far outside.
    axis.set(ylim=(0, 2 * truth[place].max()))
    axis.set(title=panel.names[place], xlabel="hours ahead")
axes[0].legend(fontsize=8)
show(figure, "forecasts", "three networks on two series, the right one the smallest")

# %% [markdown]
# ## 7. Many series
#
# How many series should a network learn from? The number of updates stays the same;
# only the windows come from more series. All are judged on all sixty: with six, most
# are strangers to it.

# %%
counts = [one for one in (2, 6, 20) if one < COUNT]
learned = {}
for count in counts:
    some = [
        panel.names[place] for place in np.linspace(0, COUNT - 1, count).astype(int)
    ]
    learned[count] = owa(of_season(some))
learned[COUNT] = results["and the season"]
for count, value in learned.items():
    print(f"learned from {count:2} series: OWA {value:.3f} on {COUNT}")

# %% [markdown]
# ## 8. All of it
#
# `keras_rnn.forecasting` does the same with more care: two scalings side by side, a
# choice between the last fourteen days learned for each hour, a week of recent rows as
# the scale. It is what runs behind
#
# ```
# keras-rnn forecast --data m4-hourly
# keras-rnn forecast --data shops.csv --series-column store
# ```
#
# and there with 128 units on all 414 series. Here it is small, for it to take a minute.

# %%
settings = GlobalNetworkSettings(
    units=8 if quick() else 48,
    epochs=1 if quick() else 8,
    most_windows=1_000 if quick() else 12_000,
)
whole = NetworkPanelModel.fit(before, HORIZON, DAY, settings=settings, verbose=0)
complete = whole.predict(before)
results["the library's"] = owa(complete)
for name, value in results.items():
    print(f"{name:<18} OWA {value:.3f}")

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(11, 3.4), layout="constrained")
colors = ["0.7"] * 2 + ["tab:blue"] * (len(results) - 2)
left.barh(list(results), list(results.values()), color=colors)
left.invert_yaxis()
left.axvline(results["the last day"], color="k", lw=1, ls=":")
left.set(xlim=(0, 2.5), xlabel="OWA (dotted: the last day again)")
for place, value in enumerate(results.values()):
    text = left.text(min(value, 2.2), place, f" {value:.2f}", va="center", fontsize=8)
    text.set_bbox({"color": "white", "pad": 1})
right.plot(list(learned), list(learned.values()), "o-")
right.axhline(results["the last day"], color="k", lw=1, ls=":")
right.set(xscale="log", xlabel="series learned from", ylabel=f"OWA on {COUNT}")
right.set_xticks(list(learned), [str(count) for count in learned])
right.minorticks_off()
show(figure, "owa", "what each step is worth")

# %% [markdown]
# ## Summary
#
# The recurrent network was not what failed in M4. It was asked to find out by itself
# what anyone sees: that a series has a size, and that a day follows a day. Told so, the
# same few thousand weights become the method that won.
#
# ## Exercises
#
# 1. **A stranger.** Give `whole` a series that it has never seen: a sine of a day with
#    an amplitude of one in a million. What does it forecast?
# 2. **Too recent a scale.** Divide each window by its last value alone. What happens,
#    and to which series?
# 3. **Not by its own size.** What would the sMAPE alone, or the MASE alone, say of the
#    plain network?
#
# ## Solutions
#
# ### 1. A stranger
#
# A window times a hundred gives a forecast times a hundred, and so a series of any size
# is none too small.

# %%
hour = np.arange(30 * DAY)
sine = 1e-6 * (2 + np.sin(2 * np.pi * hour / DAY))
stranger = SeriesPanel.from_arrays({"sine": sine[:-HORIZON]}, "1h")
off = np.abs(whole.predict(stranger)[0] - sine[-HORIZON:]).mean()
print(f"mean absolute error {off:.1e} of an amplitude of 1.0e-06")

# %% [markdown]
# ### 2. Too recent a scale
#
# The last value is one hour of a day: at night, a window of traffic is divided by next
# to nothing, and by 0 where nobody drives. Its forecast is multiplied by that again, so
# that one value decides on the size of all.

# %%
ratio = np.abs(LAST_WEEK[:, -1:]) / level(LAST_WEEK)
least = int(np.argmin(ratio))
print(
    f"{panel.names[least]}: the last value is {ratio[least, 0]:.3f} of its week's level"
)
size = np.maximum(np.abs(past[:, -1:]), 0.01 * level(past))
model = trained(plain(), past / size, future / size)
size = np.maximum(np.abs(LAST_WEEK[:, -1:]), 0.01 * level(LAST_WEEK))
recent = owa(size * model.predict(LAST_WEEK / size, verbose=0))
print(f"OWA {recent:.3f}, and {results['own scale']:.3f} by the week")

# %% [markdown]
# ### 3. Not by its own size
#
# The sMAPE is at most 200 %, however wrong a forecast is; the MASE has no end.

# %%
for name, forecast in (("plain, one scale", one_scale), ("own scale", own_scale)):
    scores = m4_scores(forecast, truth, known, DAY)
    print(f"{name:<18} sMAPE {scores.smape:6.1f} %   MASE {scores.mase:8.2f}")
