from . import multi_step as multi_step
from . import single_step as single_step
from .registry import TASKS as TASKS
from .registry import ComparisonTask as ComparisonTask
from .registry import ModelSpec as ModelSpec
from .registry import choose as choose
