"""Formulas of moist air, in the units of the Jena weather station.

They hold for scalars and arrays alike. Temperatures are in degrees Celsius and
pressures in mbar (the same as hPa) unless a name says otherwise.
"""

from typing import TypeVar

import numpy as np

# A number or an array: what comes back is as what went in.
Values = TypeVar("Values", float, np.ndarray)

ZERO_CELSIUS = 273.15


def saturation_pressure(temperature: Values) -> Values:
    """Saturation vapour pressure over water (mbar), Magnus formula.

    Of the constants in use, these are the ones that give the station's own column
    to its last digit.

    Args:
        temperature: Float or array, degC.

    Returns:
        Float or array, mbar.

    Example:

    >>> round(float(saturation_pressure(20.0)), 2)
    23.42
    """
    return 6.1078 * np.exp(17.08085 * temperature / (234.175 + temperature))


def dew_point(vapour_pressure: Values) -> Values:
    """Temperature (degC) at which air of that vapour pressure saturates.

    The inverse of `saturation_pressure`.

    Args:
        vapour_pressure: Float or array, mbar.

    Returns:
        Float or array, degC.
    """
    logarithm = np.log(vapour_pressure / 6.1078)
    return 234.175 * logarithm / (17.08085 - logarithm)


def potential_temperature(temperature: Values, pressure: Values) -> Values:
    """Temperature (K) that the air would have at 1000 mbar.

    Args:
        temperature: Float or array, degC.
        pressure: Float or array, mbar.

    Returns:
        Float or array, K.
    """
    return (temperature + ZERO_CELSIUS) * (1000.0 / pressure) ** 0.286


def specific_humidity(vapour_pressure: Values, pressure: Values) -> Values:
    """Grams of water vapour in a kilogram of moist air.

    Args:
        vapour_pressure: Float or array, mbar.
        pressure: Float or array, mbar.

    Returns:
        Float or array, g/kg.
    """
    return 622.0 * vapour_pressure / (pressure - 0.378 * vapour_pressure)


def water_concentration(vapour_pressure: Values, pressure: Values) -> Values:
    """Millimoles of water vapour in a mole of moist air.

    Args:
        vapour_pressure: Float or array, mbar.
        pressure: Float or array, mbar.

    Returns:
        Float or array, mmol/mol.
    """
    return 1000.0 * vapour_pressure / pressure


def air_density(temperature: Values, pressure: Values, humidity: Values) -> Values:
    """Density (g/m**3) of moist air.

    Args:
        temperature: Float or array, degC.
        pressure: Float or array, mbar.
        humidity: Float or array, specific humidity in g/kg.

    Returns:
        Float or array, g/m**3.
    """
    virtual = (temperature + ZERO_CELSIUS) * (1.0 + 0.608e-3 * humidity)
    return 1e5 * pressure / (287.05 * virtual)
