"""Checks of the toolbox of Nginx: what is kept, a group, a certificate, a cache, three complaints."""
# An answer's name is its description.

from __future__ import annotations

import datetime
import socket
import ssl
import sys
import tempfile
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
from labapp.course.exercise import expect, fail, question, unattempted

BEHIND = f"gunicorn --pythonpath {Path(__file__).parent}"
# macOS has but one address for itself.
ELSEWHERE = "127.0.0.9" if sys.platform == "linux" else "127.0.0.1"


def returned(value: object, what: str) -> None:
    """Fail where a function has printed its answer, or forgotten it."""
    expect(value is not None, f"{what}, returned", saw="`None`: the function returns nothing")


@contextmanager
def given(config: object, **names: object) -> Iterator[Any]:
    """Run Nginx from an answer's configuration, or fail with what Nginx says."""
    returned(config, "a configuration")
    expect(type(config) is str, "a configuration, as text", config)
    try:
        edge = lab.nginx(config, **names)  # type: ignore[arg-type]
    except lab.LaunchError as error:
        fail("a configuration that Nginx takes", saw=error.summary)
    with edge:
        yield edge


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
    ("a page with `no-store`", [("/a", {"Cache-Control": "no-store"})] * 2, ["MISS", "MISS"]),
    (
        "a page that is `private` the first time only",
        [("/a", PRIVATE), ("/a", PLAIN), ("/a", PRIVATE)],
        ["MISS", "MISS", "HIT"],
    ),
)


@question(
    1,
    seconds=6,
    section="Answers that are kept",
    hints=(
        "What does Nginx compare a request with to know whether it has the page already?",
        "A page is kept, or not, at the moment of its answer. What did the lesson say forbids it?",
        (
            "Keep a set of paths, each with what follows the question mark. A request whose path is in it is "
            "a hit. Add the path unless the answer sets a cookie, or one of the words of its "
            "`Cache-Control` is `private`, `no-store` or `no-cache`."
        ),
    ),
)
def missed_and_hit(statuses: Callable[[list[tuple[str, dict[str, str]]]], list[str]]) -> None:
    """What Nginx says of each request."""
    for what, asked, wanted in SEQUENCES:
        told = statuses([(path, dict(headers)) for path, headers in asked])
        returned(told, "a list")
        expect(isinstance(told, list | tuple), 'a list of "MISS" and "HIT"', told)
        expect(len(told) == len(wanted), "a word for each request", saw=f"{len(told)} for {len(wanted)}")
        expect(set(told) <= {"MISS", "HIT"}, '"MISS" or "HIT" for each request', list(told))
        expect(list(told) == wanted, f"for {what}, what Nginx says", list(told))


def keeping(forbidden: Callable[[Mapping[str, str]], object], key: Callable[[str], str] = str) -> Any:
    """Return a `statuses` that keeps every page but those whose headers are forbidden."""

    def statuses(requests: Asked) -> list[str]:
        kept, said = set(), []
        for path, headers in requests:
            said.append("HIT" if key(path) in kept else "MISS")
            if not forbidden(headers):
                kept.add(key(path))
        return said

    return statuses


def by_the_rules(headers: Mapping[str, str]) -> bool:
    words = headers.get("Cache-Control", "").replace(" ", "").split(",")
    return "Set-Cookie" in headers or bool({"private", "no-store", "no-cache"} & set(words))


@missed_and_hit.right
def reckoned() -> Any:
    return keeping(by_the_rules)


