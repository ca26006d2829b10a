echo "The database is migrated."
exec gunicorn "mail:build()" --bind "127.0.0.1:$PORT" --threads 4 --no-control-socket
