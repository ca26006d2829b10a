"""The extension of Jupyter's server: what pages ask, behind its token; how kernels' messages reach them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join
from tornado import web
from tornado.ioloop import IOLoop, PeriodicCallback

from labapp.course.desk import killed_kernels
from labapp.course.desk.course_map import course_map, find_course, note_visit
from labapp.course.desk.first_state import begin_anew, prepare
from labapp.course.desk.machinery import MACHINERY
from labapp.course.desk.orphans import EVERY, Orphans
from labapp.course.desk.prompt_messages import prompt
from labapp.course.folders import LessonError
from labapp.course.state import open_state

_QUIET = 3.0  # Seconds after somebody has gone on in a notebook.


class _Handler(APIHandler):
    @property
    def served(self) -> Path:
        return Path(self.settings["server_root_dir"]).expanduser()

    async def answer(self, find: Callable[[], Any]) -> None:
        """Answer with what `find` returns; what it raises for the learner is the message."""
        try:
            found = await IOLoop.current().run_in_executor(None, find)
        except LessonError as error:
            raise web.HTTPError(404, str(error), reason="Not in the course") from error
        except (ValueError, TypeError, OSError) as error:
            raise web.HTTPError(400, str(error)) from error
        self.finish(json.dumps(found))

    def given(self, name: str, kind: type) -> Any:
        """Return a part of what was sent; HTTP 400 says which is missing or of another kind."""
        body = self.get_json_body()
        value = body.get(name, kind()) if isinstance(body, dict) else None
        if not isinstance(value, kind):
            raise web.HTTPError(400, f"{name} is to be a {kind.__name__}")
        return value


class CourseHandler(_Handler):
    """The map of the course."""

    @web.authenticated
    async def get(self) -> None:
        """Answer with the lessons and what a learner has done of them."""
        await self.answer(lambda: course_map(self.served, open_state()))


class VisitHandler(_Handler):
    """Where a learner is."""

    @web.authenticated
    async def post(self) -> None:
        """Note it."""
        path, heading, ran = self.given("path", str), self.given("heading", str), self.given("ran", list)
        cells = [str(one) for one in ran]
        await self.answer(lambda: note_visit(self.served, open_state(), path, heading, cells))
        # Once the page is there and quiet, so that a reset before an audience takes no time.
        served, loop = self.served, IOLoop.current()
        loop.call_later(_QUIET, loop.run_in_executor, None, prepare, served)


class ResetHandler(_Handler):
    """A notebook's first state."""

    @web.authenticated
    async def post(self) -> None:
        """Keep a copy of what a learner changed, and answer with the first state."""
        path = self.given("path", str)

        def find() -> dict[str, Any]:
            first = begin_anew(self.served, path)
            return {"content": first.content, "copy": first.copy}

        await self.answer(find)


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "labapp.course.desk"}]


def _load_jupyter_server_extension(server: Any) -> None:
    settings = server.web_app.settings
    handlers = {"course": CourseHandler, "visit": VisitHandler, "reset": ResetHandler}
    base = settings["base_url"]
    server.web_app.add_handlers(
        ".*$", [(url_path_join(base, "labapp", name), handler) for name, handler in handlers.items()]
    )
    name = "kernel_websocket_connection_class"
    settings[name] = prompt(settings[name])
    killed_kernels.miss(server.kernel_manager)
    if os.getpid() == 1:
        PeriodicCallback(Orphans().fetch, EVERY * 1000).start()
    served = Path(settings["server_root_dir"]).expanduser()
    # Only where the course itself is served: in somebody's home, their own folders may be called so.
    if find_course(served) == served:
        manager = server.contents_manager
        manager.hide_globs = [*manager.hide_globs, *MACHINERY]
