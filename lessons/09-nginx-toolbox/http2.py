"""HTTP/2 by hand, as much of it as several short requests on one connection need (RFC 9113)."""

import struct

DATA, HEADERS, SETTINGS = 0, 1, 4
ACK, END_STREAM, END_HEADERS = 1, 1, 4


def frame(kind, flags, stream, payload=b""):
    """Return a frame: a head of nine bytes, then what it carries."""
    return struct.pack("!I", len(payload))[1:] + struct.pack("!BBI", kind, flags, stream) + payload


def get(stream, host, path):
    """Return the frame that asks for a path; HPACK has numbers for what is the same in every request."""
    fields = bytes([0x82, 0x87])  # :method GET, :scheme https
    for number, value in ((0x41, host), (0x04, path)):  # :authority and :path, spelt out
        fields += bytes([number, len(value)]) + value.encode()
    return frame(HEADERS, END_STREAM | END_HEADERS, stream, fields)


def ask(connection, host, *paths):
    """Ask for all the paths at once; yield (path, body) of each answer when it is complete."""
    streams = {1 + 2 * n: path for n, path in enumerate(paths)}
    hello = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(SETTINGS, 0, 0)
    connection.sendall(hello + b"".join(get(stream, host, path) for stream, path in streams.items()))
    bodies = dict.fromkeys(streams, b"")
    with connection.makefile("rb") as frames:
        while streams:
            head = frames.read(9)
            if not head:
                raise ConnectionError("the server has closed the connection")
            kind, flags, stream = struct.unpack("!BBI", head[3:])
            payload = frames.read(int.from_bytes(head[:3]))
            if kind == SETTINGS and not flags & ACK:
                connection.sendall(frame(SETTINGS, ACK, 0))
            if kind == DATA:
                bodies[stream] += payload
            if kind in (DATA, HEADERS) and flags & END_STREAM:
                yield streams.pop(stream), bodies[stream].decode()
