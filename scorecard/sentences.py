"""Whole sentences with what changes in them named, so that each can be put into other words."""

from __future__ import annotations


def say(message: str, /, **values: object) -> str:
    """A message; `values` fill what is named in it."""
    return message.format(**values) if values else message


def say_n(one: str, many: str, number: float, /, **values: object) -> str:
    """A message for one or for several."""
    return (one if number == 1 else many).format(**values)


def to_say(message: str) -> str:
    """Marks a message that is said later."""
    return message
