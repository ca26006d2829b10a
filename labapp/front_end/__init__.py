"""The course's extension of JupyterLab: what a page shows of a notebook that no kernel runs.

Its files lie in `data/` as an environment has them: an installation copies them, nobody has to build them.
"""

from labapp.front_end.extension import EXTENSIONS, NAME, stamp

__all__ = ["EXTENSIONS", "NAME", "stamp"]
