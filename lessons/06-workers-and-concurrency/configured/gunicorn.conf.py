"""Gunicorn reads this file because of its name, whenever it is started in this folder."""

import time

workers = 2
max_requests = 1000
max_requests_jitter = 100

SLOW = 0.1  # seconds
began = {}  # in each worker, of the requests under way: when they began


def post_fork(_server, worker):
    """Called in each worker, right after the fork, before it has the application."""
    worker.log.info("worker %d: post_fork, sleep is of %s", worker.age, time.sleep.__module__)


def post_worker_init(worker):
    """Called in each worker, when it has the application: the place to open what must not be shared."""
    worker.log.info("worker %d: post_worker_init, sleep is of %s", worker.age, time.sleep.__module__)


def pre_request(_worker, req):
    """Called before the application."""
    began[id(req)] = time.monotonic()


def post_request(worker, req, _environ, _resp):
    """Called after it, whatever became of the request."""
    took = time.monotonic() - began.pop(id(req))
    if took >= SLOW:
        worker.log.warning("slow: %s", req.path)


def child_exit(server, worker):
    """Called in the master, after a worker has ended."""
    server.log.info("worker %d has left", worker.age)
