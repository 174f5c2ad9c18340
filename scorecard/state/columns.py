"""How text and time are kept, so that every database gives back exactly what was typed."""

from __future__ import annotations

import datetime as dt
import re

from sqlalchemy import DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator

from scorecard.refusal import Refusal

LONGEST_TEXT = 1000
LONGEST_NAME = 300

_KEPT = str.maketrans({"\\": "\\\\", "\0": "\\0"})
_TYPED = re.compile(r"\\([\\0])")


class Typed(TypeDecorator[str]):
    """Text as it was typed. PostgreSQL refuses NUL, so it stands as `\\0`, a backslash twice."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else value.translate(_KEPT)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return _TYPED.sub(lambda found: "\0" if found[1] == "0" else "\\", value)


class Utc(TypeDecorator[dt.datetime]):
    """A moment in UTC, to the microsecond; SQLite keeps no zone, so none is given to it."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its zone")
        moment = value.astimezone(dt.UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(
        self, value: dt.datetime | None, dialect: Dialect
    ) -> dt.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


def text(what: str, typed: str, *, longest: int = LONGEST_TEXT, required: bool = False) -> str:
    """The text as typed, where it may be kept; refuses what is too long, absent or no text."""
    if len(typed) > longest:
        raise Refusal(f"{what} has {len(typed):,} characters; at most {longest:,} are kept")
    if required and not typed.strip():
        raise Refusal(f"{what} is empty")
    try:
        typed.encode("utf-8")
    except UnicodeEncodeError as error:
        raise Refusal(f"{what} holds half a character and is no text") from error
    return typed


def name(what: str, typed: str, *, required: bool = True) -> str:
    """The name of a person or office, as typed."""
    return text(what, typed, longest=LONGEST_NAME, required=required)


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
