"""Hold a socket, as systemd does, for a server that is started again whenever it ends in good order.

`python activate.py 127.0.0.1:8000 gunicorn shop:app`: whoever connects while no server runs, waits.
"""

import os
import signal
import socket
import sys

address, *command = sys.argv[1:]
host, _, port = address.rpartition(":")
listener = socket.create_server((host, int(port)), backlog=512)
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGCHLD})
status = 0
while status == 0:
    child = os.fork()
    if child == 0:
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        listener.set_inheritable(True)
        os.dup2(listener.fileno(), 3)  # Where a server looks for the first socket that it is handed.
        os.environ |= {"LISTEN_FDS": "1", "LISTEN_PID": str(os.getpid())}
        os.execvp(command[0], command)
    if signal.sigwait({signal.SIGTERM, signal.SIGCHLD}) == signal.SIGTERM:
        os.kill(child, signal.SIGTERM)
        os.waitpid(child, 0)
        break
    status = os.waitpid(child, 0)[1]
sys.exit(os.waitstatus_to_exitcode(status))
