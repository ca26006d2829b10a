"""A WSGI server that forks before the first request.

python prefork.py "labapp:create_app()" --port 8000 --workers 4

The master listens and looks after its workers; the workers accept and answer. The master obeys
TTIN (one worker more), TTOU (one fewer, never none) and TERM (finish the requests in hand, then end).
"""

import os
import select
import signal
import traceback

from one_at_a_time import answer
from start import command_line, listen, load

HEARD = {signal.SIGCHLD, signal.SIGTTIN, signal.SIGTTOU, signal.SIGTERM, signal.SIGINT, signal.SIGALRM}


def supervise(fork, wanted, grace):
    """Keep `wanted` workers alive until TERM, which leaves them `grace` seconds to finish."""
    workers, leaving = [], []  # pids, the oldest first
    while wanted or leaving:
        while len(workers) < wanted:
            workers.append(fork())
        match signal.sigwait(HEARD):
            case signal.SIGTTIN if wanted:
                wanted += 1
            case signal.SIGTTOU if wanted:
                wanted = max(1, wanted - 1)
            case signal.SIGTERM | signal.SIGINT:
                wanted = 0
                signal.setitimer(signal.ITIMER_REAL, grace)
            case signal.SIGALRM:
                for pid in leaving:
                    os.kill(pid, signal.SIGKILL)
            case signal.SIGCHLD:
                for pid, status in the_dead():
                    print(f"[{pid}] worker ended: {status}", flush=True)
                    workers, leaving = ([p for p in pids if p != pid] for pids in (workers, leaving))
        while len(workers) > wanted:
            leaving.append(workers.pop(0))
            os.kill(leaving[-1], signal.SIGTERM)


def the_dead():
    """Yield pid and exit status of the children that have ended: one CHLD may stand for several."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return  # no child is left
        if not pid:
            return  # those that are left live
        yield pid, os.waitstatus_to_exitcode(status)


def fork_worker(listener, application, patience):
    """Return the pid of a new worker; the worker itself never returns."""
    master = os.getpid()
    if pid := os.fork():
        print(f"[{pid}] worker born", flush=True)
        return pid
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the master passes it on as TERM
        signal.pthread_sigmask(signal.SIG_UNBLOCK, HEARD)
        work(listener, application, patience, master)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(1)


def work(listener, application, patience, master):
    """Race for connections and answer those that were won, as long as the master lives."""
    late = 0
    while os.getppid() == master:
        if not select.select([listener], [], [], 1)[0]:
            continue
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})  # not before the answer is out
        try:
            connection, _ = listener.accept()
        except BlockingIOError:
            late += 1
            print(f"[{os.getpid()}] woken, and too late: {late}", flush=True)
        else:
            answer(connection, application, patience, multiprocess=True)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})


if __name__ == "__main__":
    parser = command_line(__doc__)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--grace", type=float, default=30, help="seconds to finish after TERM")
    command = parser.parse_args()
    application, listener = load(command.application), listen(command.port)
    listener.setblocking(False)  # who comes late must not wait in accept
    signal.pthread_sigmask(signal.SIG_BLOCK, HEARD)  # each waits until sigwait asks for it
    signal.signal(signal.SIGCHLD, lambda *_: None)  # without a handler, not every system keeps a blocked CHLD
    supervise(lambda: fork_worker(listener, application, command.patience), command.workers, command.grace)
