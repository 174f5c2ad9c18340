"""Who reads and who writes commentary, decisions and actions, who publishes, and who shares."""

from __future__ import annotations

from scorecard.confidentiality import Role, admits
from scorecard.languages import say
from scorecard.refusal import Refusal


def may_read(role: Role) -> bool:
    """The board reads what is written for it; a guest sees figures only."""
    return admits(role, "board")


def may_write(role: Role) -> bool:
    return admits(role, "executive")


def refuse_reading(role: Role) -> None:
    if not may_read(role):
        raise Refusal(say("commentary, decisions and actions are for the board only"))


def refuse_writing(role: Role) -> None:
    if not may_write(role):
        raise Refusal(say("only the executive director writes here, and sees what was set aside"))


def refuse_publishing(role: Role) -> None:
    if not may_write(role):
        raise Refusal(say("only the executive director publishes, and sees who did and why"))


def refuse_sharing(role: Role) -> None:
    if not may_write(role):
        raise Refusal(say("only the executive director shares links and reads the audit trail"))