@missed_and_hit.right
def measured() -> Iterator[Any]:
    config = """
    proxy_cache_path {{ folder }} keys_zone=pages:1m;
    server {
        listen {{ listen }};
        proxy_cache pages;
        proxy_cache_valid 200 1m;
        proxy_cache_key $http_x_case$request_uri;
        add_header X-Cache $upstream_cache_status;
        location / { proxy_pass http://{{ listen2 }}; }
    }
    server {
        listen {{ listen2 }};
        add_header Cache-Control $http_x_cache_control;
        add_header Set-Cookie $http_x_set_cookie;
        location / { return 200 page; }
    }
    """
    with scratch() as folder, lab.nginx(config, folder=folder) as edge:
        case = 0

        def statuses(requests: Asked) -> list[str]:
            nonlocal case
            case += 1
            said = []
            for path, headers in requests:
                sent = {f"X-{name}": value for name, value in headers.items()}
                said.append(edge.get(path, headers={"X-Case": str(case), **sent}).headers["x-cache"])
            return said

        yield statuses


@missed_and_hit.wrong("for pages that differ after the question mark")
def the_arguments_cut_off() -> Any:
    return keeping(by_the_rules, key=lambda path: path.partition("?")[0])


@missed_and_hit.wrong("for a page that is `private`, what")
def everything_kept() -> Any:
    return keeping(lambda _: False)


@missed_and_hit.wrong("for a page that sets a cookie")
def cookies_overlooked() -> Any:
    return keeping(lambda headers: "Cache-Control" in headers)


@missed_and_hit.wrong("for a page with `max-age=60`, what")
def every_instruction_a_prohibition() -> Any:
    return keeping(bool)


@missed_and_hit.wrong("for a page with `private, max-age=60`")
def one_word_only() -> Any:
    return keeping(
        lambda headers: "Set-Cookie" in headers or headers.get("Cache-Control") in ("private", "no-store")
    )


@missed_and_hit.wrong("for a page with `no-store`")
def only_what_is_private() -> Any:
    return keeping(lambda headers: "Set-Cookie" in headers or "private" in headers.get("Cache-Control", ""))


@missed_and_hit.wrong("for a page that is `private` the first time only")
def judged_when_asked() -> Any:
    def statuses(requests: Asked) -> list[str]:
        kept, said = set(), []
        for path, headers in requests:
            said.append("HIT" if path in kept and not by_the_rules(headers) else "MISS")
            if not by_the_rules(headers):
                kept.add(path)
        return said

    return statuses


@missed_and_hit.wrong("a word for each request, saw 1 for 3")
def each_page_once() -> Any:
    return lambda requests: ["MISS" for _ in dict(requests)]


@missed_and_hit.wrong("a list, returned")
def printed() -> Any:
    return lambda requests: print(keeping(by_the_rules)(requests))


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


@question(
    2,
    seconds=4,
    section="Whose turn is it?",
    hints=(
        "The three stand in a block, and `proxy_pass` names the block.",
        "A share is a `weight`, and who has none has a weight of one. One word more for the reserve.",
        (
            "`upstream shop { server {{ a }} weight=2; … }`, the third with `backup`, and "
            "`proxy_pass http://shop;` in a location of the server."
        ),
    ),
)
def two_and_a_reserve(shop: Callable[[], str]) -> None:
    """Shares as wanted, and whoever is left answers."""
    with three() as servers, given(shop(), **servers) as edge:
        seen = answered(edge, 30)
        expect(seen == "A 20, B 10", "of 30 requests two of three for A, and the rest for B", saw=seen)
        servers["a"].stop()
        seen = answered(edge, 6)
        expect(seen == "B 6", "with A gone, an answer of B to each of 6 requests", saw=seen)
        servers["b"].stop()
        seen = answered(edge, 6)
        expect(seen == "C 6", "with A and B gone, an answer of C to each of 6 requests", saw=seen)


SHOP = """
upstream shop {
    zone shop 64k;
    server {{ a }} weight=2;
    server {{ b }};
    server {{ c }} backup;
}
server {
    listen {{ listen }};
    location / { proxy_pass http://shop; }
}
"""


def changed(text: str, *changes: tuple[str, str]) -> Any:
    """Return a configuration with parts of it replaced, as a function that returns it."""
    for old, new in changes:
        if old not in text:
            raise ValueError(f"{old!r} is not in the configuration")
        text = text.replace(old, new)
    return lambda: text


