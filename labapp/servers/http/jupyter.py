"""What the notebook's own Jupyter says about how a browser reaches this machine."""

import json
import os
from pathlib import Path


def jupyter_prefix() -> str:
    """Return the path below which a browser finds Jupyter, `/user/ana/`; `/` where there is no prefix."""
    return os.environ.get("JUPYTERHUB_SERVICE_PREFIX") or _recorded() or "/"


def browser_link(url: str | None, port: int | None) -> str | None:
    """Return where a browser finds a server: through the proxy of a Jupyter with a prefix, else directly."""
    prefix = jupyter_prefix()
    return url if prefix == "/" or not port else f"{prefix}proxy/{port}/"


def _recorded() -> str:
    """Return the prefix that the Jupyter which started this kernel has put into its own record."""
    from jupyter_core.paths import jupyter_runtime_dir  # noqa: PLC0415 (a launch needs none of it)

    record = Path(jupyter_runtime_dir(), f"jpserver-{os.environ.get('JPY_PARENT_PID')}.json")
    try:
        return str(json.loads(record.read_text())["base_url"])
    except (OSError, ValueError, KeyError):  # No Jupyter has started this process.
        return ""
