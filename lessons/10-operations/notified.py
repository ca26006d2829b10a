"""What Gunicorn tells systemd: heard at the socket that NOTIFY_SOCKET names, as systemd hears it."""

import socket
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from labapp import lab


def notified(application):
    """Start an application, and tell whether systemd was told that it is ready, and whether it answered."""
    with TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        place = Path(folder, "n")
        systemd.bind(str(place))
        systemd.settimeout(5)
        answers = False
        with suppress(lab.LaunchError):
            command = f"gunicorn '{application}' --no-control-socket"
            with lab.launch(command, env={"NOTIFY_SOCKET": str(place)}):
                answers = True
        told = systemd.recv(4096).decode()
    return {"told ready": "READY=1" in told, "answers": answers}
