from labapp.servers.diagnosis.tracebacks import Traceback, read_tracebacks, without_library_frames

LOG = """\
[INFO] Booting worker
Traceback (most recent call last):
  File "/venv/lib/python3.11/site-packages/gunicorn/arbiter.py", line 683, in spawn_worker
    worker.init_process()
  File "<frozen importlib._bootstrap>", line 1204, in _gcd_import
  File "/home/ada/broken.py", line 2, in <module>
    load()
    ^^^^^^
  File "/venv/lib/python3.11/site-packages/db.py", line 7, in load
    raise ValueError("no database")
ValueError: no database
[INFO] Worker exiting

[Traceback (most recent call last):
  File "/home/ada/typo.py", line 1
    def app(:
            ^
SyntaxError: invalid syntax
[ERROR] Shutting down""".splitlines()


def test_exceptions_are_found_with_their_places() -> None:
    assert list(read_tracebacks(LOG)) == [
        Traceback("ValueError: no database", "/home/ada/broken.py", 2),
        Traceback("SyntaxError: invalid syntax", "/home/ada/typo.py", 1),
    ]
    first = next(read_tracebacks(LOG))
    assert (first.kind, first.message) == ("ValueError", "no database")


def test_the_frames_of_libraries_are_left_out() -> None:
    assert (
        without_library_frames(LOG)
        == """\
[INFO] Booting worker
Traceback (most recent call last):
  …
  File "/home/ada/broken.py", line 2, in <module>
    load()
    ^^^^^^
  …
ValueError: no database
[INFO] Worker exiting

[Traceback (most recent call last):
  File "/home/ada/typo.py", line 1
    def app(:
            ^
SyntaxError: invalid syntax
[ERROR] Shutting down""".splitlines()
    )


def test_a_program_that_is_no_python_is_told_without_a_traceback() -> None:
    lines = [
        '  File "/home/ada/typo.py", line 1',
        "    def app(:",
        "            ^",
        "SyntaxError: invalid syntax",
    ]
    assert list(read_tracebacks(lines)) == [Traceback("SyntaxError: invalid syntax", "/home/ada/typo.py", 1)]


def test_a_stack_alone_is_no_traceback() -> None:
    lines = [
        "Current thread 0x1 (most recent call first):",
        '  File "/home/ada/loop.py", line 5 in wait',
        "[INFO]",
    ]
    assert not list(read_tracebacks(lines))
