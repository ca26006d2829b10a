"""A server in a few lines of text."""

from http import HTTPStatus
from typing import TYPE_CHECKING

from labapp.servers.wording import count

if TYPE_CHECKING:
    from labapp.servers.program import Program
    from labapp.servers.readiness import Answer
    from labapp.servers.server import Server


def describe(server: "Server", program: "Program", answer: "Answer") -> str:
    """Return its command as typed, where it answers, its processes, and what the lab added to its environment."""
    lines = [program.command.typed]
    if server.running:
        tree = server.tree()
        who = f"{'master' if tree.masters else 'process'} {server.pid}"
        workers = f", {count(len(tree.workers), 'worker')}" if tree.masters else ""
        lines.append(
            f"  {'runs' if not answer.address else 'answers at ' + (server.url or server.address)}; {who}{workers}"
        )
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
