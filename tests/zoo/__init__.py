"""Every kind of server, as the conformance suite launches it, and what is to be seen of it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

from support.places import TESTS

PROGRAMS = TESTS / "integration" / "kinds" / "programs"
WSGI, ASGI = "labapp.web.callables:nap", "labapp.web.twin:app"

# What a signal does to a request that is under way, and to the processes.
FINISHES = "the request is answered, then the server ends"
DROPS = "the request is dropped, and the server ends"
FAILS = "the request is answered with a 500, and the server serves on"
NOTHING = "the request is answered, and nothing else happens"
RENEWS = "the request is answered, and no worker of before is left"
REPLACED = "the request is answered, and the worker has a successor"
CUT = "the request is dropped, and the worker has a successor"
FORGETS = "the request is dropped, and no worker of before is left"
ALONE = "the process ends alone, and the request is answered"
MORE, FEWER = "one worker more", "one worker fewer"
LOGS = "the request is answered, and the log grows"
FREEZES = "it stands still until it goes on"
GOES_ON = "it goes on"

# The cases of the suite.
CASES = {
    "answers": "starts, and answers",
    "loopback": "is bound on loopback only",
    "tree": "its tree is named rightly at rest",
    "death": "and after a worker's death",
    "reload": "and after its reload signal",
    "requests": "its requests are all told under load",
    "view": "its live view shows it",
    "two": "two run at once",
    "graceful": "a request under way is answered before it ends",
    "signals": "each signal of its table does what is said",
    "option": "a bad option is named, and whose it is",
    "port": "a taken port is named, and by whom",
    "missing": "a missing application is named",
    "raises": "an application that raises while imported is named",
    "never": "one that never answers is told so",
    "killed": "when the notebook's kernel is killed, nothing is left in 2 s",
}


@dataclass(frozen=True)
class Specimen:
    """A command, and what is to be seen of it; `{app}` stands for what it is to serve."""

    name: str
    command: str
    tree: str
    """The labels of its processes at rest."""
    app: str = WSGI
    thread: str = ""
    """What serves a request within a process: `thread`, `task`; empty for the process itself."""
    signals: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What each signal does, by the role that receives it."""
    refused: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Commands that must fail, by the case, and what is said then."""
    cannot: Mapping[str, str] = field(default_factory=dict)
    """Why a case does not hold."""
    port: str = ""
    """How a port is named."""
    serving: str = "worker"
    """The role of those of its processes in which the application is, where it has a master."""
    reload: str = "HUP"
    """The signal by which it loads the application afresh."""

    @property
    def typed(self) -> str:
        """The command, with its application."""
        return self.command.format(app=self.app)


NO_WORKER = "it has one process"
NO_RELOAD = "it has no reload signal"
FORGETFUL = "pyuwsgi cannot start itself again, and ends"
DROPPED = "it drops the request under way"
_SINGLE = {"STOP": FREEZES, "CONT": GOES_ON, "KILL": DROPS}
_ALONE = {"death": NO_WORKER, "reload": NO_RELOAD}

ZOO = (
    Specimen(
        "Gunicorn",
        "gunicorn {app} --workers 2",
        "M W1 W2",
        refused={
            "option": ("gunicorn broken:app --http x", "Gunicorn has no option --http: .* uWSGI"),
            "missing": ("gunicorn nowhere:app", "nowhere"),
            "raises": ("gunicorn broken:app", "no database; see broken.py, line 3"),
        },
        cannot={"signals": "its tests are in test_signal_notes.py"},
        port="gunicorn {app} --bind 127.0.0.1:{port}",
    ),
    Specimen(
        "Supervisor",
        "SERVED={app} supervisord -c zoo.conf",
        "SV M W1 W2",
        signals={
            "supervisor": {"HUP": RENEWS, "USR2": NOTHING, "TERM": FINISHES, "INT": FINISHES}
            | {"QUIT": FINISHES, "KILL": ALONE, "USR1": ALONE, "STOP": FREEZES, "CONT": GOES_ON},
        },
        refused={
            "option": (
                "SERVED=broken:app supervisord -c zoo.conf --bind x",
                "Supervisor has no option --bind: .* Gunicorn",
            ),
            "missing": (
                "SERVED=nowhere:app supervisord -c zoo.conf",
                "nowhere.* given up web .FATAL. after 1 start, the last with exit status [13]",
            ),
            "raises": (
                "SERVED=broken:app supervisord -c zoo.conf",
                "no database; see broken.py, line 3.* given up web .FATAL. after 1 start",
            ),
        },
        port="SERVED='{app} --bind 127.0.0.1:{port}' supervisord -c zoo.conf",
    ),
    Specimen(
        "wsgiref",
        "python serve.py {app}",
        "S",
        signals={"server": {"TERM": DROPS, "HUP": DROPS, "INT": FAILS} | _SINGLE},
        refused={
            "missing": ("python serve.py nowhere:app", "There is no module 'nowhere'|imports 'nowhere'"),
            "raises": ("python serve.py broken:app", "no database; see broken.py, line 3"),
        },
        cannot=_ALONE
        | {"graceful": DROPPED, "option": "it is a file, and has the options that its author gives it"},
        port="python serve.py {app} {port}",
    ),
    Specimen(
        "Flask",
        "flask --app {app} run",
        "S",
        app="labapp",
        thread="thread",
        signals={"server": {"TERM": DROPS, "HUP": DROPS, "INT": DROPS} | _SINGLE},
        refused={
            "option": (
                "flask --app labapp run --bind x",
                "Flask's own server has no option --bind: .* Gunicorn",
            ),
            "missing": ("flask --app nowhere run", "nowhere"),
            "raises": ("flask --app broken run", "no database; see broken.py, line 3"),
        },
        cannot=_ALONE | {"graceful": DROPPED},
        port="flask --app labapp run --port {port}",
    ),
    Specimen(
        "Flask --debug",
        "flask --app {app} run --debug",
        "R S",
        app="labapp",
        thread="thread",
        signals={
            "server": {"TERM": DROPS, "HUP": DROPS, "INT": DROPS} | _SINGLE,
            "reloader": {"TERM": DROPS, "INT": DROPS, "KILL": ALONE},
        },
        refused={
            "option": (
                "flask --app labapp run --debug --threads 2",
                "no option --threads: .* Gunicorn, Waitress",
            ),
            "missing": ("flask --app nowhere run --debug", "Could not import 'nowhere'"),
            "raises": ("flask --app broken run --debug", "no database; see broken.py, line 3"),
        },
        cannot={
            "death": "its reloader ends with it",
            "reload": "it reloads when a file changes, by no signal",
            "graceful": DROPPED,
        },
        port="flask --app labapp run --debug --port {port}",
    ),
    Specimen(
        "Django",
        "python bookshop.py runserver --noreload",
        "S",
        thread="thread",
        signals={"server": {"TERM": DROPS, "INT": DROPS} | _SINGLE},
        refused={
            "option": ("python bookshop.py runserver --workers 3", "no option --workers: .* Gunicorn"),
            "missing": ("python nowhere.py runserver", "There is no file 'nowhere.py'"),
            "raises": ("python bookshop_broken.py runserver", "no database; see bookshop_broken.py, line 5"),
        },
        cannot=_ALONE | {"graceful": DROPPED},
        port="python bookshop.py runserver 127.0.0.1:{port}",
    ),
    Specimen(
        "Django, with its reloader",
        "python bookshop.py runserver",
        "R S",
        thread="thread",
        signals={
            "server": {"TERM": DROPS, "INT": DROPS} | _SINGLE,
            "reloader": {"TERM": DROPS, "INT": DROPS, "KILL": ALONE},
        },
        refused={
            "option": ("python bookshop.py runserver --bind x", "no option --bind: .* Gunicorn"),
            "missing": ("python nowhere.py runserver", "There is no file 'nowhere.py'"),
            "raises": ("python bookshop_broken.py runserver", "no database; see bookshop_broken.py, line 5"),
        },
        cannot={
            "death": "its reloader ends with it",
            "reload": "it reloads when a file changes, by no signal",
            "graceful": DROPPED,
        },
        port="python bookshop.py runserver 127.0.0.1:{port}",
    ),
    Specimen(
        "Waitress",
        "waitress-serve {app}",
        "S",
        thread="thread",
        signals={"server": {"INT": FINISHES, "TERM": DROPS, "HUP": DROPS} | _SINGLE},
        refused={
            "option": (
                "waitress-serve --workers 3 broken:app",
                "Waitress has no option --workers: .* Gunicorn",
            ),
            "missing": ("waitress-serve nowhere:app", "nowhere"),
            "raises": ("waitress-serve broken:app", "cannot be loaded: ValueError: no database"),
        },
        cannot=_ALONE,
        port="waitress-serve --port {port} {app}",
    ),
    Specimen(
        "uWSGI, one process",
        "uwsgi --module {app}",
        "S",
        signals={"server": {"HUP": FINISHES, "TERM": DROPS, "INT": DROPS, "USR1": LOGS} | _SINGLE},
        refused={
            "option": ("uwsgi --module broken:app --bind x", "uWSGI has no option --bind: .* Gunicorn"),
            "missing": ("uwsgi --module nowhere:app", "nowhere"),
            "raises": ("uwsgi --module broken:app", "no database; see broken.py, line 3"),
        },
        cannot=_ALONE,
        port="uwsgi --module {app} --http-socket 127.0.0.1:{port}",
    ),
    Specimen(
        "uWSGI, master and workers",
        "uwsgi --ini zoo.ini",
        "M W1 W2",
        signals={
            "master": {"HUP": FINISHES, "TERM": DROPS, "INT": DROPS, "QUIT": DROPS, "USR1": LOGS},
            "worker": {"HUP": REPLACED, "TERM": CUT, "INT": CUT, "KILL": CUT, "USR1": LOGS}
            | {"STOP": FREEZES, "CONT": GOES_ON},
        },
        refused={
            "option": ("uwsgi --ini zoo.ini --bind x", "uWSGI has no option --bind: .* Gunicorn"),
            "missing": ("uwsgi --ini zoo.ini --module nowhere:app", "nowhere"),
            "raises": ("uwsgi --master --module broken:app", "no database; see broken.py, line 3"),
        },
        cannot={"reload": FORGETFUL},
        port="uwsgi --ini zoo.ini --http-socket 127.0.0.1:{port}",
    ),
    Specimen(
        "uWSGI --gevent",
        "uwsgi --module {app} --gevent 10 --gevent-monkey-patch",
        "S",
        refused={
            "option": ("uwsgi --module broken:app --gevent 10 --bind x", "no option --bind: .* Gunicorn"),
            "missing": ("uwsgi --module nowhere:app --gevent 10", "nowhere"),
            "raises": ("uwsgi --module broken:app --gevent 10", "no database; see broken.py"),
        },
        cannot=_ALONE | {"signals": "as without gevent"},
        port="uwsgi --module {app} --gevent 10 --http-socket 127.0.0.1:{port}",
    ),
    Specimen(
        "uWSGI --http",
        "uwsgi --http 127.0.0.1:0 --module {app} --master --processes 2 --threads 3",
        "M W1 W2 R",
        thread="thread",
        refused={
            "option": (
                "uwsgi --http 127.0.0.1:0 --module broken:app --bind x",
                "no option --bind: .* Gunicorn",
            ),
            "missing": ("uwsgi --http 127.0.0.1:0 --module nowhere:app", "nowhere"),
            "raises": ("uwsgi --http 127.0.0.1:0 --module broken:app", "no database; see broken.py"),
        },
        cannot={
            "reload": FORGETFUL,
            "graceful": "its router ends before the workers have answered",
            "signals": "as without the router",
        },
        port="uwsgi --http 127.0.0.1:{port} --module {app} --master",
    ),
    Specimen(
        "Uvicorn",
        "uvicorn {app}",
        "S",
        app=ASGI,
        thread="task",
        signals={
            "server": {"TERM": FINISHES, "INT": FINISHES, "HUP": DROPS, "QUIT": DROPS} | _SINGLE,
        },
        refused={
            "option": ("uvicorn broken:app --bind x", "Uvicorn has no option --bind: .* Gunicorn"),
            "missing": ("uvicorn nowhere:app", "nowhere"),
            "raises": ("uvicorn broken:app", "no database; see broken.py, line 3"),
        },
        cannot=_ALONE,
        port="uvicorn {app} --port {port}",
    ),
    Specimen(
        "Uvicorn --workers",
        "uvicorn {app} --workers 3",
        "M W1 W2 W3 H1",
        app=ASGI,
        thread="task",
        signals={
            "master": {"TERM": FINISHES, "INT": FINISHES, "HUP": RENEWS, "TTIN": MORE, "TTOU": FEWER},
            "worker": {"TERM": REPLACED, "INT": REPLACED, "HUP": CUT, "KILL": CUT, "CONT": GOES_ON},
        },
        refused={
            "option": ("uvicorn broken:app --workers 3 --bind x", "no option --bind: .* Gunicorn"),
            "missing": ("uvicorn nowhere:app --workers 3", 'Could not import module "nowhere"'),
            "raises": ("uvicorn broken:app --workers 3", "no database"),
        },
        port="uvicorn {app} --workers 3 --port {port}",
    ),
    Specimen(
        "Uvicorn --interface wsgi",
        "uvicorn {app} --interface wsgi",
        "S",
        thread="thread",
        refused={
            "option": ("uvicorn broken:app --interface wsgi --bind x", "no option --bind: .* Gunicorn"),
            "missing": ("uvicorn nowhere:app --interface wsgi", "nowhere"),
            "raises": ("uvicorn broken:app --interface wsgi", "no database; see broken.py, line 3"),
        },
        cannot=_ALONE | {"signals": "as with ASGI"},
        port="uvicorn {app} --interface wsgi --port {port}",
    ),
    Specimen(
        "Uvicorn with a2wsgi",
        "uvicorn adapted:app",
        "S",
        thread="thread",
        cannot=_ALONE
        | dict.fromkeys(("signals", "option", "missing", "raises"), "it is a Uvicorn with ASGI"),
        port="uvicorn adapted:app --port {port}",
    ),
    Specimen(
        "Hypercorn",
        "hypercorn {app} --workers 2",
        "M W1 W2 H1",
        app=ASGI,
        thread="task",
        signals={
            "master": {"HUP": RENEWS, "TERM": DROPS, "INT": DROPS, "KILL": ALONE},
            "worker": {"TERM": DROPS, "INT": NOTHING, "KILL": DROPS, "STOP": FREEZES, "CONT": GOES_ON},
        },
        refused={
            "option": (
                "hypercorn broken:app --interface wsgi",
                "Hypercorn has no option --interface: .* Granian",
            ),
            "missing": ("hypercorn nowhere:app", "nowhere"),
            "raises": ("hypercorn broken:app", "no database; see broken.py, line 3"),
        },
        cannot={"death": "all end with it", "graceful": DROPPED},
        port="hypercorn {app} --workers 2 --bind 127.0.0.1:{port}",
    ),
    Specimen(
        "Hypercorn, WSGI",
        "hypercorn wsgi:{app}",
        "M W1 H1",
        thread="thread",
        refused={
            "option": ("hypercorn wsgi:broken:app --interface wsgi", "no option --interface: .* Granian"),
            "missing": ("hypercorn wsgi:nowhere:app", "nowhere"),
            "raises": ("hypercorn wsgi:broken:app", "no database; see broken.py, line 3"),
        },
        cannot={"death": "all end with it", "signals": "as with ASGI"},
        port="hypercorn wsgi:{app} --bind 127.0.0.1:{port}",
    ),
    Specimen(
        "Granian",
        "granian --interface wsgi {app} --workers 2",
        "M W1 W2",
        thread="thread",
        signals={
            "master": {"HUP": RENEWS, "TERM": FINISHES, "INT": FINISHES, "KILL": ALONE},
            "worker": {"TERM": FINISHES, "INT": FINISHES, "HUP": NOTHING, "KILL": DROPS}
            | {"STOP": FREEZES, "CONT": GOES_ON},
        },
        refused={
            "option": (
                "granian --interface wsgi broken:app --bind x",
                "Granian has no option --bind: .* Gunicorn",
            ),
            "missing": ("granian --interface wsgi nowhere:app", "nowhere"),
            "raises": ("granian --interface wsgi broken:app", "no database; see broken.py, line 3"),
        },
        cannot={"death": "all end with it"},
        port="granian --interface wsgi {app} --port {port}",
    ),
    Specimen(
        "Granian, ASGI",
        "granian --interface asgi {app}",
        "M W1",
        app=ASGI,
        thread="task",
        refused={
            "option": ("granian --interface asgi broken:app --bind x", "no option --bind: .* Gunicorn"),
            "missing": ("granian --interface asgi nowhere:app", "nowhere"),
            "raises": ("granian --interface asgi broken:app", "no database; see broken.py, line 3"),
        },
        cannot={"death": "all end with it", "signals": "as with WSGI"},
        port="granian --interface asgi {app} --port {port}",
    ),
    Specimen(
        "Daphne",
        "daphne {app}",
        "S",
        app=ASGI,
        thread="task",
        signals={"server": {"TERM": DROPS, "INT": DROPS, "HUP": DROPS, "QUIT": DROPS} | _SINGLE},
        refused={
            "option": ("daphne broken:app --workers 3", "Daphne has no option --workers: .* Gunicorn"),
            "missing": ("daphne nowhere:app", "nowhere"),
            "raises": ("daphne broken:app", "no database; see broken.py, line 3"),
        },
        cannot=_ALONE | {"graceful": "it gives up the request under way"},
        port="daphne {app} --port {port}",
    ),
)
MOD_WSGI = Specimen(
    "mod_wsgi",
    "mod_wsgi-express start-server served.py",
    "M W1 D1",
    thread="thread",
    serving="daemon",
    reload="USR1",
    signals={
        "master": {"USR1": RENEWS, "HUP": FORGETS, "WINCH": FINISHES, "TERM": DROPS, "INT": DROPS},
        "daemon": {"TERM": REPLACED, "INT": REPLACED, "HUP": NOTHING, "KILL": CUT}
        | {"STOP": FREEZES, "CONT": GOES_ON},
    },
    refused={
        "option": ("mod_wsgi-express start-server served.py --bind x", "no option --bind: .* Gunicorn"),
        "missing": ("mod_wsgi-express start-server nowhere.py", "could not load .*nowhere.py"),
        "raises": (
            "mod_wsgi-express start-server broken.py --callable-object app",
            "no database; see broken.py, line 3",
        ),
    },
    port="mod_wsgi-express start-server served.py --port {port}",
)
APACHE = os.geteuid() != 0 and sys.platform == "linux"
"""Whether Apache can serve: not as root; and only on Linux does the set-up of the tests bring it."""
ZOO = (*ZOO, MOD_WSGI) if APACHE else ZOO
NAMES = [specimen.name for specimen in ZOO]
