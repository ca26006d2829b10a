import signal
from pathlib import Path

from labapp.servers.guard import guard
from labapp.servers.wording import count, ending


def test_a_directory_is_removed_and_no_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("x")
    (tmp_path / "gone" / "deep").mkdir(parents=True)
    (tmp_path / "gone" / "deep" / "file").write_text("x")
    (tmp_path / "gone" / "link").symlink_to(tmp_path)
    guard.remove(str(tmp_path / "gone"))
    guard.remove(str(tmp_path / "never was"))
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_endings_in_words() -> None:
    assert ending(3) == "exited with status 3"
    assert ending(-signal.SIGKILL) == "killed by SIGKILL"
    assert ending(-64) == "killed by SIGRTMAX"
    assert ending(-50) == "killed by signal 50"
    assert ending(None) == "ended, nobody saw how"
    assert (count(1, "worker"), count(2, "worker")) == ("1 worker", "2 workers")
