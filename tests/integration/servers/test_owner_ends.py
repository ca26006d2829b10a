"""However the owner of servers ends, within two seconds nothing is left of them."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest
from support.kernels import Kernel, running_kernel
from support.remains import PROGRAMS, Staged

TRIALS = range(int(os.environ.get("LABAPP_TRIALS", "3")))


def kill(kernel: Kernel) -> None:
    os.kill(kernel.pid, signal.SIGKILL)


def terminate(kernel: Kernel) -> None:
    os.kill(kernel.pid, signal.SIGTERM)


def restart(kernel: Kernel) -> None:
    kernel.manager.restart_kernel()


def restart_at_once(kernel: Kernel) -> None:
    kernel.manager.restart_kernel(now=True)


def shut_down(kernel: Kernel) -> None:
    kernel.manager.shutdown_kernel()


def shut_down_at_once(kernel: Kernel) -> None:
    kernel.manager.shutdown_kernel(now=True)


@pytest.mark.parametrize("end", [kill, terminate, restart, restart_at_once, shut_down, shut_down_at_once])
@pytest.mark.parametrize("trial", TRIALS)
def test_nothing_outlives_a_kernel(end: Callable[[Kernel], None], trial: int) -> None:
    with running_kernel() as kernel:
        staged = Staged.told(kernel.run("import owner; owner.stage()"))
        end(kernel)
        staged.seconds_until_gone()


@pytest.mark.parametrize("trial", TRIALS)
def test_an_interrupted_kernel_keeps_its_servers(trial: int) -> None:
    with running_kernel() as kernel:
        staged = Staged.told(kernel.run("import owner; owner.stage('plain', 'upgraded', 'replaced')"))
        before = staged.alive()
        # What follows an error would be aborted, not run.
        request = kernel.client.execute(
            "import time; print('begun', flush=True); time.sleep(60)", stop_on_error=False
        )
        while kernel.client.get_iopub_msg(timeout=10)["content"].get("text") != "begun\n":
            pass
        kernel.manager.interrupt_kernel()
        with pytest.raises(RuntimeError, match="KeyboardInterrupt"):
            kernel.result(request)
        answers = kernel.run("print([web.get('/').status_code for web in owner.lab.servers()])")
        assert answers == "[200, 200, 200]\n"
        assert staged.alive() == before


@pytest.mark.parametrize("trial", TRIALS)
def test_nothing_outlives_a_script_that_is_killed(trial: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", "import owner, time; owner.stage(); time.sleep(600)"],
        cwd=PROGRAMS,
        stdout=subprocess.PIPE,
        text=True,
    ) as script:
        assert script.stdout is not None
        staged = Staged.told(script.stdout.readline())
        script.kill()
        staged.seconds_until_gone()


def test_nothing_outlives_a_script_that_ends_without_a_word() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import owner; owner.stage()"],
        cwd=PROGRAMS,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    Staged.told(done.stdout).seconds_until_gone()


def test_a_forked_child_that_holds_the_pipe_does_not_keep_servers_alive() -> None:
    code = """
import os, owner, time
owner.stage()
if child := os.fork():
    print(child, flush=True)
time.sleep(600)
"""
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=PROGRAMS, stdout=subprocess.PIPE, text=True
    ) as script:
        assert script.stdout is not None
        staged = Staged.told(script.stdout.readline())
        child = int(script.stdout.readline())
        try:
            script.kill()
            staged.seconds_until_gone()
            os.kill(child, 0)
        finally:
            os.kill(child, signal.SIGKILL)