@two_and_a_reserve.right
def with_weights() -> Any:
    return lambda: SHOP


@two_and_a_reserve.right
def by_the_fewest() -> Any:
    return changed(
        SHOP,
        ("zone shop 64k;", "least_conn;"),
        ("weight=2", "weight=4 max_fails=3"),
        ("{{ b }};", "{{ b }} weight=2;"),
    )


@two_and_a_reserve.right
def the_reserve_by_an_error_page() -> Any:
    return lambda: (
        """
    upstream shop { server {{ a }} weight=2; server {{ b }}; }
    upstream reserve { server {{ c }}; }
    server {
        listen {{ listen }};
        location / { proxy_pass http://shop; error_page 502 504 = @reserve; }
        location @reserve { proxy_pass http://reserve; }
    }
    """
    )


@two_and_a_reserve.wrong("the rest for B, saw A 15, B 15")
def in_turn() -> Any:
    return changed(SHOP, (" weight=2", ""))


@two_and_a_reserve.wrong("saw A 15, B 8, C 7")
def no_reserve() -> Any:
    return changed(SHOP, (" backup", ""))


@two_and_a_reserve.wrong("saw A 10, B 20")
def the_weight_at_the_wrong_one() -> Any:
    return changed(SHOP, (" weight=2", ""), ("{{ b }}", "{{ b }} weight=2"))


@two_and_a_reserve.wrong("the rest for B, saw A 30")
def one_server_alone() -> Any:
    return changed(SHOP, ("http://shop", "http://{{ a }}"))


@two_and_a_reserve.wrong("with A gone, an answer of B to each of 6 requests, saw B 5, 1 of status 502")
def nobody_else_asked() -> Any:
    return changed(SHOP, ("proxy_pass", "proxy_next_upstream off; proxy_pass"))


@two_and_a_reserve.wrong("with A and B gone, an answer of C to each of 6 requests, saw 6 of status 502")
def a_reserve_that_is_down() -> Any:
    return changed(SHOP, ("backup", "down"))


@two_and_a_reserve.wrong("a configuration that Nginx takes, saw ")
def shares_in_percent() -> Any:
    return changed(SHOP, ("weight=2", "weight=66%"))


@two_and_a_reserve.wrong("a configuration, returned")
def no_shop_returned() -> Any:
    return lambda: None


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
    """Write a key, and a certificate for it that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "The shop"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    now, day = datetime.datetime.now(datetime.UTC), datetime.timedelta(days=1)
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - day)
        .not_valid_after(now + day)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    Path(folder, f"{name}.pem").write_bytes(certificate.public_bytes(pem))
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    Path(folder, f"{name}.key").write_bytes(secret)


@question(
    3,
    section="Two names at one port",
    hints=(
        "The name is said in the first message of TLS, before there is a request. Who says it?",
        "`server_hostname` is what is said. A context that neither checks the name nor verifies shows all.",
        (
            "`context.wrap_socket(plain, server_hostname=name)`, then `getpeercert(binary_form=True)`, "
            "`x509.load_der_x509_certificate` and `subject.get_attributes_for_oid(NameOID.COMMON_NAME)`."
        ),
    ),
)
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


def shaken(address: str, name: str | None) -> x509.Certificate:
    """Return the certificate that is shown to who says this name, or none."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    host, port = address.rsplit(":", 1)
    with (
        socket.create_connection((host, int(port))) as plain,
        context.wrap_socket(plain, server_hostname=name) as connection,
    ):
        return x509.load_der_x509_certificate(connection.getpeercert(binary_form=True) or b"")


