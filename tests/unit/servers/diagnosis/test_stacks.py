"""Where a program stood, read from what its fault handler wrote, and what is said of it."""

from labapp.servers.diagnosis.failure import Failure
from labapp.servers.diagnosis.hopeless import explain_timeout
from labapp.servers.diagnosis.stacks import Frame, Stack, read_stack

DUMP = """\
Thread 0x00007f01 (most recent call first):
  File "/home/ada/beside.py", line 9 in serve
  File "/usr/lib/python3.11/threading.py", line 982 in run

Current thread 0x00007f00 (most recent call first):
  File "/venv/lib/python3.11/site-packages/db.py", line 3 in connect
  File "/home/ada/shop.py", line 5 in wait
  File "/home/ada/shop.py", line 7 in <module>
  File "<frozen importlib._bootstrap>", line 241 in _call_with_frames_removed
  File "/venv/lib/python3.11/site-packages/gunicorn/util.py", line 372 in import_app
[2026-11-20 10:00:00 +0000] [1] [ERROR] Worker (pid:2) exited with code 1.
"""
STACK = Stack(
    (Frame("/home/ada/shop.py", 7, "<module>"), Frame("/home/ada/shop.py", 5, "wait")), importing=True
)


def test_the_stack_is_that_of_the_main_thread_without_libraries() -> None:
    assert read_stack(DUMP) == STACK
    assert (STACK.place, STACK.imported) == ("shop.py, line 5", "shop")
    assert list(map(str, STACK.frames)) == ["shop.py, line 7, in <module>", "shop.py, line 5, in wait"]


def test_a_dump_without_the_learners_code_tells_nothing() -> None:
    assert (
        read_stack('Current thread 0x1 (most recent call first):\n  File "<frozen x>", line 1 in y\n') is None
    )
    assert read_stack("[INFO] Booting worker\n") is None


def test_whoever_is_late_is_told_with_its_place() -> None:
    late = explain_timeout("gunicorn", Failure("", None, 3.0, ("127.0.0.1:9",), stack=STACK))
    assert late.summary == (
        "gunicorn did not answer HTTP within 3 s: it listens at 127.0.0.1:9, and is still importing shop, "
        "at shop.py, line 5."
    )
    assert late.excerpt == ("shop.py, line 7, in <module>", "shop.py, line 5, in wait")
    serving = explain_timeout("python", Failure("", None, 3.0, stack=Stack(STACK.frames, importing=False)))
    assert serving.summary == (
        "python did not answer HTTP within 3 s: it listens nowhere, and stands at shop.py, line 5."
    )
    silent = explain_timeout("sleep", Failure("", None, 0.5))
    assert silent.summary == "sleep did not answer HTTP within 0.5 s. It listens nowhere."
