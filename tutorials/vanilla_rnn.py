# %% [markdown]
# # The vanilla RNN, from its equation to a forecast
#
# **Learn:** what one recurrent cell computes; how its derivative travels back through
# time (BPTT) and how to prove that the derivative is right; how to train the cell with
# NumPy alone; and that the Keras layer is the same thing, number by number.
#
# **Follows:** chapter 5, section 5.2 (hidden state, output, computational graph);
# lecture 3, slides 7 to 10 and 14.
#
# **Takes:** about 1 minute on two CPU cores; half of that with `KERAS_RNN_QUICK=1`.
#
# The file is a percent script: VS Code, Spyder, PyCharm and Jupytext open it as a
# notebook. `python tutorials/vanilla_rnn.py` runs it from top to bottom and puts the
# pictures into `tutorials/output/vanilla_rnn/`.

# %%
import keras
import matplotlib.pyplot as plt
import numpy as np

from keras_rnn import reference
from keras_rnn.reference import vanilla_rnn
from keras_rnn.tutorial import Pictures, quick, quiet

quiet()
EPOCHS = 10 if quick() else 60

# %% [markdown]
# ## 1. The equation
#
# A recurrent network reads a sequence $x_1, \ldots, x_T$ and keeps a state $h_t$, a
# vector, of what it has read so far. The vanilla network (Elman, 1990) makes the new
# state from the old one and the new input with two matrices, and its output from the
# state with a third:
#
# $$h_t = \tanh(W_{hh} h_{t-1} + W_{xh} x_t), \qquad y_t = W_{hy} h_t$$
#
# Three matrices are all there is to learn, however long the sequence is. With $h$ a
# vector of `units` numbers and $x$ one of `features`, $W_{hh}$ is `(units, units)` and
# $W_{xh}$ is `(units, features)`. Two units and one feature can be done by hand:

# %%
tiny = {
    "W_hh": np.array([[0.0, 0.5], [1.0, 0.0]]),
    "W_xh": np.array([[1.0], [0.0]]),
}
h = np.zeros(2)
for t, x_t in enumerate([1.0, 0.0, 0.0, 0.0], start=1):
    h = np.tanh(tiny["W_hh"] @ h + tiny["W_xh"] @ [x_t])
    print(f"x_{t} = {x_t:.0f}   h_{t} = {h.round(3)}")

# %% [markdown]
# The input was 1 once and 0 ever after, and yet the state has not come to rest: the
# first unit hands the 1 to the second, the second hands half of it back. That echo is
# the memory of a recurrent network.
#
# For a batch of sequences, `(batch, time, features)` as everywhere in Keras, the same
# lines hold with rows in the place of columns. This is the whole forward pass:


# %%
def forward(x, W_hh, W_xh):
    """All states, `(batch, time + 1, units)`; the first are the zeros of h_0."""
    states = [np.zeros((len(x), len(W_hh)))]
    for t in range(x.shape[1]):
        states.append(np.tanh(states[-1] @ W_hh.T + x[:, t] @ W_xh.T))
    return np.stack(states, axis=1)


lecture_x = np.random.default_rng(0).random((32, 10, 8))  # slide 14: [32, 10, 8]
weights = reference.random_weights(vanilla_rnn, features=8, units=4, biases=False)
h = forward(lecture_x, **weights)
run = reference.unfold(vanilla_rnn, lecture_x, weights)
print("states", h[:, 1:].shape, "final state", h[:, -1].shape)
print("the package's own loop differs by", np.abs(h[:, 1:] - run.outputs).max())

# %% [markdown]
# ## 2. A problem: will it be warmer in an hour?
#
# The weather station in Jena measures, among other things, temperature and humidity.
# From the hours so far, say how much the temperature will have changed an hour from
# now. The answer is wanted at every hour: many to many. Where the measurements cannot
# be had, `load` generates weather that never was, and says so.
#
# Five numbers describe an hour: the temperature, its change since the hour before, the
# humidity, and the hand of a clock that goes round once a day (sine and cosine, so that
# 23 h and 0 h are neighbours).

# %%
from keras_rnn.datasets.series.weather import load
from keras_rnn.forecasting import resample

series = load("weather")
table = resample(series.frame, "1h")[0]
print(series.note or series.describe())
show = Pictures("vanilla_rnn", caption=f"data: {series.name} ({series.kind})")

