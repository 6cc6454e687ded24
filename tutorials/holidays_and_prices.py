# %% [markdown]
# # Holidays and prices: forecasting with what is known ahead
#
# **Learn:** how columns whose future is known (a price, a promotion, the public
# holidays) enter a forecast at the step that they belong to; what they are worth
# against a forecast from the past alone, and against naive; and how to ask "what if".
#
# **Follows:** chapter 5, section 5.5 (applications); lecture 3, the encoder-decoder
# shape: the first network reads the past, the second one reads, step by step, what is
# known of the days to come.
#
# **Takes:** about 3 minutes on two CPU cores; less than one minute with
# `KERAS_RNN_QUICK=1`.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from keras_rnn.forecasting import Forecaster
from keras_rnn.forecasting.public_holidays import PublicHolidays
from keras_rnn.tutorial import Pictures, quick, quiet

quiet()
MODEL = "ridge" if quick() else "gru"
plt.rcParams["date.converter"] = "concise"

# %% [markdown]
# ## 1. A shop
#
# The data is generated, not measured, so that we know what there is to find. Sales of a
# day are a product of
#
# - the weekday: Saturday sells nearly three times what Sunday does,
# - the price: $p^{-1.5}$, so that a tenth off brings a sixth more,
# - a promotion: two fifths more, for three days each time,
# - holidays in Germany, when the shop is all but closed, and the day before each, when
#   people buy for two,
# - the season, and chance (8 %), which nobody can forecast.
#
# Prices and promotions have no rhythm: the past does not tell when the next one comes.
# The shop, though, has decided on them, and holidays stand in the calendar.

