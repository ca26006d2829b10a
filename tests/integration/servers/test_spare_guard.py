"""A guard that waits for the next launch: what it hands on, when it is not used, and that it ends."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest
from support.remains import on_linux
from support.waiting import wait_for

from labapp import lab
from labapp.observe.kernel.identity import is_alive, started_at
from labapp.servers.guard import dismiss_spares, prepare_spare, spare

Launch = Callable[..., lab.Server]
PLAIN = "python -m http.server 0 --bind 127.0.0.1"
pytestmark = on_linux

# What a script needs that tells of its spare guard.
WAITING = f"""
import json, os, sys, threading, time
from labapp import lab
from labapp.servers.guard import prepare_spare, spare

def waiting():
    "Return the pid of the guard that waits."
    prepare_spare()
    deadline = time.monotonic() + 10
    while not spare._waiting and time.monotonic() < deadline:
        time.sleep(0.001)
    return spare._waiting[0][1].process.pid

def tell(**what):
    print(json.dumps(what), flush=True)

PLAIN = {PLAIN!r}
"""


@pytest.fixture(autouse=True)
def none_before_and_after() -> Iterator[None]:
    dismiss_spares()
    yield
    dismiss_spares()


def waiting() -> int:
    """Return the pid of the guard that waits."""
    prepare_spare()
    wait_for(lambda: spare._waiting, 10, "a spare guard")
    return spare._waiting[0][1].process.pid


def held(pid: int) -> set[str]:
    """Return what a process has open, by its kind; a file that it has just read may be gone again."""
    found: set[str] = set()
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            found.add(str(entry.readlink()).partition(":")[0])
    return found


def told(code: str) -> list[dict]:
    """Return what a script tells, in which `WAITING` holds."""
    lines = subprocess.check_output([sys.executable, "-c", WAITING + code], text=True, timeout=60)
    return [json.loads(line) for line in lines.splitlines()]


def test_a_launch_leaves_one_for_the_next(
    launch: Launch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    launch(PLAIN).stop()
    guard = waiting()
    wait_for(lambda: held(guard) <= {"/dev/null", "pipe", "anon_inode"}, 10, "what it holds when it waits")
    assert str(Path(f"/proc/{guard}/cwd").readlink()) == "/"
    monkeypatch.setenv("GREETING", "hello")
    monkeypatch.setenv("LONG", "x" * 100_000)  # More than a pipe holds.
    monkeypatch.chdir(tmp_path)
    web = launch(PLAIN, cwd=None)
    assert web.guard_pid == guard
    environment = Path(f"/proc/{web.pid}/environ").read_bytes().split(b"\0")
    assert {b"GREETING=hello", b"LABAPP_RUNTIME=" + os.fsencode(web.directory)} <= set(environment)
    assert {Path(f"/proc/{pid}/cwd").readlink() for pid in (web.pid, guard)} == {tmp_path}
    status = Path(f"/proc/{web.pid}/status").read_text()
    mine = Path("/proc/thread-self/status").read_text()
    for what in ("Umask", "SigBlk", "Groups", "CapEff"):
        assert next(line for line in status.splitlines() if line.startswith(what)) in mine
    # What Python itself ignores; of those that are the C library's own, nobody can say.
    ignored = int(next(line for line in status.splitlines() if line.startswith("SigIgn"))[7:], 16)
    assert {one for one in signal.valid_signals() if ignored >> (one - 1) & 1} == {
        signal.SIGPIPE,
        signal.SIGXFSZ,
    }
    assert "GET /" in web.log.text
    assert waiting() != guard
    web.stop()
    assert web.ending == "killed by SIGTERM"
    assert not is_alive(guard, started_at(guard) or 0.0)


def test_it_is_started_when_the_launch_has_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    returned, asked = threading.Event(), list[float]()

    def sleep(seconds: float) -> None:
        asked.append(seconds)
        returned.wait(10)

    monkeypatch.setattr(spare, "time", SimpleNamespace(sleep=sleep))
    prepare_spare()
    wait_for(lambda: asked, 10, "what it does meanwhile")
    assert asked == [spare.ASIDE]
    assert spare._waiting == []
    returned.set()
    wait_for(lambda: spare._waiting, 10, "a spare guard")


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        ("import resource; resource.setrlimit(resource.RLIMIT_CORE, (0, 0))", "limits"),
        ("os.umask(0o27)", "status"),
        ("os.nice(3)", "nice"),
        ("os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})", "status"),
        ("open('/proc/self/oom_score_adj', 'w').write('500')", "oom_score_adj"),
        ("os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))", "scheduler"),
    ],
)
def test_it_is_not_used_when_another_would_inherit_something_else(change: str, seen: str) -> None:
    code = f"""
def seen(pid):
    if {seen!r} == "nice":
        return os.getpriority(os.PRIO_PROCESS, pid)
    if {seen!r} == "scheduler":
        return os.sched_getscheduler(pid)
    lines = open(f"/proc/{{pid or 'self'}}/{seen}").read().splitlines()
    return [line for line in lines if {seen!r} != "status" or line.startswith(("Umask", "Cpus_allowed"))]

