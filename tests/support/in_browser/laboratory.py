"""A real JupyterLab and a real Chromium, as a learner has them."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from support.in_browser.page import Notebook
from support.places import ROOT
from support.waiting import wait_for

# A name of this machine that any browser knows, and Jupyter when it is told: as if it were far away.
ELSEWHERE = "course.localhost"

# A browser under test looks nothing up and asks nobody for updates.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

COPIED = ("notebooks", "exercises", "lessons")
CHOSEN = ("settings", "workspaces", "progress", "copies")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the Chromium that LABAPP_BROWSER names, else one that the set-up finds."""
    path = os.environ.get("LABAPP_BROWSER") or _find_browser()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        try:
            yield browser
        finally:
            browser.close()


def _find_browser() -> str:
    command = [sys.executable, ROOT / "setup" / "browser.py"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    return found.stdout.strip()


class Laboratory:
    """JupyterLab over copies of the notebooks and lessons, set up as `make lab` sets it up.

    What its kernels start is kept in `servers`, and what a learner has done in `progress`.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.servers, self.progress = home / "run", home / "progress"
        self.token = secrets.token_hex(16)
        self.url = ""
        self.pid = 0
        for folder in COPIED:
            shutil.copytree(ROOT / folder, home / folder)

    @contextmanager
    def running(self) -> Iterator[Laboratory]:
        """Run the server; stop it and its kernels afterwards."""
        binaries = Path(sys.executable).parent
        environment = os.environ | {
            "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}",
            "JUPYTER_PREFER_ENV_PATH": "1",
            "JUPYTER_CONFIG_DIR": str(self.home / "config"),
            "JUPYTER_DATA_DIR": str(self.home / "data"),
            "JUPYTER_RUNTIME_DIR": str(self.home / "runtime"),
            "JUPYTERLAB_SETTINGS_DIR": str(self.home / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(self.home / "workspaces"),
            "LABAPP_OPEN": "no",
            "LABAPP_RUNTIME_DIR": str(self.servers),
            "LABAPP_STATE_DIR": str(self.progress),
        }
        # Stored pictures and views are shown only in notebooks that are trusted.
        notebooks = sorted((self.home / "notebooks").glob("*.ipynb"))
        trust = [binaries / "jupyter-trust", *notebooks]
        subprocess.run(trust, env=environment, check=True, capture_output=True)
        command = [
            str(binaries / "jupyter-lab"),
            f"--config={ROOT / 'setup' / 'jupyter.py'}",
            f"--ServerApp.root_dir={self.home}",
            f"--IdentityProvider.token={self.token}",
            "--ServerApp.port=0",
            f"--ServerApp.local_hostnames={ELSEWHERE}",
            "--LabApp.expose_app_in_browser=True",
        ]
        with (self.home / "jupyter.log").open("w") as log:
            server = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, cwd=self.home
            )
        self.pid = server.pid
        try:
            self.url = wait_for(lambda: self._address(server), 60, "JupyterLab's address")
            wait_for(self._answers, 60, "JupyterLab's first answer")
            yield self
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)

    def _address(self, server: subprocess.Popen[bytes]) -> str:
        assert server.poll() is None, (self.home / "jupyter.log").read_text()
        try:
            record = self.home / "runtime" / f"jpserver-{server.pid}.json"
            return str(json.loads(record.read_text())["url"])
        except (FileNotFoundError, json.JSONDecodeError):
            return ""  # Not written yet, or half.

    def _answers(self) -> bool:
        try:
            return bool(self._request("status"))
        except OSError:
            return False

    def _request(self, path: str, method: str = "GET") -> Any:
        """Ask Jupyter's own interface; return what it answers."""
        return self.request(f"api/{path}", method=method)

    def request(self, path: str, body: Any = None, method: str | None = None) -> Any:
        """Ask the server, with a body of JSON if there is one; return what it answers."""
        data = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(f"{self.url}{path}?token={self.token}", data, method=method)
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return json.loads(answer.read() or "null")

    def tidy(self) -> None:
        """End every kernel and terminal, and forget what was written, chosen and passed."""
        for terminal in self._request("terminals"):
            self._request(f"terminals/{terminal['name']}", "DELETE")
        for session in self._request("sessions"):
            self._request(f"sessions/{session['id']}", "DELETE")
        for folder in (*COPIED, *CHOSEN):
            shutil.rmtree(self.home / folder, ignore_errors=True)
        for folder in COPIED:
            shutil.copytree(ROOT / folder, self.home / folder)

    def open(self, browser: Browser, notebook: str, host: str = "127.0.0.1", **options: Any) -> Notebook:
        """Open a notebook in a page of its own."""
        context = browser.new_context(**({"viewport": {"width": 1440, "height": 1000}} | options))
        url = self.url.replace("127.0.0.1", host)
        return Notebook(context.new_page(), f"{url}doc/tree/{notebook}?token={self.token}")