STEPS = 48
temperature, humidity = table["T (degC)"].to_numpy(), table["rh (%)"].to_numpy()
change = np.diff(temperature)  # at each hour: what the next one will bring
angle = 2 * np.pi * table.index.hour.to_numpy() / 24
columns = [temperature[1:], change, humidity[1:], np.sin(angle[1:]), np.cos(angle[1:])]
values = np.stack(columns, axis=1)[:-1]  # the last hour has no next one
count = len(values) // STEPS
x = values[: count * STEPS].reshape(count, STEPS, 5)
y = change[1:][: count * STEPS].reshape(count, STEPS, 1)
whole = ~(np.isnan(x).any(axis=(1, 2)) | np.isnan(y).any(axis=(1, 2)))
x, y = x[whole], y[whole]
print(f"{len(x):,} pieces of {STEPS} hours, of {count:,} that were cut")

# %% [markdown]
# The pieces stay in their order in time: the first 70 % to learn from, the next 15 %
# to watch the training, the last 15 % for the verdict. What the scaling needs, a mean
# and a spread of each column, comes from the first part alone.

# %%
first, second = int(0.7 * len(x)), int(0.85 * len(x))
mean, std = x[:first].mean(axis=(0, 1)), x[:first].std(axis=(0, 1))
unit = y[:first].std()  # degrees that stand for 1
x = (x - mean) / std
parts = {
    "train": (x[:first], y[:first] / unit),
    "validation": (x[first:second], y[first:second] / unit),
    "test": (x[second:], y[second:] / unit),
}
for name, (inputs, targets) in parts.items():
    print(f"{name:<10} {inputs.shape} -> {targets.shape}")
print(f"a target of 1 stands for {unit:.2f} degC")

# %% [markdown]
# ### First, what needs no network
#
# Saying "no change" costs nothing. Saying "the change of the last hour once more"
# costs nothing either. And least squares on the five numbers of this hour and of the
# hour before is what a careful person would try first.


# %%
def error(guess, skip=1):
    """Mean absolute error on the test part in degC, from the second hour on."""
    targets = parts["test"][1]
    return float(np.abs(guess - targets)[:, skip:].mean() * unit)


def two_rows(part):
    now = parts[part][0][:, 1:]
    before = parts[part][0][:, :-1]
    return np.concatenate([now, before, np.ones_like(now[..., :1])], axis=-1)


targets = parts["test"][1]
again = np.concatenate([np.zeros_like(targets[:, :1]), targets[:, :-1]], axis=1)
flat = two_rows("train").reshape(-1, 11)
best, *_ = np.linalg.lstsq(flat, parts["train"][1][:, 1:].reshape(-1, 1))
linear = np.concatenate([targets[:, :1] * 0, two_rows("test") @ best], axis=1)
scores = {
    "no change": error(np.zeros_like(targets)),
    "last change again": error(again),
    "least squares, two hours": error(linear),
}
for name, score in scores.items():
    print(f"{name:<26} {score:.3f} degC")

# %% [markdown]
# ## 3. Backpropagation through time
#
# The loss $L$ is the mean of $(y_t - \text{target}_t)^2$ over all steps. Every weight
# acts at every step, so its derivative is a sum over the steps. Write
# $s_t = W_{hh} h_{t-1} + W_{xh} x_t$ for what stands inside the $\tanh$, and go from
# the last step to the first. What reaches $h_t$ comes from two sides, from its own
# output and from the state after it:
#
# $$\frac{dL}{dh_t} = W_{hy}^\top \frac{dL}{dy_t} + W_{hh}^\top \frac{dL}{ds_{t+1}},
# \qquad \frac{dL}{ds_t} = \frac{dL}{dh_t} \odot (1 - h_t^2)$$
#
# $$\frac{dL}{dW_{hh}} = \sum_t \frac{dL}{ds_t} h_{t-1}^\top, \qquad
# \frac{dL}{dW_{xh}} = \sum_t \frac{dL}{ds_t} x_t^\top, \qquad
# \frac{dL}{dW_{hy}} = \sum_t \frac{dL}{dy_t} h_t^\top$$


# %%
def loss_and_gradients(weights, x, targets):
    """The loss, and its derivative by each of the three matrices."""
    W_hh, W_xh, W_hy = (weights[name] for name in ("W_hh", "W_xh", "W_hy"))
    h = forward(x, W_hh, W_xh)
    wrong = h[:, 1:] @ W_hy.T - targets  # (batch, time, 1)
    d_y = 2 * wrong / wrong.size
    gradients = {name: np.zeros_like(one) for name, one in weights.items()}
    d_s = np.zeros_like(h[:, 0])  # nothing comes back from after the end
    for t in reversed(range(x.shape[1])):
        d_h = d_y[:, t] @ W_hy + d_s @ W_hh
        d_s = d_h * (1 - h[:, t + 1] ** 2)
        gradients["W_hh"] += d_s.T @ h[:, t]
        gradients["W_xh"] += d_s.T @ x[:, t]
        gradients["W_hy"] += d_y[:, t].T @ h[:, t + 1]
    return np.mean(wrong**2), gradients


