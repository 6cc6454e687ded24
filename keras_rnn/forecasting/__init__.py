"""Forecasting a time series: from a table of readings to values of the future."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
