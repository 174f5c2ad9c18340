"""Who looks: the role that decides what is shown, and the name that stands in the audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from scorecard.roles import Role

if TYPE_CHECKING:
    from scorecard.state.links import Link

Way = Literal["machine", "open", "sign-in", "link"]
"""How someone came in: sitting at the machine, to a dashboard open to all, by sign-in, by link."""


@dataclass(frozen=True)
class Visitor:
    """Someone who may come in. `link` is there for who came by one, and locks the view."""

    role: Role
    name: str
    via: Way
    link: Link | None = None

    def is_still(self, came: object, page: str) -> bool:
        """Whether who came now, if anyone was let in, may see of a page what this visitor saw."""
        if not isinstance(came, Visitor) or (came.role, came.via) != (self.role, self.via):
            return False
        if came.link is None or self.link is None:
            return came.link is self.link
        from scorecard.state.columns import now  # Without a link, nobody waits for the database.
        from scorecard.state.links import problem

        # Another link that is open must not keep what a withdrawn one showed.
        return came.link.id == self.link.id and problem(came.link, page, now()) is None
