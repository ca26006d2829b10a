"""What systemd-analyze says of a unit, where there is one."""

import re
import shutil
import subprocess


def exposure(unit):
    """Return its mark, from 0 (safe) to 10; None where systemd-analyze is missing."""
    if shutil.which("systemd-analyze") is None:
        return None
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", str(unit)]
    told = subprocess.run(command, check=False, capture_output=True, text=True, timeout=30).stdout
    found = re.search(r"Overall exposure level.*: ([\d.]+)", told)
    return float(found[1]) if found else None
