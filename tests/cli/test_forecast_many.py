"""`keras-rnn forecast` of many series: files, what is printed, what is refused."""

import json

import numpy as np
import pandas as pd
import pytest

from keras_rnn.cli.main import main

DAYS = pd.date_range("2024-01-01", periods=70)
WEEK = np.tile([3, 4, 5, 6, 8, 12, 9], 10)


def table(**series):
    return pd.concat(
        [
            pd.DataFrame({"shop": name, "day": DAYS[-len(sold) :], "sold": sold})
            for name, sold in series.items()
        ],
        ignore_index=True,
    )


def noisy(level):
    return level * WEEK + np.random.default_rng(level).integers(0, 3, len(WEEK))


SHOPS = table(**{"001": noisy(1), "1": noisy(2), "East, old": noisy(5), "new": [4, 5]})


def write(path, frame):
    frame.to_csv(path, index=False)
    return str(path)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("many")
    source = write(folder / "shops.csv", SHOPS)
    arguments = ["--series-column", "shop", "--horizon", "7", "--model", "ridge"]
    arguments += ["--out", str(folder / "out")]
    assert main(["forecast", "--data", source, *arguments]) == 0
    return folder / "out"


def test_the_files_of_many_series(finished):
    future = pd.read_csv(finished / "forecast.csv", dtype={"series": "str"})
    assert list(future) == ["series", "time", "forecast", "lower", "upper"]
    assert future["series"].unique().tolist() == ["001", "1", "East, old", "new"]
    assert future["time"].iloc[0] == "2024-03-11"
    scores = pd.read_csv(finished / "scores.csv", dtype={"series": "str"})
    assert scores["series"].tolist() == ["001", "1", "East, old"]
    results = json.loads((finished / "results.json").read_text())
    assert results["test"]["series"] == 3
    assert results["test"]["not judged"] == 1
    assert results["data"]["series"] == 4
    assert set(results["test"]["scores"]) == {"model", "naive", "seasonal_naive"}
    assert (finished / "forecast.png").stat().st_size > 10_000


def test_a_saved_one_forecasts_new_series(finished, tmp_path, capsys):
    source = write(tmp_path / "late.csv", table(North=noisy(3), neww=noisy(2)))
    arguments = [
        "--load",
        str(finished),
        "--data",
        source,
        "--out",
        str(tmp_path / "o"),
    ]
    assert main(["forecast", *arguments]) == 0
    printed = capsys.readouterr().out
    assert "2 of 2 series were not learned from" in printed
    assert "'neww' (Did you mean 'new'?)" in printed
    assert len(pd.read_csv(tmp_path / "o" / "forecast.csv")) == 14


def test_a_row_a_series_is_gone_on_from(finished, tmp_path, capsys):
    """One day alone does not show which column is the time: that is remembered."""
    day = pd.DataFrame({"shop": ["001", "1", "x"], "day": "2024-03-11", "sold": 4})
    again = ["--update", "--no-plot", "--out", str(tmp_path / "o")]
    arguments = ["--load", str(finished), *again]
    arguments += ["--data", write(tmp_path / "day.csv", day)]
    assert main(["forecast", *arguments]) == 0
    printed = capsys.readouterr().out
    assert "day.csv (file): 3 rows of 3 series" in printed
    assert (
        "Note       2 of 4 series that it knows have no later row, such as 'East, "
        in (printed)
    )
    assert (
        "Update     2 new rows of 2 series, from which it goes on; too few to learn "
        "from, which takes 14 rows of a series that it has not learned from"
    ) in printed
    assert "series of one row, left out ('x'): 1" in printed
    future = pd.read_csv(tmp_path / "o" / "forecast.csv", dtype={"series": "str"})
    starts = future.groupby("series")["time"].first()
    assert starts[["001", "East, old"]].tolist() == ["2024-03-12", "2024-03-11"]
    results = json.loads((tmp_path / "o" / "results.json").read_text())
    assert results["trained"]["updates"][0]["rows"] == 2
    # It is saved where it went, and goes on from there.
    arguments[1] = str(tmp_path / "o")
    assert "No row is later than the last one of its series" in refused(
        arguments, capsys
    )


def test_what_it_draws_on(finished, tmp_path, capsys):
    source = write(tmp_path / "shops.csv", SHOPS)
    arguments = ["--load", str(finished), "--data", source, "--explain", "--no-plot"]
    assert main(["forecast", *arguments, "--out", str(tmp_path / "o")]) == 0
    printed = capsys.readouterr().out
    assert (
        "Error gained when a column is shuffled in seasonal changes (MASE)" in printed
    )
    assert (
        "Explained  nothing beside 'sold' is known of the series: each fore" in printed
    )
    table = pd.read_csv(tmp_path / "o" / "explain.csv")
    assert list(table) == ["column", "increase", "spread", "share"]
    assert table["column"].tolist() == ["sold"]
    assert table["increase"][0] > 0
    assert (tmp_path / "o" / "explain.png").stat().st_size > 10_000


