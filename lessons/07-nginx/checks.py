"""Checks of the lesson on Nginx by itself: connections, locations, files, leaks, reloads, old workers."""
# ruff: noqa: PLC0415, PTH115, PTH208
# An answer's name is its description; it imports like a cell, and reads /proc as the lesson does.

from __future__ import annotations

import os
import re
import socket
import subprocess
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from labapp import lab
from labapp.course.exercise import expect, fail, question, same, shown, unattempted
from labapp.servers.kinds.nginx.server import NginxServer

HERE = """
server {
    listen {{ listen }};
    location / { return 200 "here"; }
}
"""


def returned(value: object, what: str) -> None:
    """Fail where a function has printed its answer, or forgotten it."""
    expect(value is not None, f"{what}, returned", saw="`None`: the function returns nothing")


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
    opened = [os.readlink(each) for each in Path(f"/proc/{pid}/fd").iterdir()]
    return [found[1] for one in opened if (found := re.fullmatch(r"socket:\[(\d+)\]", one))]


def title(pid: int) -> str:
    """Return what a process calls itself."""
    return Path(f"/proc/{pid}/cmdline").read_text()


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


@question(
    1,
    seconds=6,
    section="One thread, six hundred connections",
    hints=(
        "Which numbers of `established(edge.port)` stand in the table of a worker's descriptors?",
        "In `/proc/PID/fd` each descriptor is a link; that of a socket leads to `socket:[367910]`.",
        (
            "For each worker: `os.readlink` of everything in `/proc/PID/fd`, and of these count those that "
            "are `socket:[NUMBER]` with a NUMBER from `established(edge.port)`."
        ),
    ),
)
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
    if all(told[name] == len(os.listdir(f"/proc/{pid}/fd")) for name, pid in pids.items()):
        fail("connections", saw="every descriptor that a worker has, its log files too")
    if all(told[name] == len(sockets(pid)) for name, pid in pids.items()):
        fail("connections of clients", saw="every socket that a worker has, and it has others")
    expect(
        set(told.values()) != {count},
        "each connection counted for the worker that has it",
        saw=f"all {count} counted for every worker",
    )
    total = sum(told.values())
    expect(
        total <= count,
        f"{count} connections in all, for so many are there",
        saw=f"as many as {total}",
    )
    expect(total == count, f"{count} connections in all, some of them silent", saw=f"no more than {total}")
    for name, number in counts.items():
        expect(same(told[name], number), f"for {name}, the connections it has: {number}", told[name])


@whose_connections.right
def by_descriptors() -> Any:
    def connections(edge: lab.Server) -> dict[str, int]:
        clients = established(edge.port or 0)
        counts = {}
        for worker in edge.workers:
            folder = Path(f"/proc/{worker.pid}/fd")
            opened = [os.readlink(each) for each in folder.iterdir()]
            counts[worker.name] = sum(f"socket:[{number}]" in opened for number in clients)
        return counts

    return connections


@whose_connections.right
def with_psutil() -> Any:
    def connections(edge: lab.Server) -> dict[str, int]:
        import psutil

        return {
            worker.name: sum(
                one.status == psutil.CONN_ESTABLISHED and one.laddr.port == edge.port
                for one in psutil.Process(worker.pid).net_connections("tcp")
            )
            for worker in edge.workers
        }

    return connections


@whose_connections.wrong("saw every descriptor that a worker has")
def all_descriptors() -> Any:
    return lambda edge: {w.name: len(os.listdir(f"/proc/{w.pid}/fd")) for w in edge.workers}


@whose_connections.wrong("saw every socket that a worker has")
def all_sockets() -> Any:
    return lambda edge: {w.name: len(sockets(w.pid)) for w in edge.workers}


@whose_connections.wrong("7 counted for every worker")
def not_asked_whose() -> Any:
    return lambda edge: {w.name: len(established(edge.port)) for w in edge.workers}


@whose_connections.wrong("whole connections, saw `[2.33")
def fair_shares() -> Any:
    return lambda edge: {w.name: len(established(edge.port)) / 3 for w in edge.workers}


@whose_connections.wrong("some of them silent, saw no more than 3")
def by_the_log() -> Any:
    def connections(edge: lab.Server) -> dict[str, int]:
        edge.wait_until(lambda: edge.log.text.count('"GET /') == 3)
        first, *others = [worker.name for worker in edge.workers]
        return {first: 3, **dict.fromkeys(others, 0)}

    return connections


