"""The same server, with a thread for every connection.

python threaded.py "labapp:create_app()" --port 8000
"""

import threading

from one_at_a_time import answer
from start import command_line, listen, load


def serve(application, listener, patience):
    """Accept one connection after the other, and leave each to a thread of its own."""
    while True:
        connection, _ = listener.accept()
        threading.Thread(
            target=answer, args=(connection, application, patience), kwargs={"multithread": True}, daemon=True
        ).start()


if __name__ == "__main__":
    command = command_line(__doc__).parse_args()
    serve(load(command.application), listen(command.port), command.patience)
