"""What the server writes down: one JSON object a line on stderr, without a secret.

SCORECARD_LOG is the level of our own lines (debug, info, warning, error); of Streamlit and the
server only warnings and errors are written.
"""

from __future__ import annotations

import logging
import os
import re
import sys

import streamlit.logger
from pythonjsonlogger.json import JsonFormatter

from scorecard.serving import metrics

VARIABLE = "SCORECARD_LOG"
_AUDIT = "scorecard.state.audit"
"""The logger of the audit trail, which is loaded when the server listens already."""
_LEVELS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}
_FOREIGN = ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi", "websockets")
_SECRETS = (
    "access_token", "client_secret", "code", "code_verifier", "cookie_secret", "id_token",
    "id_token_hint", "link", "link_keys", "password", "provider", "refresh_token",
    "session_state", "state", "token",
)  # fmt: skip
_NAMED = "|".join(_SECRETS)
_HIDDEN = (
    # In an address, as it is and as part of another one.
    (re.compile(rf"(?i)\b({_NAMED})=[^&\s\"'\\<>]+"), r"\1=***"),
    (re.compile(rf"(?i)({_NAMED})%3d((?!%26)[^&\s\"'\\<>])+"), r"\1%3D***"),
    # In the text of a mapping, as a foreign error may repeat it; quotes may be escaped.
    (re.compile(rf"(?i)({_NAMED})(\\*[\"']? ?[:=] ?\\*[\"'])[^\"'\\]+"), r"\1\2***"),
    (re.compile(r"eyJ[\w-]{8,}\.[\w-]+(\.[\w-]+)?"), "***"),
    (re.compile(r"(://[^\s:/@\"']+:)[^\s/@\"']+@"), r"\1***@"),
    (re.compile(r"(?i)\b(bearer|basic) [\w+/=.~-]{8,}"), r"\1 ***"),
)
_log = logging.getLogger(__name__)


class Formatter(JsonFormatter):
    """One line a record; tokens, codes and passwords are struck out wherever they stand."""

    def __init__(self) -> None:
        super().__init__(
            ["levelname", "name", "message"],
            rename_fields={"levelname": "level", "name": "logger", "exc_info": "error"},
            timestamp="time",
        )

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))


def without_secrets(line: str) -> str:
    for pattern, instead in _HIDDEN:
        line = pattern.sub(instead, line)
    return line


def configure() -> None:
    """Sends everything that anyone logs in this process through our one handler."""
    wanted = os.environ.get(VARIABLE, "info").strip().lower()
    level = _LEVELS.get(wanted, logging.INFO)

    def is_wanted(record: logging.LogRecord) -> bool:
        is_own = record.name.partition(".")[0] == "scorecard"
        return record.levelno >= (level if is_own else max(level, logging.WARNING))

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Formatter())
    handler.addFilter(is_wanted)
    logging.captureWarnings(True)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    # What is counted must come as far as the handler, which decides what is written.
    logging.getLogger("scorecard").setLevel(min(level, logging.INFO))
    count_events()
    # Streamlit gives each of its loggers a handler of its own, some when first used.
    streamlit.logger.setup_formatter = _hand_on
    streamlit.logger.update_formatter()
    for name in _FOREIGN:
        _hand_on(logging.getLogger(name))
    if wanted not in _LEVELS:
        _log.warning("%s must be one of %s", VARIABLE, ", ".join(_LEVELS))


def count_events() -> None:
    """Counts what goes into the audit trail, from the line that it writes without a name."""
    logging.getLogger(_AUDIT).addFilter(_counted)


def _counted(record: logging.LogRecord) -> bool:
    from scorecard.state import audit  # It is loaded, as it writes this line.

    event = getattr(record, "event", None)
    if event in audit.EVENTS:
        metrics.event(event)
    return True


def _hand_on(logger: logging.Logger) -> None:
    logger.handlers = []
    logger.propagate = True
