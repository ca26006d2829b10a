"""A real JupyterLab and a real Chromium, as a learner has them, driven by tests."""

from __future__ import annotations

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
from urllib.error import URLError

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect, sync_playwright

from waiting import wait_for

REPOSITORY = Path(__file__).resolve().parents[2]
PICTURES = REPOSITORY / "artifacts"

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
# What JupyterLab's own pages say in any case.
HARMLESS = ("Download the React DevTools", "favicon", "net::ERR_ABORTED")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the Chromium that LABAPP_BROWSER names."""
    path = os.environ.get("LABAPP_BROWSER") or _find_browser()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        try:
            yield browser
        finally:
            browser.close()


def _find_browser() -> str:
    found = subprocess.run(
        [sys.executable, REPOSITORY / "setup" / "browser.py"], capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr
    return found.stdout.strip()


class Laboratory:
    """JupyterLab over copies of the notebooks, set up as `make lab` sets it up."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.token = secrets.token_hex(16)
        self.url = ""
        shutil.copytree(REPOSITORY / "notebooks", home / "notebooks")

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
        }
        command = [
            str(binaries / "jupyter-lab"),
            f"--config={REPOSITORY / 'setup' / 'jupyter.py'}",
            f"--ServerApp.root_dir={self.home}",
            f"--IdentityProvider.token={self.token}",
            "--ServerApp.port=0",
            "--LabApp.expose_app_in_browser=True",
        ]
        # As `make lab` does: JupyterLab shows stored pictures and views only of notebooks that are trusted.
        notebooks = sorted((self.home / "notebooks").glob("*.ipynb"))
        subprocess.run(
            [binaries / "jupyter-trust", *notebooks], env=environment, check=True, capture_output=True
        )
        with (self.home / "jupyter.log").open("w") as log:
            server = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, cwd=self.home
            )
        try:
            self.url = wait_for(lambda: self._address(server), 60, "JupyterLab's address")
            wait_for(self._answers, 60, "JupyterLab's first answer")
            yield self
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)

    def _address(self, server: subprocess.Popen[bytes]) -> str:
        assert server.poll() is None, (self.home / "jupyter.log").read_text()
        for record in (self.home / "runtime").glob(f"jpserver-{server.pid}.json"):
            return str(_json(record)["url"])
        return ""

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}api/status?token={self.token}", timeout=5) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def open(self, browser: Browser, notebook: str, **options: Any) -> Notebook:
        """Open a notebook in a page of its own."""
        context = browser.new_context(**({"viewport": {"width": 1440, "height": 1000}} | options))
        return Notebook(context.new_page(), f"{self.url}doc/tree/{notebook}?token={self.token}")


def _json(path: Path) -> dict[str, Any]:
    import json

    return dict(json.loads(path.read_text()))


