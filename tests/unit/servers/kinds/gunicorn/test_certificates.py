"""A certificate that Gunicorn could not use is told before, and not at the first visitor."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from support.certificates import certify

from labapp.servers.kinds.gunicorn.certificates import unusable


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("certificates")
    for name in ("shop", "other"):
        certify(place, name)
    key = load_pem_private_key((place / "shop.key").read_bytes(), None)
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x"))
    (place / "locked.key").write_bytes(secret)
    (place / "both.pem").write_text((place / "shop.pem").read_text() + (place / "shop.key").read_text())
    (place / "text.pem").write_text("no certificate")
    (place / "torn.pem").write_text((place / "shop.pem").read_text()[:200])
    return place


def test_a_certificate_that_can_be_used(folder: Path) -> None:
    assert unusable(folder / "shop.pem", folder / "shop.key") is None
    assert unusable(folder / "both.pem", None) is None


@pytest.mark.parametrize(
    ("certificate", "key", "summary"),
    [
        ("none.pem", "shop.key", "none.pem' cannot be read (--certfile): No such file or directory."),
        ("shop.pem", "none.key", "none.key' cannot be read (--keyfile): No such file or directory."),
        ("text.pem", "shop.key", "There is no certificate in text.pem (--certfile)."),
        ("shop.pem", "text.pem", "There is no key in text.pem (--keyfile)."),
        ("shop.pem", "", "The certificate's key is not named."),
        ("shop.pem", "other.key", "The key in other.key is not that of the certificate in shop.pem."),
        ("shop.pem", "locked.key", "The key in locked.key has a passphrase, and nobody is there to type it."),
        ("torn.pem", "shop.key", "The certificate in torn.pem, or its key, is damaged: "),
    ],
)
def test_what_is_wrong_with_a_certificate(folder: Path, certificate: str, key: str, summary: str) -> None:
    found = unusable(folder / certificate, folder / key if key else None)
    assert found
    assert summary in found.summary
    assert found.advice
