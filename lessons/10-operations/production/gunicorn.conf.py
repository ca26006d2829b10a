"""Gunicorn in production, behind an Nginx on the same machine. Each line: what asked for it."""

import os
from pathlib import Path

# Lesson 08: at a unix socket, nobody but Nginx and its group gets around Nginx.
bind = f"unix:{os.environ['RUN']}/web.sock"
umask = 0o007
# Two Gunicorns of one user would take each other's default control socket.
control_socket = f"{os.environ['RUN']}/web.ctl"

# Lesson 06: from the rate and the time of a request, then measured; threads, because most requests wait.
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
# Lesson 06: a heartbeat on a slow disk is a worker that is killed for nothing.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None

# A silent worker, not a slow request, for threads look up every second. Orphans of theirs are gone in one.
timeout = 30
# Longer than the slowest request that shall survive a release, shorter than TimeoutStopSec.
graceful_timeout = 30
# Lesson 08: longer than Nginx keeps a connection, or a POST is lost now and then.
keepalive = 75

# Not a cure for a leak, but a bound on it; the jitter, lest all workers go at once.
max_requests = 10_000
max_requests_jitter = 1_000

# To the journal, or to the supervisor; a line of JSON each, with the request's id.
accesslog = "-"
errorlog = "-"
logger_class = "json_log.JsonLogger"
