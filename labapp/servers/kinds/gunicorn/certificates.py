"""What is wrong with a certificate or its key: Gunicorn reads them when the first visitor comes."""

from pathlib import Path

from labapp.servers.diagnosis import Diagnosis


def unusable(certificate: Path, key: Path | None) -> Diagnosis | None:
    """Return what is wrong with the files of a certificate and of its key; None if nothing is."""
    texts = []
    for option, file in (("--certfile", certificate), ("--keyfile", key or certificate)):
        try:
            texts.append(file.read_text(errors="replace"))
        except OSError as error:
            return Diagnosis(
                f"The file {str(file)!r} cannot be read ({option}): {error.strerror}.",
                "correct the path: a relative one begins where the server starts.",
            )
    if "-----BEGIN CERTIFICATE-----" not in texts[0]:
        return Diagnosis(
            f"There is no certificate in {certificate.name} (--certfile).",
            "name a file in PEM format: it has a line -----BEGIN CERTIFICATE-----.",
        )
    if "PRIVATE KEY-----" not in texts[1]:
        return Diagnosis(
            f"There is no key in {key.name} (--keyfile)." if key else "The certificate's key is not named.",
            "name a file in PEM format: it has a line that ends with PRIVATE KEY-----."
            if key
            else "add --keyfile, with the file of the certificate's key.",
        )
    return _mismatch(certificate, key or certificate)


def _mismatch(certificate: Path, key: Path) -> Diagnosis | None:
    import ssl  # noqa: PLC0415 (few servers speak TLS)

    asked: list[bool] = []

    def passphrase() -> str:
        asked.append(True)
        return "-"

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, passphrase)
    except (ssl.SSLError, ValueError) as error:
        if asked:
            return Diagnosis(
                f"The key in {key.name} has a passphrase, and nobody is there to type it.",
                "take it off: openssl pkey -in KEY -out KEY.plain",
            )
        if getattr(error, "reason", "") == "KEY_VALUES_MISMATCH":
            return Diagnosis(
                f"The key in {key.name} is not that of the certificate in {certificate.name}.",
                "name the two that were made together.",
            )
        return Diagnosis(
            f"The certificate in {certificate.name}, or its key, is damaged: {error}.",
            "make both anew, or copy them again.",
        )
    return None
