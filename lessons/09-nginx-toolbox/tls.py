"""A visitor that speaks TLS, one step after the other."""

import socket
import ssl

from certificates import named


def shake(address, name, trusted=None, protocols=(), newest=None):
    """Connect, and say a name by SNI; return the connection.

    Who trusts a certificate (its file) also checks the name; else nothing is checked.
    """
    context = ssl.create_default_context(cafile=trusted)
    if not trusted:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if protocols:
        context.set_alpn_protocols(protocols)
    if newest:
        context.maximum_version = newest
    host, _, port = address.rpartition(":")
    plain = socket.create_connection((host, int(port)), timeout=10)
    return context.wrap_socket(plain, server_hostname=name)


def presented(connection):
    """Return the name in the certificate that the other side has shown."""
    return named(connection.getpeercert(binary_form=True))


def page(connection, host):
    """Ask for / with this Host; return the last line of the answer, or "nothing" if there is none."""
    connection.sendall(f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    answer = connection.makefile("rb").read().decode().splitlines()
    return answer[-1] if answer else "nothing"
