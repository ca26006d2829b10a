"""The layer around an application: it is there only where the lab listens, and changes no answer.

A server whose own hooks tell of its requests needs none; to any other one the lab gives the variable below,
and shows it. Then `told` puts a callable between the server and the application, which sends an event when
the application is called and another when its answer has been given. Everywhere else `told` returns the
application itself.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from labapp.observe.telling.sender import Sender

VARIABLE = "LABAPP_TELL"
"""The variable that names the socket at which the lab listens."""
_COROUTINE = 0x80  # As `inspect.CO_COROUTINE`; to import that takes longer than all else here.

A = TypeVar("A", bound=Callable[..., Any])


def told(application: A) -> A:
    """Return the application, WSGI or ASGI, such that the lab is told of its requests where it listens."""
    if not (path := os.environ.get(VARIABLE)) or hasattr(application, "told_of"):
        return application
    layer: Any
    if _is_asynchronous(application) or _is_asynchronous(getattr(application, "__call__", None)):  # noqa: B004
        from labapp.observe.telling.asgi import told_asgi  # noqa: PLC0415 (one of the two is needed)

        layer = told_asgi(application, _sender(path))
    else:
        from labapp.observe.telling.wsgi import told_wsgi  # noqa: PLC0415

        layer = told_wsgi(application, _sender(path))
    layer.told_of = application
    return layer  # type: ignore[no-any-return]


def _is_asynchronous(function: Any) -> bool:
    """Tell whether to call this makes a coroutine, or somebody has marked it as if it did."""
    while isinstance(function, partial):
        function = function.func
    code = getattr(getattr(function, "__func__", function), "__code__", None)
    return bool(getattr(code, "co_flags", 0) & _COROUTINE) or hasattr(function, "_is_coroutine_mark")


@cache
def _sender(path: str) -> Sender:
    from labapp.observe.telling.sender import Sender  # noqa: PLC0415

    return Sender(path)
