from .panel import SeriesPanel as SeriesPanel
from .panel_step import PanelStep as PanelStep