class Notebook:
    """One open notebook, with the vocabulary of somebody who works in it."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.complaints.append(f"page error: {error}"))
        page.goto(url)
        self.ready()

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(word in message.text for word in HARMLESS):
            self.complaints.append(f"{message.text} ({message.location.get('url', '')})")

    def ready(self) -> None:
        """Wait until the notebook is shown and its kernel is idle."""
        self.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        self.page.wait_for_function("() => window.jupyterapp !== undefined", timeout=60_000)
        self._wait_until(f"{_PANEL} && panel.sessionContext.session?.kernel?.status === 'idle'", 60)

    def command(self, name: str) -> None:
        """Run one of JupyterLab's own commands and wait until it is done."""
        self.page.evaluate("name => window.jupyterapp.commands.execute(name).then(() => null)", name)

    def run_all(self, seconds: float = 120) -> None:
        """Run every cell from the top, as *Run All Cells* does."""
        self.command("notebook:run-all-cells")
        self._wait_until(f"{_PANEL} && {_IDLE}", seconds)

    def restart(self) -> None:
        """Restart the kernel, and wait until it is ready."""
        self.page.evaluate(
            f"async () => {{ const {_PANEL_IS}; await panel.sessionContext.restartKernel(); }}"
        )
        self._wait_until(f"{_PANEL} && panel.sessionContext.session?.kernel?.status === 'idle'", 60)

    def run_through(self, text: str) -> None:
        """Run the code cells from the top through the first that contains `text`."""
        last = self.code_cell(text)
        for index in range(last + 1):
            self.run_cell(index)

    def code_cell(self, text: str) -> int:
        """Return the position, among all cells, of the first code cell that contains `text`."""
        found = self.page.evaluate(
            f"text => {{ const {_PANEL_IS}; const cells = [...panel.content.model.cells];"
            "return cells.findIndex(cell => cell.type === 'code' && cell.sharedModel.getSource().includes(text)) }",
            text,
        )
        assert found >= 0, f"no code cell contains {text!r}"
        return int(found)

    def run_cell(self, index: int, *, wait: bool = True) -> None:
        """Run the cell at this position; without `wait`, return as soon as it has begun."""
        self.page.evaluate(
            f"([index, wait]) => {{ const {_PANEL_IS}; panel.content.activeCellIndex = index;"
            "panel.content.deselectAll(); const done = window.jupyterapp.commands.execute('notebook:run-cell');"
            "return wait ? done.then(() => null) : null; }",
            [index, wait],
        )

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
        }
        command = [
            str(binaries / "jupyter-lab"),
            f"--config={REPOSITORY / 'setup' / 'jupyter.py'}",
            f"--ServerApp.root_dir={self.home}",
            f"--IdentityProvider.token={self.token}",
            "--ServerApp.port=0",
            "--LabApp.expose_app_in_browser=True",
        ]
        # As `make lab` does: JupyterLab shows stored pictures and views only of notebooks that are trusted.
        notebooks = sorted((self.home / "notebooks").glob("*.ipynb"))
        subprocess.run(
            [binaries / "jupyter-trust", *notebooks], env=environment, check=True, capture_output=True
        )
        with (self.home / "jupyter.log").open("w") as log:
            server = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, cwd=self.home
            )
        try:
            self.url = wait_for(lambda: self._address(server), 60, "JupyterLab's address")
            wait_for(self._answers, 60, "JupyterLab's first answer")
            yield self
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)

    def _address(self, server: subprocess.Popen[bytes]) -> str:
        assert server.poll() is None, (self.home / "jupyter.log").read_text()
        for record in (self.home / "runtime").glob(f"jpserver-{server.pid}.json"):
            return str(_json(record)["url"])
        return ""

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}api/status?token={self.token}", timeout=5) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def open(self, browser: Browser, notebook: str, **options: Any) -> Notebook:
        """Open a notebook in a page of its own."""
        context = browser.new_context(**({"viewport": {"width": 1440, "height": 1000}} | options))
        return Notebook(context.new_page(), f"{self.url}doc/tree/{notebook}?token={self.token}")


def _json(path: Path) -> dict[str, Any]:
    import json

    return dict(json.loads(path.read_text()))


