import pandas as pd
import pytest

from keras_rnn.datasets.tables.column_names import zone_in_name
from keras_rnn.datasets.tables.read_table import table_of_bytes
from keras_rnn.datasets.tables.zones import offsets_of


@pytest.mark.parametrize(
    ("abbreviations", "hours"),
    [
        ({"CET", "CEST"}, {"CET": 1.0, "CEST": 2.0}),
        ({"EST", "EDT"}, {"EST": -5.0, "EDT": -4.0}),
        ({"UTC"}, {"UTC": 0.0}),
        ({"CST"}, None),
        ({"CET", "EDT"}, None),
    ],
)
def test_pairs_tell_their_offsets(abbreviations, hours):
    assert offsets_of(abbreviations) == hours


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("time(UTC)", "UTC"),
        ("UTC_TIME", "UTC"),
        ("Date Time, GMT+02:00", "GMT+02:00"),
        ("MST", "MST"),
        ("Zeit (Europe/Berlin)", "Europe/Berlin"),
        ("latest", ""),
        ("W/m2", ""),
    ],
)
def test_zones_in_names(name, zone):
    assert zone_in_name(name) == zone


def read(times, name="time"):
    lines = [f"{t},{i}" for i, t in enumerate(times)]
    return table_of_bytes("\n".join([f"{name},v", *lines]).encode(), "a.csv")


def test_summer_and_winter_time_become_utc():
    utc = pd.date_range("2021-10-30", periods=72, freq="1h", tz="UTC")
    local = utc.tz_convert("Europe/Berlin")
    for form in ("%Y-%m-%d %H:%M %Z", "%d.%m.%Y %H:%M %Z", "%Y-%m-%dT%H:%M:%S%z"):
        table = read(local.strftime(form))
        assert table.frame.index.tolist() == utc.tz_localize(None).tolist()
        assert table.time.zone == "UTC"
        assert table.repairs == {
            "time stamps with an offset from UTC, changed to UTC": 72
        }


def test_one_abbreviation_is_kept_as_written():
    table = read(["2021-01-01 00:00 CST", "2021-01-01 01:00 CST"])
    assert table.frame.index[0] == pd.Timestamp("2021-01-01 00:00")
    assert (table.time.zone, table.repairs) == ("CST", {})


def test_the_header_names_the_zone():
    table = read(["2021-01-01 00:00", "2021-01-01 01:00"], "time (UTC)")
    assert table.time.zone == "UTC"
