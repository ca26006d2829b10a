"""How `make lab` runs JupyterLab (a Jupyter configuration file)."""

import contextlib
import logging
import os
import signal
import sys
from pathlib import Path

import nbformat
from nbformat.sign import NotebookNotary

c = get_config()  # type: ignore[name-defined]  # noqa: F821

c.ServerApp.ip = "127.0.0.1"
c.ServerApp.port = int(os.environ.pop("LABAPP_PORT", "") or 8888)
c.ServerApp.port_retries = 50
c.ServerApp.root_dir = str(Path.cwd())
# A workspace of its own: the tabs of the person's other projects are not opened here, nor these there.
# The extension below opens the map of the course in it.
c.LabApp.default_url = "/lab/workspaces/application-servers-live"
if lesson := os.environ.get("LABAPP_PRESENT"):
    c.LabApp.default_url += f"-show/tree/notebooks/{lesson}.ipynb"

# The extension as this checkout has it, also where another one is installed.
extensions = "labapp/front_end/data/share/jupyter/labextensions"
c.LabServerApp.extra_labextensions_path = [str(Path(__file__).parents[1] / extensions)]
c.ServerApp.jpserver_extensions = {"labapp.course.desk": True}

# Containers and class rooms run it as root.
c.ServerApp.allow_root = True
# Ctrl-C stops it, and so every server of the lab, without a question.
c.ServerApp.answer_yes = True
# Started in the background of a script it would be deaf to SIGINT, and its kernels to the interrupt button.
signal.signal(signal.SIGINT, signal.default_int_handler)
# A fresh token in every link, also where a password is set for the person's other servers.
c.PasswordIdentityProvider.hashed_password = ""

# The notebooks' kernel is the one of this environment.
c.KernelSpecManager.allowed_kernelspecs = {"python3"}
c.MultiKernelManager.default_kernel_name = "python3"

# Without a screen there is nothing to open: a text browser would take over the terminal.
screen = sys.platform == "darwin" or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")))
c.ServerApp.open_browser = os.environ.pop("LABAPP_OPEN", "") != "no" and screen

# The link, and what goes wrong; not every request.
c.Application.log_level = "WARN"
c.Application.log_format = "%(message)s"
# Jupyter gives Tornado milliseconds for seconds at the first kernel; Tornado corrects it, and says so.
logging.getLogger("tornado.general").addFilter(
    lambda record: "websocket_ping_timeout" not in record.getMessage()
)

# Stored pictures are shown only of notebooks that this user trusts: here, those that came with the course.
# Of any other, an exercise without outputs too, JupyterLab says in the terminal that it is not trusted.
notary = NotebookNotary()
for notebook in (
    path for kind in ("notebooks", "exercises", "solutions") for path in Path(kind).glob("*.ipynb")
):
    # A broken one JupyterLab itself complains of, when it is opened.
    with contextlib.suppress(ValueError):
        notary.sign(nbformat.read(notebook, as_version=4))
