"""A server that speaks TLS is launched and asked as any other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from support.certificates import certify

from labapp import lab

Launch = Callable[..., lab.Server]


@pytest.mark.parametrize("how", ["options", "file"])
def test_a_server_with_a_certificate(launch: Launch, folder: Path, how: str) -> None:
    certify(folder, "here")
    (folder / "tls.py").write_text("certfile = 'here.pem'\nkeyfile = 'here.key'\n")
    options = {"options": "--certfile here.pem --keyfile here.key", "file": "-c tls.py"}[how]
    web = launch(f"gunicorn {options} app:app", cwd=folder, timeout=60)
    assert web.url == f"https://{web.address}"
    assert web.first_status == 200
    assert web.get("/").status_code == 200
    with pytest.raises(httpx.ConnectError, match="certificate verify failed"):
        web.get("/", verify=True)
