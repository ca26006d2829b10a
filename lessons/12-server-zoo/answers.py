"""Answers to the exercises on the zoo of servers."""

import socket
import stat
from pathlib import Path

from labapp.course.exercise import Answers

how_long = Answers(1)


@how_long.right
def round_by_round(server, requests, each):
    places = {"Waitress": 4, "Uvicorn": 10, "Flask's own": 10_000}.get(server, 1)
    seconds = 0.0
    while requests > 0:
        requests, seconds = requests - places, seconds + each
    return seconds


how_long.wrong(
    "`how_long('Waitress', 10, 0.1)`: the time until the last one is answered, saw 1 s",
    ('"Waitress": 4, ', ""),
)
how_long.wrong(
    "`how_long('Waitress', 10, 0.1)`: the time until the last one is answered, saw 0.25 s",
    ("math.ceil(requests / at_a_time)", "requests / at_a_time"),
)
how_long.wrong(
    "`how_long('Uvicorn', 30, 0.2)`: the time until the last one is answered, saw 0.2 s",
    ('"Uvicorn": 10', '"Uvicorn": requests'),
)
how_long.wrong(
    "`how_long('Uvicorn', 11, 0.2)`: the time until the last one is answered, saw 0.2 s",
    ('"Uvicorn": 10', '"Uvicorn": 12'),
)
how_long.wrong(
    '`how_long("Flask\'s own", 400, 0.2)`: the time until the last one is answered, saw 1.6 s',
    ('"Flask\'s own": requests', '"Flask\'s own": 50'),
)
how_long.wrong("the time until the last one is answered, saw 80 s", (""", "Flask's own": requests""", ""))
how_long.wrong("`how_long('uWSGI', 10, 0.1)`", ('{"Waitress": 4,', '{"uWSGI": 10, "Waitress": 4,'))
how_long.wrong("returns nothing", ("return math", "print(math"), ("* each", "* each)"))

written = Answers(2)


@written.right
def file_by_file(files):
    found = set()
    for file in files:
        if file.name.endswith((".so", ".pyd", ".dylib")):
            found.add("Rust" if file.read_bytes().count(b"/rustc/") else "C")
    return max(found, default="Python")


written.wrong(
    "for a package with a compiled file, 'C'", ('return "C" if compiled else "Python"', 'return "Python"')
)
written.wrong("for a package for Windows, 'Rust', saw `'Python'`", ('(".so", ".pyd", ".dylib")', '(".so",)'))
written.wrong("for a package for Windows, 'Rust', saw `'C'`", ('return "Rust"', "pass"))
written.wrong("for a package for macOS, 'Rust', saw", ('(".so", ".pyd", ".dylib")', '(".so", ".pyd")'))
written.wrong("for a package that trusts in C, 'C', saw", ('b"/rustc/"', 'b"rust"'))
written.wrong(
    "for a package with notes that are sorted, 'Python', saw",
    (
        'file.suffix in (".so", ".pyd", ".dylib")',
        'any(one in file.name for one in (".so", ".pyd", ".dylib"))',
    ),
)
written.wrong("for a package that mentions Rust in its text", ("for file in compiled", "for file in files"))
written.wrong("for a package with two compiled files", ("in compiled)", "in compiled[:1])"))
written.wrong("one of 'Python', 'C' and 'Rust', saw `'python'`", ('else "Python"', 'else "python"'))

command = Answers(3)
WAITRESS = "waitress-serve --threads 12 shop:app"
command.right((WAITRESS, "waitress-serve --threads=20 shop:app"))
command.right((WAITRESS, "flask --app shop run"))
command.right((WAITRESS, "uwsgi --module shop:app --threads 12"))
command.right((WAITRESS, "uwsgi --module shop:app --gevent 12 --gevent-monkey-patch"))
command.wrong("4 at a time", (WAITRESS, "waitress-serve shop:app"))
command.wrong("11 at a time", (WAITRESS, "waitress-serve --threads 11 shop:app"))
command.wrong("10 at a time", (WAITRESS, "uvicorn --interface wsgi shop:app"))
command.wrong("one process, saw M, W1", (WAITRESS, "gunicorn shop:app --threads 12"))
command.wrong("1 at a time", (WAITRESS, "python serve.py"))
command.wrong("a server that starts, saw", (WAITRESS, "waitress-serve --workers 12 shop:app"))
command.wrong("an answer of `shop:app` to `/whoami`, saw 500", (WAITRESS, "uvicorn shop:app"))
command.wrong("saw that of another application", (WAITRESS, "waitress-serve --threads 12 books:app"))

