"""The stage: one panel beside a notebook that shows a live view, whichever server is looked at."""

from labapp.views.stage.stage import Stage, the_stage, watch

__all__ = ["Stage", "the_stage", "watch"]
