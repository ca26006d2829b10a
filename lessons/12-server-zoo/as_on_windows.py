"""Import a module where the modules are missing that only Unix has: `python as_on_windows.py MODULE`."""

import sys
from importlib import import_module

for name in ("fcntl", "grp", "pwd", "resource", "termios"):
    sys.modules[name] = None  # who imports it is told that there is none

try:
    import_module(sys.argv[1])
except ImportError as error:
    print(f"{type(error).__name__}: {error}")
else:
    print("imported")
