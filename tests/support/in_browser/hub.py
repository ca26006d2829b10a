"""A real JupyterHub, with its proxy and a server for each user, all of them on this machine."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from support.in_browser.laboratory import ELSEWHERE
from support.in_browser.page import Notebook
from support.places import ROOT
from support.waiting import wait_for

# Where the set-up puts it.
PROXY = Path(sys.prefix, "lib", "node", "node_modules", ".bin", "configurable-http-proxy")
# What of this process's environment a student's server has on a hub.
KEPT = ["PATH", "LANG", "LC_ALL", "TMPDIR", "PYTHONPATH", "VIRTUAL_ENV"]
COURSE = ("notebooks", "lessons")


class Hub:
    """JupyterHub below `home`: whoever logs in is let in, and finds the course in a home of his own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.key = secrets.token_hex(16)
        self.ports = _free_ports(3)
        self.url = f"http://127.0.0.1:{self.ports[0]}"
        # Where its users find it: to their browsers it is another machine.
        self.public = f"http://{ELSEWHERE}:{self.ports[0]}"

    @contextmanager
    def running(self) -> Iterator[Hub]:
        """Run the hub; stop it, its proxy and all its users' servers afterwards."""
        binaries = Path(sys.executable).parent
        environment = os.environ | {
            "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}",
            "CONFIGPROXY_AUTH_TOKEN": secrets.token_hex(16),
            "JUPYTERHUB_CRYPT_KEY": secrets.token_hex(32),
        }
        (self.home / "jupyterhub_config.py").write_text(self._configuration())
        with (self.home / "hub.log").open("w") as log:
            hub = subprocess.Popen(
                [str(binaries / "jupyterhub"), "--config=jupyterhub_config.py"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment,
                cwd=self.home,
            )
        try:
            wait_for(lambda: self._answers(hub), 60, "the hub's first answer")
            yield self
        finally:
            hub.send_signal(signal.SIGTERM)
            hub.wait(60)

    def _configuration(self) -> str:
        public, hub, api = self.ports
        return f"""
import shutil
from pathlib import Path

c = get_config()
c.JupyterHub.bind_url = "http://127.0.0.1:{public}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{hub}"
c.ConfigurableHTTPProxy.command = [{str(PROXY)!r}]
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api}"
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.JupyterHub.services = [{{"name": "tests", "api_token": {self.key!r}}}]
c.JupyterHub.load_roles = [
    {{"name": "tests", "scopes": ["admin:servers", "admin:users"], "services": ["tests"]}}
]
c.SimpleLocalProcessSpawner.home_dir_template = {str(self.home / "homes")!r} + "/{{username}}"
c.Spawner.env_keep = {KEPT}
c.Spawner.environment = {{"JUPYTER_PREFER_ENV_PATH": "1", "HOME": lambda spawner: spawner.home_dir,
    "LABAPP_RUNTIME_DIR": lambda spawner: spawner.home_dir + "/run"}}
c.Spawner.args = ["--allow-root", "--LabApp.expose_app_in_browser=True"]
c.Spawner.default_url = "/lab"
c.Spawner.http_timeout = c.Spawner.start_timeout = 60


def give_course(spawner):
    home = Path(spawner.home_dir)
    home.mkdir(parents=True, exist_ok=True)
    for folder in {COURSE}:
        if not (home / folder).exists():
            shutil.copytree(Path({str(ROOT)!r}) / folder, home / folder)


c.Spawner.pre_spawn_hook = give_course
"""

    def _answers(self, hub: subprocess.Popen[bytes]) -> bool:
        assert hub.poll() is None, (self.home / "hub.log").read_text()
        try:
            return bool(self.ask(""))
        except (OSError, urllib.error.HTTPError):
            return False

    def ask(self, path: str, method: str = "GET") -> Any:
        """Ask the hub's own interface, as its administrator may; return what it answers."""
        asked = urllib.request.Request(
            f"{self.url}/hub/api/{path}", method=method, headers={"Authorization": f"token {self.key}"}
        )
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return json.loads(answer.read() or "null")

    def prefix(self, user: str) -> str:
        """Return the path below which a user's server is reached."""
        return f"/user/{user}/"

    def running_server(self, user: str) -> bool:
        """Whether the hub says that the user's server runs."""
        return bool(self.ask(f"users/{user}")["servers"])

    def stop_server(self, user: str) -> None:
        """Stop a user's server, as the hub's own button does."""
        self.ask(f"users/{user}/server", "DELETE")
        wait_for(lambda: not self.running_server(user), 30, f"the end of {user}'s server")

    def open(self, browser: Browser, user: str, notebook: str) -> Notebook:
        """Log in as `user` in a browser of his own, and open a notebook."""
        page = browser.new_context(viewport={"width": 1440, "height": 1000}).new_page()
        page.goto(f"{self.public}/hub/login")
        page.fill("input[name=username]", user)
        page.fill("input[name=password]", "any will do")
        page.click("input[type=submit]")
        page.wait_for_url(f"**{self.prefix(user)}lab**", timeout=90_000)
        return Notebook(page, f"{self.public}{self.prefix(user)}doc/tree/{notebook}")


def _free_ports(number: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports
