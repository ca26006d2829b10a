"""TLS: two names at one port, each with a certificate of its own."""

import socket
import ssl
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID
from support.certificates import certify

from labapp import lab
from labapp.servers.http.addresses import host_and_port
from labapp.servers.kinds.nginx.server import NginxServer

Run = Callable[..., NginxServer]
Launch = Callable[..., lab.Server]

TWO = """
{% for name in ["a.example", "b.example"] %}
server {
    listen {{ listen }} ssl;
    server_name {{ name }};
    ssl_certificate {{ folder }}/{{ name }}.pem;
    ssl_certificate_key {{ folder }}/{{ name }}.key;
    ssl_protocols TLSv1.2 TLSv1.3;
    location / { return 200 {{ name }}; }
    location /app { proxy_pass http://{{ web.address }}; proxy_set_header X-Forwarded-Proto $scheme; }
}
{% endfor %}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two certificates, each of which vouches for itself."""
    for name in ("a.example", "b.example"):
        certify(tmp_path, name)
    return tmp_path


@pytest.fixture
def edge(nginx: Run, gunicorn: Launch, folder: Path) -> NginxServer:
    return nginx(TWO, folder=folder, web=gunicorn())


@pytest.mark.parametrize("keep_alive", [False, True])
def test_a_load_speaks_it_too(edge: NginxServer, folder: Path, keep_alive: bool) -> None:
    options = {"requests": 40, "concurrency": 4, "keep_alive": keep_alive, "progress": False}
    assert lab.load(edge, **options).outcome == "40 requests: 40 answered 200"
    assert lab.load(edge, "/app", method="POST", body=b"x" * 200_000, **options).outcome == (
        "40 requests: 40 answered 200"
    )
    # Nginx does not wait for whoever takes in its log: on a busy machine some lines are lost, and counted
    # when the next one comes.
    assert httpx.get(edge.url, verify=False).is_success
    found = edge.timeline.wait_for(lambda now: len(now.requests()) + now.dropped >= 81)
    requests = found.requests()
    connections = {request.port for request in requests}
    assert len(connections) <= 9 < len(requests) if keep_alive else len(connections) == len(requests)


def test_a_load_verifies_the_certificate_where_that_is_asked_for(nginx: Run, tmp_path: Path) -> None:
    certify(tmp_path, "localhost")
    edge = nginx(
        "server { listen {{ listen }} ssl; return 200;"
        " ssl_certificate {{ here }}.pem; ssl_certificate_key {{ here }}.key; }"
        "server { listen {{ listen2 }}; return 200; }",
        here=tmp_path / "localhost",
    )
    url = f"https://localhost:{edge.port}/"
    few = {"requests": 3, "progress": False}
    assert lab.load(url, verify=tmp_path / "localhost.pem", **few).outcome == "3 requests: 3 answered 200"
    assert lab.load(url, verify=True, **few).errors == {"tls": 3}
    assert lab.load(edge, **few).outcome == "3 requests: 3 answered 200"
    # What speaks no TLS is no server of it.
    plain = edge.addresses["listen2"]
    assert lab.load(f"https://{plain}/", **few).errors == {"tls": 3}


def shaken(
    edge: NginxServer, name: str | None, trusted: Path | None = None, **limits: ssl.TLSVersion
) -> ssl.SSLSocket:
    """Return a connection to Nginx that asked for `name`, which was verified if there is someone to trust."""
    context = ssl.create_default_context(cafile=trusted)
    if trusted is None:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    for limit, version in limits.items():
        setattr(context, limit, version)
    with socket.create_connection(host_and_port(edge.address), timeout=10) as plain:
        return context.wrap_socket(plain, server_hostname=name)


def presented(edge: NginxServer, name: str | None) -> str:
    """Return the name in the certificate that comes when `name` is asked for."""
    with shaken(edge, name) as connection:
        certificate = x509.load_der_x509_certificate(connection.getpeercert(binary_form=True))
    return str(certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


def ask(edge: NginxServer, name: str, path: str, folder: Path) -> httpx.Response:
    """Ask as a browser would that had looked the name up."""
    context = ssl.create_default_context(cafile=folder / f"{name}.pem")
    with httpx.Client(verify=context) as client:
        return client.get(
            f"https://{edge.address}{path}", headers={"Host": name}, extensions={"sni_hostname": name}
        )


def test_each_name_has_its_own_certificate(edge: NginxServer, folder: Path) -> None:
    assert edge.url == f"https://{edge.address}"
    for name in ("a.example", "b.example"):
        assert presented(edge, name) == name
        assert ask(edge, name, "/", folder).text == name


def test_whoever_asks_for_none_gets_the_first(edge: NginxServer) -> None:
    assert presented(edge, None) == "a.example"
    assert presented(edge, "unknown.example") == "a.example"


def test_the_certificate_of_another_is_refused(edge: NginxServer, folder: Path) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        shaken(edge, "a.example", folder / "b.example.pem")
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        shaken(edge, "unknown.example", folder / "a.example.pem")
    shaken(edge, "b.example", folder / "b.example.pem").close()


def test_both_versions_are_spoken(edge: NginxServer) -> None:
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        with shaken(edge, "a.example", minimum_version=version, maximum_version=version) as connection:
            assert connection.version() == version.name.replace("_", ".")


def test_the_lab_asks_over_tls(edge: NginxServer) -> None:
    assert edge.get("/", headers={"Host": "a.example"}).text == "a.example"
    with pytest.raises(httpx.ConnectError, match="certificate verify failed"):
        edge.get("/", verify=True)


def test_the_application_learns_that_it_was_https(edge: NginxServer, folder: Path) -> None:
    assert ask(edge, "b.example", "/app", folder).json()["wsgi.url_scheme"] == "https"


def test_plain_http_at_that_port_is_refused(edge: NginxServer) -> None:
    answer = httpx.get(f"http://{edge.address}/")
    assert answer.status_code == 400
    assert "plain HTTP request was sent to HTTPS port" in answer.text
