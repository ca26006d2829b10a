"""Answers to the exercises on one request."""

import socket
import urllib.error
import urllib.request

import httpx

from labapp import create_app, lab
from labapp.course.exercise import Answers

who_answers = Answers(1)
who_answers.right("return web.workers[0].pid")
who_answers.wrong("stands beside the path", "return web.pid")
who_answers.wrong("this kernel, which asked", "import os\nreturn os.getpid()")
who_answers.wrong("`None`", ("return web", "web"))
who_answers.wrong("saw dict", ('["pid"]', ""))
who_answers.wrong("none of its pids", "return 2")
who_answers.wrong("object is not subscriptable", (".json()", ""))

visit = Answers(2)


@visit.right
def in_a_block(path):
    with lab.launch(["gunicorn", "labapp:create_app()"]) as web:
        return web.get(path).text


visit.wrong("nothing still running", ("    web.stop()\n", ""))
visit.wrong(
    "1 of them stopped",
    """
    text = lab.launch('gunicorn "labapp:create_app()"').get(path).text
    for server in (web, *lab.servers()):
        server.stop()
    return text
    """,
)
visit.wrong(
    "ConnectError", ("text = web.get(path).text\n    web.stop()", "web.stop()\n    text = web.get(path).text")
)
visit.wrong("saw Response", (".text", ""))
visit.wrong("saw bytes", (".text", ".content"))
visit.wrong("for `/whoami`, what the application answers", 'return "pong"')
visit.wrong("given by this kernel", "return create_app().test_client().get(path).text")
visit.wrong("for `/ping`, what the application answers", ("get(path)", 'get("/nowhere")'))
visit.wrong("an answer of a server that ran before", "return web.get(path).text")

added = Answers(3)


@added.right
def by_hand(web, path):
    alone = create_app().test_client().get(path).headers
    with socket.create_connection(("127.0.0.1", web.port)) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n".encode())
        head = connection.makefile("rb").read().decode().partition("\r\n\r\n")[0]
    return {name for line in head.splitlines()[1:] if (name := line.partition(":")[0]) not in alone}


added.wrong("it spells the same name", ("{name.lower() for name, _", "{name for name, _"))
added.wrong(
    "saw `Content-Length`, which the application wrote",
    "return set(create_app().test_client().get(path).headers.keys())",
)
added.wrong("with 1 missing", 'return {"Server", "Date", "Connection"}')
added.wrong("which is none", "return set(web.get(path).headers.values())")
added.wrong("saw str", 'return "Server, Date, Connection"')
added.wrong("with 3 missing", ("- written", "- set(web.get(path).headers)"))
added.wrong("for `/upload`, only what the application did not write", (".get(path)\n", '.get("/ping")\n'))

symptom = Answers(4)


@symptom.right
def with_a_client(port):
    try:
        httpx.get(f"http://127.0.0.1:{port}/ping", timeout=0.5)
    except httpx.ConnectError:
        return "refused"
    except httpx.TransportError:
        return "silent"
    return "alive"


symptom.wrong(
    "nobody works, saw `'alive'`",
    """
    try:
        socket.create_connection(("127.0.0.1", port), timeout=0.5).close()
    except OSError:
        return "refused"
    return "alive"
    """,
)
symptom.wrong("nobody works, saw `'refused'`", ("except ConnectionRefusedError", "except OSError"))
symptom.wrong("answers 500, saw `'silent'`", ("            connection.sendall(request)\n", ""))


@symptom.wrong("answers 500, saw `'refused'`")
def takes_500_for_dead(port):
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/ping", timeout=0.5)
    except urllib.error.URLError:
        return "refused"
    except TimeoutError:
        return "silent"
    return "alive"


symptom.wrong("was not done after", (", timeout=0.5", ""))
symptom.wrong("one of `'refused'`", 'return "dead"')
symptom.wrong("nobody listens, saw `'silent'`", 'return "silent"')
symptom.wrong(
    "hangs up without a byte, saw `'alive'`",
    ('return "alive" if connection.recv(1) else "silent"', 'connection.recv(1)\n            return "alive"'),
)
symptom.wrong("ConnectionResetError", ("except OSError", "except TimeoutError"))
symptom.wrong("after 0.2 s, saw `'silent'`", ("timeout=0.5", "timeout=0.03"))
symptom.wrong("after 1.2 s, saw `'alive'`", ("timeout=0.5", "timeout=2"))