@whose_connections.wrong("saw the master among them")
def everybody() -> Any:
    return lambda edge: {each.name: len(clients_of(edge, each.pid)) for each in edge.tree()}


@whose_connections.wrong("names as keys, such as `'worker 1'`, saw the key")
def by_pid() -> Any:
    return lambda edge: {w.pid: len(clients_of(edge, w.pid)) for w in edge.workers}


@whose_connections.wrong("a dictionary of numbers, by worker, saw `7`")
def the_sum() -> Any:
    return lambda edge: len(established(edge.port))


@whose_connections.wrong("5 connections in all, for so many are there, saw as many as 7")
def remembered() -> Any:
    known: dict[str, int] = {}

    def connections(edge: lab.Server) -> dict[str, int]:
        if not known:
            known.update({w.name: len(clients_of(edge, w.pid)) for w in edge.workers})
        return known

    return connections


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
API = "location /api/ { return 200 B; }"
HEALTH = "location = /api/health { return 200 C; }"
PICTURES = r"location ~* \.(png|jpg)$ { return 200 D; }"
PRIVATE = "location ^~ /private/ { return 200 E; }"


@contextmanager
def serving(config: str, **names: object) -> Iterator[NginxServer]:
    """Run a learner's configuration; a failure says what Nginx has against it."""
    try:
        edge = lab.nginx(config, **names)  # type: ignore[arg-type]
    except lab.LaunchError as error:
        fail("a configuration that Nginx takes", saw=error.summary)
    with edge:
        yield edge


@question(
    2,
    section="Which location?",
    hints=(
        "Which of the five is one path, which are folders, which is told by its end? Each has a sign.",
        "`=` for one path, a slash after a folder, `~*` for an end in any case, `^~` to keep `~*` away.",
        (
            "B `/api/`, C `= /api/health`, D `~*` with a backslash before the dot and a `$` at the end, "
            "E `^~ /private/`."
        ),
    ),
)
def five_locations(locations: str) -> None:
    """The letter of the table, for every path."""
    expect(isinstance(locations, str), "locations, as text", locations)
    if locations.split() == GIVEN.split():
        unattempted("There is only the location that was there.")
    with serving(f"server {{ listen {{{{ listen }}}}; {locations} }}") as edge:
        for path, letter in TABLE.items():
            answer = edge.get(path)
            seen = answer.text if answer.status_code == 200 else str(answer.status_code)
            expect(seen == letter, f"for `{path}`, {letter}", saw=seen if len(seen) < 20 else shown(seen))


@five_locations.blank
def as_given() -> Any:
    return GIVEN


@five_locations.right
def as_in_the_lesson() -> Any:
    return GIVEN + API + HEALTH + PICTURES + PRIVATE


@five_locations.right
def all_by_expressions() -> Any:
    return r"""
        location ~ ^/private/       { return 200 E; }
        location ~* \.(?:jpg|png)$  { return 200 D; }
        location ~ ^/api/health$    { return 200 C; }
        location ~ ^/api/           { return 200 B; }
        location ~ ^/               { return 200 A; }
    """


@five_locations.right
def nested() -> Any:
    return r"""
        location / { return 200 A; location ~* \.(png|jpg)$ { return 200 D; } }
        location /private/ { return 200 E; }
        location = /api/health { return 200 C; }
        location /api/ { location ~* \.(png|jpg)$ { return 200 D; } return 200 B; }
    """


@five_locations.wrong("for `/private/cat.png`, E, saw D")
def without_the_caret() -> Any:
    return GIVEN + API + HEALTH + PICTURES + PRIVATE.replace("^~ ", "")


@five_locations.wrong("for `/apis`, A, saw B")
def without_a_slash() -> Any:
    return GIVEN + API.replace("/api/", "/api") + HEALTH + PICTURES + PRIVATE


@five_locations.wrong("for `/api/health/db`, B, saw C")
def a_prefix_for_one_path() -> Any:
    return GIVEN + API + HEALTH.replace("= ", "") + PICTURES + PRIVATE


@five_locations.wrong("for `/img/cat.JPG`, D, saw A")
def small_letters() -> Any:
    return GIVEN + API + HEALTH + PICTURES.replace("~*", "~") + PRIVATE


@five_locations.wrong("for `/catpng`, A, saw D")
def any_character_for_a_dot() -> Any:
    return GIVEN + API + HEALTH + PICTURES.replace(r"\.", ".") + PRIVATE


