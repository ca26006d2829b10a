"""Checks of the lesson on Nginx and Gunicorn: paths, belief, log lines, a front, deploying, complaints."""

from __future__ import annotations

import json
import re
import shlex
import socket
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import httpx
from werkzeug.middleware.proxy_fix import ProxyFix

import labapp.web
from labapp import lab
from labapp.course.exercise import configured, expect, fail, question, returned, shown, unattempted
from labapp.servers.guard import short_temporary

BEHIND = f"gunicorn --pythonpath {shlex.quote(str(Path(__file__).parent))}"
STATIC = Path(labapp.web.__file__).with_name("static")
PROXY = "server { listen {{ listen }}; location / { proxy_pass http://{{ web.address }}; } }"
# macOS has but one address for itself.
VISITOR = "127.0.0.9" if sys.platform == "linux" else "127.0.0.1"


# 1. What reaches the application.


PATHS = (
    ("/a/", "http://app", "/a/x", "/a/x"),
    ("/b/", "http://app/", "/b/x", "/x"),
    ("/b/", "http://app/", "/b/x/b/y", "/x/b/y"),
    ("/ba/", "http://app/", "/ba/bad", "/bad"),
    ("/d/", "http://app/deep/", "/d/x", "/deep/x"),
    ("/e/", "http://app/deep", "/e/x", "/deepx"),
    ("/c", "http://app/", "/c/x", "//x"),
    ("/c", "http://app/", "/cx", "/x"),
    ("/f/", "http://app/", "/f/", "/"),
    ("/g/", "http://app/", "/gx", None),
    ("/h/", "http://app/", "/x/h/y", None),
)


@question(1, seconds=10, section="The slash at the end")
def what_reaches(reaches: Callable[[str, str, str], str | None]) -> None:
    """The path as Nginx passes it on."""
    answers = [reaches(*asked) for *asked, _ in PATHS]
    returned(next((each for each in answers if each is not None), None), "a path")
    for (location, passed_to, path, seen), told in zip(PATHS, answers, strict=True):
        call = f"for `location {location}`, `proxy_pass {passed_to}` and the path `{path}`"
        expect(seen or told is None, f"{call}, `None`: it does not get there", told)
        expect(told is None or type(told) is str, "a path, as text", told)
        expect(told == seen, f"{call}, the path that the application sees", told)


# 2. Who is it?


ASKED = (
    ("127.0.0.1", "10.1.2.3", 1),
    ("127.0.0.1", "6.6.6.6, 10.1.2.3", 1),
    ("127.0.0.1", "6.6.6.6,10.1.2.3, 192.168.0.2", 2),
    ("10.9.9.9", None, 1),
    ("10.9.9.9", "6.6.6.6", 0),
    ("127.0.0.1", "10.1.2.3", 2),
)


