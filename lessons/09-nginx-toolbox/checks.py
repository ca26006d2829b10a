"""Checks of the toolbox of Nginx: what is kept, a group, a certificate, a cache, three complaints."""

from __future__ import annotations

import datetime
import shlex
import struct
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import cache
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from websocket import WebSocketException, create_connection

from labapp import lab
from labapp.course.exercise import configured, expect, fail, question, returned, unattempted

BEHIND = f"gunicorn --pythonpath {shlex.quote(str(Path(__file__).parent))}"
# macOS has but one address for itself.
ELSEWHERE = "127.0.0.9" if sys.platform == "linux" else "127.0.0.1"


@contextmanager
def scratch() -> Iterator[str]:
    """Make a folder that Nginx may write to, whoever its workers are."""
    with tempfile.TemporaryDirectory(prefix="lab-") as folder:
        yield f"{folder}/pages"


# 1. Missed and hit.


PLAIN: Mapping[str, str] = {}
PRIVATE = {"Cache-Control": "private"}
Asked = Sequence[tuple[str, Mapping[str, str]]]
SEQUENCES: tuple[tuple[str, Asked, list[str]], ...] = (
    ("the same page three times", [("/a", PLAIN)] * 3, ["MISS", "HIT", "HIT"]),
    (
        "pages that differ after the question mark",
        [("/a?x=1", PLAIN), ("/a?x=2", PLAIN), ("/a?x=1", PLAIN)],
        ["MISS", "MISS", "HIT"],
    ),
    ("a page that is `private`", [("/a", PRIVATE)] * 2, ["MISS", "MISS"]),
    ("a page that sets a cookie", [("/a", {"Set-Cookie": "n=1"})] * 2, ["MISS", "MISS"]),
    ("a page with `max-age=60`", [("/a", {"Cache-Control": "max-age=60"})] * 2, ["MISS", "HIT"]),
    (
        "a page with `private, max-age=60`",
        [("/a", {"Cache-Control": "private, max-age=60"})] * 2,
        ["MISS", "MISS"],
    ),
    ("a page with `max-age=0`", [("/a", {"Cache-Control": "max-age=0"})] * 2, ["MISS", "MISS"]),
    ("a page with `no-cache`", [("/a", {"Cache-Control": "no-cache"})] * 2, ["MISS", "MISS"]),
    ("a page with `max-age=9, private`", [("/a", {"Cache-Control": "max-age=9, private"})] * 2, ["MISS"] * 2),
    ("a page with `no-store`", [("/a", {"Cache-Control": "no-store"})] * 2, ["MISS", "MISS"]),
    (
        "a page that is `private` the first time only",
        [("/a", PRIVATE), ("/a", PLAIN), ("/a", PRIVATE)],
        ["MISS", "MISS", "HIT"],
    ),
)


@question(1, seconds=6, section="Answers that are kept")
def missed_and_hit(statuses: Callable[[list[tuple[str, dict[str, str]]]], list[str]]) -> None:
    """What Nginx says of each request."""
    for what, asked, wanted in SEQUENCES:
        told = statuses([(path, dict(headers)) for path, headers in asked])
        returned(told, "a list")
        expect(isinstance(told, list | tuple), 'a list of "MISS" and "HIT"', told)
        expect(len(told) == len(wanted), "a word for each request", saw=f"{len(told)} for {len(wanted)}")
        expect(set(told) <= {"MISS", "HIT"}, '"MISS" or "HIT" for each request', list(told))
        expect(list(told) == wanted, f"for {what}, what Nginx says", list(told))


# 2. Two and a reserve.


@contextmanager
def three() -> Iterator[dict[str, lab.Server]]:
    """Run three servers that answer with their letter."""
    letter = "server { listen {{ listen }}; return 200 {{ letter }}; }"
    with (
        lab.nginx(letter, letter="a", workers=1) as a,
        lab.nginx(letter, letter="b", workers=1) as b,
        lab.nginx(letter, letter="c", workers=1) as c,
    ):
        yield {"a": a, "b": b, "c": c}


def answered(edge: lab.Server, requests: int) -> str:
    """Ask so often; return who answered how often, in words."""
    answers = [edge.get("/") for _ in range(requests)]
    counts = Counter(
        f"{answer.text.upper()} {{}}" if answer.status_code == 200 else f"{{}} of status {answer.status_code}"
        for answer in answers
    )
    return ", ".join(what.format(number) for what, number in sorted(counts.items()))


