"""Checks of the lesson on Nginx by itself: connections, locations, files, leaks, reloads, old workers."""

from __future__ import annotations

import os
import re
import select
import socket
import subprocess
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from labapp import lab
from labapp.course.exercise import configured, expect, fail, question, returned, same, shown, unattempted
from labapp.servers.kinds.nginx import NginxServer

HERE = """
server {
    listen {{ listen }};
    location / { return 200 "here"; }
}
"""


def established(port: int) -> dict[str, int]:
    """Return the connections at a server's port, as the notebook's function does."""
    rows = [line.split()[:10] for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return {
        number: int(remote.rpartition(":")[2], 16)
        for _, local, remote, state, *_, number in rows
        if state == "01" and number != "0" and int(local.rpartition(":")[2], 16) == port
    }


def sockets(pid: int) -> list[str]:
    """Return the kernel's numbers for the sockets that a process has open."""
    opened = [str(each.readlink()) for each in Path(f"/proc/{pid}/fd").iterdir()]
    return [found[1] for one in opened if (found := re.fullmatch(r"socket:\[(\d+)\]", one))]


def clients_of(edge: lab.Server, pid: int) -> set[int]:
    """Return the ports of the clients that a worker is connected with."""
    known = established(edge.port or 0)
    return {known[number] for number in sockets(pid) if number in known}


def connect(stack: ExitStack, edge: lab.Server) -> socket.socket:
    """Return a connection, closed with the stack."""
    return stack.enter_context(socket.create_connection(("127.0.0.1", edge.port or 0), timeout=5))


def asked(stack: ExitStack, edge: lab.Server) -> socket.socket:
    """Return a connection that has had an answer, and is kept."""
    client = connect(stack, edge)
    client.sendall(b"GET / HTTP/1.1\r\nHost: edge\r\n\r\n")
    client.recv(1000)
    return client


def port_of(client: socket.socket) -> int:
    """Return a client's own port."""
    return int(client.getsockname()[1])


# 1. Whose connections.


def accepted(edge: lab.Server, count: int) -> dict[str, int]:
    """Return how many clients each worker has, once it is so many in all."""
    counts: dict[str, int] = {}

    def all_there() -> bool:
        counts.update({worker.name: len(clients_of(edge, worker.pid)) for worker in edge.workers})
        return sum(counts.values()) == count

    edge.wait_until(all_there)
    return counts


@question(1, seconds=6, section="One thread, six hundred connections")
def whose_connections(connections: Callable[[lab.Server], Mapping[str, int]]) -> None:
    """The clients of each worker, twice, since their number changes."""
    with lab.nginx(HERE, workers=3) as edge, lab.nginx(HERE) as other, ExitStack() as stack:
        for _ in range(2):
            asked(stack, other)
        clients = [connect(stack, edge) for _ in range(4)] + [asked(stack, edge) for _ in range(3)]
        for count in (7, 5):
            for client in clients[count:]:
                client.close()
            counts = accepted(edge, count)
            told = connections(edge)
            told_rightly(told, counts, edge)
            expect(accepted(edge, count), "the clients' connections left alone", saw="fewer than before")


def told_rightly(told: Any, counts: dict[str, int], edge: NginxServer) -> None:
    """Fail unless the counts are those of the workers' own connections."""
    returned(told, "a dictionary")
    expect(isinstance(told, Mapping), "a dictionary of numbers, by worker", told)
    expect(
        all(isinstance(key, str) for key in told),
        "names as keys, such as `'worker 1'`",
        saw=f"the key {shown(next((key for key in told if not isinstance(key, str)), ''))}",
    )
    expect("master" not in told, "those who are connected with clients", saw="the master among them")
    expect(set(told) == set(counts), f"every worker, also one without clients: {len(counts)}", list(told))
    expect(all(type(number) is int for number in told.values()), "whole connections", list(told.values()))
    pids = {worker.name: worker.pid for worker in edge.workers}
    count = sum(counts.values())
    if all(told[name] == len([*Path(f"/proc/{pid}/fd").iterdir()]) for name, pid in pids.items()):
        fail("connections", saw="every descriptor that a worker has, its log files too")
    if all(told[name] == len(sockets(pid)) for name, pid in pids.items()):
        fail("connections of clients", saw="every socket that a worker has, and it has others")
    expect(
        set(told.values()) != {count},
        "each connection counted for the worker that has it",
        saw=f"all {count} counted for every worker",
    )
    total = sum(told.values())
    expect(total <= count, f"{count} connections in all, for so many are there", saw=f"as many as {total}")
    expect(total == count, f"{count} connections in all, some of them silent", saw=f"no more than {total}")
    for name, number in counts.items():
        expect(same(told[name], number), f"for {name}, the connections it has: {number}", told[name])


# 2. Five locations.


TABLE = {
    "/": "A",
    "/about": "A",
    "/apis": "A",
    "/api/users": "B",
    "/api/health": "C",
    "/api/health/db": "B",
    "/api/healthy": "B",
    "/cat.png": "D",
    "/img/cat.JPG": "D",
    "/api/cat.jpg": "D",
    "/catpng": "A",
    "/cat.png/back": "A",
    "/private/notes": "E",
    "/private/cat.png": "E",
    "/private/img/cat.png": "E",
    "/privateer": "A",
    "/about?of=cat.png": "A",
}
GIVEN = """
    location / { return 200 A; }
"""


@question(2, section="Which location?")
def five_locations(locations: str) -> None:
    """The letter of the table, for every path."""
    expect(isinstance(locations, str), "locations, as text", locations)
    if locations.split() == GIVEN.split():
        unattempted("There is only the location that was there.")
    with configured(f"server {{ listen {{{{ listen }}}}; {locations} }}") as edge:
        for path, letter in TABLE.items():
            answer = edge.get(path)
            seen = answer.text if answer.status_code == 200 else str(answer.status_code)
            expect(seen == letter, f"for `{path}`, {letter}", saw=seen if len(seen) < 20 else shown(seen))


# 3. A download goes on.


OLD = bytes(range(256)) * 4
NEW = OLD[::-1]
HALF = 400


@contextmanager
def downloads() -> Iterator[tuple[NginxServer, Path]]:
    """Serve a folder with files of one length, and of one second."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        for each in ("half", "replaced", "whole", "unstarted"):
            (folder / each).write_bytes(OLD)
            os.utime(folder / each, (1_790_000_000, 1_790_000_000))
        with lab.nginx("server { listen {{ listen }}; root {{ folder }}; }", folder=folder) as edge:
            yield edge, folder


@question(3, section="Files")
def goes_on(resume: Callable[[lab.Server, str, bytes, str], bytes]) -> None:
    """The whole file in each case, and no byte for nothing."""
    with downloads() as (edge, folder):
        tag = edge.get("/half").headers["etag"]
        (folder / "replaced").write_bytes(NEW)
        told = {
            "half": resume(edge, "/half", OLD[:HALF], tag),
            "replaced": resume(edge, "/replaced", OLD[:HALF], tag),
            "whole": resume(edge, "/whole", OLD, tag),
            "unstarted": resume(edge, "/unstarted", b"", tag),
        }
    # A worker has written its last line when the server has ended.
    sent = Counter[str]()
    for path, size in re.findall(r'"GET /(\w+) HTTP/1.1" \d+ (\d+)', edge.log.text):
        sent[path] += int(size)
    sent["half"] -= len(OLD)
    for name, value in told.items():
        returned(value, "the file")
        expect(isinstance(value, bytes), "a file as `bytes`", saw=type(value).__name__)
        expect(sent[name] or name == "whole", f"for `/{name}`, a request to the server", saw="none")
    of_the_unchanged(told, sent)
    of_the_replaced(told["replaced"])


def of_the_unchanged(told: Mapping[str, bytes], sent: Mapping[str, int]) -> None:
    """Fail unless what was missing was fetched, and nothing else."""
    half, rest = told["half"], len(OLD) - HALF
    expect(half != OLD[HALF:], "the whole file", saw="only what had been missing")
    expect(
        len(half) == len(OLD),
        f"of a download that broke off after {HALF} bytes, the {len(OLD)} of the file",
        saw=f"{len(half)}",
    )
    expect(half == OLD, "the file, byte for byte", saw="others")
    expect(
        sent["half"] <= rest,
        f"no more than the {rest} bytes that were missing, sent by the server",
        saw=f"{sent['half']} sent",
    )
    whole = told["whole"]
    expect(b"416" not in whole, "where nothing was missing, the file", saw="an error's page in it")
    expect(whole == OLD, "where nothing was missing, the file", saw=f"{len(whole)} bytes of another kind")
    expect(
        sent["whole"] < len(OLD), "where nothing was missing, less than the file sent", saw="all of it, again"
    )
    expect(
        told["unstarted"] == OLD,
        "where everything was missing, the file",
        saw=f"{len(told['unstarted'])} bytes",
    )


def of_the_replaced(seen: bytes) -> None:
    """Fail unless the new version came, and no mixture."""
    expected = "of a file that was replaced, the new version"
    expect(
        seen != OLD[:HALF] + NEW[HALF:], expected, saw="the beginning of the old one, the end of the new one"
    )
    expect(seen != OLD[:HALF] + NEW, expected, saw="the beginning of the old one, then the new one whole")
    expect(seen == NEW, expected, saw=f"{len(seen)} bytes that are not it")


# 4. What leaks.


CONTENT = (
    "img/cat.png", "img/deep/dog.png", "img/.hidden", "img-old/cat.png",
    "docs/paper.txt", "docs/.draft", "docs/.git/config", "secret.txt",
)  # fmt: skip
PUBLIC = ("/img/cat.png", "/img/deep/dog.png", "/docs/paper.txt")
NOBODYS = (
    "/img../secret.txt", "/docs/.draft", "/docs/.git/config", "/img/.hidden",
    "/secret.txt", "/img-old/cat.png", "/img../docs/.draft", "/docs../secret.txt",
)  # fmt: skip
LEAKY = r"""
server {
    listen {{ listen }};
    location /img      { alias {{ site }}/img/; }
    location ^~ /docs/ { alias {{ site }}/docs/; autoindex on; }
    location ~ /\.     { return 404; }
}
"""


@question(4, section="The missing slash")
def nothing_leaks(config: str) -> None:
    """All that is public is served, and nothing else."""
    expect(isinstance(config, str), "a configuration, as text", config)
    if config.split() == LEAKY.split():
        unattempted("The configuration is as it was.")
    with TemporaryDirectory() as name:
        site = Path(name) / "site"
        for each in CONTENT:
            (site / each).parent.mkdir(parents=True, exist_ok=True)
            (site / each).write_text(f"this is {each}\n")
        with configured(config, site=site) as edge:
            for path in PUBLIC:
                answer = edge.get(path)
                expect(
                    answer.text == f"this is {path[1:]}\n",
                    f"`{path}` served as before",
                    saw=str(answer.status_code),
                )
            listed = edge.get("/docs/")
            expect(
                listed.status_code == 200 and 'href="paper.txt"' in listed.text,
                "the list of `/docs/`",
                saw=str(listed.status_code),
            )
            for path in NOBODYS:
                expect("this is" not in edge.get(path).text, f"nothing at `{path}`", saw="a file, served")


# 5. Replaced, or not.


def said(edge: lab.Server) -> str:
    """Return what a new connection is answered."""
    return edge.get("/", headers={"Connection": "close"}).text


def pids(edge: lab.Server) -> set[int]:
    return {worker.pid for worker in edge.workers}


def lives_by(edge: lab.Server, word: str, before: set[int]) -> None:
    """Fail unless the answer becomes this word; for a moment the workers of before accept too."""
    try:
        edge.wait_until(lambda: said(edge) == word and not before & pids(edge), timeout=3)
    except TimeoutError:
        fail(f"the answer of the new configuration, {word!r}", saw=f"still {said(edge)!r}")


@question(5, seconds=10, section="A configuration that is broken")
def replaced_or_not(deploy: Callable[[NginxServer, str], bool]) -> None:
    """A good one takes effect, a broken one leaves no trace, the next good one takes effect again."""
    with lab.nginx(HERE) as edge:
        master, here = edge.pid, str(edge.config)
        there = here.replace('"here"', '"there"')
        file = edge.directory / "nginx.conf"
        workers = pids(edge)
        told = deploy(edge, there)
        returned(told, "`True` or `False`")
        expect(type(told) is bool, "`True` or `False`", told)
        expect(edge.running, "a server that still runs", saw=f"it {edge.ending}")
        expect(told, "`True` for a good configuration", told)
        lives_by(edge, "there", workers)
        expect(edge.pid == master, "the same master", saw="another")
        expect(file.read_text() == there, "the new configuration on the disk", saw="the one of before")
        for broken in (
            there.replace("return 200", "retrun 200"),
            there.replace("}\n# ---- to here", "\n# ---- to here"),
        ):
            left_alone(edge, deploy, broken, there)
        workers = pids(edge)
        expect(deploy(edge, here) is True, "`True` for a good one after a broken one", saw="`False`")
        lives_by(edge, "here", workers)


def left_alone(
    edge: NginxServer, deploy: Callable[[NginxServer, str], bool], broken: str, before: str
) -> None:
    """Fail unless a broken configuration is told from a good one, and changes nothing."""
    try:
        told = deploy(edge, broken)
    except (lab.LaunchError, subprocess.CalledProcessError) as error:
        fail("`False` for a broken configuration", saw=f"a {type(error).__name__}")
    on_disk = (edge.directory / "nginx.conf").read_text()
    expect(on_disk != broken, "the good configuration still on the disk", saw="the broken one")
    expect(on_disk == before, "on the disk, the configuration that Nginx lives by", saw="another")
    expect(told is False, "`False` for a configuration that Nginx refuses", told)
    expect(edge.running and said(edge) == "there", "the configuration of before, in force", saw="not so")


# 6. Who keeps the old worker.

# Seconds in which a client hears that its worker was killed.
SETTLED = 0.2


@question(6, seconds=8, section="A reload under load")
def who_keeps_it(keepers: Callable[[lab.Server], Collection[int]]) -> None:
    """The silent clients of before, and nobody else."""
    with lab.nginx(HERE) as edge, ExitStack() as stack:
        idle = asked(stack, edge)
        told_of(keepers(edge), {}, {port_of(idle): "a client, though there was no reload yet"}, edge)
        silent = [connect(stack, edge) for _ in range(3)]
        accepted(edge, 4)
        before = {worker.pid for worker in edge.workers}
        edge.reload()
        edge.wait_until(lambda: len(established(edge.port or 0)) == len(silent))
        # An old worker whom nobody keeps is about to end, and has nothing that can be read.
        edge.wait_until(lambda: all(keeps_one(edge, one.pid) for one in edge.workers if one.pid in before))
        late, later = asked(stack, edge), connect(stack, edge)
        accepted(edge, 5)
        others = {port_of(client): "a client of a new worker" for client in (late, later)}
        others[port_of(idle)] = "a client whose connection is closed"
        told = keepers(edge)
        cut, _, _ = select.select(silent, [], [], SETTLED)
        expect(not cut, "the clients left as they were", saw="a connection cut off")
        told_of(told, {port_of(client): "" for client in silent}, others, edge)


def keeps_one(edge: lab.Server, pid: int) -> bool:
    """Tell whether a worker is connected with a client; one that has just ended is not."""
    try:
        return bool(clients_of(edge, pid))
    except OSError:
        return False


def told_of(told: Any, wanted: Collection[int], others: Mapping[int, str], edge: NginxServer) -> None:
    """Fail unless just the wanted ports were told."""
    returned(told, "a set of ports")
    expect(isinstance(told, set | frozenset), "a set of ports", told)
    expect(all(type(port) is int for port in told), "ports as whole numbers", told)
    pids = {process.pid for process in edge.tree()}
    expect(not told & pids, "ports of clients, and no pids", saw="the pid of a worker")
    expect(edge.port not in told, "ports of clients", saw="the server's own")
    for port in told:
        expect(port not in others, "none but those who keep an old worker", saw=others.get(port, ""))
    expect(
        not told - set(wanted), "ports of clients that are connected", saw=f"{shown(told - set(wanted))} too"
    )
    missing = len(set(wanted) - told)
    expect(not missing, f"the ports of all {len(wanted)} clients that keep one", saw=f"{len(told)} of them")