@five_locations.wrong("for `/cat.png/back`, A, saw D")
def anywhere_in_the_path() -> Any:
    return GIVEN + API + HEALTH + PICTURES.replace("$", "") + PRIVATE


@five_locations.wrong("for `/api/cat.jpg`, D, saw B")
def the_caret_everywhere() -> Any:
    return GIVEN + API.replace("/api", "^~ /api") + HEALTH + PICTURES + PRIVATE


@five_locations.wrong("for `/privateer`, A, saw E")
def the_caret_without_a_slash() -> Any:
    return GIVEN + API + HEALTH + PICTURES + PRIVATE.replace("e/", "e")


@five_locations.wrong("a configuration that Nginx takes, saw The brace }")
def a_semicolon_forgotten() -> Any:
    return GIVEN + API.replace(";", "") + HEALTH + PICTURES + PRIVATE


@five_locations.wrong("for `/`, A, saw 404")
def without_the_rest() -> Any:
    return API + HEALTH + PICTURES + PRIVATE


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


@question(
    3,
    section="Files",
    hints=(
        "Which statuses can come: a part, the whole, nothing there? What do you return in each case?",
        "The first byte that you lack has the number `len(kept)`. A range without an end goes to the end.",
        (
            "Ask with `Range` and `If-Range`. On 206 it is `kept` and the content, on 416 `kept` alone, on "
            "200 the content alone."
        ),
    ),
)
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


@goes_on.right
def with_if_range() -> Any:
    def resume(edge: lab.Server, path: str, kept: bytes, tag: str) -> bytes:
        wanted = {"Range": f"bytes={len(kept)}-", "If-Range": tag}
        answer = edge.get(path, headers=wanted)
        if answer.status_code == 206:
            return kept + answer.content
        return kept if answer.status_code == 416 else answer.content

    return resume


@goes_on.right
def look_first() -> Any:
    def resume(edge: lab.Server, path: str, kept: bytes, tag: str) -> bytes:
        head = edge.request("HEAD", path).headers
        if head["etag"] != tag:
            return edge.get(path).content
        if int(head["content-length"]) == len(kept):
            return kept
        return kept + edge.get(path, headers={"Range": f"bytes={len(kept)}-"}).content

    return resume


@goes_on.right
def by_urllib() -> Any:
    def resume(edge: lab.Server, path: str, kept: bytes, tag: str) -> bytes:
        from urllib.error import HTTPError
        from urllib.request import Request, urlopen

        request = Request(f"{edge.url}{path}", headers={"Range": f"bytes={len(kept)}-", "If-Range": tag})
        try:
            with urlopen(request) as answer:
                content: bytes = answer.read()
                return content if answer.status == 200 else kept + content
        except HTTPError as error:
            error.close()  # 416
            return kept

    return resume


def asking(**changed: Any) -> Any:
    """Return a `resume` that asks for a range, and errs in one thing."""

    def resume(edge: lab.Server, path: str, kept: bytes, tag: str) -> Any:
        headers = {"Range": changed.get("range", "bytes={}-").format(len(kept) + changed.get("off", 0))}
        if changed.get("conditional", True):
            headers["If-Range"] = tag
        answer = edge.get(path, headers=headers)
        done = changed.get("done", lambda status, kept, content: kept + content if status == 206 else content)
        if answer.status_code == 416 and changed.get("known", True):
            return kept
        return done(answer.status_code, kept, answer.content)

    return resume


@goes_on.wrong("that were missing, sent by the server, saw 1024 sent")
def all_of_it_again() -> Any:
    return lambda edge, path, *_: edge.get(path).content


@goes_on.wrong("saw the beginning of the old one, the end of the new one")
def unconditional() -> Any:
    return asking(conditional=False)


@goes_on.wrong("saw the beginning of the old one, then the new one whole")
def appended_whatever_came() -> Any:
    return asking(done=lambda _, kept, content: kept + content)


@goes_on.wrong("the 1024 of the file, saw 1025")
def a_byte_too_many() -> Any:
    return asking(off=-1)


@goes_on.wrong("the 1024 of the file, saw 1023")
def a_byte_too_few() -> Any:
    return asking(off=1)


@goes_on.wrong("the whole file, saw only what had been missing")
def the_rest_alone() -> Any:
    return asking(done=lambda *answer: answer[2])


