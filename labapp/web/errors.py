"""Every error as one plain sentence that says what to do next."""

from __future__ import annotations

from flask import current_app, request
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed, NotFound
from werkzeug.wrappers import Response

from labapp.web.routes import routes


def explain(error: HTTPException) -> Response:
    """Answer with the status and headers of `error`, and a body made for a terminal."""
    response = error.get_response()
    response.content_type = "text/plain; charset=utf-8"
    response.set_data(sentence(error))
    return response


def sentence(error: HTTPException) -> str:
    """Return what went wrong and what would go right."""
    match error:
        case NotFound():
            paths = ", ".join(route.path for route in routes(current_app))
            return f"nothing at {request.path!r}; there is {paths}"
        case MethodNotAllowed():
            allowed = " or ".join(sorted(set(error.valid_methods or ()) - {"HEAD", "OPTIONS"}))
            return f"{request.path} does not take {request.method}; use {allowed}"
        case InternalServerError():
            return "the application raised an exception; the traceback is in the server's log"
        case _:
            return error.description or error.name
