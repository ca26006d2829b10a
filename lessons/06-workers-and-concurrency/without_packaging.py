"""Runs Gunicorn as on a machine where nobody has installed the package `packaging`."""

import sys
from importlib.abc import MetaPathFinder

from gunicorn.app.wsgiapp import run


class NotInstalled(MetaPathFinder):
    """Finds no `packaging`, whatever is installed."""

    def find_spec(self, name, *_):
        """Refuse that one name; leave all others to those who come next."""
        if name.partition(".")[0] == "packaging":
            raise ModuleNotFoundError(f"No module named {name!r}")


sys.meta_path.insert(0, NotInstalled())
run()
