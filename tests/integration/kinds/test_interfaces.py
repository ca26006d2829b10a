"""What is told beside a server: of an application that it cannot call, of a unix socket that it takes."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from zoo import ASGI, PROGRAMS, WSGI

from labapp import lab

# Applications of another interface than the server's: it starts all the same, and answers with a 500.
STRANGERS = {
    f"uvicorn {WSGI}": "by ASGI, and it is one of WSGI: add --interface wsgi",
    f"uvicorn {ASGI} --interface wsgi": "by WSGI, and it is one of ASGI: leave --interface wsgi out",
    f"granian {WSGI}": "by RSGI, and it is one of WSGI: add --interface wsgi",
    f"granian {ASGI}": "by RSGI, and it is one of ASGI: add --interface asgi",
    f"granian {WSGI} --interface asgi": "by ASGI, and it is one of WSGI: add --interface wsgi",
    f"hypercorn wsgi:{ASGI}": "by WSGI, and it is one of ASGI: leave out wsgi:",
    f"daphne {WSGI}": "by ASGI, and it is one of WSGI: put an adapter around it",
    f"gunicorn {ASGI}": "by WSGI, and it is one of ASGI: add --worker-class asgi",
    f"waitress-serve {ASGI}": "by WSGI, and it is one of ASGI: take an ASGI server",
}


@pytest.mark.parametrize("command", STRANGERS)
def test_an_application_of_another_interface_is_told_beside_the_server(command: str) -> None:
    with lab.launch(command, cwd=PROGRAMS) as web:
        assert web.first_status == 500
        assert STRANGERS[command] in repr(web)


def test_a_server_that_answers_nothing_for_its_application_is_told() -> None:
    with pytest.raises(lab.LaunchError, match="by WSGI, and it is one of ASGI: it answers nothing"):
        lab.launch(f"uwsgi --module {ASGI}", cwd=PROGRAMS, timeout=1)


def test_uwsgi_serves_without_an_application_if_it_needs_none() -> None:
    with lab.launch("uwsgi --module broken:app --need-app=false", cwd=PROGRAMS) as web:
        assert web.first_status == 500


@pytest.mark.parametrize("option", ["waitress-serve --unix-socket {} {}", "hypercorn --bind unix:{} wsgi:{}"])
def test_who_is_robbed_of_a_unix_socket_is_told(option: str, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as robbed:
        robbed.bind(str(tmp_path / "s"))
        robbed.listen()
        with lab.launch(option.format("s", WSGI), cwd=tmp_path) as web:
            assert "it has taken unix:s from " in repr(web)


def test_a_unix_socket_that_is_not_removed_is_taken_or_left(tmp_path: Path) -> None:
    for said, leave in (
        ("is taken: .* listens there", None),
        ("counts as in use: .* has left its file", socket.socket.close),
    ):
        with socket.socket(socket.AF_UNIX) as other:
            (tmp_path / "s").unlink(missing_ok=True)
            other.bind(str(tmp_path / "s"))
            other.listen()
            if leave:
                leave(other)
            with pytest.raises(lab.LaunchError, match=said):
                lab.launch(f"granian --interface wsgi {WSGI} --uds s", cwd=tmp_path)


# How each is told that its application is made by a factory.
FACTORIES = {
    "gunicorn labapp:create_app": 'write its call, in quotes: "…:create_app()"',
    "waitress-serve labapp:create_app": "add --call",
    "hypercorn labapp:create_app": 'write its call, in quotes: "…:create_app()"',
    "granian labapp:create_app --interface wsgi": "add --factory",
}


@pytest.mark.parametrize("command", FACTORIES)
def test_a_factory_that_is_called_for_each_request_is_told_beside_the_server(command: str) -> None:
    with lab.launch(command, cwd=PROGRAMS) as web:
        assert web.first_status == 500
        told = f"calls create_app() for each request, and it only makes the application: {FACTORIES[command]}"
        assert told in repr(web)


def test_a_factory_that_has_a_server_answer_nothing_is_told() -> None:
    with pytest.raises(lab.LaunchError, match=r"create_app\(\) for each request.*it answers nothing"):
        lab.launch("uwsgi --module labapp:create_app", cwd=PROGRAMS, timeout=1)


# What takes a factory by its name, and what it says where the call is written.
BY_NAME = {
    "waitress-serve 'labapp:create_app()'": "leave out the parentheses, and add --call",
    "uvicorn 'labapp:create_app()'": "leave out the parentheses, and add --factory",
    "granian 'labapp:create_app()' --interface wsgi": "leave out the parentheses, and add --factory",
    "daphne 'labapp:create_app()'": "name what a module makes of it: app = create_app()",
}


@pytest.mark.parametrize("command", BY_NAME)
def test_who_takes_a_factory_by_its_name_is_given_its_call(command: str) -> None:
    with pytest.raises(lab.LaunchError, match="takes a factory by its name") as raised:
        lab.launch(command, cwd=PROGRAMS)
    assert BY_NAME[command] in raised.value.advice


def test_what_is_no_server_is_told_so() -> None:
    with pytest.raises(lab.LaunchError, match=r"true ended by itself.*\n.*give the command of a server"):
        lab.launch("true")
