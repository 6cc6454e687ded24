# %% [markdown]
# # Time series forecasting
#
# **Learn:** how a table of measurements becomes a forecast: cleaning it, giving it
# wind vectors and a clock, splitting it in time, cutting it into windows; linear,
# dense, convolutional and recurrent models of one hour and of a day ahead; and how
# to tell whether any of them is worth more than a forecast that needs no training.
#
# **Follows:** chapter 5, section 5.2 (the recurrence) and 5.3 (LSTM); lecture 3,
# slides 5 to 12 (hidden state, many-to-many, many-to-one, autoregressive input).
# Section by section it goes the way of TensorFlow's tutorial of the same name, to
# which chapter 5.6 (Practice) points, and then past its end.
#
# **Takes:** about 14 minutes on two CPU cores with eight years of hourly data; a minute
# or two with `KERAS_RNN_QUICK=1`.
#
# The file is a percent script: VS Code, Spyder, PyCharm and Jupytext open it as a
# notebook. `python tutorials/time_series_forecasting.py` runs it from top to bottom
# and puts the pictures into `tutorials/output/time_series_forecasting/`.

# %%
from dataclasses import replace

import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from keras_rnn.tutorial import Pictures, quick, quiet

quiet()
EPOCHS = 2 if quick() else 10
plt.rcParams["date.converter"] = "concise"

# %% [markdown]
# ## 1. The data
#
# The Max Planck Institute for Biogeochemistry in Jena has a weather station on its
# roof. `load()` takes its years 2009 to 2016 from the folder that `KERAS_RNN_DATA`
# names, from an earlier download, or from the network. Where none of them can be
# had, it generates two years of weather that never was, and says so, here and under
# every picture: no model has learnt anything about Jena then, but all else on this
# page can be followed.

# %%
from keras_rnn.datasets.series.weather import load

series = load("weather")
target = series.default_target
unit = series.units[target]

print(series.describe())
print(series.note or "These are measurements.")
print(f"We are going to forecast {target}.")
print(series.frame.head().to_string())

show = Pictures(
    "time_series_forecasting",
    caption=f"data: {series.name} ({series.kind}), "
    f"{series.frame.index[0]:%Y-%m-%d} to {series.frame.index[-1]:%Y-%m-%d}",
)

# %% [markdown]
# ### A look at it
#
# Always look at the curves before any model does: on the left everything (means of a
# day), on the right the last ten days. The temperature has a year and a day in it;
# the pressure has neither, it follows the weather.

# %%
shown = [c for c in (target, "p (mbar)", "rh (%)", "wv (m/s)") if c in series.frame]
daily = series.frame[shown].resample("1D").mean()
latest = series.frame[shown].loc[series.frame.index[-1] - pd.Timedelta(days=10) :]

figure, axes = plt.subplots(
    len(shown), 2, figsize=(11, 1.9 * len(shown)), layout="constrained", sharex="col"
)
for row, column in zip(axes, shown, strict=True):
    row[0].plot(daily.index, daily[column], lw=0.7)
    row[1].plot(latest.index, latest[column], lw=1, color="tab:orange")
    row[0].set_ylabel(column)
axes[0, 0].set_title("All of it, means of a day")
axes[0, 1].set_title("The last ten days")
show(figure, "a_look")

# %%
numbers = series.frame.describe().T[["mean", "std", "min", "max"]]
numbers["missing"] = series.frame.isna().sum()
print(numbers.round(2).to_string())

# %% [markdown]
# ## 2. Cleaning
#
# What the reader of the file has already repaired or noticed is counted:

# %%
for what, count in series.repairs.items():
    print(f"{count:>8,}  {what}")
if not series.repairs:
    print("Nothing had to be repaired.")

# %% [markdown]
# ### The -9999 trap
#
# The station writes -9999 where a wind sensor dropped out. The classic repair takes
# a column out of the table, finds the bad readings and overwrites them. In pandas 3
# this changes nothing: a column that is taken out is a copy as soon as it is written
# to (copy-on-write), the table keeps its -9999, and no warning says so. Here it is on
# a generated table that was damaged on purpose.

# %%
from keras_rnn.datasets.series.weather_sample import generate

damaged = generate(5_000, faults=True)
speed = damaged["wv (m/s)"]
speed[speed == -9999.0] = 0.0  # the classic repair: changes a copy
left = (damaged["wv (m/s)"] == -9999.0).sum()
print(f"after the classic repair: {left} readings of -9999 are still in the table,")
print(f"and the mean wind speed is {damaged['wv (m/s)'].mean():.2f} m/s")

damaged.loc[damaged["wv (m/s)"] == -9999.0, "wv (m/s)"] = np.nan
left = (damaged["wv (m/s)"] == -9999.0).sum()
print(f"written to the table itself: {left} are left,")
print(f"and the mean wind speed is {damaged['wv (m/s)'].mean():.2f} m/s")

# %% [markdown]
# Nor is 0 the right value: 0 m/s is a measurement, calm air. What was not measured
# is *missing*, NaN, and whoever uses the column has to decide what to do about it.
# `load()` found such numbers by itself, in any column, before we saw the table.
#
# ### One row an hour
#
# The weather of the next hours does not hang on ten minutes. `resample` keeps the
# last reading of each hour **by the clock**. Taking every sixth row instead, as one
# often sees, is right only up to the first missing row: from there on, every "hour"
# begins at another minute, and the days drift. Short holes are filled with the value
# *before* them (a straight line across would carry the value after the hole back in
# time), long ones stay open, and no window will lie over them.
#
# A file that was cut down to what is measured gets back what follows from it by
# physics, such as the water vapour in the air.

