"""A request in the protocol uwsgi, taken apart."""

import struct


def read(packet):
    """Return the dictionary: four bytes of head, then each key and value after its length."""
    words, rest = [], packet[4:]
    while rest:
        (length,) = struct.unpack_from("<H", rest)  # Two bytes, the smaller one first.
        words.append(rest[2 : 2 + length].decode())
        rest = rest[2 + length :]
    return dict(zip(words[::2], words[1::2], strict=True))
