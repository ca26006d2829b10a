"""The stage of this kernel: which servers there are to choose from, and whose view is shown."""

from __future__ import annotations

import sys
from pathlib import Path
from threading import RLock, Thread
from typing import TYPE_CHECKING, Any, Literal, cast

import anywidget
import traitlets

from labapp.front_end import keep_clicks_on_their_own_thread
from labapp.servers import Server, servers
from labapp.views import deployment, live
from labapp.views.live import LiveView, Placed
from labapp.views.stage.names import given_names, names_of
from labapp.views.theme import style_sheet
from labapp.views.tree import command_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from labapp.views.deployment import DeploymentView

HERE = Path(__file__).parent / "front"

Shown = Server | Placed
"""What is chosen: a server, or a view of several."""

_opening = RLock()
_stages: list[Stage] = []


def watch(
    server: Server, *others: Server, where: Literal["side", "cell"] = "side"
) -> LiveView | DeploymentView:
    """Return the view of a server, or of some together; a front end shows it on the stage or in its cell."""
    given = given_names(_namespace())
    view = deployment.watch(server, *others, given=given) if others else live.watch(server)
    stage = the_stage()
    view.place(where, stage.model_id, stage.take)
    return view


def the_stage() -> Stage:
    """Return this process's stage."""
    with _opening:
        if not _stages:
            _stages.append(Stage(_namespace()))
        return _stages[0]


class Stage(anywidget.AnyWidget):
    """What the front end docks beside the notebook; `namespace` tells what the notebook calls its servers.

    When the server that is shown has ended and a newer one runs, that one is shown: a lesson that launches
    its server anew goes on being watched.
    """

    _esm = (HERE / "stage.js").read_text(encoding="utf-8")
    _css = "".join(
        style_sheet((HERE / name).read_text(encoding="utf-8"), root)
        for name, root in (("stage.css", ".labapp-stage"), ("line.css", ".labapp-line"))
    )
    servers: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    shown = traitlets.Unicode().tag(sync=True)
    asked = traitlets.Int().tag(sync=True)  # How often a cell brought a view here.

    def __init__(self, namespace: Mapping[str, Any]) -> None:
        self._namespace = namespace
        self._turn = RLock()
        self._keys: dict[Shown, str] = {}  # In the order in which they were first seen.
        self._number = 0
        self._begun = False  # A front end shows it.
        super().__init__()
        self.on_msg(self._on_browser_message)
        keep_clicks_on_their_own_thread(self)
        _after_each_cell(self.refresh)

    def take(self, view: Placed) -> None:
        """Show a view, unless it is to be in its cell."""
        with self._turn:
            shown: Shown = view.server if isinstance(view, LiveView) else view
            for one in (*servers(), shown):
                self._know(one)
            if view.where == "side":
                self.shown = self._keys[shown]
                self.asked += 1
            self.refresh()

    def refresh(self) -> None:
        """Bring the list up to date, and follow the server that took the place of the one shown."""
        with self._turn:
            running = servers()
            for server in running:
                self._know(server)
            known = list(self._keys)
            here = next((one for one in known if self._keys[one] == self.shown), None)
            if self._begun and here is not None and not _runs(here) and running:
                newest = running[-1]
                if known.index(newest) > known.index(here):
                    self.shown = self._keys[newest]
            self._list()

    def _list(self) -> None:
        """List those who run, and the one shown."""
        with self._turn:
            self._keys = {one: key for one, key in self._keys.items() if _runs(one) or key == self.shown}
            names = names_of([one for shown in self._keys for one in _servers(shown)], self._namespace)
            self.servers = [self._entry(one, key, names) for one, key in self._keys.items()]

    def _know(self, shown: Shown) -> None:
        """Give what may be chosen its key, unless it has one."""
        if shown not in self._keys:
            self._number += 1
            self._keys[shown] = str(self._number)

    def _entry(self, shown: Shown, key: str, names: Mapping[Server, str]) -> dict[str, Any]:
        model = ""
        if key == self.shown:
            view = shown if isinstance(shown, Placed) else live.watch(shown)
            view.observe(self._on_end, "ended")
            model = view.model_id
        several = shown.title if isinstance(shown, deployment.DeploymentView) else ""
        return {
            "key": key,
            "name": several or names[_servers(shown)[0]],
            "command": ", ".join(command_line(server) for server in _servers(shown)),
            "view": model,
            "running": _runs(shown),
        }

    def _on_end(self, _: object) -> None:
        """Say that a server that is shown has ended, though no cell ran; who looks at it goes on doing so."""
        # In a thread of its own: the view's painting, whose turn it is, waits for nobody.
        Thread(target=self._list, name="labapp-stage", daemon=True).start()

    def _on_browser_message(self, _: object, message: dict[str, Any], _buffers: object) -> None:
        """Act on what the reader did, in the thread of the front end's messages."""
        with self._turn:
            match message:
                case {"kind": "hello"}:
                    self._begun = True
                case {"kind": "choose", "key": str(key)} if key in self._keys.values():
                    self.shown = key
            self.refresh()


def _servers(shown: Shown) -> tuple[Server, ...]:
    return shown.servers if isinstance(shown, deployment.DeploymentView) else (cast("Server", shown),)


def _runs(shown: Shown) -> bool:
    return any(server.running for server in _servers(shown))


def _ipython() -> Any:
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None


def _namespace() -> Mapping[str, Any]:
    shell = _ipython()
    return shell.user_ns if shell else {}


def _after_each_cell(act: Callable[[], None]) -> None:
    if shell := _ipython():
        shell.events.register("post_run_cell", lambda _: act())