room = Answers(4)


@room.right
def by_what_connecting_raises(path):
    try:
        mode = Path(path).stat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise FileExistsError(path)
    with socket.socket(socket.AF_UNIX) as visitor:
        try:
            visitor.connect(str(path))
        except ConnectionRefusedError:
            Path(path).unlink()
            return
    raise FileExistsError(path)


room.wrong("nothing to do where there is no file, saw FileNotFoundError", "    Path(path).unlink()")
room.wrong("the file removed that was left, saw that it is still there", ("            path.unlink()\n", ""))
room.wrong("the file left where somebody listens", "    Path(path).unlink(missing_ok=True)")
room.wrong(
    "nothing beside the file that was removed, saw site.sock.old",
    ("            path.unlink()\n", '            path.rename(f"{path}.old")\n'),
)
room.wrong(
    "the pipe, which is no socket either, left, saw that it is gone",
    ("not path.is_socket()", "path.is_file()"),
)
room.wrong(
    "no error where a file was left and nobody listens, saw FileExistsError",
    ("            return\n    raise", "    raise"),
)
room.wrong(
    "the file that is no socket, left, saw that it is gone",
    ('        raise FileExistsError(f"{path} is no socket")', "        return path.unlink()"),
)
room.wrong(
    "FileExistsError where somebody listens, saw no error",
    ('    raise FileExistsError(f"somebody listens at {path}")', "    return"),
)
room.wrong(
    "FileExistsError where somebody listens, saw OSError",
    ('FileExistsError(f"somebody', 'OSError(f"somebody'),
)

room.wrong("the file left that speaks another way, saw", ("except ConnectionRefusedError", "except OSError"))
room.wrong(
    "the error to come out where it speaks another way, saw that none does",
    (
        "            return\n    raise",
        "            return\n        except OSError:\n            return\n    raise",
    ),
)

daphne = Answers(5)


def served(program, command="daphne by_asgiref:app"):
    """Return the text that writes another program, and launches a command."""
    return f'program.write_text("""{program}""")\nweb.stop()\nweb = lab.launch({command!r}, cwd=folder)'


BY_A2WSGI = (
    "from a2wsgi import WSGIMiddleware\nfrom shop import app as shop\n\napp = WSGIMiddleware(shop{})\n"
)
daphne.right(served(BY_A2WSGI.format("")))
daphne.right(served(BY_A2WSGI.format(", workers=6")))
daphne.right(served(BY_A2WSGI.replace("a2wsgi", "uvicorn.middleware.wsgi").format("")))
daphne.wrong("six requests at a time, saw 1 at a time", served(BY_A2WSGI.format(", workers=1")))
daphne.wrong("six requests at a time, saw 4 at a time", served(BY_A2WSGI.format(", workers=4")))
daphne.wrong("Daphne, saw Uvicorn", served(BY_A2WSGI.format(""), "uvicorn by_asgiref:app"))
daphne.wrong("an answer of the shop to `/whoami`, saw status 500", served("from shop import app\n"))
ANOTHER = """
from labapp.observe.telling import told

@told
async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"good morning"})
"""
daphne.wrong("an answer of the shop, saw that of another application", served(ANOTHER))
daphne.wrong(
    "`shop.py` as it was, saw that it is another",
    '(folder / "shop.py").write_text("from labapp import create_app\\n\\napp = create_app()\\n")\n'
    + served(BY_A2WSGI.format("")),
)
daphne.wrong("a server that runs, saw it", ('web = lab.launch("daphne by_asgiref:app", cwd=folder)', "pass"))
