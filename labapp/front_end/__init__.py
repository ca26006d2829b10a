"""The course's extension of JupyterLab: stored pictures, slides, the place beside a notebook.

Its files lie in `data/` as an environment has them: an installation copies them, nobody has to build them.
"""

from labapp.front_end.extension import EXTENSIONS, NAME, stamp

__all__ = ["EXTENSIONS", "NAME", "stamp"]
