"""Gunicorn in a container: settings that are the same wherever it runs."""

wsgi_app = "shop:app"
bind = "0.0.0.0:8000"  # Of the container's own network: what reaches it from outside, Compose says.
workers = 2
worker_tmp_dir = "/dev/shm"  # Heartbeats are written here: memory, as the file system is read-only.
control_socket_disable = True
accesslog = "-"
graceful_timeout = 8  # `docker stop` kills after ten seconds, unless stop_grace_period says otherwise.
