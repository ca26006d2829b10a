"""A real Jupyter server, a real nbval run: when they are over, nothing their kernels launched is left."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import nbformat
import pytest
from jupyter_client.blocking import BlockingKernelClient
from support.remains import PROGRAMS, Staged
from support.waiting import wait_for

from labapp.observe.kernel.identity import is_alive, started_at


@contextmanager
def jupyter_server(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A Jupyter server as `jupyter lab` starts one, on a free port, with a runtime directory of its own."""
    environment = {**os.environ, "JUPYTER_RUNTIME_DIR": str(folder / "run"), "JUPYTER_TOKEN": "token"}
    command = [
        "-m",
        "jupyterlab",
        "--no-browser",
        "--port=0",
        "--ServerApp.root_dir",
        str(folder),
        "--allow-root",
    ]
    with (folder / "jupyter.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, *command],
            cwd=PROGRAMS,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield server, address(folder)
    finally:
        if server.poll() is None:
            server.terminate()
        try:
            server.wait(timeout=30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
            raise


def address(folder: Path) -> str:
    """Return the URL that the server has written down, once it answers there."""

    def found() -> str:
        for file in (folder / "run").glob("jpserver-*.json"):
            with suppress(OSError, ValueError):
                url = str(json.loads(file.read_text())["url"])
                urllib.request.urlopen(f"{url}api", timeout=10).close()
                return url
        return ""

    return wait_for(found, 60, "Jupyter's answer")


def start_kernel(url: str, folder: Path) -> BlockingKernelClient:
    """Have the server start a kernel, as a notebook that is opened does, and connect to it."""
    request = urllib.request.Request(
        f"{url}api/kernels", data=b"{}", headers={"Authorization": "token token"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        identity = json.load(response)["id"]
    client = BlockingKernelClient(connection_file=str(folder / "run" / f"kernel-{identity}.json"))
    client.load_connection_file()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    return client


def run(client: BlockingKernelClient, code: str) -> str:
    """Run a cell; return what it printed."""
    printed: list[str] = []
    client.execute_interactive(
        code, timeout=60, output_hook=lambda message: printed.append(message["content"].get("text", ""))
    )
    return "".join(printed)


def delete_kernel(server: subprocess.Popen[bytes], url: str) -> None:
    """What *Shut down kernel* in the menu does."""
    headers = {"Authorization": "token token"}
    with urllib.request.urlopen(
        urllib.request.Request(f"{url}api/kernels", headers=headers), timeout=30
    ) as response:
        (kernel,) = json.load(response)
    request = urllib.request.Request(f"{url}api/kernels/{kernel['id']}", headers=headers, method="DELETE")
    urllib.request.urlopen(request, timeout=30).close()


def stop(server: subprocess.Popen[bytes], url: str) -> None:
    server.terminate()


def interrupt_twice(server: subprocess.Popen[bytes], url: str) -> None:
    """What Ctrl-C Ctrl-C in its terminal does."""
    for _ in range(2):
        server.send_signal(signal.SIGINT)
        time.sleep(0.2)  # Two signals at once are one.


def kill(server: subprocess.Popen[bytes], url: str) -> None:
    server.kill()


@pytest.mark.parametrize("end", [delete_kernel, stop, interrupt_twice, kill])
def test_nothing_outlives_jupyter(
    end: Callable[[subprocess.Popen[bytes], str], None], tmp_path: Path
) -> None:
    with jupyter_server(tmp_path) as (server, url):
        client = start_kernel(url, tmp_path)
        try:
            pid = int(run(client, "import os; print(os.getpid())"))
            since = started_at(pid)
            assert since is not None
            staged = Staged.told(
                run(client, f"import sys; sys.path[:0] = [{str(PROGRAMS)!r}]; import owner; owner.stage()")
            )
            end(server, url)
            wait_for(lambda: not is_alive(pid, since), 30, "the kernel's end")
            staged.seconds_until_gone()
        finally:
            client.stop_channels()


def test_nothing_outlives_nbval(tmp_path: Path) -> None:
    notebook = nbformat.v4.new_notebook()
    lines = [
        f"import sys; sys.path[:0] = [{str(PROGRAMS)!r}]; import owner",
        f"with open({str(tmp_path / 'told')!r}, 'w') as file: owner.stage(file=file)",
    ]
    notebook.cells = [nbformat.v4.new_code_cell(line) for line in lines]
    nbformat.write(notebook, tmp_path / "lesson.ipynb")
    options = ["--nbval", "--nbval-current-env", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(tmp_path / "lesson.ipynb")],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    staged = Staged.told((tmp_path / "told").read_text())
    assert len(staged.servers) > 1
    staged.seconds_until_gone()
