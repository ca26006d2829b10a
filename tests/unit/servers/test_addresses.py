import pytest

from labapp.servers.http import addresses


@pytest.mark.parametrize(
    ("address", "loopback"),
    [
        ("127.0.0.1:80", True),
        ("127.8.8.8:80", True),
        ("localhost:80", True),
        ("[::1]:80", True),
        ("[::ffff:127.0.0.1]:80", True),
        ("unix:/run/app.sock", True),
        ("0.0.0.0:80", False),
        ("[::]:80", False),
        (":80", False),
        ("192.168.1.7:80", False),
        ("1270.0.0.1:80", False),
        ("[::ffff:10.0.0.1]:80", False),
        ("localhost.example.org:80", False),
    ],
)
def test_loopback_is_what_only_this_machine_reaches(address: str, loopback: bool) -> None:
    assert addresses.is_loopback(address) is loopback


@pytest.mark.parametrize(
    ("address", "reachable"),
    [
        ("127.0.0.1:80", "127.0.0.1:80"),
        ("0.0.0.0:80", "127.0.0.1:80"),
        ("[::]:80", "[::1]:80"),
        ("[::1]:80", "[::1]:80"),
        ("unix:/run/app.sock", "unix:/run/app.sock"),
    ],
)
def test_a_wildcard_is_reached_on_loopback(address: str, reachable: str) -> None:
    assert addresses.reachable(address) == reachable


def test_an_address_splits_into_host_and_port() -> None:
    assert addresses.host_and_port("127.0.0.1:80") == ("127.0.0.1", 80)
    assert addresses.host_and_port("[::1]:80") == ("::1", 80)
