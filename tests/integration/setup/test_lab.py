"""What `make lab` starts, in the home of a person whose Jupyter is set up in every other way."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import psutil
import pytest
from support.places import ROOT
from support.waiting import wait_for

LINK = re.compile(r"http://127\.0\.0\.1:(\d+)/lab/workspaces/([\w-]+(?:/tree/[\w./-]+)?)\?token=(\w+)")
LEAST = 40  # Seconds for JupyterLab to start on a busy machine.


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose Jupyter has a password, listens everywhere, and knows a python3 of its own."""
    configuration = tmp_path / ".jupyter"
    configuration.mkdir()
    (configuration / "jupyter_server_config.py").write_text(
        "c.ServerApp.ip = '0.0.0.0'\nc.ServerApp.allow_root = False\n"
        "c.PasswordIdentityProvider.hashed_password = 'argon2:x'\n"
    )
    (configuration / "jupyter_lab_config.py").write_text("c.LabApp.default_url = '/elsewhere'\n")
    for name in ("python3", "another"):
        kernel = tmp_path / "kernels" / name
        kernel.mkdir(parents=True)
        specification = {
            "argv": ["/bin/false", "{connection_file}"],
            "display_name": name,
            "language": "python",
        }
        (kernel / "kernel.json").write_text(json.dumps(specification))
    return tmp_path


@pytest.fixture
def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JPY_", "JUPYTER_"))}
    return kept | {
        "HOME": str(home),
        "JUPYTER_DATA_DIR": str(home),
        "JUPYTER_CONFIG_DIR": str(home / ".jupyter"),
        "JUPYTER_TOKEN": "known",
        "PORT": "1",
        "GUNICORN_CMD_ARGS": "--bind 0.0.0.0:1",
        "MAKEFLAGS": "w",
    }


class Lab:
    """A running `setup/lab.sh`, as a terminal sees it."""

    def __init__(self, process: subprocess.Popen[bytes], output: Path) -> None:
        self.process = process
        self.output = output
        wait_for(lambda: self.link or process.poll() is not None, LEAST, "the link")
        assert self.link, output.read_text()
        self.port, self.token = int(self.link[1]), self.link[3]

    @property
    def link(self) -> re.Match[str] | None:
        return LINK.search(self.output.read_text())

    def request(self, method: str, path: str, **options: object) -> httpx.Response:
        headers = {"Authorization": f"token {self.token}"}
        return httpx.request(
            method, f"http://127.0.0.1:{self.port}{path}", headers=headers, timeout=20, **options
        )

    def interrupt(self) -> int:
        """Do what Ctrl-C does; return the exit status."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(20)


def kernels(server: psutil.Process) -> list[psutil.Process]:
    """Return the kernels of a Jupyter server; it may start other programs, for a moment."""
    found = []
    for child in server.children():
        with suppress(psutil.NoSuchProcess):
            if "ipykernel_launcher" in child.cmdline():
                found.append(child)
    return found


@contextmanager
def lab(
    environment: dict[str, str], output: Path, *words: str, command: Sequence[str] = ("sh", "setup/lab.sh")
) -> Iterator[Lab]:
    """Run the lab with a terminal as its input; end it whatever happens."""
    master, slave = pty.openpty()
    try:
        with output.open("wb") as sink:
            process = subprocess.Popen(
                [*command, *words],
                cwd=ROOT,
                env=environment,
                stdin=slave,
                stdout=sink,
                stderr=sink,
                start_new_session=True,
            )
        with process:
            try:
                yield Lab(process, output)
            finally:
                if process.poll() is None:
                    process.kill()
    finally:
        os.close(master)
        os.close(slave)


def test_the_lab_opens_on_loopback_with_its_own_kernel_and_ends_at_ctrl_c(environment, tmp_path):
    with lab(environment, tmp_path / "said", "", "no", "no") as running:
        assert running.link[2] == "application-servers-live"
        page = httpx.get(running.link[0], follow_redirects=True, timeout=20)
        assert page.status_code == 200
        assert "JupyterLab" in page.text

        server = psutil.Process(running.process.pid)
        addresses = {one.laddr.ip for one in server.net_connections() if one.status == psutil.CONN_LISTEN}
        assert addresses == {"127.0.0.1"}

        specifications = running.request("GET", "/api/kernelspecs").json()
        assert specifications["default"] == "python3"
        assert list(specifications["kernelspecs"]) == ["python3"]
        assert specifications["kernelspecs"]["python3"]["spec"]["display_name"] != "python3"

        assert running.request("POST", "/api/kernels", json={"name": "python3"}).status_code == 201
        [kernel] = wait_for(lambda: kernels(server), 20, "the kernel")
        binaries = str(ROOT / ".venv" / "bin")
        assert kernel.cmdline()[0].startswith(binaries)
        inherited = kernel.environ()
        assert inherited["PATH"].split(os.pathsep)[0] == binaries
        foreign = {"PORT", "GUNICORN_CMD_ARGS", "MAKEFLAGS", "LABAPP_PORT", "LABAPP_OPEN"}
        assert not foreign & inherited.keys()

        name = "@jupyterlab/apputils-extension:notification"
        schema = running.request("GET", f"/lab/api/settings/{name}").json()["schema"]
        assert schema["properties"]["fetchNews"]["default"] == "false"

        welcome = running.request("GET", "/api/contents/notebooks/00-welcome.ipynb").json()["content"]
        assert all(cell["metadata"]["trusted"] for cell in welcome["cells"] if cell["cell_type"] == "code")

        assert running.interrupt() == 0
        assert not psutil.pid_exists(kernel.pid)
    said = (tmp_path / "said").read_text()
    assert "y/[n]" not in said
    assert said.count("http://") == 1


def test_a_lesson_is_presented_and_a_port_that_is_taken_is_passed_over(environment, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        show = (sys.executable, "-m", "labapp", "present", "04", "--no-open", "--port", str(port))
        with lab(environment, tmp_path / "said", command=show) as running:
            assert running.port != port
            assert running.link[2].endswith("-show/tree/notebooks/04-gunicorn-prefork.ipynb")
            asked = running.request("GET", "/labapp/course").json()
            assert asked["present"] == "notebooks/04-gunicorn-prefork.ipynb"
            assert running.interrupt() == 0


def test_what_the_preflight_finds_amiss_comes_first(environment):
    environment["LABAPP_NGINX"] = "/no/nginx"
    run = subprocess.run(
        ["sh", "setup/lab.sh", "", "no", ""],
        check=False,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 1
    assert "amiss Nginx: /no/nginx does not run\n      mend it with: unset LABAPP_NGINX" in run.stdout
    assert "make lab PREFLIGHT=no" in run.stderr


@pytest.mark.parametrize(("before", "after"), [("C", "C.UTF-8"), ("POSIX", "C.UTF-8"), ("pt_BR", "pt_BR")])
def test_a_locale_without_accents_is_not_handed_on(before, after):
    # A variable on make's command line would win: it comes from the environment, as a shell's does.
    command = ["make", "--silent", "--eval=said: ; @printenv LC_ALL", "said"]
    said = subprocess.check_output(command, cwd=ROOT, env=os.environ | {"LC_ALL": before}, text=True)
    assert said.strip() == after


def test_a_port_that_is_no_number_is_an_error(environment):
    run = subprocess.run(
        ["sh", "setup/lab.sh", "80a"], check=False, cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert run.returncode == 2
    assert run.stderr.count("\n") == 1
    assert "PORT=80a is no port" in run.stderr
