"""Certificates for a day: each vouches for itself, which is enough for whoever decides to trust it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)
PEM = serialization.Encoding.PEM


def certify(folder, name):
    """Make a key, and a certificate that this key is the name's; write both into the folder."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - DAY)
        .not_valid_after(datetime.now(UTC) + DAY)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    Path(folder, f"{name}.pem").write_bytes(certificate.public_bytes(PEM))
    Path(folder, f"{name}.key").write_bytes(secret)


def named(certificate):
    """Return the name in a certificate, as it comes over a connection."""
    read = x509.load_der_x509_certificate(certificate)
    return read.subject.rfc4514_string().removeprefix("CN=")
