import json
import os
from pathlib import Path

import pytest

from labapp.observe.kernel.identity import started_at
from labapp.servers.guard import records, runtime


def test_a_record_is_read_as_it_was_written(runtime_directory: Path) -> None:
    record = records.create_record("gunicorn app")
    assert record.directory.parent == runtime_directory
    assert record.directory.stat().st_mode & 0o777 == runtime_directory.stat().st_mode & 0o777 == 0o700
    record.address, record.family, record.sessions = "127.0.0.1:9", [(7, 1.5)], [7]
    records.write_record(record)
    (read,) = records.all_records()
    assert read.owner == os.getpid()
    assert read.owned
    assert not read.guarded
    assert (read.command, read.address, read.sessions) == ("gunicorn app", "127.0.0.1:9", [7])
    assert (7, 1.5) in read.identities
    with (record.directory / "state.jsonl").open("a") as state:
        state.write('{"command": "half of what')  # As it is seen in the moment when it is written.
    assert records.all_records() == [read]
    assert runtime.live_records() == [read]
    assert runtime.find_leftovers() == []
    records.discard_record(record)
    records.write_record(record)
    assert records.all_records() == []


def test_a_record_without_its_file_still_names_its_owner(runtime_directory: Path) -> None:
    runtime_directory.mkdir()
    since = started_at(os.getpid())
    assert since is not None
    mine = runtime_directory / f"{os.getpid()}-{round(since * 100)}-1"
    theirs = runtime_directory / f"{os.getpid()}-{round(since * 100) - 500}-1"
    for directory in (mine, theirs):
        directory.mkdir()
    (mine / "state.jsonl").write_text("{ half")
    (runtime_directory / "something else").mkdir()
    assert [record.directory for record in runtime.live_records()] == [mine]
    assert [record.directory for record in runtime.clear_leftovers()] == [theirs]
    assert mine.exists()
    assert (runtime_directory / "something else").exists()
    for left in runtime_directory.rglob("*"):
        assert theirs not in left.parents
    (mine / "state.jsonl").unlink()
    mine.rmdir()
    (runtime_directory / "something else").rmdir()


def test_sockets_must_fit_into_the_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABAPP_RUNTIME_DIR", "/tmp/" + "x" * 80)
    with pytest.raises(ValueError, match=r"LABAPP_RUNTIME_DIR=/tmp/xxx.* is too long"):
        records.runtime_root()


def test_what_is_temporary_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    for temporary, short in (("/var/tmp", "/var/tmp"), ("/" + "á" * 40, "/tmp")):
        monkeypatch.setattr("tempfile.gettempdir", lambda place=temporary: place)
        assert records.short_temporary() == short


def test_the_directory_is_the_user_s_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("LABAPP_RUNTIME_DIR")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setattr(records, "LONGEST_SOCKET_PATH", 1000)
    assert records.runtime_root() == tmp_path / "labapp"
    monkeypatch.setattr("os.getuid", lambda: 4242)
    with pytest.raises(PermissionError, match="belongs to someone else: set LABAPP_RUNTIME_DIR"):
        records.runtime_root()


def test_state_holds_no_secrets(runtime_directory: Path) -> None:
    record = records.create_record("TOKEN=x gunicorn app")
    records.write_record(record)
    facts = json.loads((record.directory / "state.jsonl").read_text())
    assert facts["directory"] == record.directory.name
    assert "environment" not in facts
    records.discard_record(record)


def test_what_runs_in_another_pid_namespace_is_left_alone(runtime_directory: Path) -> None:
    record = records.create_record("gunicorn app")
    record.owner, record.namespace = 1, record.namespace + 1
    theirs = record.directory.rename(runtime_directory / "1-2-3")
    record.directory = theirs
    records.write_record(record)
    assert runtime.live_records() == runtime.clear_leftovers() == []
    assert theirs.is_dir()
    records.discard_record(record)
