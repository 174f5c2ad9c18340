"""The roles there are. They stand alone, as the server asks for them before figures are loaded."""

from __future__ import annotations

from typing import Literal

Role = Literal["guest", "board", "executive"]
ROLES: tuple[Role, ...] = ("guest", "board", "executive")


def admits(role: Role, lowest: Role) -> bool:
    """Whether a role is at least the lowest that is admitted."""
    return ROLES.index(role) >= ROLES.index(lowest)
