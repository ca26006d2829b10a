"""The program that a name stands for, and those with names like it."""

import os
from pathlib import Path, PosixPath

from labapp.servers.command import amiss
from labapp.servers.command.programs import programs


def test_what_on_path_is_no_folder_offers_no_names(tmp_path: Path) -> None:
    (tmp_path / "serve").touch()
    assert programs(f"/none:{tmp_path / 'serve'}:{tmp_path}") == {"serve"}


def test_a_program_in_a_folder_that_may_not_be_entered() -> None:
    class Theirs(PosixPath):
        def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
            raise PermissionError

    assert amiss(Theirs("/theirs/serve")) == "is in a folder that this user may not enter"