@goes_on.wrong("saw an error's page in it")
def nothing_missing_forgotten() -> Any:
    return asking(known=False)


@goes_on.wrong("a file as `bytes`, saw str")
def as_text() -> Any:
    return asking(done=lambda _, kept, content: (kept + content).decode("latin-1"))


@goes_on.wrong("where nothing was missing, less than the file sent, saw all of it, again")
def on_416_once_more() -> Any:
    def resume(edge: lab.Server, path: str, kept: bytes, tag: str) -> Any:
        answer = edge.get(path, headers={"Range": f"bytes={len(kept)}-", "If-Range": tag})
        if answer.status_code == 416:
            return edge.get(path).content
        return kept + answer.content if answer.status_code == 206 else answer.content

    return resume


@goes_on.wrong("for `/replaced`, a request to the server, saw none")
def from_the_first_only() -> Any:
    def resume(edge: lab.Server, _: str, kept: bytes, tag: str) -> Any:
        return asking()(edge, "/half", kept, tag)

    return resume


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


@question(
    4,
    section="The missing slash",
    hints=(
        "Ask for `secret.txt` as the lesson did, and for `.draft` where it lies. What should stop you?",
        "One location lacks a character. Another has two that keep the rule against dots from being asked.",
        "`location /img/` for the first, and `location /docs/` without its `^~` for the second.",
    ),
)
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
        with serving(config, site=site) as edge:
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


@nothing_leaks.blank
def as_it_was() -> Any:
    return LEAKY


@nothing_leaks.right
def two_corrections() -> Any:
    return LEAKY.replace("/img  ", "/img/ ").replace("^~ /docs", "/docs")


@nothing_leaks.right
def by_root() -> Any:
    return r"""
    server {
        listen {{ listen }};
        root {{ site }};
        location / { return 404; }
        location /img/ { }
        location /docs/ { autoindex on; }
        location ~ /\. { deny all; }
    }
    """


@nothing_leaks.right
def a_rule_within() -> Any:
    return r"""
    server {
        listen {{ listen }};
        location ~ ^/(img|docs)/.*/?\.[^/]*(/|$) { location ~ /\. { return 404; } root {{ site }}; }
        location ^~ /docs/ {
            alias {{ site }}/docs/;
            autoindex on;
            location ~ /\. { return 404; }
        }
        location ^~ /img/ {
            root {{ site }};
            location ~ /\. { return 404; }
        }
    }
    """


@nothing_leaks.wrong("nothing at `/docs/.draft`")
def only_the_slash() -> Any:
    return LEAKY.replace("/img  ", "/img/ ")


@nothing_leaks.wrong("nothing at `/img../secret.txt`")
def only_the_dots() -> Any:
    return LEAKY.replace("^~ /docs", "/docs")


@nothing_leaks.wrong("nothing at `/img-old/cat.png`")
def the_other_slash_too() -> Any:
    return LEAKY.replace("/img/;", "/img;").replace("^~ /docs", "/docs")


@nothing_leaks.wrong("nothing at `/secret.txt`")
def root_for_everything() -> Any:
    return r"""
    server {
        listen {{ listen }};
        root {{ site }};
        location /docs/ { autoindex on; }
        location ~ /\. { return 404; }
    }
    """


@nothing_leaks.wrong("`/img/cat.png` served as before, saw 404")
def no_dot_at_all() -> Any:
    return LEAKY.replace("/img  ", "/img/ ").replace("^~ /docs", "/docs").replace(r"/\.", r"\.")


@nothing_leaks.wrong("the list of `/docs/`, saw 403")
def the_list_lost() -> Any:
    return LEAKY.replace("/img  ", "/img/ ").replace("^~ /docs", "/docs").replace("autoindex on;", "")


@nothing_leaks.wrong("nothing at `/docs/.git/config`")
def the_one_file_that_was_found() -> Any:
    draft = "location = /docs/.draft { return 404; }\n    location ~"
    return LEAKY.replace("/img  ", "/img/ ").replace("location ~", draft, 1)


@nothing_leaks.wrong("`/docs/paper.txt` served as before, saw 404")
def documents_closed() -> Any:
    return LEAKY.replace("/img  ", "/img/ ").replace("alias {{ site }}/docs/; autoindex on;", "return 404;")


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