def by_proxy_fix(peer: str, forwarded: str | None, proxies: int) -> str:
    """Return what Werkzeug makes of it."""
    seen: list[str] = []
    environ = {"REMOTE_ADDR": peer} | ({"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {})

    def application(environ: Any, _: Any) -> list[bytes]:
        seen.append(environ["REMOTE_ADDR"])
        return []

    ProxyFix(application, x_for=proxies, x_proto=0, x_host=0)(environ, lambda *_: None)  # type: ignore[arg-type, return-value]
    return seen[0]


@question(2, section="Who may be believed")
def who_it_is(visitor: Callable[[str, str | None, int], str]) -> None:
    """Believes exactly the entries that proxies have written."""
    for peer, forwarded, proxies in ASKED:
        told = visitor(peer, forwarded, proxies)
        call = f"for `visitor({peer!r}, {forwarded!r}, {proxies})`"
        returned(told, "an address")
        expect(type(told) is str, "an address, as text", told)
        expect(told == told.strip(), f"{call}, an address and nothing around it", told)
        expect(told == by_proxy_fix(peer, forwarded, proxies), f"{call}, whom you can know it to be", told)


# 3. What a line says.


@cache
def lines() -> tuple[tuple[str, str | None], ...]:
    """Make an Nginx write each kind of line; return lines, each with what it tells."""
    more = "proxy_read_timeout 300ms; location = /gone { proxy_pass http://unix:/gone; }"
    impatient = PROXY.replace("location /", f"{more} location /")
    with lab.launch(f'{BEHIND} "behind:build()"') as web, lab.nginx(impatient, web=web) as edge:
        edge.get("/ping?timed+out")
        edge.get("/crash")
        edge.get("/wait?seconds=0.4")
        edge.post("/upload", content=bytes(1_100_000))
        try:
            edge.get("/wait?seconds=0.5", timeout=0.1)
        except httpx.ReadTimeout:
            edge.log.wait_for('" 499 ')
        web.stop()
        edge.get("/ping?499")
        edge.get("/gone")
        edge.log.wait_for(r'"GET /gone ')  # Nginx writes it when it has answered.
    wanted = (
        (r'"GET /ping\?timed\+out [^"]*" 200 ', None),
        (r"start worker process \d+$", None),
        (r"connect\(\)", "absent"),
        ("No such file", "absent"),
        ("prematurely", "died"),
        ("upstream timed out", "late"),
        ("too large body", "large"),
        ('" 499 ', "left"),
        (r'"GET /ping\?499 [^"]*" 502 ', None),
    )
    return tuple(
        (next(line for line in edge.log.lines if re.search(pattern, line)), what) for pattern, what in wanted
    )


@question(3, seconds=6, section="Four numbers, and what causes them")
def what_happened(happened: Callable[[str], str | None]) -> None:
    """Reads each kind of line as Nginx wrote it."""
    kinds = {what for _, what in lines() if what}
    for line, what in lines():
        told = happened(line)
        without_time = re.sub(r"^[\d/]+ [\d:]+ |\[[^]]*\d{4}[^]]*\] |\d+#\d+: |\*\d+ ", "", line)[:60]
        expect(told is None or type(told) is str, "text, or `None`", told)
        expect(told is None or told in kinds, "one of the five words of the table, or `None`", told)
        expect(what or told is None, f"`None` for the line `{without_time}…`", told)
        expect(told == what, f"what the line `{without_time}…` tells", told)


# 4. A front of your own.


def seen_by_application(edge: lab.Server, **headers: str) -> dict[str, Any]:
    """Ask as a visitor from elsewhere would; return what the application knows of it."""
    line = HTTPConnection(edge.address, source_address=(VISITOR, 0), timeout=5)
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    line.request("GET", "/seen", headers={"Host": "shop.example", **more})
    answer = line.getresponse()
    text = answer.read()
    line.close()
    expect(answer.status == 200, "an answer of the application to `/seen`", saw=f"{answer.status}")
    return dict(json.loads(text))


@question(4, seconds=6, section="Who is asking?")
def a_front(front: Callable[[], str]) -> None:
    """Passes on what is true, keeps out what is claimed, and sends files by itself."""
    config = front()
    with (
        lab.launch(f'{BEHIND} "behind:build(proxies=1)"') as web,
        configured(config, web=web, static=STATIC) as edge,
    ):
        status = edge.get("/ping").status_code
        expect(status == 200, "an answer of the application to `/ping`", saw=f"{status}")
        check_paths(edge, web)
        check_belief(edge)
        check_files(edge, web)
        check_sizes(edge)


def check_paths(edge: lab.Server, web: lab.Server) -> None:
    """Fail unless a path with an escaped slash goes on as it came."""
    asked = edge.get("/ping%2Fx").request.url.raw_path.decode()
    known = web.timeline.wait_for(lambda known: any(one.path != "/ping" for one in known.requests()))
    seen = [one.path for one in known.requests()][-1]
    expect(seen == asked, f"the path `{asked}`, unchanged", seen)


def check_belief(edge: lab.Server) -> None:
    """Fail unless the application knows what is true, whatever is claimed."""
    seen = seen_by_application(edge)
    name = seen["host"].removesuffix(f":{edge.port}")
    expect(name == "shop.example", "the name that the visitor asked for, as its `host`", seen["host"])
    expect(seen["client"] == VISITOR, f"the visitor at {VISITOR}, as its `client`", seen["client"])
    lied = seen_by_application(edge, X_Forwarded_For="6.6.6.6")
    expect(lied["client"] == VISITOR, "the visitor's own address where it claims another", lied["client"])
    lied = seen_by_application(edge, X_Forwarded_Proto="https")
    expect(lied["scheme"] == "http", "the true scheme where a visitor claims another", lied["scheme"])


def check_files(edge: lab.Server, web: lab.Server) -> None:
    """Fail unless files come from their folder, and Gunicorn is not asked."""
    before = web.get("/whoami").json()["served"]
    file = edge.get("/static/page.css")
    asked = web.get("/whoami").json()["served"] - before - 1
    expect(file.status_code == 200, "the file `/static/page.css`", saw=f"{file.status_code}")
    expect(asked == 0, "a file that Gunicorn is not asked for", saw="a request for it, at Gunicorn")
    expect(
        file.content == (STATIC / "page.css").read_bytes(), "the file as it is in the folder", saw="another"
    )
    beside = edge.get("/static../callables.py").status_code
    expect(beside != 200, "nothing from beside the folder", saw="a file at `/static../callables.py`")


def check_sizes(edge: lab.Server) -> None:
    """Fail unless 5 MB go through and 6 MB do not."""
    taken = {mb: edge.post("/upload", content=bytes(mb * 1_000_000)).status_code for mb in (5, 6)}
    expect(taken[5] == 200, "a body of 5 MB, taken", saw=f"{taken[5]}")
    expect(taken[6] == 413, "a body of 6 MB, refused with 413", saw=f"{taken[6]}")


# 5. A deployment that nobody notices.


CODE = """
import time

print("imported", flush=True)

def app(environ, start_response):
    time.sleep(float(environ["QUERY_STRING"] or 0.02))
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "3")])
    return [b"{version}"]
"""


@contextmanager
def in_service() -> Iterator[tuple[lab.Server, lab.Server, Path]]:
    """Run an application whose file can be replaced, with Nginx in front; yield both and the file."""
    with tempfile.TemporaryDirectory(dir=short_temporary()) as yard:  # A socket's path is not long.
        file = Path(yard, "shop.py")
        file.write_text(CODE.replace("{version}", "old"))
        # Two versions may be written within one second, and a cache would not tell them apart.
        env = {"PYTHONDONTWRITEBYTECODE": "1"}
        command = f"gunicorn shop:app --workers 2 --bind unix:{yard}/s"
        with lab.launch(command, cwd=yard, env=env) as web, lab.nginx(PROXY, web=web) as edge:
            # A worker imports when it has started: one that did so late would have the new code already.
            web.wait_until(lambda: web.log.text.count("imported") == 2)
            yield web, edge, file


def outcome(edge: lab.Server, path: str) -> str:
    """Return the status that a visitor gets, or the name of what went wrong."""
    try:
        return str(edge.get(path).status_code)
    except httpx.HTTPError as error:
        return type(error).__name__


@contextmanager
def visitors(edge: lab.Server) -> Iterator[list[str]]:
    """Have four visitors ask without a pause while the block runs; yield what they got, as it grows."""
    got: list[str] = []
    over = threading.Event()

    def visit() -> None:
        while not over.is_set():
            got.append(outcome(edge, "/"))

    with ThreadPoolExecutor(4) as pool:
        for _ in range(4):
            pool.submit(visit)
        try:
            edge.wait_until(lambda: len(got) > 10)
            yield got
        finally:
            over.set()


LONG = "/?2.5"


@contextmanager
def long_request(web: lab.Server, edge: lab.Server) -> Iterator[Future[str]]:
    """Have somebody ask for what takes a worker of now some time; yield what comes of it."""
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(outcome, edge, LONG)
        web.timeline.wait_for(lambda known: any(one.query for one in known.requests()))
        yield answer


@question(5, seconds=8, section="A deployment under traffic")
def a_deployment(deploy: Callable[[lab.Server], object]) -> None:
    """Brings the new code in, and no visitor gets anything but a 200."""
    with in_service() as (web, edge, file):
        file.write_text(CODE.replace("{version}", "new"))
        with visitors(edge) as got, long_request(web, edge) as long:
            deploy(web)
            late = not long.done()
            answers = Counter(edge.get("/").text[:3] for _ in range(40))
        failed = sorted({*got, long.result()} - {"200"})
        absent = "connect() to" in edge.log.text
        why = "nobody listened" if absent else "their worker ended in the middle"
        expect(not failed, "nothing but 200 for visitors", saw=f"some who got {', '.join(failed)}: {why}")
        expect(
            "new" in answers,
            "the new code, when your function has returned",
            saw="the old code in all of forty answers",
        )
        expect(
            answers["new"] == 40,
            "no answer of the old code, when your function has returned",
            saw="answers of both",
        )
        expect(
            not late, "all answers of the old code, before your function returns", saw="one that came later"
        )


# 6. Three complaints.


def as_typed() -> dict[str, str]:
    """Return the three configurations as the notebook has them."""
    whole = "location / { proxy_pass http://{{ web.address }}; }"
    server = """
        server {
            listen {{ listen }};
            %s
        }
    """
    between = "\n            "
    return {
        "links": server % "location /shop/ { proxy_pass http://{{ web.address }}/; }",
        "slow": server % between.join(["proxy_request_buffering off;", whole]),
        "late": server % between.join(["proxy_read_timeout 400ms;", whole]),
    }


@question(6, seconds=12, section="Under a prefix (optional)")
def complaints(configs: Mapping[str, Any]) -> None:
    """Serve all three, as their visitors want."""
    typed = as_typed()
    expect(isinstance(configs, Mapping), "a dictionary of configurations", configs)
    missing = [name for name in typed if name not in configs]
    expect(
        not missing, "a configuration under each of the three names", saw=f"none under {shown(missing)[1:-1]}"
    )
    words = {name: " ".join(str(configs[name]).split()) for name in typed}
    before = {name: " ".join(text.split()) for name, text in typed.items()}
    if words == before:
        unattempted("The three configurations are as they were.")
    for name in typed:
        expect(words[name] != before[name], f"{name!r}: another configuration", saw="the one that was there")
    with lab.launch(f'{BEHIND} "behind:build(prefixes=1)"') as web:
        for name, check in (("links", links_stay), ("slow", nobody_waits), ("late", one_path_has_time)):
            with configured(configs[name], web=web) as edge:
                check(edge)


def links_stay(edge: lab.Server) -> None:
    """Fail unless the shop's redirection and its link stay in the shop."""
    answer = edge.get("/shop/old")
    expect(answer.status_code == 302, "'links': a redirection at `/shop/old`", saw=f"{answer.status_code}")
    leads_to = answer.headers["location"].removeprefix(f"http://{edge.address}")
    found = edge.get(leads_to).status_code if leads_to.startswith("/") else 0
    expect(found == 200, "'links': a redirection to a page that is there", saw=f"one to {shown(leads_to)}")
    link = edge.get("/shop/seen").json()["a link to itself"]
    path = "/" + link.split("/", 3)[3]
    expect(
        path == "/shop/seen", "'links': a link in a page that stays in the shop", saw=f"one to {shown(path)}"
    )


def nobody_waits(edge: lab.Server) -> None:
    """Fail unless another is served while somebody uploads slowly."""
    head = b"POST /upload HTTP/1.1\r\nHost: slow\r\nContent-Length: 100\r\n\r\n"
    host, _, port = edge.address.rpartition(":")
    with socket.create_connection((host, int(port))) as line:
        line.sendall(head + b"half")
        try:
            # The first may be there before the upload.
            statuses = {edge.get("/ping", timeout=1.0).status_code for _ in range(5)}
        except httpx.TimeoutException:
            fail("'slow': an answer for others while somebody uploads", saw="none, as long as that lasts")
    expect(statuses == {200}, "'slow': an answer to `/ping`", saw=f"{sorted(statuses)}")
    status = edge.post("/upload", content=bytes(900_000)).status_code
    expect(status == 200, "'slow': an upload that is taken all the same", saw=f"{status}")


def one_path_has_time(edge: lab.Server) -> None:
    """Fail unless one path may take its time, and no other."""
    status = edge.get("/wait?seconds=0.8").status_code
    expect(status == 200, "'late': an answer to `/wait?seconds=0.8`", saw=f"{status}")
    status = edge.get("/cpu?ms=800").status_code
    expect(status == 504, "'late': for any other path no more time than before", saw=f"{status} after 0.8 s")
