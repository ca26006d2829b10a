"""Gunicorn's access log and an application's own log, as lines of JSON that share the request's id."""

import json
import logging
from datetime import UTC, datetime

from flask import has_request_context, request
from gunicorn.glogging import Logger


class JsonLogger(Logger):
    """Writes a line for each answer; what a visitor sends stands in it as data, whatever it is."""

    def access(self, resp, _, environ, request_time):
        """Write the line of one answer."""
        line = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "from": "gunicorn",
            "id": environ.get("HTTP_X_REQUEST_ID", "-"),
            "client": environ.get("HTTP_X_FORWARDED_FOR") or environ.get("REMOTE_ADDR"),
            "method": environ["REQUEST_METHOD"],
            "path": environ["RAW_URI"],
            "status": int(resp.status.split()[0]),
            "bytes": resp.sent,
            "ms": round(request_time.total_seconds() * 1000),
            "agent": environ.get("HTTP_USER_AGENT", "-"),
        }
        self.access_log.info(json.dumps(line))


class JsonLines(logging.Formatter):
    """An application's lines: each with the id of the request during which it was written."""

    def format(self, record):
        """Return the line."""
        line = {"from": "application", "level": record.levelname, "says": record.getMessage()}
        if has_request_context():
            line["id"] = request.headers.get("X-Request-ID", "-")
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line)
