"""A master that keeps so many workers: TTIN and TTOU change the number, a worker ends by signal or status."""

import os
import signal
import sys

wanted, workers = int(sys.argv[1]), []
SIGNALS = [signal.SIGCHLD, signal.SIGTTIN, signal.SIGTTOU, signal.SIGTERM]


def work() -> None:
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGUSR1, lambda *_: os._exit(3))
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    while True:
        signal.pause()


signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
while True:
    while len(workers) < wanted:
        pid = os.fork()
        if not pid:
            work()
        workers.append(pid)
        os.write(2, f"forked {pid}\n".encode())
    match signal.sigwait(SIGNALS):
        case signal.SIGTTIN:
            wanted += 1
        case signal.SIGTTOU:
            wanted -= 1
            os.kill(workers[0], signal.SIGKILL)
        case signal.SIGTERM:
            break
    while workers:
        pid, _ = os.waitpid(-1, os.WNOHANG)
        if not pid:
            break
        workers.remove(pid)
for pid in workers:
    os.kill(pid, signal.SIGKILL)