@question(2, seconds=4, section="Whose turn is it?")
def two_and_a_reserve(shop: Callable[[], str]) -> None:
    """Shares as wanted, and whoever is left answers."""
    with three() as servers, configured(shop(), **servers) as edge:
        seen = answered(edge, 30)
        expect(seen == "A 20, B 10", "of 30 requests two of three for A, and the rest for B", saw=seen)
        servers["a"].stop()
        seen = answered(edge, 6)
        expect(seen == "B 6", "with A gone, an answer of B to each of 6 requests", saw=seen)
        servers["b"].stop()
        seen = answered(edge, 6)
        expect(seen == "C 6", "with A and B gone, an answer of C to each of 6 requests", saw=seen)


# 3. Which certificate?


TWO = """
{% for name in ["first.example", "second.example"] %}
server {
    listen {{ listen }} ssl;
    server_name {{ name }};
    ssl_certificate {{ folder }}/{{ name }}.pem;
    ssl_certificate_key {{ folder }}/{{ name }}.key;
    return 200 {{ name }};
}
{% endfor %}
"""


def certify(folder: str, name: str) -> None:
    """Write a key, and a certificate for it that an authority has signed."""
    key, authority = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    subject, issuer = (
        x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, "The shop"),
                x509.NameAttribute(NameOID.COMMON_NAME, common),
            ]
        )
        for common in (name, "The shop's own authority")
    )
    now, day = datetime.datetime.now(datetime.UTC), datetime.timedelta(days=1)
    certificate = (
        x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - day)
        .not_valid_after(now + day)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(authority, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    Path(folder, f"{name}.pem").write_bytes(certificate.public_bytes(pem))
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    Path(folder, f"{name}.key").write_bytes(secret)


@question(3, section="Two names at one port")
def which_certificate(shown_to: Callable[[str, str], str]) -> None:
    """The name that is shown, whether it is the right one or not."""
    with tempfile.TemporaryDirectory(prefix="lab-") as folder:
        for name in ("first.example", "second.example"):
            certify(folder, name)
        with lab.nginx(TWO, folder=folder) as edge:
            for asked, wanted in {
                "first.example": "first.example",
                "second.example": "second.example",
                "third.example": "first.example",
            }.items():
                told = shown_to(edge.address, asked)
                returned(told, "a name")
                expect(type(told) is str, "a name, as text", told)
                expect(
                    told == wanted, f"for {asked!r}, the common name in the certificate that is shown", told
                )


# 4. A cache of your own.


# Seconds: who waits for the lock looks at the clock every half second; this ends between two looks.
A_PAGE = 1.3


@question(4, seconds=8, section="A stampede")
def a_cache(cached: Callable[[], str]) -> None:
    """Keeps what may be kept, fetches it once, and tells."""
    config = cached()
    with (
        lab.launch(f'{BEHIND} "toolbox:build()" --threads 10') as web,
        scratch() as folder,
        configured(config, web=web, folder=folder) as edge,
    ):
        fetched = time.time()
        news = [edge.get("/news", headers={"Cookie": f"name={name}"}) for name in ("Ann", "Ben", "Cat")]
        for answer in news:
            expect(answer.status_code == 200, "an answer to `/news`", saw=f"{answer.status_code}")
        editions = len({answer.text for answer in news})
        expect(editions == 1, "one edition of `/news` for three visitors", saw=f"{editions} of them")
        told = [answer.headers.get("x-cache") for answer in news]
        expect(told == ["MISS", "HIT", "HIT"], "what the cache did, in `X-Cache`, three times", told)
        page = edge.get("/ping").text.strip()
        expect(page == "pong", "the page `/ping` for who asks for it", page)
        edge.get("/article")
        data = edge.get("/article?json=1").headers["content-type"]
        expect(data == "application/json", "the data at `/article?json=1`, after the page `/article`", data)
        check_private(edge)
        check_logged_in(edge)
        check_lock(edge, web)
        kept = [each.read_bytes() for each in Path(folder).rglob("*") if each.is_file()]
        expect(kept, "a page or more kept in the folder", saw="none")
        [page] = [each for each in kept if each.endswith(news[0].content)]
        # Behind the number of its form, a file of Nginx's cache says until when it is good.
        good = struct.unpack_from("=Qq", page)[1] - fetched
        saw = f"one for {good:.0f} s, which is too {'short' if good < 60 else 'long'}"
        expect(57 < good < 63, "an edition of `/news` that is good for a minute", saw=saw)


def check_private(edge: lab.Server) -> None:
    """Fail unless each person sees their own account."""
    for name in ("Ann", "Ben"):
        seen = edge.get("/account", headers={"Cookie": f"name={name}"}).text
        expect(seen == f"account of {name}", f"for {name}, an account of {name}", seen)


def check_logged_in(edge: lab.Server) -> None:
    """Fail unless each person sees who has logged in, themselves or nobody."""
    for name in ("Ann", "nobody", "Ben"):
        headers = {} if name == "nobody" else {"Authorization": name}
        seen = edge.get("/site", headers=headers).text.partition(", ")[2]
        expect(seen == f"{name} is logged in", f"for {name} at `/site`, `{name} is logged in`", seen)


def check_lock(edge: lab.Server, web: lab.Server) -> None:
    """Fail unless a page that many ask for is made once."""
    with ThreadPoolExecutor(10) as visitors:
        answers = list(visitors.map(edge.get, [f"/wait?seconds={A_PAGE}"] * 10))
    statuses = {answer.status_code for answer in answers}
    expect(statuses == {200}, "an answer for each of ten visitors who come together", sorted(statuses))
    begun = sorted(one.begin for one in web.timeline.wait_for(_waited).requests() if one.path == "/wait")
    late = begun[-1] - begun[0]
    made = f"again {late:.1f} s after the first began" if late > A_PAGE / 3 else f"{len(begun)} times"
    expect(len(begun) == 1, "a page for ten visitors, made once", saw=f"it was made {made}")


def _waited(seen: Any) -> bool:
    return any(request.path == "/wait" for request in seen.requests())


# 5. One site, three complaints.


@cache
def as_typed() -> str:
    """Return the configuration as the notebook has it."""
    text = Path(__file__).with_name("exercise.md").read_text()
    return text.partition('config = """\n')[2].partition('"""')[0]


@question(5, seconds=6, section="Answers that are kept")
def three_complaints(config: object) -> None:
    """Ben sees his own account, the chat connects, the robot is held, and `/news` is still kept."""
    if config.strip() == as_typed().strip() if isinstance(config, str) else False:
        unattempted("The configuration is as it was.")
    with (
        lab.launch(f'{BEHIND} "toolbox:build()"') as web,
        lab.launch(f"{BEHIND} echoes:asgi -k asgi") as talk,
        scratch() as folder,
        configured(config, web=web, talk=talk, folder=folder) as edge,
    ):
        check_private(edge)
        editions = len({edge.get("/news").text for _ in range(3)})
        expect(editions == 1, "one edition of `/news`, kept as before", saw=f"{editions} for three visitors")
        check_chat(edge)
        check_robot(edge)


def check_chat(edge: lab.Server) -> None:
    """Fail unless a conversation can be had."""
    try:
        with closing(create_connection(f"ws://{edge.address}/chat", timeout=5)) as talk:
            talk.send("live")
            heard = talk.recv()
    except WebSocketException as error:
        fail("a chat that connects", saw=str(error).partition(" -+-+- ")[0])
    expect(heard == "evil", "an answer of the chat", heard)


# Seconds: a little less than a request that is held back has to wait.
A_TURN = 0.9


def answered_as(edge: lab.Server, name: int, patience: float = 5.0) -> bool:
    """Whether a robot that calls itself by this name, wherever it can write one, is answered."""
    named = dict.fromkeys(("User-Agent", "X-Visitor", "X-Forwarded-For", "Cookie"), f"name={name}")
    return edge.get(f"/ping?{name}", headers=named, timeout=patience).status_code == 200


def check_robot(edge: lab.Server) -> None:
    """Fail unless one address has six at once, and another has its own."""
    what, began = "six requests of one address answered at once", time.monotonic()
    try:
        served = sum(answered_as(edge, name, A_TURN) for name in range(20))
    except httpx.TimeoutException:
        fail(what, saw="one that had to wait")
    expect(served < 20, "a robot that is turned away", saw="20 of 20 requests at once answered")
    expect(6 <= served <= 8 + time.monotonic() - began, what, saw=f"{served} of 20")
    while (passed := time.monotonic() - began) < A_TURN:
        served += answered_as(edge, 0)
        expect(served <= 7 + passed, "then one more in each second", saw=f"{served - 6} in {passed:.1f} s")
        time.sleep(0.02)
    line = HTTPConnection(edge.address, source_address=(ELSEWHERE, 0), timeout=5)
    line.request("GET", "/ping")
    status = line.getresponse().status
    line.close()
    if ELSEWHERE != "127.0.0.1":
        expect(status == 200, "an answer for who asks from another address", saw=f"{status}")
