"""There is no shell: each thing that only one would understand is named, with what to do instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from labapp.servers.command import parse
from labapp.servers.errors import LaunchError

G = "gunicorn shop:app"
NO_SHELL = "belongs to a shell, and there is none: the lab starts the program itself."

CASES = [
    # Commands one after the other.
    (f"cd backend && {G}", f"`&&` {NO_SHELL}", f'write lab.launch("{G}", cwd="backend")'),
    (f"cd a && cd b && {G} --workers 2", "`&&`", f'lab.launch("{G} --workers 2", cwd="a/b")'),
    (f"cd backend; {G} > log 2>&1 &", "`;`", f'write lab.launch("{G}", cwd="backend")'),
    (f"cd backend\n{G}", "A line break between two commands", f'lab.launch("{G}", cwd="backend")'),
    (
        f"cd backend &&\n  {G} \\\n  --workers 2",
        "`&&`",
        f'lab.launch("{G} --workers 2", cwd="backend")',
    ),
    (
        f"cd b && export SHOP_KEY=a && {G}",
        "`&&`",
        f'lab.launch("{G}", cwd="b", env={{"SHOP_KEY": "a"}})',
    ),
    (f"set A=1 && {G}", "`&&`", f'lab.launch("{G}", env={{"A": "1"}})'),
    (f"source venv/bin/activate && {G}", "`&&`", f'write lab.launch("venv/bin/{G}")'),
    (f"mkdir run && {G}", "`&&`", "give each command a cell of its own"),
    (f"{G} || true", "`||`", "give each command a cell of its own"),
    ("gunicorn shop:app;", f"`;` {NO_SHELL}", f'leave it out: lab.launch("{G}")'),
    (f"{G} & python other.py", "`&`", "give each command a cell of its own"),
    ("&&", "`&&`", "write a server's command"),
    # What becomes of the output.
    ("gunicorn shop:app&", f"`&` {NO_SHELL}", f'leave it out: lab.launch("{G}") runs beside the notebook'),
    (f"{G} >log.txt", "`>log.txt`", f'web = lab.launch("{G}"), then web.log'),
    (f"{G} > log.txt 2>&1 &", "`> log.txt`", f'web = lab.launch("{G}"), then web.log'),
    (f"{G} 2>errors --workers 2", "`2>errors`", f'web = lab.launch("{G} --workers 2"), then web.log'),
    (f"{G} &> log", "`&> log`", "then web.log"),
    (f"{G} | tee log", f"`|` {NO_SHELL}", f'web = lab.launch("{G}"), then web.log'),
    (f"{G} < input", "`< input`", "the standard input of a server is empty"),
    ("gunicorn <module>:<app>", "`<module>` stands for something to be filled in.", "write what it stands"),
    # What a shell puts something in place of.
    (
        f"{G} -b 127.0.0.1:$PORT",
        "There is no shell that puts a value in place of `$PORT`.",
        f'port = os.environ["PORT"], then lab.launch(f"{G} -b 127.0.0.1:{{port}}")',
    ),
    (f'{G} -b "127.0.0.1:${{PORT:-80}}"', "`${PORT:-80}`", 'port = os.environ.get("PORT", "80"), then'),
    (f"{G} -w $(nproc)", "`$(nproc)`", f'cores = os.cpu_count(), then lab.launch(f"{G} -w {{cores}}")'),
    (f"{G} -w $((2 * 2 + 1))", "`$((2 * 2 + 1))`", "number = 2 * 2 + 1, then"),
    (f"{G} --chdir `pwd`", "`pwd`", "here = Path.cwd(), then"),
    (f"{G} --pid $HOME/x", "`$HOME`", "home = Path.home(), then"),
    (f"{G} --name $(cat name)", "`$(cat name)`", 'Path("name").read_text().strip()'),
    (f"{G} --name $(git log -1)", "`$(git log -1)`", "subprocess.check_output('git log -1', shell=True"),
    (f"{G} -w $1", "place of `$1`", "write that value"),
    (f"{G} --chdir ~/shop", "the ~ in `~/shop`", 'path = Path.home() / "shop", then'),
    (f"{G} --reload-extra-file *.html", "names of files in place of `*.html`", "are meant: a.html b.html;"),
    (f"{G} --reload-extra-file [ab].html", "place of `[ab].html`", "are meant: a.html b.html;"),
    (f"{G} --name {{a,b}}", "several words of `{a,b}`", "write them out"),
    (f"{G} -b 127.0.0.1:{{port}}", "`{port}` was not filled in", f'lab.launch(f"{G} -b 127.0.0.1:{{port}}")'),
    # Words that it would take apart.
    ("gunicorn labapp:create_app()", "`(`", 'write quotes around the word: "labapp:create_app()"'),
    ('gunicorn shop:make("a b")', "`(`", "write quotes around the word: 'shop:make(\"a b\")'"),
    # Lines.
    (
        f"{G} \\ \n --workers 2",
        "Line 1 of the command ends with a blank after its backslash",
        "must come last",
    ),
    (f"{G} \\", "The command ends with a backslash", "write that line too"),
    ('gunicorn "shop:app', "A quote in the command is opened and never closed.", "write each quote twice"),
    # Words that are a shell's.
    ("cd backend", f"`cd` {NO_SHELL}", 'cwd="backend"'),
    ("export A=1", "`export`", 'env={"A": "1"}'),
    ("ulimit -n 64", "`ulimit`", "resource.setrlimit"),
]


@pytest.mark.parametrize(("command", "summary", "advice"), CASES, ids=[case[0] for case in CASES])
def test_what_only_a_shell_would_understand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, summary: str, advice: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.html", "b.html"):
        (tmp_path / name).touch()
    with pytest.raises(LaunchError) as caught:
        parse(command)
    assert summary in caught.value.summary
    assert advice in caught.value.advice
    assert caught.value.command == command.strip()


def test_a_directory_is_told_as_seen_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop").mkdir()
    with pytest.raises(LaunchError) as caught:
        parse(f"cd backend && {G}", cwd="shop")
    assert 'cwd="shop/backend"' in caught.value.advice


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (f"{G} \\\n  --workers 2 \\\r\n  --threads 3", [*G.split(), "--workers", "2", "--threads", "3"]),
        (f"{G}\n  --workers 2", [*G.split(), "--workers", "2"]),
        ("gunicorn\n  shop:app --worker-class\n  sync", [*G.split(), "--worker-class", "sync"]),
        (f"# the shop\n{G}  # at last", G.split()),
        (f"{G} --forwarded-allow-ips=*", [*G.split(), "--forwarded-allow-ips=*"]),
        (f"{G} --name 'a;b & $c | (d) > `e` *'", [*G.split(), "--name", "a;b & $c | (d) > `e` *"]),
        (f"{G} --name \\$c\\;\\&\\(\\)", [*G.split(), "--name", "$c;&()"]),
        ('gunicorn "shop:make(a=1, b=[2])"', ["gunicorn", "shop:make(a=1, b=[2])"]),
        (f'{G} --name "a#b" --pid a#b', [*G.split(), "--name", "a#b", "--pid", "a#b"]),
        (f"{G} --name \"a\\\nb\" --pid 'a\\\nb'", [*G.split(), "--name", "ab", "--pid", "a\\\nb"]),
    ],
)
def test_what_a_shell_would_take_as_it_is(tmp_path: Path, typed: str, words: list[str]) -> None:
    assert list(parse(typed, cwd=tmp_path).argv) == words


def test_a_command_of_several_lines_is_told_in_one() -> None:
    assert parse(f"# the shop\n{G} \\\n    --workers 2").typed == f"{G} --workers 2"


def test_a_list_is_run_as_it_is() -> None:
    words = ["python", "-c", "print('$HOME', `x`, a && b; c > d)", "*", "~"]
    assert list(parse(words).argv) == words