# %%
from keras_rnn.forecasting import resample
from keras_rnn.forecasting.humidity import add_humidity

frame, notes = resample(add_humidity(series.frame), "1h")
computed = [name for name in frame if name not in series.frame]

print(f"{len(series.frame):,} rows -> {len(frame):,} rows, one an hour")
print("done to it:", notes or "nothing else")
print("columns computed from others:", ", ".join(computed) or "none were missing")

# %% [markdown]
# ## 3. Columns that a network learns from more easily
#
# ### Wind
#
# A direction in degrees is a poor input. 359° and 1° are neighbours, but as numbers
# they lie as far apart as can be; and in calm air the direction means nothing at all.
# The speed $v$ and the direction $\varphi$ together are one arrow:
#
# $$W_x = v\cos\varphi, \qquad W_y = v\sin\varphi$$
#
# `wind_vectors` replaces the columns by it. Not every file has the direction: if this
# one does not, the picture shows generated wind instead.

# %%
from keras_rnn.forecasting import wind_vectors

has_direction = "wd (deg)" in frame
windy = frame if has_direction else resample(load("sample").frame, "1h")[0]
arrows = wind_vectors(windy)

figure, (before, after) = plt.subplots(1, 2, figsize=(10, 4.2), layout="constrained")
drawn = windy[["wd (deg)", "wv (m/s)"]].dropna().to_numpy().T
before.hist2d(*drawn, bins=50, norm="log")
before.set(xlabel="direction (deg)", ylabel="speed (m/s)", title="Direction and speed")
drawn = arrows[["Wx", "Wy"]].dropna().to_numpy().T
*_, image = after.hist2d(*drawn, bins=50, norm="log")
after.set(xlabel="Wx (m/s)", ylabel="Wy (m/s)", title="Arrows", aspect="equal")
figure.colorbar(image, ax=after, label="hours in a cell")
caption = None if has_direction else "data: generated, not measured"
show(figure, "wind", caption=caption)

# %%
frame = wind_vectors(frame)
print(f"columns now: {', '.join(frame.columns)}")

# %% [markdown]
# ### Which periods are in it?
#
# A network cannot read a time stamp. Before we give it a clock, the data should tell
# which clocks are worth having. The Fourier transform writes the temperature as a sum
# of swings, one for each frequency; where a swing stands far above its neighbourhood,
# something repeats itself. By hand it is two lines; `find_periods` also judges what
# stands out and leaves overtones away. We ask the first 70 % of the rows alone: the
# rest is going to judge us.

# %%
from keras_rnn.forecasting import find_periods
from keras_rnn.forecasting.features import period_name
from keras_rnn.forecasting.spectrum import plot_spectrum

past = frame[: int(0.7 * len(frame))]
strength = np.abs(np.fft.rfft(past[target].dropna() - past[target].mean()))
per_day = np.fft.rfftfreq(past[target].count(), d=1 / 24)
print(f"strongest swing: once in {1 / per_day[strength.argmax()]:.1f} days")

periods = find_periods(past, target)
print("periods found:", ", ".join(map(period_name, periods)) or "none")
show(plot_spectrum(past, target, periods), "spectrum")

# %% [markdown]
# ### Time of day, time of year
#
# Each period becomes two columns, the sine and the cosine of where in it a stamp
# lies. One of them is not enough: the sine is the same at 5 and at 7 o'clock. With
# both, each moment of the day has a place of its own on a circle, and 23:59 is next
# to 0:00.

# %%
from keras_rnn.forecasting import calendar

seconds = (frame.index - pd.Timestamp(0)) / pd.Timedelta(seconds=1)
by_hand = np.sin(2 * np.pi * seconds / (24 * 60 * 60))

clock = calendar(frame, periods)
if "day sin" in clock:
    print("by hand, off by at most", np.abs(by_hand - clock["day sin"]).max().round(9))

figure, axes = plt.subplots(figsize=(9, 2.8), layout="constrained")
for name in [column for column in clock if column.startswith("day")]:
    axes.plot(clock[name][:49], label=name)
axes.set(title="The first two days of the new columns", ylabel="no unit")
axes.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
show(figure, "clock")
frame = frame.join(clock)

# %% [markdown]
# ## 4. The split
#
# 70 % to learn from, 20 % to choose by (when to stop, which penalty), 10 % to be
# judged on, **in the order of time**. Shuffled rows would put each test hour between
# two training hours that look like it; exercise 4 shows what that does.

# %%
from keras_rnn.forecasting.split import split

if quick():
    frame = frame[-24 * 90 :]
    print(f"KERAS_RNN_QUICK: only the last {len(frame):,} rows from here on.")
parts = split(frame)

figure, axes = plt.subplots(figsize=(9, 2.8), layout="constrained")
for name, part in parts._asdict().items():
    print(f"{name:<10} {len(part):>7,} rows, {part.index[0]} to {part.index[-1]}")
    axes.plot(part[target].resample("1D").mean(), lw=0.8, label=name)
axes.set(ylabel=target, title="The three parts, means of a day")
axes.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
show(figure, "split")

# %% [markdown]
# ## 5. Normalisation
#
# Pressures near a thousand and sines below one cannot share a learning rate. Each
# column becomes $(x - \text{mean}) / \text{standard deviation}$, **of the training
# part**: a mean that has seen the test part has told the model about the future.

# %%
from keras_rnn.forecasting import Scaler

