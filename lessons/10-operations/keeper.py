"""What a supervisord of the lesson finds in its environment, and supervisorctl as a person calls it."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from tempfile import mkdtemp
from xmlrpc.client import ServerProxy

import psutil
from supervisor.xmlrpc import SupervisorTransport

CONFIGURATION = Path(__file__).with_name("supervisor") / "supervisord.conf"
PORTS = "PORT", "PORT2", "PORT3", "PORT4"


def surroundings(programs):
    """Return the variables that the configuration asks for: which programs, a folder, and ports."""
    ports = {name: str(port) for name, port in zip(PORTS, free_ports(len(PORTS)), strict=True)}
    return {"PROGRAMS": programs, "RUN": mkdtemp(), **ports}


class Control:
    """`supervisorctl`, for the supervisord that was launched with these variables."""

    def __init__(self, env):
        self._env = env
        self._transport = SupervisorTransport(None, None, f"unix://{env['RUN']}/control")
        self._asked = ServerProxy("http://127.0.0.1", transport=self._transport).supervisor

    def __call__(self, *words):
        """Run it with these words as in a terminal; return what it says."""
        command = [sys.executable, "-m", "supervisor.supervisorctl", "-c", str(CONFIGURATION), *words]
        done = subprocess.run(
            command, env={**os.environ, **self._env}, capture_output=True, check=False, text=True, timeout=60
        )
        return (done.stdout + done.stderr).strip()

    def states(self):
        """Return the state of each program, as `status` says it; asked over the socket, for that is quick."""
        return {name: state for name, (state, _) in self.programs().items()}

    def programs(self):
        """Return the state and the pid, 0 for none, of each program, all at one moment."""
        told = self._asked.getAllProcessInfo()
        return {program["name"]: (program["statename"], program["pid"]) for program in told}

    def process(self, program):
        """Return the process that supervisord has for a program; None if it has ended, known or not."""
        pid = self._asked.getProcessInfo(program)["pid"]
        return psutil.Process(pid) if pid and psutil.pid_exists(pid) else None

    def clear(self):
        """Ask no more, and remove the folder of the control socket and the logs."""
        self._transport.close()
        shutil.rmtree(self._env["RUN"])


def free_ports(number):
    """Return ports that nobody has at the moment."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports
