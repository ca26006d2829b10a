from labapp.servers.errors import LaunchError

ERROR = LaunchError(
    "There is no module 'x'.",
    "did you mean y?",
    command="gunicorn x",
    status="exited with status 3",
    log_tail=["a", "b"],
)


def test_a_failure_is_plain_text() -> None:
    assert (
        str(ERROR)
        == """\
There is no module 'x'.
To try: did you mean y?
The command was: gunicorn x
It exited with status 3.
Its log ends with:
    a
    b"""
    )
    assert str(LaunchError("Nothing.")) == "Nothing."
    assert str(LaunchError("Nothing.", status="killed by SIGSEGV")) == "Nothing.\nIt was killed by SIGSEGV."


def test_a_notebook_shows_it_in_colour_and_without_frames() -> None:
    rendered = ERROR._render_traceback_()
    assert rendered[0].startswith("\x1b[31m\x1b[1mLaunchError\x1b[0m: ")
    plain = "\n".join(rendered)
    for code in ("\x1b[31m", "\x1b[1m", "\x1b[2m", "\x1b[0m"):
        plain = plain.replace(code, "")
    assert plain == f"LaunchError: {ERROR}"


def test_what_nobody_can_read_is_shortened() -> None:
    error = LaunchError("x" * 600_000, "y" * 600_000, command="z" * 600_000, log_tail=["a", "b" * 600_000])
    shown = str(error)
    assert len(shown) < 6000
    assert shown.count("(600,000 characters)") == 4
    assert error.log_tail[1] == "b" * 600_000