by_hand = (parts.train - parts.train.mean()) / parts.train.std(ddof=0)
scaler = Scaler.fit(parts.train)
train, validation, test = (scaler.transform(part) for part in parts)
print("by hand, off by at most", np.nanmax(np.abs(by_hand - train)).round(5))

figure, axes = plt.subplots(figsize=(9, 4), layout="constrained")
standardised = scaler.transform(frame).dropna()[::10]
axes.violinplot(standardised, showextrema=True, showmedians=True, widths=0.9)
axes.set_xticks(
    np.arange(1, 1 + frame.shape[1]), frame.columns, rotation=60, ha="right"
)
axes.set(ylabel="standard deviations", title="Every column, standardised")
axes.axhline(0, color="0.7", lw=0.8, zorder=0)
show(figure, "violins")

# %% [markdown]
# Long tails are weather; a violin with a needle down to -500 would be a -9999 that
# somebody forgot.
#
# ## 6. Windows
#
# All models learn from windows: some rows of the past (inputs) and what came after
# (labels). Three numbers say which. Here a day of inputs and one label a day later:

# %%
from keras_rnn.forecasting import Windows

print(Windows(train, input_width=24, label_width=1, shift=24, label_columns=[target]))

# %% [markdown]
# And six hours in, the next hour out. A window knows its time stamps, so that "one
# hour ahead" can be checked instead of believed.

# %%
short = Windows(train, input_width=6, label_width=1, shift=1, label_columns=[target])
print(short)
print("inputs", list(short.input_times(0).strftime("%H:%M")))
print("labels", list(short.label_times(0).strftime("%H:%M")))

# %% [markdown]
# `split` cuts whole windows in two, `example` is a batch spread over the whole part,
# and `plot` draws some windows (in the units of the frame, or in physical ones if it
# is given the scaler). A `Windows` is a `keras.utils.PyDataset`: `fit`, `evaluate`
# and `predict` take it as it is. The series is never copied; every batch is gathered
# from one array when it is asked for.

# %%
whole = np.stack([train.to_numpy()[start : start + 7] for start in (0, 100, 200)])
inputs, labels = short.split(whole)
print("windows", whole.shape, "-> inputs", inputs.shape, "and labels", labels.shape)
inputs, labels = short.example
print("a batch: inputs", inputs.shape, "and labels", labels.shape)
# Of each kind of window one is drawn, in physical units.
drawn = {"scaler": scaler, "max_examples": 1}
show(short.plot(**drawn), "windows", "Six hours in, the next hour out")

# %% [markdown]
# ## 7. One hour ahead
#
# ### First, what needs no training
#
# A model is worth what it adds to a forecast that costs nothing. *Persistence*: the
# next hour is as this one. *Seasonal naive*: as the same hour yesterday. And a
# careful person would try a *ridge regression* of the change on the last day before
# any network. `Comparison` judges all three and every model on the same windows of
# the validation and the test part. The mean absolute error (MAE) is standardised, and
# beside it stands that of the target in its unit, also as more (+) or less (-) than
# the better naive forecast's. A model that is worse than naive, on the target or over
# all that it forecasts, LOSES.

# %%
from keras_rnn.forecasting.comparison import Comparison

comparison = Comparison(parts, target)
single = comparison.references("single-step")


# %%
def table(scores):
    """One row a model: errors, and how much more or less than the best naive one."""
    rows = {}
    for score in scores:
        ratio = score.test.target_mae / score.best_naive.target_mae
        rows[score.name] = {
            "weights": f"{score.parameters:,}",
            "validation": f"{score.validation.mae:.4f}".replace("nan", "-"),
            "test": f"{score.test.mae:.4f}".replace("nan", "-"),
            f"test, {unit}": f"{score.test.target_mae:.3f}",
            "to naive": f"{ratio - 1:+.1%}",
            "": "LOSES" if score.loses and not score.is_naive else "",
        }
    return pd.DataFrame.from_dict(rows, orient="index").to_string()


def newest(scores):
    """The table of the last model beside the three that it has to beat."""
    return table([*scores[:3], scores[-1]])


print(table(single))

# %% [markdown]
# ### Baseline
#
# Persistence by hand is one line; as a Keras model, it hands on the target's column.
# It has nothing to learn, and agrees with the table above (by hand, up to the rows
# beside a gap in time, which no window lies over).

# %%
by_hand = test[target].diff()[comparison.lookback :].abs().mean()
print(f"by hand, on the standardised test part: {by_hand:.4f}")

columns = train.shape[1]
place = train.columns.get_loc(target)

inputs = keras.Input((None, columns))
baseline = keras.Model(inputs, inputs[:, :, place : place + 1], name="baseline")

single.append(comparison.judge("single-step", baseline, input_width=1))
print(newest(single))

# %% [markdown]
# To see a model at work, `wide` holds whole days of the validation part: at each of
# 24 hours, the label is the next one. A model of one row can be asked at all 24 at
# once. The forecast of persistence is the input, shifted to the right by an hour.

# %%
hourly = {"shift": 1, "label_columns": [target]}
wide = Windows(validation, 24, 24, **hourly)
print(wide)
show(
    wide.plot(baseline, **drawn),
    "single_baseline",
    "Persistence: each hour as the one before",
)

# %% [markdown]
# ### Linear
#
# $\hat y = W x + b$, with one weight for each column of the last row. Least squares
# gives the best one on the training part outright, in NumPy:

