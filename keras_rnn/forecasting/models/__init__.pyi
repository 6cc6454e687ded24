from . import multi_step as multi_step
from . import single_step as single_step
from .registry import TASKS as TASKS
from .registry import Model as Model
from .registry import Task as Task
from .registry import choose as choose