class Notebook:
    """One open notebook, with the vocabulary of somebody who works in it."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.complaints.append(f"page error: {error}"))
        page.goto(url)
        self.ready()

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(word in message.text for word in HARMLESS):
            self.complaints.append(f"{message.text} ({message.location.get('url', '')})")

    def ready(self) -> None:
        """Wait until the notebook is shown and its kernel is idle."""
        self.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        self.page.wait_for_function("() => window.jupyterapp !== undefined", timeout=60_000)
        self._wait_until(f"{_PANEL} && panel.sessionContext.session?.kernel?.status === 'idle'", 60)

    def command(self, name: str) -> None:
        """Run one of JupyterLab's own commands and wait until it is done."""
        self.page.evaluate("name => window.jupyterapp.commands.execute(name).then(() => null)", name)

    def run_all(self, seconds: float = 120) -> None:
        """Run every cell from the top, as *Run All Cells* does."""
        self.command("notebook:run-all-cells")
        self._wait_until(f"{_PANEL} && {_IDLE}", seconds)

    def restart(self) -> None:
        """Restart the kernel, and wait until it is ready."""
        self.page.evaluate(
            f"async () => {{ const {_PANEL_IS}; await panel.sessionContext.restartKernel(); }}"
        )
        self._wait_until(f"{_PANEL} && panel.sessionContext.session?.kernel?.status === 'idle'", 60)

    def run_through(self, text: str) -> None:
        """Run the code cells from the top through the first that contains `text`."""
        last = self.code_cell(text)
        for index in range(last + 1):
            self.run_cell(index)

    def code_cell(self, text: str) -> int:
        """Return the position, among all cells, of the first code cell that contains `text`."""
        found = self.page.evaluate(
            f"text => {{ const {_PANEL_IS}; const cells = [...panel.content.model.cells];"
            "return cells.findIndex(cell => cell.type === 'code' && cell.sharedModel.getSource().includes(text)) }",
            text,
        )
        assert found >= 0, f"no code cell contains {text!r}"
        return int(found)

    def run_cell(self, index: int, *, wait: bool = True) -> None:
        """Run the cell at this position; without `wait`, return as soon as it has begun."""
        self.page.evaluate(
            f"index => {{ const {_PANEL_IS}; panel.content.activeCellIndex = index;"
            "panel.content.deselectAll(); window.jupyterapp.commands.execute('notebook:run-cell'); }",
            index,
        )
        if wait:
            self._wait_until(f"{_PANEL} && {_IDLE}", 60)

    def running(self) -> bool:
        """Return whether a cell runs now."""
        return not self.page.evaluate(f"() => {{ {condition_as_body(_PANEL + ' && ' + _IDLE)} }}")

    def append(self, source: str) -> int:
        """Add a code cell at the end; return its position."""
        return int(
            self.page.evaluate(
                f"source => {{ const {_PANEL_IS}; const model = panel.content.model;"
                "model.sharedModel.insertCell(model.cells.length, {cell_type: 'code', source});"
                "return model.cells.length - 1 }",
                source,
            )
        )

    def save(self) -> None:
        """Save the notebook."""
        self.command("docmanager:save")

    def reload(self) -> None:
        """Reload the page; the kernel goes on."""
        self.page.reload()
        self.ready()

    def show(self, locator: Locator) -> None:
        """Scroll until this is in view; JupyterLab renders a cell only then."""
        locator.first.scroll_into_view_if_needed()

    def errors(self) -> list[str]:
        """Return the error outputs of cells that were not expected to fail."""
        return list(
            self.page.evaluate(
                f"() => {{ const {_PANEL_IS}; return [...panel.content.model.cells]"
                ".filter(cell => cell.type === 'code' && !(cell.getMetadata('tags') ?? []).includes('raises-exception'))"
                ".flatMap(cell => cell.sharedModel.getOutputs().filter(output => output.output_type === 'error')"
                ".map(output => `${cell.sharedModel.getSource()}: ${output.ename}: ${output.evalue}`)) }"
            )
        )

    def unexecuted(self) -> int:
        """Return how many code cells have not been run."""
        return int(
            self.page.evaluate(
                f"() => {{ const {_PANEL_IS}; return [...panel.content.model.cells]"
                ".filter(cell => cell.type === 'code' && cell.sharedModel.execution_count === null).length }"
            )
        )

    def picture(self, name: str, of: Locator | None = None) -> None:
        """Keep a screenshot for people to look at."""
        PICTURES.mkdir(exist_ok=True)
        (of or self.page).screenshot(path=PICTURES / f"{name}.png")

    def dark(self) -> None:
        """Choose JupyterLab's dark theme."""
        self.page.evaluate(
            "() => window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})"
        )
        expect(self.page.locator("body")).to_have_attribute("data-jp-theme-light", "false")

    def close(self) -> None:
        """Close the page."""
        self.page.context.close()

    def _wait_until(self, condition: str, seconds: float) -> None:
        self.page.wait_for_function(f"() => {{ {condition_as_body(condition)} }}", timeout=seconds * 1000)


_PANEL_IS = "panel = window.jupyterapp.shell.currentWidget"
_PANEL = "(panel = window.jupyterapp.shell.currentWidget)"
_IDLE = (
    "panel.sessionContext.session?.kernel?.status === 'idle'"
    " && [...panel.content.widgets].every(cell => cell.model.type !== 'code' || cell.model.executionState !== 'running'"
    " && cell.promptNode?.textContent !== '[*]:')"
)


def condition_as_body(condition: str) -> str:
    """Return a JavaScript function's body for a condition over `panel`."""
    return f"let panel; return !!({condition});"