# %%
one_row = Windows(train, 1, 1, **hourly)
x, y = one_row.arrays()
x_and_1 = np.column_stack([x[:, 0], np.ones(len(x))])
best, *_ = np.linalg.lstsq(x_and_1, y[:, 0, 0])
print(f"least squares: training loss {np.mean((x_and_1 @ best - y[:, 0, 0]) ** 2):.5f}")

# %% [markdown]
# The same model in Keras is a `Dense` layer, and gradient descent has to get near
# that loss. `fit` is Keras's with the habits of this package: seeded, and left with
# the weights of the epoch whose validation loss was the lowest. The learning rate
# falls to zero along a cosine: the last epochs, with their small steps, are where a
# model settles.

# %%
from keras_rnn.training import fit, set_seed

set_seed(0)


def learn(model, *widths, shift, label_columns=None):
    """Train a model on windows of these widths; the recipe of all models below."""
    shape = (*widths, shift, label_columns)
    windows = Windows(train, *shape, shuffle=True)
    falling = keras.optimizers.schedules.CosineDecay(0.001, EPOCHS * len(windows))
    model.compile(keras.optimizers.Adam(falling), "mse", metrics=["mae"])
    to_judge = Windows(validation, *shape, batch_size=1024)
    history = fit(model, windows, to_judge, epochs=EPOCHS, patience=None, verbose=0)
    print(
        f"{model.name}: epoch {history.best_epoch} of {len(history.epochs)} was best, "
        f"training loss {history.best['loss']:.5f}, {history.seconds:.0f} s"
    )


# %%
linear = keras.Sequential(
    [keras.Input((None, columns)), keras.layers.Dense(1)], name="linear"
)
learn(linear, 1, 1, **hourly)
single.append(comparison.judge("single-step", linear, input_width=1))
print(newest(single))
show(
    wide.plot(linear, **drawn),
    "single_linear",
    "Linear: from one row to the next hour",
)

# %% [markdown]
# A linear model can be read: these are its weights. Columns that say the same thing
# share their weight in a way that chance decides, so do not read too much into one
# of them.

# %%
weights = linear.layers[0].get_weights()[0][:, 0]
figure, axes = plt.subplots(figsize=(9, 3.6), layout="constrained")
axes.bar(np.arange(columns), weights)
axes.set_xticks(np.arange(columns), train.columns, rotation=60, ha="right")
axes.set(ylabel="weight", title="What the linear model looks at")
axes.axhline(0, color="0.3", lw=0.8)
show(figure, "linear_weights")

# %% [markdown]
# ### Dense
#
# Two hidden layers between the row and the forecast: $h = \max(0, W x + b)$, twice.
# It still sees a single row, so it cannot know whether it is getting warmer.

# %%
relu = {"activation": "relu"}
dense = keras.Sequential(
    [
        keras.Input((None, columns)),
        keras.layers.Dense(64, **relu),
        keras.layers.Dense(64, **relu),
        keras.layers.Dense(1),
    ],
    name="dense",
)
learn(dense, 1, 1, **hourly)
single.append(comparison.judge("single-step", dense, input_width=1))
print(newest(single))
show(
    wide.plot(dense, **drawn),
    "single_dense",
    "Dense: from one row to the next hour",
)

# %% [markdown]
# ### Several rows at once
#
# Three rows, laid side by side (`Flatten`), let a dense network see changes.

# %%
multi_step_dense = keras.Sequential(
    [
        keras.Input((3, columns)),
        keras.layers.Flatten(),
        keras.layers.Dense(32, **relu),
        keras.layers.Dense(32, **relu),
        keras.layers.Dense(1),
        keras.layers.Reshape((1, 1)),
    ],
    name="multi_step_dense",
)
learn(multi_step_dense, 3, 1, **hourly)
single.append(comparison.judge("single-step", multi_step_dense, input_width=3))
print(newest(single))
three_rows = Windows(validation, 3, 1, **hourly)
show(
    three_rows.plot(multi_step_dense, **drawn),
    "single_multi_step_dense",
    "Dense: from three rows to the next hour",
)

# %% [markdown]
# ### Convolution
#
# The last model takes windows of three rows and no others. A convolution of width 3
# is the same network, slid along a window of any length: with the same weights it
# says the same.

# %%
conv = keras.Sequential(
    [
        keras.Input((None, columns)),
        keras.layers.Conv1D(32, 3, **relu),
        keras.layers.Dense(32, **relu),
        keras.layers.Dense(1),
    ],
    name="conv",
)
own_weights = conv.get_weights()
kernel, *others = multi_step_dense.get_weights()
conv.set_weights([kernel.reshape(3, columns, 32), *others])
x, _ = three_rows.example
difference = conv.predict(x, verbose=0) - multi_step_dense.predict(x, verbose=0)
print(f"the two differ by at most {np.abs(difference).max():.1e}")
conv.set_weights(own_weights)

# %% [markdown]
# Trained anew from its own first weights, it ends near its twin: how near is how much
# chance there is in a training. Its output is two rows shorter than its input, so a
# window to draw 24 forecasts has 26 rows of input.

# %%
learn(conv, 3, 1, **hourly)
single.append(comparison.judge("single-step", conv, input_width=3))
print(newest(single))
wide_conv = Windows(validation, 24 + 2, 24, **hourly)
show(
    wide_conv.plot(conv, **drawn),
    "single_conv",
    "Convolution: from three rows to the next hour",
)