def common_name(certificate: x509.Certificate) -> str:
    return str(certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


@which_certificate.right
def by_hand() -> Any:
    return lambda address, name: common_name(shaken(address, name))


@which_certificate.right
def by_an_http_client() -> Any:
    def shown_to(address: str, name: str) -> str:
        with (
            httpx.Client(verify=False) as client,
            client.stream("GET", f"https://{address}/", extensions={"sni_hostname": name}) as answer,
        ):
            connection = answer.extensions["network_stream"].get_extra_info("ssl_object")
            return common_name(x509.load_der_x509_certificate(connection.getpeercert(True)))

    return shown_to


@which_certificate.wrong("for 'third.example', the common name in the certificate that is shown, saw `'third")
def what_was_asked_for() -> Any:
    return lambda _, name: name


@which_certificate.wrong("for 'second.example', the common name in the certificate that is shown, saw `'fi")
def no_name_said() -> Any:
    return lambda address, _: common_name(shaken(address, None))


@which_certificate.wrong("for 'first.example', the common name in the certificate that is shown, saw `'CN=")
def the_whole_subject() -> Any:
    return lambda address, name: shaken(address, name).subject.rfc4514_string()


@which_certificate.wrong("for 'first.example', the common name in the certificate that is shown, saw `'The s")
def the_first_part_of_the_subject() -> Any:
    return lambda address, name: next(iter(shaken(address, name).subject)).value


@which_certificate.wrong("a name, as text, saw `<Cert")
def the_certificate() -> Any:
    return shaken


@which_certificate.wrong("a name, returned")
def printed_name() -> Any:
    return lambda address, name: print(common_name(shaken(address, name)))


# 4. A cache of your own.


@question(
    4,
    seconds=5,
    section="A stampede",
    hints=(
        "Four demands, four directives, and `proxy_cache_path` for the folder with the name of a zone.",
        "Which directive says how long, and which lets one go ahead? Nobody has to say what is private.",
        (
            "`proxy_cache`, `proxy_cache_valid 200 1m`, `proxy_cache_lock on`, and `add_header X-Cache "
            "$upstream_cache_status`."
        ),
    ),
)
def a_cache(cached: Callable[[], str]) -> None:
    """Keeps what may be kept, fetches it once, and tells."""
    config = cached()
    with (
        lab.launch(f'{BEHIND} "toolbox:build()" --threads 10') as web,
        scratch() as folder,
        given(config, web=web, folder=folder) as edge,
    ):
        news = [edge.get("/news") for _ in range(3)]
        for answer in news:
            expect(answer.status_code == 200, "an answer to `/news`", saw=f"{answer.status_code}")
        editions = len({answer.text for answer in news})
        expect(editions == 1, "one edition of `/news` for three visitors", saw=f"{editions} of them")
        told = [answer.headers.get("x-cache") for answer in news]
        expect(told == ["MISS", "HIT", "HIT"], "what the cache did, in `X-Cache`, three times", told)
        page = edge.get("/ping").text.strip()
        expect(page == "pong", "the page `/ping` for who asks for it", page)
        check_private(edge)
        check_lock(edge, web)


def check_private(edge: lab.Server) -> None:
    """Fail unless each person sees their own account."""
    for name in ("Ann", "Ben"):
        seen = edge.get("/account", headers={"Cookie": f"name={name}"}).text
        expect(seen == f"account of {name}", f"for {name}, an account of {name}", seen)


def check_lock(edge: lab.Server, web: lab.Server) -> None:
    """Fail unless a page that many ask for is made once."""
    with ThreadPoolExecutor(8) as visitors:
        answers = list(visitors.map(edge.get, ["/wait?seconds=0.8"] * 8))
    statuses = {answer.status_code for answer in answers}
    expect(statuses == {200}, "an answer for each of eight visitors who come together", sorted(statuses))
    made = sum(request.path == "/wait" for request in web.timeline.wait_for(_waited).requests())
    expect(made == 1, "a page for eight visitors, made once", saw=f"it was made {made} times")


def _waited(seen: Any) -> bool:
    return any(request.path == "/wait" for request in seen.requests())


CACHE = """
proxy_cache_path {{ folder }} keys_zone=pages:1m;
server {
    listen {{ listen }};
    location / {
        proxy_pass http://{{ web }};
        proxy_cache pages;
        proxy_cache_valid 200 1m;
        proxy_cache_lock on;
        add_header X-Cache $upstream_cache_status always;
    }
}
"""


@a_cache.right
def as_in_the_lesson() -> Any:
    return lambda: CACHE


@a_cache.right
def for_the_whole_site() -> Any:
    return lambda: (
        """
    proxy_cache_path {{ folder }} levels=1:2 keys_zone=all:2m max_size=10m inactive=10m;
    proxy_cache all;
    proxy_cache_key $host$request_uri;
    proxy_cache_valid any 60s;
    proxy_cache_lock on;
    proxy_cache_lock_timeout 30s;
    upstream application { server {{ web }}; }
    server {
        listen {{ listen }};
        add_header X-Cache $upstream_cache_status;
        location / { proxy_pass http://application; }
    }
    """
    )


@a_cache.wrong("one edition of `/news` for three visitors, saw 3 of them")
def without_a_time() -> Any:
    return changed(CACHE, ("proxy_cache_valid 200 1m;", ""))


@a_cache.wrong("what the cache did, in `X-Cache`, three times, saw `[None")
def without_a_word() -> Any:
    return changed(CACHE, ("add_header X-Cache $upstream_cache_status always;", ""))


@a_cache.wrong("three times, saw `['HIT'")
def a_word_by_hand() -> Any:
    return changed(CACHE, ("$upstream_cache_status", "HIT"))


@a_cache.wrong("the page `/ping` for who asks for it, saw `'edition 1'`")
def one_key_for_all() -> Any:
    return changed(CACHE, ("proxy_cache pages;", "proxy_cache pages; proxy_cache_key $host;"))


@a_cache.wrong("for Ben, an account of Ben, saw `'account of Ann'`")
def told_not_to_listen() -> Any:
    return changed(CACHE, ("proxy_cache pages;", "proxy_cache pages; proxy_ignore_headers Cache-Control;"))


@a_cache.wrong("made once, saw it was made 8 times")
def without_a_lock() -> Any:
    return changed(CACHE, ("proxy_cache_lock on;", ""))


@a_cache.wrong("an answer for each of eight visitors who come together, saw ")
def turned_away_instead() -> Any:
    return changed(
        CACHE,
        ("proxy_cache_lock on;", "limit_conn makers 1;"),
        ("server {", "limit_conn_zone $request_uri zone=makers:1m; server {"),
    )


@a_cache.wrong("a configuration that Nginx takes, saw ")
def no_such_zone() -> Any:
    return changed(CACHE, ("proxy_cache pages;", "proxy_cache page;"))


@a_cache.wrong("a configuration, returned")
def no_cache_returned() -> Any:
    return lambda: None


# 5. One site, three complaints.


@cache
def as_typed() -> str:
    """Return the configuration as the notebook has it."""
    text = Path(__file__).with_name("exercise.md").read_text()
    return text.partition('config = """\n')[2].partition('"""')[0]


@question(
    5,
    seconds=4,
    section="Answers that are kept",
    hints=(
        "Run it with `lab.nginx(config, web=…, talk=…, folder=…)`, and be Ann, then Ben, then a robot.",
        "One directive is one too many, one has a key that the visitor writes, and three are missing.",
        (
            "No `proxy_ignore_headers`; `$binary_remote_addr` for the limit; and for the chat HTTP/1.1, "
            "`Upgrade` and `Connection`, as in the lesson."
        ),
    ),
)
def three_complaints(config: object) -> None:
    """Ben sees his own account, the chat connects, the robot is held, and `/news` is still kept."""
    if config.strip() == as_typed().strip() if isinstance(config, str) else False:
        unattempted("The configuration is as it was.")
    with (
        lab.launch(f'{BEHIND} "toolbox:build()"') as web,
        lab.launch(f"{BEHIND} echoes:asgi -k asgi") as talk,
        scratch() as folder,
        given(config, web=web, talk=talk, folder=folder) as edge,
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


def check_robot(edge: lab.Server) -> None:
    """Fail unless one address has six at once, and another has its own."""
    served = sum(edge.get("/ping").status_code == 200 for _ in range(20))
    expect(served < 20, "a robot that is turned away", saw="20 of 20 requests at once answered")
    # A second may have passed on a busy machine.
    expect(6 <= served <= 8, "six requests of one address answered at once", saw=f"{served} of 20")
    line = HTTPConnection(edge.address, source_address=(ELSEWHERE, 0), timeout=5)
    line.request("GET", "/ping")
    status = line.getresponse().status
    line.close()
    if ELSEWHERE != "127.0.0.1":
        expect(status == 200, "an answer for who asks from another address", saw=f"{status}")


@three_complaints.blank
def as_it_was() -> Any:
    return as_typed()


UPGRADE = """proxy_pass http://{{ talk }};
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection upgrade;"""
TALK = ("proxy_pass http://{{ talk }};", UPGRADE)
LISTEN_TO_IT = ("proxy_ignore_headers Cache-Control;", "")
BY_ADDRESS = ("$http_x_visitor", "$binary_remote_addr")


def mended(*changes: tuple[str, str]) -> Any:
    return changed(as_typed(), *changes)()


@three_complaints.right
def all_three() -> Any:
    return mended(TALK, LISTEN_TO_IT, BY_ADDRESS)


@three_complaints.right
def by_other_means() -> Any:
    """A location of its own for what is private, and a `map` for the upgrade."""
    private = "location = /account { proxy_pass http://{{ web }}; }\n    location = /ping"
    upgrade = "map $http_upgrade $wish { default upgrade; '' close; }\nserver {"
    return mended(
        ("location = /ping", private),
        ("server {", upgrade),
        (TALK[0], UPGRADE.replace("Connection upgrade", "Connection $wish")),
        ("$http_x_visitor", "$remote_addr"),
    )


@three_complaints.wrong("for Ben, an account of Ben")
def still_the_account_of_somebody_else() -> Any:
    return mended(TALK, BY_ADDRESS)


@three_complaints.wrong("one edition of `/news`, kept as before, saw 3")
def nothing_kept_any_more() -> Any:
    return mended(TALK, BY_ADDRESS, LISTEN_TO_IT, ("proxy_cache pages;", ""))


@three_complaints.wrong("a chat that connects, saw Handshake status 200")
def still_no_chat() -> Any:
    return mended(LISTEN_TO_IT, BY_ADDRESS)


@three_complaints.wrong("a chat that connects, saw Handshake status 404")
def the_chat_at_the_wrong_server() -> Any:
    return mended(LISTEN_TO_IT, BY_ADDRESS, (TALK[0], UPGRADE.replace("talk", "web")))


@three_complaints.wrong("a robot that is turned away")
def still_a_robot() -> Any:
    return mended(TALK, LISTEN_TO_IT)


@three_complaints.wrong("six requests of one address answered at once, saw 1 of 20")
def no_burst() -> Any:
    return mended(TALK, LISTEN_TO_IT, BY_ADDRESS, ("burst=5 nodelay", ""))


@three_complaints.wrong("an answer for who asks from another address, saw 503")
def one_account_for_all() -> Any:
    return mended(TALK, LISTEN_TO_IT, ("$http_x_visitor", "$server_name$server_port"))


@three_complaints.wrong("a configuration that Nginx takes, saw ")
def a_variable_invented() -> Any:
    return mended(TALK, LISTEN_TO_IT, ("$http_x_visitor", "$visitor"))
