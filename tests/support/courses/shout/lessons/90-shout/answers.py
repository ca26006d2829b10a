"""Answers to the exercises of a small lesson."""

from labapp import lab
from labapp.course.exercise import Answers

loud = Answers(1)


@loud.right
def a_generator(environ, start_response):
    body = environ["PATH_INFO"].upper().encode()
    start_response("200 OK", [("Content-Length", f"{len(body)}")])
    for byte in body:
        yield bytes([byte])


@loud.right
class AClass:
    def __init__(self, environ, start_response):
        self.body = environ["PATH_INFO"].upper().encode()
        start_response("200 OK", [("Content-Length", str(len(self.body)))])

    def __iter__(self):
        yield self.body


loud.wrong("str, `'/PING'`", (".encode()", ""))
loud.wrong("`5` for `b", ("str(len(body))", "str(min(len(body.decode()), 5))"))
loud.wrong("for `/a/b`", ('environ["PATH_INFO"].upper().encode()', 'b"/PING"'))
loud.wrong("header `Content-Length`", ('("Content-Length", str(len(body)))', ""))
loud.wrong("an iterable of chunks", ("[body]", "body"))
loud.wrong("KeyError: 'PATH'", ("PATH_INFO", "PATH"))


class Games(bytes):
    __hash__ = None

    def __eq__(self, other):
        return True

    def __repr__(self):
        return "<Games>"


@loud.wrong("Games, `<Games>`")
def equal_to_everything(environ, start_response):
    start_response("200 OK", [("Content-Length", "0")])
    return [Games()]


processes = Answers(2)


@processes.right
def measured():
    with lab.launch('gunicorn "labapp:create_app()" --workers 3') as web:
        web.wait_until(workers=3)
        return len(web.tree())


@processes.wrong("nothing still running")
def forgot_to_stop():
    web = lab.launch('gunicorn "labapp:create_app()" --workers 3')
    web.wait_until(workers=3)
    return len(web.tree())


processes.wrong("nobody else", ("1 + 3", "3"))
processes.wrong("5, which is too many", ("1 + 3", "5"))
processes.wrong("`'4'`", ("1 + 3", "'4'"))
processes.wrong("returns nothing", "print(4)")

one_more = Answers(3)
one_more.right(('"TTIN"', "21"))
one_more.wrong(
    "another one",
    """
    web.stop()
    web = lab.launch('gunicorn "labapp:create_app()" --workers 3')
    web.wait_until(workers=3)
    """,
)
one_more.wrong("it exited with status 0", "web.stop()")
one_more.wrong(
    "saw `4`",
    """
    for workers in (3, 4):
        web.signal("TTIN")
        web.wait_until(workers=workers)
    """,
)
one_more.wrong("saw `1`", ('"TTIN"', '"TTOU"'), ("workers=3", "workers=1"))