# %% [markdown]
# ### Recurrent
#
# A recurrent network has an internal state $h_t$ that is updated as the sequence is
# read, by the same function with the same weights at every step:
#
# $$h_t = f_W(h_{t-1}, x_t) = \tanh(W_{hh} h_{t-1} + W_{xh} x_t), \qquad
# y_t = W_{hy} h_t$$
#
# In NumPy that is one line in a loop. The Keras layer agrees, once it is told our
# weights (it keeps the matrices transposed, and a bias that is zero here).

# %%
from keras_rnn.layers import Recurrent

rng = np.random.default_rng(0)
units, day = 4, train.to_numpy()[:24]  # (24, columns)
W_xh = rng.normal(0, 0.3, (units, columns))
W_hh = rng.normal(0, 0.3, (units, units))

h = np.zeros(units)
for x_t in day:
    h = np.tanh(W_hh @ h + W_xh @ x_t)

layer = Recurrent("simple_rnn", units)
layer.build((None, 24, columns))
layer.set_weights([W_xh.T, W_hh.T, np.zeros(units)])
print("by hand", h.round(4))
print("Keras  ", keras.ops.convert_to_numpy(layer(day[None]))[0].round(4))

# %% [markdown]
# The vanilla network forgets: what came many steps ago has been through many $\tanh$.
# The **LSTM** (chapter 5.3) adds a second state $c_t$ that is only multiplied and
# added to, under the control of gates:
#
# $$\begin{pmatrix} i \\ f \\ o \\ g \end{pmatrix} =
# \begin{pmatrix} \sigma \\ \sigma \\ \sigma \\ \tanh \end{pmatrix}
# W \begin{pmatrix} h_{t-1} \\ x_t \end{pmatrix}, \qquad
# c_t = f \odot c_{t-1} + i \odot g, \qquad h_t = o \odot \tanh(c_t)$$
#
# `many_to_many` answers at every step (the lecture's third picture), so one window of
# a day gives 24 forecasts to learn from.

# %%
from keras_rnn.architectures import many_to_many

lstm = many_to_many(
    keras.Input((None, columns)),
    {"cell": "lstm", "units": 32},
    head=keras.layers.Dense(1),
    name="lstm",
)
learn(lstm, 24, 24, **hourly)
single.append(comparison.judge("single-step", lstm, input_width=24))
print(newest(single))
show(
    wide.plot(lstm, **drawn),
    "single_lstm",
    "LSTM: from all rows so far to the next hour",
)

# %% [markdown]
# Nothing in the trained network is hidden. With its weights in the equations above,
# NumPy makes the same forecast (Keras's order of the gates is i, f, g, o, and it
# keeps one matrix for $x_t$ and one for $h_{t-1}$):

# %%
W_x, W_h, b, W_y, b_y = lstm.get_weights()


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


h = c = np.zeros(32)
for x_t in day:
    i, f, g, o = np.split(x_t @ W_x + h @ W_h + b, 4)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    h = sigmoid(o) * np.tanh(c)
print(f"by hand {(h @ W_y + b_y)[0]:.5f}")
print(f"Keras   {lstm.predict(day[None], verbose=0)[0, -1, 0]:.5f}")

# %% [markdown]
# ### How they did
#
# Bars are models, lines are the forecasts that need no training, a cross marks a
# model that loses to them.

# %%
from keras_rnn.forecasting.comparison_plot import plot_comparison

print(table(single))
show(plot_comparison(single, target, unit, show.caption), "single_comparison")

# %% [markdown]
# ## 8. One hour ahead, every column
#
# So far the models said the temperature alone. Asked for every column, a model could
# go on from its own forecast, as the last models of this page do. Only the labels and
# the width of the last layer change. The error is now a mean over all columns, and
# the right side of the table is still about the target.

# %%
multi = comparison.references("multi-output")

inputs = keras.Input((None, columns))
baseline = keras.Model(inputs, inputs, name="baseline")
multi.append(comparison.judge("multi-output", baseline, input_width=1))
print(table(multi))

wide_all = Windows(validation, 24, 24, shift=1)
shown = "p (mbar)" if "p (mbar)" in frame else target
show(
    wide_all.plot(baseline, shown, **drawn),
    "multi_baseline",
    "Persistence: each hour as the one before",
)

# %%
dense = keras.Sequential(
    [
        keras.Input((None, columns)),
        keras.layers.Dense(64, **relu),
        keras.layers.Dense(64, **relu),
        keras.layers.Dense(columns),
    ],
    name="dense",
)
learn(dense, 1, 1, shift=1)
multi.append(comparison.judge("multi-output", dense, input_width=1))
print(newest(multi))
show(
    wide_all.plot(dense, shown, **drawn),
    "multi_dense",
    "Dense, every column: from one row to the next hour",
)

# %%
lstm = many_to_many(
    keras.Input((None, columns)),
    {"cell": "lstm", "units": 32},
    head=keras.layers.Dense(columns),
    name="lstm",
)
learn(lstm, 24, 24, shift=1)
multi.append(comparison.judge("multi-output", lstm, input_width=24))
print(newest(multi))
show(
    wide_all.plot(lstm, shown, **drawn),
    "multi_lstm",
    "LSTM, every column: the next hour",
)

# %% [markdown]
# ### Residual connection
#
# Most of the next hour is this hour: $x_{t+1} = x_t + \Delta_t$. A network that has to
# say only the change $\Delta_t$, and starts at $\Delta_t = 0$ (its last layer begins
# with zeros), is the baseline before its first step of training and can only get
# better. Use this wherever changes are small.

# %%
inputs = keras.Input((None, columns))
change = many_to_many(
    inputs,
    {"cell": "lstm", "units": 32},
    head=keras.layers.Dense(columns, kernel_initializer="zeros"),
    name="change",
)
outputs = keras.layers.Add()([inputs, change(inputs)])
residual_lstm = keras.Model(inputs, outputs, name="residual_lstm")

