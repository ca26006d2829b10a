"""Another configuration for an Nginx that serves."""

import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from support.upstreams import PROXY

from labapp import lab
from labapp.servers.kinds.nginx.reload import ReloadError
from labapp.servers.kinds.nginx.server import NginxServer

Run = Callable[..., NginxServer]
Launch = Callable[..., lab.Server]
HELLO = "server { listen {{ listen }}; location / { return 200 {{ word }}; } }"


def test_another_configuration_is_served_by_new_workers(nginx: Run) -> None:
    edge = nginx(HELLO, word="first")
    address, master, workers = edge.address, edge.pid, {worker.pid for worker in edge.workers}
    edge.reload(HELLO.replace("{{ word }}", "second"))
    assert edge.get("/").text == "second"
    assert (edge.address, edge.pid) == (address, master)
    edge.wait_until(lambda: not workers & {worker.pid for worker in edge.workers})
    assert "return 200 second" in str(edge.config)


def test_the_same_configuration_may_be_filled_anew(nginx: Run) -> None:
    edge = nginx(HELLO, word="first")
    edge.reload(word="second")
    assert edge.get("/").text == "second"
    edge.reload()
    assert edge.get("/").text == "second"


def test_a_broken_one_leaves_the_old_one_in_place(nginx: Run) -> None:
    edge = nginx(HELLO, word="first")
    whole, workers = str(edge.config), [worker.pid for worker in edge.workers]
    with pytest.raises(ReloadError) as caught:
        edge.reload("server {\n    listen {{ listen }};\n    retrun 200 second;\n}\n")
    assert caught.value.summary == (
        "Nginx knows no directive 'retrun' (line 3 of the configuration). "
        "Nothing was reloaded: the old configuration goes on serving."
    )
    assert caught.value.excerpt[-1].index("^") == caught.value.excerpt[-2].index("retrun")
    assert edge.get("/").text == "first"
    assert (str(edge.config), [worker.pid for worker in edge.workers]) == (whole, workers)
    assert (edge.directory / "nginx.conf").read_text() == whole
    edge.reload(word="third")
    assert edge.get("/").text == "third"


@pytest.mark.parametrize(
    ("config", "what"),
    [
        ("server { listen {{ listen }}; return 200 {{ absent }}; }", "mentions 'absent'"),
        ("server { listen 0.0.0.0:8000; }", "where other machines can reach it"),
        ("", "has no server block"),
    ],
)
def test_what_a_launch_refuses_a_reload_refuses(nginx: Run, config: str, what: str) -> None:
    edge = nginx(HELLO, word="first")
    with pytest.raises(ReloadError, match=what):
        edge.reload(config)
    assert edge.get("/").text == "first"


def test_another_address_is_another_listener(nginx: Run) -> None:
    edge = nginx(HELLO, word="first")
    edge.reload(HELLO + HELLO.replace("listen }", "listen2 }").replace("{{ word }}", "second"))
    assert httpx.get(f"http://{edge.addresses['listen2']}/").text == "second"
    assert edge.get("/").text == "first"


def test_it_is_asked_where_it_listens_now(nginx: Run, tmp_path: Path) -> None:
    edge = nginx(HELLO, word="first")
    before = edge.address
    edge.reload(HELLO.replace("{{ listen }}", "unix:{{ path }}"), path=tmp_path / "edge", word="second")
    assert edge.address == f"unix:{tmp_path}/edge" != before
    assert edge.get("/").text == "second"


def test_what_has_ended_cannot_be_reloaded(nginx: Run) -> None:
    edge = nginx(HELLO, word="first")
    edge.stop()
    with pytest.raises(
        lab.LaunchError, match=r"The server has ended .exited with status 0.: there is nothing to reload"
    ):
        edge.reload()


def test_a_taken_address_leaves_the_old_configuration_in_place(nginx: Run) -> None:
    edge, other = nginx(HELLO, word="first"), nginx(HELLO, word="other")
    with pytest.raises(ReloadError, match=f"{other.address} is taken: `nginx .*launched here, listens there"):
        edge.reload(HELLO + f"server {{ listen {other.address}; }}")
    assert [edge.get("/").text, other.get("/").text] == ["first", "other"]


def test_a_unix_socket_survives_it(nginx: Run, tmp_path: Path) -> None:
    edge = nginx("server { listen unix:{{ path }}; return 200 {{ word }}; }", path=tmp_path / "edge", word=1)
    edge.reload(word=2)
    assert edge.get("/").text == "2"


def test_processes_that_keep_a_cache_are_no_workers(nginx: Run, tmp_path: Path) -> None:
    cache = "proxy_cache_path {{ folder }} keys_zone=pages:1m;"
    edge = nginx(HELLO + cache, word="first", folder=tmp_path / "pages")
    assert {"cache manager"} <= {process.role for process in edge.tree()} - {"master", "worker"}
    edge.reload(word="second")
    assert edge.get("/").text == "second"
    edge.wait_until(workers=2)


def test_no_new_connection_is_lost_over_reloads_under_load(nginx: Run, gunicorn: Launch) -> None:
    edge = nginx(PROXY, web=gunicorn("seen:app --workers 2"))
    done = threading.Event()
    seen: Counter[object] = Counter()

    def ask() -> None:
        while not done.is_set():
            try:
                seen[httpx.get(f"{edge.url}/").status_code] += 1
            except httpx.HTTPError as error:
                seen[repr(error)] += 1

    clients = [threading.Thread(target=ask) for _ in range(2)]
    for client in clients:
        client.start()
    try:
        for number in range(20):
            before = seen[200]
            edge.reload(PROXY + f"# {number}\n")
            edge.wait_until(lambda before=before: seen[200] > before)
    finally:
        done.set()
        for client in clients:
            client.join()
    assert seen.keys() == {200}