@question(
    5,
    seconds=10,
    section="A configuration that is broken",
    hints=(
        "Three steps: test, put in place, signal. What is on the disk while you test, and if it fails?",
        "Write the text into a file beside `nginx.conf`, and test that. `subprocess.run` tells the status.",
        (
            "Test by `[edge.command[0], '-t', '-p', folder, '-c', your_file, '-e', 'stderr']`, a slash after "
            "the folder. Only if it ends with 0: `replace` and HUP."
        ),
    ),
)
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


@replaced_or_not.right
def tested_first() -> Any:
    def deploy(edge: NginxServer, text: str) -> bool:
        new = edge.directory / "candidate.conf"
        new.write_text(text)
        test = [edge.command[0], "-t", "-p", f"{edge.directory}/", "-c", new.name, "-e", "stderr"]
        if subprocess.run(test, capture_output=True, check=False).returncode != 0:
            return False
        new.replace(edge.directory / "nginx.conf")
        edge.signal("HUP")
        return True

    return deploy


@replaced_or_not.right
def tried_and_taken_back() -> Any:
    def deploy(edge: NginxServer, text: str) -> bool:
        file = edge.directory / "nginx.conf"
        before, lines = file.read_text(), len(edge.log.lines)
        file.write_text(text)
        edge.signal("HUP")
        if "start worker process" in edge.log.wait_for(r"\[emerg\]|start worker processes", since=lines):
            return True
        file.write_text(before)
        return False

    return deploy


def deploying(
    *, name: str = "candidate.conf", test: bool = True, put: bool = True, signal: str = "HUP"
) -> Any:
    """Return a `deploy` that may leave something out."""

    def deploy(edge: NginxServer, text: str) -> bool:
        new = edge.directory / name
        new.write_text(text)
        words = [edge.command[0], "-t", "-p", f"{edge.directory}/", "-c", new.name, "-e", "stderr"]
        if test and subprocess.run(words, capture_output=True, check=False).returncode != 0:
            return False
        if put:
            new.replace(edge.directory / "nginx.conf")
        if signal:
            edge.signal(signal)
        return True

    return deploy


@replaced_or_not.wrong("the good configuration still on the disk, saw the broken one")
def untested() -> Any:
    return deploying(test=False)


@replaced_or_not.wrong("the answer of the new configuration, 'there', saw still 'here'")
def without_the_signal() -> Any:
    return deploying(signal="")


@replaced_or_not.wrong("a server that still runs")
def stopped_and_not_started() -> Any:
    def deploy(edge: NginxServer, text: str) -> bool:
        done: bool = deploying(signal="QUIT")(edge, text)
        edge.wait_until(running=False)
        return done

    return deploy


@replaced_or_not.wrong("`True` or `False`, returned")
def nothing_told() -> Any:
    def deploy(edge: NginxServer, text: str) -> None:
        deploying()(edge, text)

    return deploy


@replaced_or_not.wrong("`True` or `False`, saw `0`")
def the_status() -> Any:
    return lambda edge, text: int(not deploying()(edge, text))


@replaced_or_not.wrong("`True` for a good configuration, saw `False`")
def tested_where_nothing_is_found() -> Any:
    def deploy(edge: NginxServer, text: str) -> bool:
        new = edge.directory / "candidate.conf"
        new.write_text(text)
        words = [edge.command[0], "-t", "-c", new.name, "-e", "stderr"]
        return subprocess.run(words, capture_output=True, check=False).returncode == 0

    return deploy


@replaced_or_not.wrong("the new configuration on the disk, saw the one of before")
def by_another_way() -> Any:
    def deploy(edge: NginxServer, text: str) -> bool:
        file = edge.directory / "nginx.conf"
        before = file.read_text()
        lines = len(edge.log.lines)
        done: bool = deploying()(edge, text)
        if done:
            edge.log.wait_for("start worker processes", since=lines)
            file.write_text(before)
        return done

    return deploy


@replaced_or_not.wrong("`False` for a configuration that Nginx refuses, saw `True`")
def good_or_not_it_went_well() -> Any:
    return lambda edge, text: deploying()(edge, text) or True


@replaced_or_not.wrong("`False` for a broken configuration, saw a CalledProcessError")
def an_exception_for_an_answer() -> Any:
    def deploy(edge: NginxServer, text: str) -> bool:
        new = edge.directory / "candidate.conf"
        new.write_text(text)
        words = [edge.command[0], "-t", "-p", f"{edge.directory}/", "-c", new.name, "-e", "stderr"]
        subprocess.run(words, capture_output=True, check=True)
        new.replace(edge.directory / "nginx.conf")
        edge.signal("HUP")
        return True

    return deploy