untrained = comparison.judge("multi-output", residual_lstm, 24, "residual, untrained")
learn(residual_lstm, 24, 24, shift=1)
multi.append(comparison.judge("multi-output", residual_lstm, input_width=24))
print(table([*multi[:3], untrained, multi[-1]]))
show(
    wide_all.plot(residual_lstm, shown, **drawn),
    "multi_residual_lstm",
    "Residual LSTM, every column: the next hour",
)

# %%
print(table(multi))
show(plot_comparison(multi, target, unit, show.caption), "multi_comparison")

# %% [markdown]
# ## 9. A day ahead
#
# From 24 hours to the next 24, every column. Two ways lead there: say all rows at
# once (*single shot*), or say one row and go on from it (*autoregressive*).
#
# ### Naive again
#
# `last` says that nothing changes, `repeat` that yesterday comes again. With a daily
# cycle in the data, the second is the harder one to beat.

# %%
day_ahead = {"shift": 24}
day_windows = Windows(validation, 24, 24, **day_ahead)
print(day_windows)
steps = comparison.references("multi-step")

inputs = keras.Input((24, columns))
last = keras.Model(inputs, keras.ops.repeat(inputs[:, -1:], 24, axis=1), name="last")
steps.append(comparison.judge("multi-step", last, input_width=24))
show(day_windows.plot(last, target, **drawn), "steps_last", "Last: nothing changes")

repeat = keras.Model(inputs, keras.layers.Identity()(inputs), name="repeat")
steps.append(comparison.judge("multi-step", repeat, input_width=24))
show(
    day_windows.plot(repeat, target, **drawn),
    "steps_repeat",
    "Repeat: yesterday comes again",
)
print(table(steps))

# %% [markdown]
# ### Single shot: linear, dense, convolution
#
# All end in the same way: one vector becomes 24 rows. The last layer starts at zero,
# the mean of standardised columns. The linear and the dense model look at the last
# row alone.

# %%


def to_24_rows():
    return [
        keras.layers.Dense(24 * columns, kernel_initializer="zeros"),
        keras.layers.Reshape((24, columns)),
    ]


inputs = keras.Input((24, columns))
linear = keras.Sequential(to_24_rows())(inputs[:, -1])
linear = keras.Model(inputs, linear, name="linear")
learn(linear, 24, 24, **day_ahead)
steps.append(comparison.judge("multi-step", linear, input_width=24))
print(newest(steps))
show(
    day_windows.plot(linear, target, **drawn),
    "steps_linear",
    "Linear: from one row to a day",
)

# %%
dense = keras.Sequential([keras.layers.Dense(512, **relu), *to_24_rows()])
dense = keras.Model(inputs, dense(inputs[:, -1]), name="dense")
learn(dense, 24, 24, **day_ahead)
steps.append(comparison.judge("multi-step", dense, input_width=24))
print(newest(steps))
show(
    day_windows.plot(dense, target, **drawn),
    "steps_dense",
    "Dense: from one row to a day",
)

# %% [markdown]
# The convolution sees the last three rows, so it can tell rising from falling.

# %%
conv = [keras.layers.Conv1D(256, 3, **relu), keras.layers.Flatten(), *to_24_rows()]
conv = keras.Model(inputs, keras.Sequential(conv)(inputs[:, -3:]), name="conv")
learn(conv, 24, 24, **day_ahead)
steps.append(comparison.judge("multi-step", conv, input_width=24))
print(newest(steps))
show(
    day_windows.plot(conv, target, **drawn),
    "steps_conv",
    "Convolution: from three rows to a day",
)

# %% [markdown]
# ### Single shot: recurrent
#
# Many-to-one: the LSTM reads the whole day, and only its last state $h_T$ is asked.

# %%
from keras_rnn.architectures import many_to_one

lstm = many_to_one(
    keras.Input((24, columns)),
    {"cell": "lstm", "units": 32},
    head=keras.Sequential(to_24_rows()),
    name="lstm",
)
learn(lstm, 24, 24, **day_ahead)
steps.append(comparison.judge("multi-step", lstm, input_width=24))
print(newest(steps))
show(
    day_windows.plot(lstm, target, **drawn),
    "steps_lstm",
    "LSTM: from a day to a day, in a single shot",
)

# %% [markdown]
# ### Autoregressive
#
# Lecture 3, slide 12: what the network says at one step is its input at the next. It
# first reads the measured day (the warm-up), says $y_1$, reads $y_1$, says $y_2$, and
# so on. `one_to_many` compiles that loop and trains through it, so the network learns
# to live with its own errors; and it could be asked for any number of steps.

# %%
from keras_rnn.architectures import one_to_many

autoregressive_lstm = one_to_many(
    keras.Input((24, columns)),
    {"cell": "lstm", "units": 32},
    head=keras.layers.Dense(columns),
    steps=24,
    name="autoregressive_lstm",
)
learn(autoregressive_lstm, 24, 24, **day_ahead)
steps.append(comparison.judge("multi-step", autoregressive_lstm, input_width=24))
print(newest(steps))
show(
    day_windows.plot(autoregressive_lstm, target, **drawn),
    "steps_autoregressive_lstm",
    "Autoregressive LSTM: hour after hour from its own output",
)

# %% [markdown]
# ### How they did
#
# (The ridge regression forecasts the target alone, so it has no error over all
# columns.)