before, old = waiting(), seen(0)
{change}
with lab.launch(PLAIN) as web:
    tell(before=before, guard=web.guard_pid, gone=not os.path.exists(f"/proc/{{before}}"),
         changed=old != seen(0), same=seen(0) == seen(web.pid))
    after = waiting()
with lab.launch(PLAIN) as web:
    tell(used=web.guard_pid == after, same=seen(0) == seen(web.pid))
"""
    first, second = told(code)
    assert first["before"] != first["guard"]
    assert first["gone"]
    assert first["changed"]
    assert first["same"]
    assert second == {"used": True, "same": True}


@pytest.mark.parametrize("forked", [False, True])
def test_it_ends_with_its_kernel(forked: bool) -> None:
    code = f"""
guard = waiting()
child = os.fork() if {forked} else 0
if child or not {forked}:
    tell(guard=guard, child=child)
time.sleep(600)
"""
    command = [sys.executable, "-c", WAITING + code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as script:
        assert script.stdout is not None
        said = json.loads(script.stdout.readline())
        since = started_at(said["guard"])
        assert since
        script.kill()
        try:
            wait_for(lambda: not is_alive(said["guard"], since), 2, "the end of the spare guard")
        finally:
            if said["child"]:
                os.kill(said["child"], signal.SIGKILL)


def test_it_is_gone_when_a_script_ends_and_when_the_lab_is_reset() -> None:
    code = """
before = waiting()
lab.reset()
tell(guard=before, gone=not os.path.exists(f"/proc/{before}"))
tell(guard=waiting())
"""
    first, second = told(code)
    assert first["gone"]
    assert not Path(f"/proc/{second['guard']}").exists()


def test_one_that_is_being_started_when_the_lab_is_reset_does_not_stay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun, go_on, birth = threading.Event(), threading.Event(), spare._birth

    def slowly() -> tuple[object, ...] | None:
        begun.set()
        go_on.wait(10)
        return birth()

    with monkeypatch.context() as patched:
        patched.setattr(spare, "_birth", slowly)
        prepare_spare()
        assert begun.wait(10)
        lab.reset()
        go_on.set()
        wait_for(lambda: not spare._preparing.locked(), 10, "the guard that is no longer wanted")
    assert spare._waiting == []
    assert waiting()


def test_two_launches_at_once_do_not_share_one() -> None:
    code = """
guard, found = waiting(), []
threads = [threading.Thread(target=lambda: found.append(lab.launch(PLAIN))) for _ in range(3)]
for thread in threads: thread.start()
for thread in threads: thread.join()
guards = [web.guard_pid for web in found]
tell(different=len(set(guards)), used=guards.count(guard), answers=[web.first_status for web in found])
lab.reset()
"""
    assert told(code) == [{"different": 3, "used": 1, "answers": [200, 200, 200]}]


def test_a_forked_child_leaves_that_of_its_parent_alone() -> None:
    code = """
guard = waiting()
if (child := os.fork()) == 0:
    with lab.launch(PLAIN) as web:
        tell(own=web.guard_pid != guard, answer=web.first_status)
    lab.reset()
    os._exit(0)
os.waitpid(child, 0)
with lab.launch(PLAIN) as web:
    tell(used=web.guard_pid == guard, answer=web.first_status)
"""
    assert told(code) == [{"own": True, "answer": 200}, {"used": True, "answer": 200}]


@pytest.mark.parametrize("which", [signal.SIGKILL, signal.SIGTERM])
def test_one_that_was_ended_is_replaced(launch: Launch, which: signal.Signals) -> None:
    guard = waiting()
    since = started_at(guard)
    assert since
    os.kill(guard, which)
    wait_for(lambda: not is_alive(guard, since), 5, "the end of the spare guard")
    web = launch(PLAIN)
    assert web.first_status == 200
    assert web.guard_pid != guard


def test_one_that_was_stopped_goes_on(launch: Launch) -> None:
    guard = waiting()
    os.kill(guard, signal.SIGSTOP)
    web = launch(PLAIN)
    assert web.first_status == 200
    assert web.guard_pid == guard


def test_of_a_launch_that_can_open_no_file_no_process_and_no_open_file_is_left() -> None:
    code = """
import _thread, resource
def children():
    return sorted(open("/proc/self/task/%d/children" % os.getpid()).read().split())

def descriptors():
    "Return how many are open when no thread is at work, that which prepares a spare guard among them."
    while _thread._count():
        time.sleep(0.001)
    return len(os.listdir("/proc/self/fd"))

with lab.launch(PLAIN):
    pass
lab.reset()
before = descriptors()
held = []
resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))
failed = 0
for free in range(14):
    try:
        while True:
            held.append(os.open("/dev/null", os.O_RDONLY))
    except OSError:
        pass
    for _ in range(free):
        os.close(held.pop())
    try:
        lab.launch(PLAIN)
    except OSError:
        failed += 1
    for descriptor in held:
        os.close(descriptor)
    held.clear()
    lab.reset()
    tell(more=descriptors() - before, failed=failed, children=children())
"""
    rounds = told(code)
    assert 5 < rounds[-1]["failed"] < len(rounds)
    assert [(one["more"], one["children"]) for one in rounds] == [(0, [])] * len(rounds)
    # To remove a directory is to open it; what a dead process left, anybody's next reset removes.
    lab.reset()
