"""Nginx over IPv6, in front of a server that only knows IPv4."""

import socket
import subprocess
import sys
from collections.abc import Callable

import httpx
import pytest
from support.upstreams import PROXY

from labapp import lab
from labapp.servers.kinds.nginx.server import NginxServer

Run = Callable[..., NginxServer]
Launch = Callable[..., lab.Server]

BOTH = PROXY.replace("listen {{ listen }};", "listen {{ listen }}; listen {{ listen_ipv6 }};")


def has_ipv6() -> bool:
    with socket.socket(socket.AF_INET6) as probe:
        try:
            probe.bind(("::1", 0))
        except OSError:
            return False
    return True


needs_ipv6 = pytest.mark.skipif(
    not (socket.has_ipv6 and has_ipv6()), reason="this machine has no address ::1"
)


@needs_ipv6
def test_both_families_are_served(nginx: Run, gunicorn: Launch) -> None:
    edge = nginx(BOTH, web=gunicorn())
    address = edge.addresses["listen_ipv6"]
    assert address.startswith("[::1]:")
    assert httpx.get(f"http://{address}/x").json()["PATH_INFO"] == "/x"
    assert edge.get("/x").json()["PATH_INFO"] == "/x"
    assert edge.listening() == {edge.address, address}


@needs_ipv6
def test_ipv6_alone_will_do(nginx: Run) -> None:
    edge = nginx("server { listen {{ listen_ipv6 }}; return 200 $remote_addr; }")
    assert edge.url == f"http://{edge.addresses['listen_ipv6']}"
    assert edge.get("/").text == "::1"


def test_a_machine_without_ipv6_is_told_so() -> None:
    code = """
from labapp import lab
try:
    lab.nginx("server {\\n    listen {{ listen_ipv6 }};\\n    return 200 hello;\\n}")
except lab.LaunchError as error:
    print(error)
"""
    # A network of its own, whose loopback is down, has no address at all.
    words = ["unshare", "--map-root-user", "--net", sys.executable, "-c", code]
    told = subprocess.run(words, capture_output=True, text=True, check=False)
    if told.returncode and "unshare" in told.stderr:
        pytest.skip(f"no network of its own is to be had here: {told.stderr.strip()}")
    assert told.stdout.startswith("This machine has no IPv6 address [::1] to listen at (line 2"), told
    assert "To try: listen at an IPv4 address" in told.stdout