def test_the_columns_of_a_wide_table(tmp_path, capsys):
    wide = pd.DataFrame({"day": DAYS, "a": noisy(1), "b": noisy(2), "rain": 1.5})
    source = write(tmp_path / "wide.csv", wide)
    arguments = ["--targets", "a,b", "--model", "ridge", "--season", "7"]
    arguments += ["--out", str(tmp_path / "o")]
    assert main(["forecast", "--data", source, *arguments]) == 0
    assert "value of 2 series" in capsys.readouterr().out


def test_what_is_known_ahead(tmp_path, capsys):
    price = np.random.default_rng(0).integers(1, 9, (2, 70))
    both = table(North=noisy(3) - 2 * price[0], South=noisy(2) - 2 * price[1])
    both = both.assign(price=price.ravel(), region="east")
    ahead = both["day"] >= DAYS[-4]
    rows = both.assign(sold=both["sold"].where(~ahead))
    ending = ["--static", "region", "--model", "ridge", "--no-plot"]
    ending += ["--out", str(tmp_path / "o")]
    arguments = ["--data", write(tmp_path / "all.csv", rows), "--series-column", "shop"]
    arguments += ["--target", "sold", "--known-ahead", "price", *ending]
    assert main(["forecast", *arguments, "--explain"]) == 0
    worth = pd.read_csv(tmp_path / "o" / "explain.csv").set_index("column")["share"]
    assert worth["price"] > 0.2
    assert worth["region"] == 0
    assert "4 steps of 1 d" in capsys.readouterr().out
    first = pd.read_csv(tmp_path / "o" / "forecast.csv")
    assert not (tmp_path / "o" / "forecast.png").exists()
    arguments = ["--data", write(tmp_path / "past.csv", both[~ahead])]
    future = both[ahead][["shop", "day", "price"]]
    arguments += ["--load", str(tmp_path / "o"), "--out", str(tmp_path / "again")]
    arguments += ["--no-plot", "--future", write(tmp_path / "next.csv", future)]
    assert main(["forecast", *arguments]) == 0
    again = pd.read_csv(tmp_path / "again" / "forecast.csv")
    pd.testing.assert_frame_equal(again, first)
    arguments[-1] = write(tmp_path / "next.csv", future.drop(future.index[1]))
    said = refused(arguments, capsys)
    assert (
        "rows of series 'North' are 2 d apart at 2024-03-09 00:00:00 (line 3 " in said
    )


def refused(arguments, capsys):
    assert main(["forecast", *arguments]) == 2
    message = capsys.readouterr().err
    assert message.count("\n") == 1
    return message


LATE = SHOPS.assign(
    day=SHOPS["day"].where(SHOPS.index != 3, pd.Timestamp("2124-01-04"))
)


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (
            pd.concat([SHOPS, SHOPS.iloc[[5]].assign(sold=99)]),
            "Series '001' has two rows for 2024-01-06 00:00:00 (line 7 and line 214) "
            "with different values in column 'sold': ",
        ),
        (
            LATE,
            "Series '001' has no row between 2024-03-10 00:00:00 (line 71) and 2124",
        ),
        (SHOPS.assign(shop=""), "212 of 212 rows have no name in column 'shop', first"),
        (SHOPS.drop(columns="shop"), "has no column 'shop'."),
    ],
)
def test_what_cannot_be_used_is_one_line(frame, message, tmp_path, capsys):
    source = write(tmp_path / "bad.csv", frame)
    arguments = ["--data", source, "--series-column", "shop", "--out", str(tmp_path)]
    printed = refused(arguments, capsys)
    assert "bad.csv" in printed
    assert message in printed


def test_a_long_table_names_the_option(tmp_path, capsys):
    source = write(tmp_path / "shops.csv", SHOPS)
    printed = refused(["--data", source, "--out", str(tmp_path)], capsys)
    assert "or forecast all: --series-column shop." in printed
    assert main(["inspect", source]) == 2
    assert "keras-rnn forecast --series-column shop." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        (["--update"], "--update learns on with a saved forecaster: name its folder"),
        (["--static", "sold"], "--static names 'sold', which is forecast or known"),
        (["--history", "9", "--model", "ridge"], "--history 9 is about the networks"),
        (
            ["--targets", "a,b"],
            "--series-column is of long tables and --targets of wide",
        ),
        (["--target", "solt"], "no column of numbers 'solt'. Did you mean 'sold'?"),
    ],
)
def test_arguments_that_do_not_go_together(extra, message, tmp_path, capsys):
    source = write(tmp_path / "shops.csv", SHOPS)
    arguments = ["--data", source, "--series-column", "shop", "--out", str(tmp_path)]
    assert message in refused([*arguments, *extra], capsys)


def test_a_season_needs_many_series(tmp_path, capsys):
    arguments = ["--data", "sample", "--season", "7", "--out", str(tmp_path)]
    assert "--season is about many series" in refused(arguments, capsys)
