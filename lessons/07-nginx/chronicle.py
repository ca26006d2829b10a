"""What a worker of Nginx did, in plain words, from the system calls that strace wrote down."""

import re

CALLS = "/^(epoll_p?wait|accept4|recvfrom|writev)$"
_CALL = re.compile(r"(?:<\.\.\. )?(\w+)(?:\((\d+))?.* = (-?\d+)")


def chronicle(lines, answers):
    """Return what was done to which client, until so many answers were written; clients by their order."""
    clients, told = {}, []
    for call, descriptor, result in (_CALL.match(line).groups() for line in lines):
        if call.startswith("epoll"):
            told.append("who has something?")
        elif call == "accept4" and result != "-1":
            clients[result] = f"client {len(clients) + 1}"
            told.append(f"    accept: {clients[result]}")
        elif descriptor in clients and int(result) > 0:
            told.append(f"    {call}: {clients[descriptor]}, {result} bytes")
            answers -= call == "writev"
        if not answers:
            break
    return told
