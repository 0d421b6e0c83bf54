"""One JSON object for each line of the log, for machines that collect them."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime

# Addresses that end in a secret: it stays out of the logs.
_SECRET = re.compile(r"(/invitations/|/accounts/password/reset/key/)[^\s?\"']+")
_KNOWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def masked(text: str) -> str:
    """Return a text with the secrets of addresses left out."""
    return _SECRET.sub(r"\1…", text)


class JsonFormatter(logging.Formatter):
    """Formats a record with its extra fields; never the body of a request, a password or a token."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": masked(record.getMessage()),
        }
        line |= {
            name: value
            for name, value in vars(record).items()
            if name not in _KNOWN and name not in {"request", "server_time", "status_code"}
        }
        if record.exc_info:
            line["exception"] = masked(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)