# %%
print(table(steps))
show(plot_comparison(steps, target, unit, show.caption), "steps_comparison")

# %% [markdown]
# ## 10. What the scores mean
#
# ### In degrees, hour by hour
#
# A mean over 24 hours and all columns hides where a model is good. In the unit of the
# target and hour by hour, persistence is hard to beat at first and hopeless half a
# day on, when it forecasts the afternoon by the night.

# %%
past, future = Windows(test, 24, 24, **day_ahead).arrays()
hours = np.arange(1, 25)
day_models = (last, repeat, linear, dense, conv, lstm, autoregressive_lstm)

figure, axes = plt.subplots(figsize=(9, 4.2), layout="constrained")
for model in day_models:
    error = model.predict(past, batch_size=1024, verbose=0) - future
    error = np.abs(error[:, :, place]).mean(axis=0) * scaler.std[place]
    style = {"last": "k--", "repeat": "k:"}.get(model.name, "-")
    axes.plot(hours, error, style, label=model.name)
axes.set(xlabel="hours ahead", ylabel=f"mean absolute error ({unit})", ylim=(0, None))
axes.set_xticks([1, 6, 12, 18, 24])
axes.set_title(f"{target}, error on the test part by hour ahead")
axes.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
show(figure, "by_hour")

# %% [markdown]
# ### The naive test
#
# The question to any forecaster: is it better than what costs nothing? And does it
# beat a ridge regression, which takes seconds? With little to learn from, networks
# lose easily: try `load("weather-2020")`, a single year of the same station.

# %%
for score in [*single, *multi, *steps]:
    if score.loses and not score.is_naive:
        print(f"{score.task}: {score.name} LOSES to the best naive forecast")

for scores in (single, multi, steps):
    ridge = next(score for score in scores if score.name == "ridge")
    networks = [s for s in scores if not s.is_naive and s.name != "ridge"]
    best = min(networks, key=lambda score: score.test.target_mae)
    print(
        f"{best.task}: naive {best.best_naive.target_mae:.3f}, ridge "
        f"{ridge.test.target_mae:.3f}, best network {best.test.target_mae:.3f} {unit} "
        f"({best.name})"
    )

# %% [markdown]
# ## 11. The future
#
# All forecasts so far were of hours that had already been measured. What one wants to
# know is what comes *after the last row*. `plan_forecast` prepares a series (all of
# sections 2 to 6), and `train_forecaster` trains an ensemble: the two naive ones,
# ridge regressions, and recurrent networks that say the change from the last value.
# The validation part decides how much each is listened to, so that a network that
# knows nothing gets no say; the test part is looked at once. `Forecaster.fit(frame,
# target)` does all of it in one call, on any DataFrame; here are its two halves.

# %%
from keras_rnn.forecasting.plan import plan_forecast
from keras_rnn.forecasting.train import train_forecaster

recent = replace(series, frame=series.frame.loc[frame.index[0] :])
plan = plan_forecast(recent, target=target, horizon=24)
trained = train_forecaster(plan, epochs=2 if quick() else None, verbose=0)

for member, weight in trained.ensemble.weights.items():
    print(f"{weight:>6.1%}  {member}")

# %%
judged = trained.backtest
errors = pd.DataFrame(judged.mae_by_step, index=hours)
errors.index.name = "hours ahead"
print(f"mean absolute error in {unit}, {judged.count:,} windows of the test part")
print(errors.iloc[[0, 5, 11, 23]].round(2).to_string())
print(pd.Series(judged.mae, name="all").round(3).to_frame().T.to_string())
verdict = "better" if judged.skill > 0 else "NOT better"
print(f"{verdict} than {judged.best_naive}: error {-judged.skill:+.1%}")

# %% [markdown]
# Now past the last row, with time stamps, in physical units, and with a band that is to
# hold four of five readings. It comes from errors on the validation part that set
# nothing else; how well it holds is measured on the test part, which did not set it.

# %%
from keras_rnn.forecasting.forecast_plot import plot_forecast

forecaster = trained.forecaster
print(forecaster.band_scores().round(3).to_string(index=False))
forecast = forecaster.predict(recent.frame)
print("last measured:", recent.frame.index[-1])
print(forecast.iloc[::3].round(1).to_string())

figure = plot_forecast(
    parts.test[target][-96:],
    forecast,
    target=target,
    unit=unit,
    caption=show.caption,
    mae_by_step=judged.mae_by_step,
)
show(figure, "the_future")

# %% [markdown]
# ### Saving and loading
#
# A forecaster is three files: the Keras model (readings in, readings out: the scaling
# is inside), the same in NumPy, which the command line forecasts with where there is
# no Keras, and a small JSON that says how rows are prepared. Whoever has them can
# forecast from new rows without training; whoever wants the model alone opens it with
# Keras.

# %%
from keras_rnn.forecasting.forecaster import Forecaster

folder = show.folder / "forecaster"
forecaster.save(folder)
for path in sorted(folder.iterdir()):
    print(f"{path.stat().st_size / 1024:>8,.0f} kB  {path.name}")

loaded = Forecaster.load(folder)
difference = (loaded.predict(recent.frame) - forecast).abs().to_numpy().max()
print(f"loaded, it differs by at most {difference:.1e} {unit}")

model = keras.models.load_model(folder / "forecaster.keras")
print("as a Keras model:", model.input_shape, "->", model.output_shape)