def first_weights(units, seed):
    rng = np.random.default_rng(seed)
    weights = reference.random_weights(vanilla_rnn, 5, units, seed=rng, biases=False)
    weights["W_hh"] *= 0.5  # far from where derivatives grow: see below
    return weights | {"W_hy": rng.normal(0, 0.1, (1, units))}


# %% [markdown]
# ### Is it right?
#
# A mistake in a derivative does not stop a program; the network just learns badly, and
# nobody knows why. So we check: move each weight a little to both sides, and compare
# the change of the loss with what the derivative promised. Beside ours stands the
# package's `backpropagate`, and a version with a typical mistake: the way from $h_t$ to
# $h_{t-1}$ was forgotten, as if every step stood alone.

# %%
weights = first_weights(units=5, seed=1)
little_x, little_y = (array[:4, :12] for array in parts["train"])
ours = loss_and_gradients(weights, little_x, little_y)[1]
numerical = reference.numerical_gradients(
    lambda moved: loss_and_gradients(moved, little_x, little_y)[0], weights
)

cell = {name: weights[name] for name in ("W_hh", "W_xh")}
run = reference.unfold(vanilla_rnn, little_x, cell)
guess = reference.outputs(run.outputs, weights["W_hy"])
_, d_y = reference.squared_error(guess, little_y)
d_h, head = reference.outputs_backward(d_y, run.outputs, weights["W_hy"])
package = reference.backpropagate(run, d_h).weights | {"W_hy": head["W_hy"]}
alone = reference.backpropagate(run, d_h, truncation=1).weights
alone |= {"W_hy": head["W_hy"]}

versions = {"ours": ours, "the package's": package, "no way back": alone}
for name, gradients in versions.items():
    errors = reference.gradient_errors(gradients, numerical)
    print(f"{name:<14}", {key: f"{one:.0e}" for key, one in errors.items()})

# %% [markdown]
# Errors near 1e-9 are rounding; the mistake shows as errors that are millions of times
# larger, and only in the two matrices that the broken way leads to.
#
# ### How far back does it reach?
#
# Put the whole loss on the last hour, and look at how large its derivative still is at
# the states before. Each step back multiplies by $W_{hh}^\top$ and by
# $1 - h_t^2 \le 1$. Scaling $W_{hh}$ decides whether that dies out or grows.

# %%
figure, axes = plt.subplots(figsize=(7.5, 4), layout="constrained")
wide = first_weights(units=16, seed=0)
radius = np.abs(np.linalg.eigvals(wide["W_hh"])).max()
some = parts["train"][0][:64]
for size in (0.5, 1.0, 1.5):
    cell = {"W_hh": wide["W_hh"] * size / radius, "W_xh": 0.1 * wide["W_xh"]}
    run = reference.unfold(vanilla_rnn, some, cell)
    d_h = np.zeros_like(run.outputs)
    d_h[:, -1] = 1.0
    norms = np.linalg.norm(reference.backpropagate(run, d_h).outputs, axis=2)
    ratio = (norms / norms[:, -1:]).mean(axis=0)
    axes.semilogy(np.arange(STEPS) - STEPS + 1, ratio, label=f"{size:g}")
axes.legend(title=r"largest |eigenvalue| of $W_{hh}$")
axes.set(xlabel="steps before the loss", ylabel=r"$|dL/dh_t|$, last step = 1")
axes.set_ylim(1e-12, 1e2)
show(figure, "gradient_through_time", "The derivative on its way back")

# %% [markdown]
# At 0.5 nothing is left of the derivative after half a day: such a network cannot learn
# what yesterday has to do with tomorrow, even if it matters. This is the *vanishing*
# gradient of lecture 3, slide 15; the answer to it is the LSTM. At 1.5 it does not die;
# that it does not explode either is owed to the factors $1 - h_t^2$, which are small
# where the units are driven hard.
#
# ## 4. Training with NumPy
#
# Gradient descent needs one more thing, a step size for each weight. Adam keeps two
# running means, of the derivative and of its square, and walks by their ratio. Before
# that, gradients whose joint length is more than 1 are shortened (clipping), so that no
# single batch can throw the weights away.


