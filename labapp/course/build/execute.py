"""Running a notebook in a kernel of the running interpreter, in an environment that nothing leaks into."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import tempfile
import textwrap
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

import ipykernel.kernelspec
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from labapp.course.lesson import Page

# In s: how long one cell may run, and what may follow the kernel's end.
CELL_TIMEOUT = 60
GRACE = 5.0
# In s: after how long a kernel that does not answer is started anew (a port that was free when chosen may be
# taken when it binds), and how long the next one may take.
ANSWERS = (20, 60)
# What a person's shell or another Jupyter sets, and what would show in an output or change a server.
_SCRUBBED = re.compile(
    r"(FORCE_COLOR|NO_COLOR|CLICOLOR(_FORCE)?|TERM|COLUMNS|LINES|PAGER|GIT_PAGER|MPLBACKEND|PORT|WEB_CONCURRENCY"
    r"|GUNICORN_CMD_ARGS|PYTHON(PATH|STARTUP|WARNINGS|HASHSEED|BREAKPOINT)|(JPY|JUPYTER|COV_CORE|PYTEST|LABAPP)_.*)"
)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_FRAMES = 5


class ExecutionError(Exception):
    """A cell failed while a lesson was built: which, where it is written, what it had shown."""


class _ThisInterpreter(KernelSpecManager):
    """Knows one kernel, that of the running interpreter: whatever is installed elsewhere has no say."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:  # noqa: ARG002
        kernel = ipykernel.kernelspec.get_kernel_dict()
        return KernelSpec(resource_dir=ipykernel.kernelspec.RESOURCES, **kernel)


class _KernelManager(AsyncKernelManager):
    def _kernel_spec_manager_default(self) -> KernelSpecManager:
        return _ThisInterpreter(parent=self)


@contextmanager
def clean_environment() -> Iterator[dict[str, str]]:
    """Yield a kernel's environment: scrubbed, its servers, profile and progress in a place of their own."""
    # A unix socket's path holds about 100 characters, which macOS's own temporary directories half fill.
    short = "/tmp" if os.access("/tmp", os.W_OK) else None
    place = Path(tempfile.mkdtemp(prefix="lab-", dir=short))
    runtime = place / "run"
    runtime.mkdir(mode=0o700)
    try:
        yield {
            **{key: value for key, value in os.environ.items() if not _SCRUBBED.fullmatch(key)},
            "IPYTHONDIR": str(place / "ipython"),
            "LABAPP_RUNTIME_DIR": str(runtime),
            "LABAPP_STATE_DIR": str(place / "state"),
            "LABAPP_PATIENCE": "3",
        }
    finally:
        shutil.rmtree(place, ignore_errors=True)


async def execute(page: Page, progress: Callable[[int, int], None], *, timeout: int = CELL_TIMEOUT) -> None:
    """Run every code cell of `page`, whose notebook receives the outputs; `timeout` bounds a cell, in s.

    Calls `progress(done, total)` in code cells. Raises ExecutionError.
    """
    with clean_environment() as environment:
        try:
            await _run(page, environment, progress, timeout)
        finally:
            left = await _left(Path(environment["LABAPP_RUNTIME_DIR"]))
        if left:
            told = ", ".join(left)
            raise ExecutionError(f"{page.lesson.source}: still there {GRACE:g} s after the kernel: {told}")


async def _run(
    page: Page, environment: dict[str, str], progress: Callable[[int, int], None], timeout: int
) -> None:
    client = NotebookClient(
        page.notebook,
        kernel_manager_class=_KernelManager,
        timeout=timeout,
        coalesce_streams=True,
        record_timing=False,
        store_widget_state=False,
        shutdown_kernel="immediate",
    )
    coded = [index for index, cell in enumerate(page.notebook.cells) if cell.cell_type == "code"]
    progress(0, len(coded))
    async with _kernel(client, page.lesson.target.parent, environment):
        for done, index in enumerate(coded):
            cell = page.notebook.cells[index]
            try:
                await client.async_execute_cell(cell, index, execution_count=done + 1)
            except CellExecutionError:
                raise ExecutionError(_explain(page, index, "failed")) from None
            except CellTimeoutError:
                raise ExecutionError(_explain(page, index, f"was still running after {timeout} s")) from None
            except DeadKernelError:
                raise ExecutionError(_explain(page, index, "ended the kernel itself")) from None
            progress(done + 1, len(coded))


@asynccontextmanager
async def _kernel(client: NotebookClient, cwd: Path, environment: dict[str, str]) -> AsyncIterator[None]:
    """Start the client's kernel in `cwd`; it is gone at the end, however that comes."""
    try:
        for client.startup_timeout in ANSWERS:
            client.create_kernel_manager()
            await client.async_start_new_kernel(cwd=str(cwd), env=environment, stderr=subprocess.DEVNULL)
            with suppress(RuntimeError):
                await client.async_start_new_kernel_client()
                break
        else:
            raise ExecutionError(
                f"{cwd}: no kernel answered, the last of {len(ANSWERS)} within {ANSWERS[-1]} s"
            )
        yield
    finally:
        if client.kc is not None:
            client.kc.stop_channels()
        if client.km is not None:
            await client.km.shutdown_kernel(now=True)  # type: ignore[misc]
            await client.km.cleanup_resources()  # type: ignore[misc]


async def _left(runtime: Path) -> list[str]:
    """Give servers time to follow their kernel; return what is in their directory even so."""
    deadline = time.monotonic() + GRACE
    while (left := sorted(path.name for path in runtime.iterdir())) and time.monotonic() < deadline:
        await asyncio.sleep(0.05)
    return left


def _explain(page: Page, index: int, what: str) -> str:
    """Return a failed cell's whole story: its place, its code, its output so far, its traceback."""
    cells = page.notebook.cells
    number = sum(cell.cell_type == "code" for cell in cells[: index + 1])
    parts = [
        f"{page.place(index)}: code cell {number} {what} (cell {index + 1} of {len(cells)})",
        textwrap.indent(cells[index].source, "    "),
    ]
    shown = "".join(_text(output) for output in cells[index].outputs)
    if shown:
        parts += ["its output so far:", textwrap.indent(shown.rstrip(), "    ")]
    for error in (output for output in cells[index].outputs if output.output_type == "error"):
        frames = [_COLOUR.sub("", part).strip("\n") for part in error.traceback]
        # The rule, the name and the cell's own frame; then where it was raised, and what.
        parts += ["", *(frames if len(frames) <= _FRAMES else [*frames[:3], "…", *frames[-2:]])]
    return "\n".join(parts)


def _text(output: NotebookNode) -> str:
    if output.output_type == "stream":
        return str(output.text)
    if output.output_type == "error":
        return ""
    return str(output.data.get("text/plain", "")) + "\n"