# %% [markdown]
# The same from the command line, for any CSV file:
#
# ```
# keras-rnn forecast --data weather --target "T (degC)" --out output/forecast
# keras-rnn forecast --load output/forecast --data new_rows.csv
# keras-rnn compare --task all
# ```
#
# ## 12. Conclusion
#
# With the weather of Jena, one hour ahead, every model beats persistence (0.743 degC),
# and what sees more than the last row beats what does not: the LSTM errs by 0.450, 39 %
# less, where ridge regression alone takes 35 % off. To say every column costs little:
# 0.458, with a residual connection.
#
# A day ahead, the mark is yesterday once more (2.381). Every model is below it, and
# all but the linear one are below ridge regression, too (1.817). The LSTM that reads
# the whole day is the best of them (1.664). The forecaster of section 11, which
# averages two recurrent networks, ridge and naive forecasts by weights from the
# validation part, errs by 1.583: a third less than yesterday.

# %%
every = {"one hour": single, "one hour, all columns": multi, "one day": steps}
summary = {}
for question, scores in every.items():
    ranked = sorted(scores, key=lambda score: score.test.target_mae)
    summary[question] = {
        "best": ranked[0].name,
        f"its error, {unit}": round(ranked[0].test.target_mae, 3),
        f"naive, {unit}": round(ranked[0].best_naive.target_mae, 3),
        "losers": sum(score.loses and not score.is_naive for score in scores),
    }
print(pd.DataFrame(summary).T.to_string())

# %% [markdown]
# ## Exercises
#
# 1. **Another target.** Which is easier to forecast an hour ahead, air pressure or
#    humidity, and for which is a regression worth more? (`Comparison(parts, column)`
#    and its `references` answer in seconds.)
# 2. **Another cell.** Put a GRU and a simple RNN in the place of the LSTM of section 7,
#    with two epochs each on the latest 10,000 hours. Count their weights, and judge
#    them.
# 3. **Roll it out by hand.** The residual LSTM of section 8 forecasts all columns of
#    the next hour. Append its forecast to the window, drop the oldest row, ask again,
#    24 times. How does a model that was never trained on its own forecasts compare
#    with the autoregressive one?
# 4. **The leak.** Take the mean of the five most similar past days
#    (`KNeighborsRegressor`) as the forecast of the temperature a day ahead. Judge it
#    once on windows drawn at random, once on the last tenth. Why is the first so much
#    nicer, and which would you tell your boss?
#
# ## Solutions
#
# ### 1. Another target

# %%
for other in ("p (mbar)", "rh (%)"):
    naive, seasonal, ridge = Comparison(parts, other).references("single-step")
    change = ridge.test.mae / naive.test.mae - 1
    print(
        f"{other:<9} persistence {naive.test.mae:.4f}, yesterday "
        f"{seasonal.test.mae:.4f}, ridge {ridge.test.mae:.4f} ({change:+.0%})"
    )

# %% [markdown]
# ### 2. Another cell
#
# `Recurrent` takes the name of the cell, so nothing else changes. The gates cost
# weights: four matrices in an LSTM, three in a GRU, one in a simple RNN. Two epochs
# of little data are not enough to choose by: train as section 7 did before you do.

# %%
for cell in ("simple_rnn", "gru", "lstm"):
    inputs = keras.Input((None, columns))
    recurrent = {"cell": cell, "units": 32}
    model = many_to_many(inputs, recurrent, head=keras.layers.Dense(1), name=cell)
    model.compile("adam", "mse")
    windows = Windows(train[-10_000:], 24, 24, **hourly, shuffle=True)
    fit(model, windows, epochs=2, verbose=0)
    score = comparison.judge("single-step", model, input_width=24)
    print(f"{cell:<11} {score.parameters:>6,} weights, test MAE {score.test.mae:.4f}")

# %% [markdown]
# ### 3. Roll it out by hand

# %%
past, future = Windows(test, 24, 24, **day_ahead, stride=24).arrays()
window, said = past, []
for _ in range(24):
    row = np.asarray(residual_lstm.predict_on_batch(window))[:, -1:]
    said.append(row)
    window = np.concatenate([window[:, 1:], row], axis=1)
by_loop = np.concatenate(said, axis=1)
at_once = autoregressive_lstm.predict(past, verbose=0)

for name, forecasts in {"one step, 24 times": by_loop, "trained": at_once}.items():
    error = np.abs(forecasts - future)[:, :, place].mean(axis=0) * scaler.std[place]
    print(f"{name:<20} hour 1: {error[0]:.2f}, hour 24: {error[-1]:.2f} {unit}")

# %% [markdown]
# The residual model knows the next hour well, but nobody ever showed it its own
# errors: compare how the two grow with the hours.
#
# ### 4. The leak

# %%
from sklearn.neighbors import KNeighborsRegressor

rows = frame[[target]][-10_000:].dropna()
x, y = Windows(rows, 24, 24, shift=24).arrays()
x, y = x[:, :, 0], y[:, :, 0]
tenth = len(x) // 10
order = {"in time": np.arange(len(x)), "random": rng.permutation(len(x))}
for name, places in order.items():
    seen, new = places[:-tenth], places[-tenth:]
    neighbours = KNeighborsRegressor(5).fit(x[seen], y[seen])
    error = np.abs(neighbours.predict(x[new]) - y[new]).mean()
    print(f"test windows chosen {name:<8} MAE {error:.2f} {unit}")

# %% [markdown]
# Windows that overlap are nearly copies. Drawn at random, a test window has training
# windows on both sides that begin an hour before and after it, and their labels
# contain most of its answer. In time, nothing of the kind is there, as it will not be
# there when the forecast is needed.