# %%
def train(weights, x, targets, epochs, batch=32, rate=0.005, seed=0):
    """Adam on shuffled batches; the loss of each epoch on the validation part."""
    rng, moments, count = np.random.default_rng(seed), {}, 0
    for name, one in weights.items():
        moments[name] = np.zeros((2, *one.shape))
    history = []
    for _ in range(epochs):
        for places in np.array_split(rng.permutation(len(x)), len(x) // batch):
            _, gradients = loss_and_gradients(weights, x[places], targets[places])
            count += 1
            for name, slope in reference.clip_by_norm(gradients, 1.0).items():
                both = np.stack([slope, slope**2])
                decay = np.array([0.9, 0.999]).reshape(2, 1, 1)
                moments[name] = decay * moments[name] + (1 - decay) * both
                m, v = moments[name] / (1 - decay**count)
                weights[name] = weights[name] - rate * m / (np.sqrt(v) + 1e-7)
        history.append(loss_and_gradients(weights, *parts["validation"])[0])
    return weights, history


# %%
start = first_weights(units=16, seed=0)
by_hand, history = train(dict(start), *parts["train"], EPOCHS)
print(f"validation loss {history[0]:.3f} after one epoch, {history[-1]:.3f} at the end")


def answer(weights, x):
    return forward(x, weights["W_hh"], weights["W_xh"])[:, 1:] @ weights["W_hy"].T


scores["vanilla RNN, NumPy"] = error(answer(by_hand, parts["test"][0]))

# %% [markdown]
# ## 5. The same in Keras
#
# `Recurrent("simple_rnn", 16)` holds `keras.layers.SimpleRNN`, whose equation is the
# slide's plus a bias that we switch off. Keras writes the input as a row and multiplies
# from the other side, so its matrices are ours transposed. First the same *trained*
# weights: then the same forecasts have to come out.

# %%
from keras_rnn.architectures import many_to_many
from keras_rnn.training import fit, set_seed


def network():
    return many_to_many(
        keras.Input((None, 5)),
        {"cell": "simple_rnn", "units": 16, "use_bias": False},
        head=keras.layers.Dense(1, use_bias=False),
    )


def as_keras(weights):
    return [*vanilla_rnn.to_keras(weights), weights["W_hy"].T]


twin = network()
twin.set_weights(as_keras(by_hand))
in_keras = twin.predict(parts["test"][0], verbose=0)
difference = np.abs(in_keras - answer(by_hand, parts["test"][0])).max() * unit
print(f"{twin.count_params()} weights; the forecasts differ by {difference:.1e} degC")

# %% [markdown]
# Keras calculates with 32 bits, our NumPy with 64: a millionth of a degree is all that
# this makes. Now let Keras do the training, from the very same first weights, and twice
# more from other ones, to see how much is chance. `fit` keeps the weights of the best
# epoch on the validation part.

# %%
tests = []
for seed in (0, 1, 2):
    set_seed(seed)
    model = network()
    model.set_weights(as_keras(first_weights(units=16, seed=seed)))
    adam = keras.optimizers.Adam(0.005, global_clipnorm=1.0)
    model.compile(adam, "mse")
    done = fit(
        model,
        parts["train"],
        parts["validation"],
        epochs=EPOCHS,
        patience=None,
        seed=seed,
        verbose=0,
    )
    tests.append(error(model.predict(parts["test"][0], verbose=0)))
    print(f"seed {seed}: best epoch {done.best_epoch}, test {tests[-1]:.3f} degC")
    if seed == 0:
        curve, best_guess = done["val_loss"], model.predict(parts["test"][0], verbose=0)
scores["vanilla RNN, Keras"] = float(np.mean(tests))

# %%
figure, axes = plt.subplots(figsize=(7.5, 4), layout="constrained")
axes.plot(np.arange(1, EPOCHS + 1), history, label="NumPy, by hand")
axes.plot(np.arange(1, EPOCHS + 1), curve, label="Keras")
straight = two_rows("validation") @ best - parts["validation"][1][:, 1:]
line = np.mean(straight**2)
axes.axhline(line, color="0.4", ls=":")
axes.annotate("least squares", (EPOCHS, line), ha="right", va="bottom")
axes.set(xlabel="epoch", ylabel="validation loss (mean squared error)")
axes.legend()
show(figure, "learning_curves", "The same network, trained twice from the same weights")

# %% [markdown]
# The two see the batches in a different order, hence the different ripples; they go the
# same way.
#
# ## 6. Was it worth it?

# %%
for name, score in scores.items():
    print(f"{name:<26} {score:.3f} degC  {score / scores['no change'] - 1:+.1%}")

# %% [markdown]
# Measured on the real station's last months: no change 0.676 degC, least squares on two
# hours 0.498, the network 0.459 (mean of three first weights, 0.452 to 0.469). So a
# state of 16 numbers is worth 8 % to someone who already uses two hours and a clock.
# That is not much, and it is honest: most of what can be known about the next hour
# stands in the last two. (The first hour of each piece is not counted, as not all can
# answer there.)

# %%
figure, axes = plt.subplots(figsize=(9, 4), layout="constrained")
hours, piece = np.arange(STEPS), len(targets) // 2
axes.step(
    hours, targets[piece, :, 0] * unit, where="mid", color="0.3", label="measured"
)
axes.plot(hours, best_guess[piece, :, 0] * unit, "o-", ms=3, label="vanilla RNN")
axes.axhline(0, color="tab:green", ls=":", label="no change")
axes.set(xlabel="hour", ylabel="change in the next hour (degC)")
axes.legend(ncols=3)
show(figure, "two_days", "Two days of the test part")

# %% [markdown]
# ## Exercises
#
# 1. **Truncated.** Cut the derivative after 1, 4 and 12 steps
#    (`reference.backpropagate(..., truncation=...)`). How much of the true gradient of
#    the trained network, in length and direction, is left?
# 2. **No memory.** Hold $W_{hh}$ at zero and train again. Which of the forecasts above
#    is this network most like?
# 3. **Only the last hour counts.** Change the loss to that of a many-to-one network,
#    the last step alone, and check its gradients.
#
# ## Solutions
#
# ### 1. Truncated

# %%
cell = {name: by_hand[name] for name in ("W_hh", "W_xh")}
run = reference.unfold(vanilla_rnn, parts["train"][0][:64], cell)
guess = reference.outputs(run.outputs, by_hand["W_hy"])
_, d_y = reference.squared_error(guess, parts["train"][1][:64])
d_h, _ = reference.outputs_backward(d_y, run.outputs, by_hand["W_hy"])
true = reference.backpropagate(run, d_h).weights["W_hh"]
for steps in (1, 4, 12, 48):
    cut = reference.backpropagate(run, d_h, truncation=steps).weights["W_hh"]
    sizes = np.linalg.norm(cut), np.linalg.norm(true)
    cosine = np.sum(cut * true) / np.prod(sizes)
    print(f"{steps:>2} steps: length {sizes[0] / sizes[1]:.2f}, cosine {cosine:.2f}")

# %% [markdown]
# One step gives half the length and half the direction; twelve hours give nearly all of
# it. In this problem a derivative need not travel further than half a day.
#
# ### 2. No memory
#
# Setting the gradient of $W_{hh}$ to zero would do; leaving the recurrence out is
# shorter: pieces of one step have no past.

# %%
single = [array.reshape(-1, 1, array.shape[-1]) for array in parts["train"]]
free = first_weights(units=16, seed=0)
free, _ = train(free, *single, epochs=2 if quick() else 6, batch=32 * STEPS)
rows = parts["test"][0].reshape(-1, 1, 5)
print(f"no memory: {error(answer(free, rows).reshape(targets.shape)):.3f} degC")

# %% [markdown]
# 0.499 degC, as much as least squares on two hours (0.498): a $\tanh$ of the present
# hour, in which the last change is given, makes up for the second hour. What the
# recurrence adds is the step from there to 0.453.
#
# ### 3. Only the last hour counts


# %%
def last_only(weights):
    h = forward(little_x, weights["W_hh"], weights["W_xh"])
    return np.mean((h[:, -1] @ weights["W_hy"].T - little_y[:, -1]) ** 2)


weights = first_weights(units=5, seed=1)
run = reference.unfold(
    vanilla_rnn, little_x, {name: weights[name] for name in ("W_hh", "W_xh")}
)
guess = reference.outputs(run.outputs[:, -1], weights["W_hy"])
_, d_y = reference.squared_error(guess, little_y[:, -1])
d_last, head = reference.outputs_backward(d_y, run.outputs[:, -1], weights["W_hy"])
d_h = np.zeros_like(run.outputs)
d_h[:, -1] = d_last
gradients = reference.backpropagate(run, d_h).weights | {"W_hy": head["W_hy"]}
numerical = reference.numerical_gradients(last_only, weights)
print(reference.gradient_errors(gradients, numerical))
