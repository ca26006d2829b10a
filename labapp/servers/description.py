"""A server in a few lines of text."""

from http import HTTPStatus
from typing import TYPE_CHECKING

from labapp.servers.wording import count

if TYPE_CHECKING:
    from labapp.servers.kinds.base import Program
    from labapp.servers.readiness import Answer
    from labapp.servers.server import Server


def describe(server: "Server", program: "Program", answer: "Answer") -> str:
    """Return its command as typed, where it answers, its processes, and what the lab added."""
    lines = [program.command.typed]
    if server.running:
        tree = server.snapshot()
        who = f"{'master' if tree.masters else 'process'} {server.pid}"
        workers = f", {count(len(tree.workers), 'worker')}" if tree.masters else ""
        where = f"answers at {server.url or server.address}" if answer.address else "does not answer yet"
        lines.append(f"  {where}; {who}{workers}")
        if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            lines.append(
                f"  its first answer was {answer.status} {HTTPStatus(answer.status).phrase}: look at its log"
            )
    else:
        lines.append(f"  {server.ending}")
    own = str(server.directory)
    for name, value in server.environment.items():
        words = value.replace(own, "…")
        lines.append(f'  the lab added {name}="{words}"')
    return "\n".join(lines)
