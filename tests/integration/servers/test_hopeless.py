"""What cannot get better is told long before the time is out, with its cause."""

from __future__ import annotations

import re
import time
from pathlib import Path

import httpx
import pytest

from labapp import lab
from labapp.servers.http import free_port, prospects

SOON = 12.0  # Seconds, on a busy machine; without the reading of what is hopeless each took 60.
SERVES = "from wsgiref.simple_server import make_server\n"
SERVES += "app = lambda environ, start: start('200 OK', []) or []\n"

ENDS = r"The workers of Gunicorn end as soon as they start"
SERVES_ITSELF = (
    r"when the application is imported, it starts a server of its own, "
    r"at 127\.0\.0\.1:PORT \(shop\.py, line 3\)\."
)
FOREVER = f"{SERVES}make_server('127.0.0.1', PORT, app).serve_forever()"
CHILD = "import subprocess\nsubprocess.Popen(['sleep', '60'])\nraise ValueError('no database')"

# The module, the options, what happened, what to try.
CASES = {
    "message": (
        "import sys\nsys.exit('SHOP_KEY is missing')",
        "",
        rf"{ENDS} \(exited with status 1\), again and again: SHOP_KEY is missing\.",
        "when it is imported: look at shop.py, line 2.",
    ),
    "silence": (
        "import os\nos._exit(0)",
        "",
        rf"{ENDS}, again and again, and they say nothing\.",
        "when it is imported: look at shop.py, line 2.",
    ),
    "signal": (
        "import os\nos.kill(os.getpid(), 9)",
        "",
        rf"{ENDS} \(killed by SIGKILL\), again and again, and they say nothing\.",
        "when it is imported: look at shop.py, line 2.",
    ),
    "none": (
        "app = print",
        "-c none.py ",
        r"Gunicorn listens at 127\.0\.0\.1:\d+ and has no worker: nobody answers\.",
        "ask for one worker at least.",
    ),
    "child": (
        CHILD,
        "",
        r"The application cannot be loaded: ValueError: no database; see shop\.py, line 3\.",
        "correct that",
    ),
    "server": (
        FOREVER,
        "",
        rf"Gunicorn serves nothing at 127\.0\.0\.1:\d+: {SERVES_ITSELF}",
        'below `if __name__ == "__main__":`',
    ),
    "preloaded server": (
        FOREVER,
        "--preload ",
        rf"Gunicorn serves nothing: {SERVES_ITSELF}",
        'below `if __name__ == "__main__":`',
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_launch_without_hope_is_explained_soon(tmp_path: Path, case: str) -> None:
    module, options, summary, advice = CASES[case]
    port = str(free_port())
    (tmp_path / "shop.py").write_text(module.replace("PORT", port))
    (tmp_path / "none.py").write_text("workers = 1 - 1\n")
    began = time.monotonic()
    with pytest.raises(lab.LaunchError) as caught:
        lab.launch(f"gunicorn {options}shop:app", cwd=tmp_path, timeout=60)
    assert time.monotonic() - began < SOON
    assert re.fullmatch(summary.replace("PORT", port), caught.value.summary)
    assert advice in caught.value.advice
    assert not lab.servers()


@pytest.mark.parametrize("options", ["", "--preload "])
def test_an_import_that_does_not_end_is_told_with_its_place(tmp_path: Path, options: str) -> None:
    (tmp_path / "shop.py").write_text("def wait():\n    while True: pass\n\nwait()\n")
    with pytest.raises(lab.LaunchError) as caught:
        lab.launch(f"gunicorn {options}shop:app", cwd=tmp_path, timeout=3)
    assert re.fullmatch(
        r"gunicorn did not answer HTTP within 3 s: it listens (?:at .+|nowhere), "
        r"and is still importing shop, at shop\.py, line 2\.",
        caught.value.summary,
    )
    assert caught.value.excerpt == ("shop.py, line 4, in <module>", "shop.py, line 2, in wait")
    assert not any("Fatal Python error" in line for line in caught.value.log_tail)
    assert not list(tmp_path.glob("core*"))


def test_a_server_beside_the_application_does_no_harm(tmp_path: Path) -> None:
    """A worker may listen elsewhere, for its metrics, say; what answers there is not taken for Gunicorn."""
    port = free_port()
    (tmp_path / "shop.py").write_text(
        "import threading\nfrom wsgiref.simple_server import make_server\n"
        "def app(environ, start):\n    start('200 OK', [])\n    return [b'shop']\n"
        "def metrics(environ, start):\n    start('200 OK', [])\n    return [b'metrics']\n"
        f"beside = make_server('127.0.0.1', {port}, metrics)\n"
        "threading.Thread(target=beside.serve_forever, daemon=True).start()\n"
    )
    with lab.launch("gunicorn shop:app", cwd=tmp_path) as web:
        assert web.port != port
        assert web.get("/").text == "shop"


def test_a_variable_that_is_withheld_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "8000")
    (tmp_path / "shop.py").write_text("import os\nPORT = os.environ['PORT']\n")
    with pytest.raises(lab.LaunchError) as caught:
        lab.launch("gunicorn shop:app", cwd=tmp_path)
    assert "needs the variable 'PORT' (shop.py, line 2), which the lab keeps" in caught.value.summary
    assert 'env={"PORT": os.environ["PORT"]}' in caught.value.advice


def test_a_server_that_has_ended_keeps_its_pid_and_says_so_to_whoever_asks() -> None:
    web = lab.launch('gunicorn "labapp:create_app()"')
    web.stop()
    assert web.pid > 1
    ended = r"The server has ended \(exited with status 0\): "
    with pytest.raises(httpx.ConnectError, match=f"{ended}GET /ping was not sent"):
        web.get("/ping")


# It writes at most 30 MB, as fast as it can.
WRITES = """
import time
for _ in range(300):
    print("still loading\\n" * 7000, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("flood", [1 << 30, 8 << 20], ids=["late", "flood"])
def test_one_that_writes_without_pause_is_explained_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flood: int
) -> None:
    (tmp_path / "loop.py").write_text(WRITES)
    monkeypatch.setattr(prospects, "FLOOD", flood)
    began = time.monotonic()
    with pytest.raises(lab.LaunchError) as failed:
        lab.launch("python loop.py", cwd=tmp_path, timeout=4 if flood > 30e6 else 60)
    assert time.monotonic() - began < SOON
    end = "did not answer HTTP within 4 s" if flood > 30e6 else "was ended before it filled the disk"
    assert re.fullmatch(
        rf"python {end}: it listens nowhere, and has written \d+ MB to its log, such as 'still loading'\.",
        failed.value.summary,
    )
    assert "look for the loop" in failed.value.advice
    assert failed.value.log_tail[-2] == "still loading"
