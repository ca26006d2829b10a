"""A running supervisord, as a notebook holds it in its hand."""

import subprocess
import sys
from pathlib import Path

from labapp.arguments import SECONDS, TEXT, takes
from labapp.servers.command import split
from labapp.servers.errors import LaunchError
from labapp.servers.kinds.supervisor.control import ProgramStates, states
from labapp.servers.kinds.supervisor.kind import Supervisor
from labapp.servers.kinds.supervisor.site import Control
from labapp.servers.log import Excerpt
from labapp.servers.server import Server


class SupervisorServer(Server):
    """A real supervisord under its guard: a server like the others, which takes orders."""

    kind: Supervisor

    def programs(self) -> ProgramStates:
        """Return its programs as it sees them now: the state, the pid and the last words of each."""
        control = self._control()
        try:
            return states(control)
        except OSError as error:
            raise ProcessLookupError(
                f"supervisord does not answer at {control.url}: {error.strerror or error}. "
                f"{f'It has ended ({self.ending}).' if self.ending else 'It may just start or end.'}"
            ) from None

    @takes(words=TEXT, timeout=SECONDS)
    def supervisorctl(self, words: str, timeout: float = 30.0) -> Excerpt:
        """Run `supervisorctl` with these words, such as `"restart web"`, and return what it says."""
        control = self._control()
        orders = self.directory / "supervisorctl.conf"
        orders.write_text(
            f"[supervisorctl]\nserverurl = {_quoted(control.url)}\nusername = {_quoted(control.username)}\n"
            f"password = {_quoted(control.password)}\n"
        )
        run = subprocess.run(
            [Path(sys.executable).with_name("supervisorctl"), "-c", orders, *split(words)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=timeout,
            check=False,
        )
        return Excerpt(run.stdout.rstrip("\n"))

    def _control(self) -> Control:
        if control := self.kind.site.control:
            return control
        raise LaunchError(
            "This supervisord takes no orders: its configuration gives it no control socket.",
            "add [unix_http_server] with file=…, and [rpcinterface:supervisor] with "
            "supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface.",
        )


def _quoted(text: str) -> str:
    """Return a text as a value in a configuration, where a per cent sign means more than itself."""
    return text.replace("%", "%%")
