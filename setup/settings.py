"""Give the environment whose Python runs this the course's JupyterLab settings."""

import shutil
import sys
from pathlib import Path

source = Path(__file__).with_name("overrides.json")
target = Path(sys.prefix) / "share" / "jupyter" / "lab" / "settings" / source.name
target.parent.mkdir(parents=True, exist_ok=True)
shutil.copyfile(source, target)
