from . import atmosphere as atmosphere
from . import loading as loading
from . import motions as motions
from . import random_waves as random_waves
from . import series as series
from . import target as target
from . import weather as weather
from . import weather_sample as weather_sample
