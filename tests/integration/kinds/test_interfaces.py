"""An application that its server cannot call, or has not: what is told of it."""

from __future__ import annotations

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