# 6. Who keeps the old worker.


@question(
    6,
    seconds=8,
    section="A reload under load",
    hints=(
        "First find the workers of before; then proceed as in question 1, and keep the clients' ports.",
        "`established(edge.port)` has the client's port for each of the kernel's numbers.",
        (
            'Of each worker with `"shutting down"` in its `/proc/PID/cmdline`, take the `socket:[NUMBER]` of '
            "its descriptors, and look each NUMBER up in `established(edge.port)`."
        ),
    ),
)
def who_keeps_it(keepers: Callable[[lab.Server], Collection[int]]) -> None:
    """The silent clients of before, and nobody else."""
    with lab.nginx(HERE) as edge, ExitStack() as stack:
        idle = asked(stack, edge)
        told_of(keepers(edge), {}, {port_of(idle): "a client, though there was no reload yet"}, edge)
        silent = [connect(stack, edge) for _ in range(3)]
        accepted(edge, 4)
        edge.reload()
        edge.wait_until(lambda: len(established(edge.port or 0)) == len(silent))
        late, later = asked(stack, edge), connect(stack, edge)
        accepted(edge, 5)
        others = {port_of(client): "a client of a new worker" for client in (late, later)}
        others[port_of(idle)] = "a client whose connection is closed"
        told_of(keepers(edge), {port_of(client): "" for client in silent}, others, edge)


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


@who_keeps_it.right
def by_the_title() -> Any:
    def keepers(edge: lab.Server) -> set[int]:
        clients, ports = established(edge.port or 0), set()
        for worker in edge.workers:
            if "shutting down" in Path(f"/proc/{worker.pid}/cmdline").read_text():
                for each in Path(f"/proc/{worker.pid}/fd").iterdir():
                    held = re.fullmatch(r"socket:\[(\d+)\]", os.readlink(each))
                    if held and held[1] in clients:
                        ports.add(clients[held[1]])
        return ports

    return keepers


@who_keeps_it.right
def who_listens_no_more() -> Any:
    def keepers(edge: lab.Server) -> set[int]:
        import psutil

        old = [process.pid for process in edge.tree() if not process.listening]
        return {
            one.raddr.port
            for pid in old
            for one in psutil.Process(pid).net_connections("tcp")
            if one.status == "ESTABLISHED" and one.laddr.port == edge.port
        }

    return keepers


def old_workers(edge: lab.Server) -> list[Any]:
    return [worker for worker in edge.workers if "shutting down" in title(worker.pid)]


@who_keeps_it.wrong("saw a client, though there was no reload yet")
def everybody_connected() -> Any:
    return lambda edge: set(established(edge.port).values())


@who_keeps_it.wrong("saw a client of a new worker")
def everybody_after_a_reload() -> Any:
    return lambda edge: set(established(edge.port).values()) if old_workers(edge) else set()


@who_keeps_it.wrong("ports of clients, and no pids")
def the_workers_themselves() -> Any:
    return lambda edge: {worker.pid for worker in old_workers(edge)}


@who_keeps_it.wrong("ports of clients, saw the server's own")
def the_other_end() -> Any:
    return lambda edge: {edge.port for worker in old_workers(edge)}


@who_keeps_it.wrong("the ports of all 3 clients that keep one, saw 1 of them")
def one_of_them() -> Any:
    def keepers(edge: lab.Server) -> set[int]:
        ports = sorted(port for worker in old_workers(edge) for port in clients_of(edge, worker.pid))
        return set(ports[:1])

    return keepers


@who_keeps_it.wrong("ports as whole numbers, saw")
def by_the_kernels_numbers() -> Any:
    return lambda edge: {number for worker in old_workers(edge) for number in sockets(worker.pid)}


@who_keeps_it.wrong("a set of ports, saw `[")
def a_list() -> Any:
    return lambda edge: [port for worker in old_workers(edge) for port in clients_of(edge, worker.pid)]


@who_keeps_it.wrong("the ports of all 3 clients that keep one, saw 0 of them")
def the_oldest_listens_still() -> Any:
    return lambda edge: {
        port for process in edge.tree()
        if process.listening and process.role == "worker" and "shutting down" in title(process.pid)
        for port in clients_of(edge, process.pid)
    }  # fmt: skip