# %%
HORIZON = 14
rng = np.random.default_rng(0)
days = pd.date_range("2022-01-03", periods=(600 if quick() else 1080), freq="D")
closed, before, _ = PublicHolidays("DE").columns(days).to_numpy().T
weekday = np.array([1.0, 0.9, 0.95, 1.05, 1.3, 1.6, 0.6])[days.day_of_week]
promotion = np.repeat(rng.random(len(days) // 3) < 0.25, 3).astype(float)
off = rng.choice([0.5, 1.0, 1.5, 2.0], len(days) // 3).repeat(3)
price = (10 - off * promotion + 0.3 * (np.arange(len(days)) // 200)).round(2)
season = 1 + 0.15 * np.sin(2 * np.pi * days.day_of_year / 365.25)
expected = 200 * weekday * season * (price / 10) ** -1.5 * (1 + 0.4 * promotion)
expected = expected * np.where(closed == 1, 0.1, 1) * np.where(before == 1, 1.4, 1)
sales = (expected * np.exp(rng.normal(0, 0.08, len(days)))).round()

shop = pd.DataFrame({"sales": sales, "price": price, "promotion": promotion}, days)
past, future = shop.iloc[:-HORIZON], shop.iloc[-HORIZON:]
truth = future["sales"]
print(shop.tail(3).to_string())
show = Pictures("holidays_and_prices", caption="data: a generated shop, seed 0")

# %%
figure, axis = plt.subplots(figsize=(11, 3), layout="constrained")
shown = shop.iloc[-160:]
axis.plot(shown.index, shown["sales"], lw=1)
axis.fill_between(
    shown.index, 0, 700, shown["promotion"] == 1, color="tab:green", alpha=0.15, lw=0
)
for day in days[closed == 1].intersection(shown.index):
    axis.axvline(day, color="tab:red", lw=1, ls=":")
axis.set(ylim=(0, 700), ylabel="sales")
show(figure, "shop", "sales; promotions shaded, holidays dotted")

# %% [markdown]
# ## 2. From the past alone
#
# The forecaster sees price and promotion of the past, too, but nothing of the days to
# come.

# %%
SETTINGS = {"horizon": HORIZON, "model": MODEL, "verbose": 0}
blind = Forecaster.fit(past, "sales", **SETTINGS)
print(blind.backtest().round(3).to_string(index=False))

# %% [markdown]
# ## 3. With what is known ahead
#
# `known_ahead` names the columns, `future` holds the days to come, `holidays` needs no
# rows: the calendar is known. On the command line, the same is
#
# ```
# keras-rnn forecast --data sales.csv --future next_two_weeks.csv --holidays DE
# ```
#
# A table whose last rows have prices and no sales is understood without `future`.
#
# In the test part, the model was told the prices that came. So the score is that of
# prices that are really decided ahead. For a column that is itself forecast (such as
# the weather), it would be too good.

# %%
known = future[["price", "promotion"]]
prices = Forecaster.fit(
    past, "sales", known_ahead=["price", "promotion"], future=known, **SETTINGS
)
both = Forecaster.fit(
    past,
    "sales",
    known_ahead=["price", "promotion"],
    future=known,
    holidays="DE",
    **SETTINGS,
)
print(both.backtest().round(3).to_string(index=False))

# %%
forecasters = {
    "the past alone": blind,
    "and prices": prices,
    "and holidays": both,
}
naive = blind.backtest().set_index("forecast")["mae"]
errors = {"persistence": naive["persistence"], "a week ago": naive["seasonal_naive"]}
errors |= {name: one.metadata["test mae"]["model"] for name, one in forecasters.items()}
chance = np.abs(shop["sales"] - expected).mean()
for name, error in errors.items():
    print(f"{name:<15} mean absolute error {error:6.1f}")
print(f"{'chance':<15} mean absolute error {chance:6.1f}: no forecast can do better")

# %%
figure, (left, right) = plt.subplots(
    1, 2, figsize=(11, 3.6), layout="constrained", width_ratios=[1, 2]
)
left.barh(list(errors), list(errors.values()), color=["0.7"] * 2 + ["tab:blue"] * 3)
left.axvline(chance, color="k", lw=1, ls=":")
left.invert_yaxis()
left.set_xlabel("mean absolute error on the test part (dotted: chance)")
right.plot(past.index[-28:], past["sales"].iloc[-28:], color="0.5", label="so far")
right.plot(truth.index, truth, "k.-", label="what came")
for name in ("the past alone", "and holidays"):
    right.plot(forecasters[name].predict()["forecast"], label=name)
right.legend(fontsize=8)
show(figure, "forecasts", "with and without what is known ahead")

# %% [markdown]
# ## 4. What does it owe to what?
#
# Shuffle one column at a time, its past and its future together, and see how much worse
# the forecast gets.

# %%
print(both.explain(past).round(3).to_string(index=False))

# %% [markdown]
# ## 5. What if?
#
# The future is an argument: give another one. Here, no promotion and the full price on
# all days to come. What the answer says is what went together in the past. It is what
# the price *does* only where prices were set without a look at the demand, as in this
# shop.

# %%
full = known.assign(price=known["price"].max(), promotion=0.0)
planned, without = both.predict(), both.predict(future=full)
print(f"as planned    {planned['forecast'].sum():8.0f}")
print(f"no promotion  {without['forecast'].sum():8.0f}")

figure, axis = plt.subplots(figsize=(9, 3), layout="constrained")
axis.plot(planned["forecast"], label="as planned")
axis.fill_between(planned.index, planned["lower"], planned["upper"], alpha=0.2)
axis.plot(without["forecast"], label="no promotion, full price")
axis.legend()
show(figure, "what_if", "two futures, one forecaster")

# %% [markdown]
# ## Summary
#
# What is known ahead is worth more than any network that does not see it. It has to be
# known, though: a column that is the target under another name, or holds tomorrow's
# value, is warned of by name.
#
# ## Exercises
#
# 1. **A column of one's own.** Leave out `holidays` and give a column `holiday` as
#    known ahead. Is that as good?
# 2. **Too good.** Give the sales of the next day as a column that is known ahead. What
#    is said?
# 3. **Prices that follow.** Let the price depend on the demand (higher on
#    Saturdays). What does "what if" say then?
#
# ## Solutions
#
# ### 1. A column of one's own
#
# A column of ones on holidays says the same of the day itself, and nothing of the day
# before. The forecast is of two weeks, and sees the column on each of their days: that
# tomorrow is a holiday stands in the next row.

# %%
marked = shop.assign(holiday=closed)
own = Forecaster.fit(
    marked.iloc[:-HORIZON],
    "sales",
    known_ahead=["price", "promotion", "holiday"],
    future=marked.iloc[-HORIZON:][["price", "promotion", "holiday"]],
    **SETTINGS,
)
print(f"holidays='DE'      {errors['and holidays']:.1f}")
print(f"a column of ones   {own.metadata['test mae']['model']:.1f}")

# %% [markdown]
# ### 2. Too good

# %%
leaking = shop.assign(orders=shop["sales"].shift(-1).ffill())
leak = Forecaster.fit(
    leaking.iloc[:-HORIZON],
    "sales",
    known_ahead=["orders"],
    future=leaking.iloc[-HORIZON:][["orders"]],
    **(SETTINGS | {"model": "ridge", "verbose": 2}),
)
print(f"mean absolute error {leak.metadata['test mae']['model']:.1f}")

# %% [markdown]
# ### 3. Prices that follow
#
# Where the shop asks more when it expects more, dear days are busy days. A tenth on the
# price costs a seventh of the sales here, and "what if" does not see it: to the
# forecaster, the price is a sign of a busy day. The forecast itself stays right as long
# as prices go on being set in that way.

# %%
follows = (10 * (weekday / weekday.mean()) ** 0.5).round(2)
sold = expected * (price / 10) ** 1.5 * (follows / 10) ** -1.5
follow = pd.DataFrame({"sales": sold.round(), "price": follows}, days)
dear = Forecaster.fit(
    follow.iloc[:-HORIZON],
    "sales",
    known_ahead=["price"],
    future=follow.iloc[-HORIZON:][["price"]],
    **(SETTINGS | {"model": "ridge"}),
)
coming = follow.iloc[-HORIZON:][["price"]]
for name, share in (("as planned", 1.0), ("a tenth dearer", 1.1)):
    total = dear.predict(future=coming * share)["forecast"].sum()
    print(f"{name:<15} {total:6.0f}")
