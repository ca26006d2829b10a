"""HTTP: from the bytes on a connection to the dictionary that WSGI calls environ."""

import io
import re
import sys
from urllib.parse import unquote

MAX_HEAD, MAX_BODY = 64 * 1024, 64 * 1024 * 1024  # bytes
FIRST = r"([A-Z]+) (/[^\0- ?]*)\??([^\0- ]*) (HTTP/1\.[01])\r\n"
FIELD = r"([A-Za-z0-9-]+):([^\r\n\0]*)\r\n"


class HTTPError(Exception):
    """A request that went wrong; raised with the status, it is also the application that answers."""

    def __call__(self, environ, start_response):  # noqa: ARG002
        """Say the status, as any application would."""
        start_response(str(self), [("Content-Type", "text/plain")])
        return [f"{self}\n".encode()]


def read_request(connection, stream, **flags):
    """Return the environ of the request that arrives on a connection, its body read to the end."""
    environ = parse(read_head(stream))
    length = environ["CONTENT_LENGTH"]
    if "HTTP_TRANSFER_ENCODING" in environ:
        raise HTTPError("411 Length Required")
    if not re.fullmatch("[0-9]{1,18}", length):
        raise HTTPError("400 Bad Request")
    if int(length) > MAX_BODY:
        raise HTTPError("413 Content Too Large")
    body = stream.read(int(length))  # a body comes in pieces; this waits for all of them
    if len(body) < int(length):
        raise HTTPError("400 Bad Request")
    host, port = connection.getsockname()
    return environ | {
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "REMOTE_ADDR": connection.getpeername()[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": flags.get("multithread", False),
        "wsgi.multiprocess": flags.get("multiprocess", False),
        "wsgi.run_once": False,
    }


def read_head(stream):
    """Return the request line and the headers, up to the empty line that ends them."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        line = stream.readline(MAX_HEAD - len(head))
        head += line
        if len(head) == MAX_HEAD:
            raise HTTPError("431 Request Header Fields Too Large")
        if not line.endswith(b"\r\n"):
            raise HTTPError("400 Bad Request")
    return head.decode("latin-1")


def parse(head):
    """Return what the head says, under the names that PEP 3333 gives it."""
    request = re.fullmatch(f"{FIRST}((?:{FIELD})*)\r\n", head)
    if not request:
        raise HTTPError("400 Bad Request")
    method, path, query, protocol, fields = request.groups()[:5]
    environ = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(path, "latin-1"),
        "QUERY_STRING": query,
        "SERVER_PROTOCOL": protocol,
    }
    for name, value in re.findall(FIELD, fields):
        key = "HTTP_" + name.upper().replace("-", "_")
        environ[key] = f"{environ[key]},{value.strip()}" if key in environ else value.strip()
    environ["CONTENT_TYPE"] = environ.pop("HTTP_CONTENT_TYPE", "")
    environ["CONTENT_LENGTH"] = environ.pop("HTTP_CONTENT_LENGTH", "0")
    return environ
