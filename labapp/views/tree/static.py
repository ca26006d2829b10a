"""What stands in for the live view where nothing runs: a picture, and a text, the same in every run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labapp.servers import count
from labapp.views.tree.boxes import of_tree, settled
from labapp.views.tree.painter import draw

if TYPE_CHECKING:
    from labapp.observe import Tree
    from labapp.servers import Server


def tree_bundle(tree: Tree) -> dict[str, str]:
    """Return a snapshot of processes as a picture, and as a text of labels only."""
    return {
        "image/svg+xml": draw(settled(of_tree(tree)), f"Process tree: {facts(tree)}"),
        "text/plain": repr(tree),
    }


def server_bundle(server: Server, tree: Tree) -> dict[str, str]:
    """Return a server with its processes as a picture, and as a text of labels only."""
    banner = (command_line(server), server.url or server.address, _state(server, tree))
    title = f"{command_line(server)}: {_state(server, tree)}"
    return {
        "image/svg+xml": draw(settled(of_tree(tree)), title, banner),
        "text/plain": plain_text(server, tree),
    }


def plain_text(server: Server, tree: Tree) -> str:
    """Return a server in two lines that are the same in every run."""
    labels = " ".join(process.label for process in tree)
    return f"{command_line(server)}\n  {_state(server, tree)}" + (f": {labels}" if labels else "")


def terminal_text(server: Server, tree: Tree) -> str:
    """Return a server as a terminal shows it, with pids and figures."""
    return f"{command_line(server)}\n{server.url or server.address}, {_state(server, tree)}\n\n{tree}"


def command_line(server: Server) -> str:
    """Return the command line on one line."""
    return " ".join(server.typed.split())


def facts(tree: Tree) -> str:
    """Count the processes of a tree in a few words."""
    if not tree.masters:
        return "no process" if not tree else "1 process" if len(tree) == 1 else f"{len(tree)} processes"
    masters = "a master" if len(tree.masters) == 1 else f"{len(tree.masters)} masters"
    return f"{masters} and {count(len(tree.workers), 'worker')}"


def _state(server: Server, tree: Tree) -> str:
    return facts(tree) if tree else server.ending or "no process"
