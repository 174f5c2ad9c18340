"""Share links: one view, for a named person, until a day, and withdrawn whenever it is wished.

Nothing is changed: a revocation and an opening are rows of their own. The address holds the id
alone, signed, so that what a link shows and until when stays with us. Making and withdrawing a
link are kept together with their row of the audit trail, or not at all.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import secrets
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlencode

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import Connection, Row, Select, func, insert, select
from sqlalchemy.exc import IntegrityError

from scorecard import wording
from scorecard.languages import say
from scorecard.refusal import Refusal, nearest
from scorecard.state import audit
from scorecard.state.columns import name, now
from scorecard.state.store import Store
from scorecard.state.tables import link_openings, link_revocations
from scorecard.state.tables import links as table

PARAMETERS = ("as_of", "compare", "region", "pillar", "kpi", "by", "status", "lang")
"""What of an address a link may fix."""
LONGEST_RECIPIENT = 120
MOST_DAYS = 366

State = Literal["open", "expired", "withdrawn"]

_LONGEST_VALUE, _MOST_VALUES = 200, 60
_LONGEST_TOKEN = 300
_SALT = "scorecard.share-link"
_ID = re.compile(r"[0-9a-f]{16}")
_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
"""Cannot be seen, and names in Persian or Hindi need them."""


@dataclass(frozen=True)
class Draft:
    """A link to be made. `snapshot` freezes the figures; none shows those of the day it is opened.

    `parameters` are those of the address, name -> values.
    """

    recipient: str
    page: str
    parameters: Mapping[str, tuple[str, ...]] = field(hash=False)
    snapshot: str | None
    made_by: str
    expires_at: dt.datetime


@dataclass(frozen=True)
class Link:
    """A link and what became of it. Times are in UTC."""

    id: str
    recipient: str
    page: str
    parameters: Mapping[str, tuple[str, ...]] = field(hash=False)
    snapshot: str | None
    made_by: str
    made_at: dt.datetime
    expires_at: dt.datetime
    revoked_at: dt.datetime | None
    revoked_by: str | None
    opened: int
    last_opened: dt.datetime | None

    def state(self, at: dt.datetime) -> State:
        if self.revoked_at is not None:
            return "withdrawn"
        return "expired" if at >= self.expires_at else "open"


def make(store: Store, draft: Draft, pages: Collection[str] = ()) -> Link:
    """Makes a link; refuses what is not whole. `pages`: those that may be shared, where known."""
    recipient, parameters = _checked(draft, pages)
    values = {
        "id": secrets.token_hex(8),
        "recipient": recipient,
        "page": draft.page,
        "parameters": json.dumps(parameters, ensure_ascii=False),
        "snapshot": draft.snapshot,
        "made_by": draft.made_by,
        "made_at": now(),
        "expires_at": draft.expires_at,
    }
    subject = {
        "link": str(values["id"]),
        "recipient": recipient,
        "page": draft.page,
        "selection": urlencode(parameters, doseq=True),
        "figures": draft.snapshot or "live",
        "expires": draft.expires_at.astimezone(dt.UTC).isoformat(timespec="seconds"),
    }
    with store.writing() as connection:
        audit.append(connection, "link_made", draft.made_by, "executive", subject)
        connection.execute(insert(table).values(**values))
        return _one(connection, str(values["id"]))


def find(store: Store, id: str) -> Link | None:
    """The link of an id, or none."""
    with store.reading() as connection:
        row = connection.execute(_query().where(table.c.id == id)).first()
        return _link(row) if row else None


def made(store: Store) -> tuple[Link, ...]:
    """All links, the newest first."""
    with store.reading() as connection:
        query = _query().order_by(table.c.made_at.desc(), table.c.id)
        return tuple(_link(row) for row in connection.execute(query))


def revoke(store: Store, id: str, by: str) -> Link:
    """Withdraws a link for good. One that was withdrawn before stays as it is."""
    name("who withdraws", by)
    with store.writing() as connection:
        # First, so that of two who withdraw at once the second sees the first.
        audit.lock(connection)
        link = _one(connection, id)
        if link.revoked_at is None:
            subject = {"link": link.id, "recipient": link.recipient, "page": link.page}
            audit.append(connection, "link_revoked", by, "executive", subject)
            connection.execute(insert(link_revocations).values(link=id, by=by, at=now()))
        return _one(connection, id)


def note_opening(store: Store, id: str) -> None:
    """Counts one opening."""
    with store.writing() as connection:
        try:
            connection.execute(insert(link_openings).values(link=id, at=now()))
        except IntegrityError as error:
            raise Refusal("there is no such link") from error


def token(link: Link, keys: Sequence[str]) -> str:
    """What stands in the address, signed by the first key."""
    signed = _serializer(keys).dumps(link.id)
    assert isinstance(signed, str)
    return signed


def read(token: str, keys: Sequence[str]) -> str:
    """The id of a link that one of the keys has signed; refuses anything else alike."""
    refusal = Refusal("this is no link of ours; please check that the whole address was copied")
    if len(token) > _LONGEST_TOKEN:
        raise refusal
    try:
        id = _serializer(keys).loads(token)
    except (BadData, UnicodeError):
        # Not chained: what is wrong with a token helps only who guesses.
        raise refusal from None
    if not isinstance(id, str) or not _ID.fullmatch(id):
        raise refusal
    return id


def problem(link: Link, page: str, now: dt.datetime) -> str | None:
    """Why a link does not open a page at a moment, as a sentence; none where it does.

    The sentence holds names as typed.
    """
    ask = say("Please ask {name} for a new one.", name=link.made_by)
    match link.state(now):
        case "withdrawn":
            return say("This link has been withdrawn.") + f" {ask}"
        case "expired":
            day = wording.the_day(link.expires_at.date())
            return say("This link expired on {date}.", date=day) + f" {ask}"
    if page != link.page:
        return say("This link was made for another page; please open it as it was sent.")
    return None


def _serializer(keys: Sequence[str]) -> URLSafeSerializer:
    if not keys:
        raise ValueError("no key")
    # The library signs with the last.
    return URLSafeSerializer(
        list(reversed(keys)),
        salt=_SALT,
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )


def _checked(draft: Draft, pages: Collection[str]) -> tuple[str, dict[str, list[str]]]:
    """The name of the recipient and the parameters as they are kept."""
    recipient = draft.recipient.strip()
    if not recipient:
        raise Refusal("a link is for a person; please give a name")
    if len(recipient) > LONGEST_RECIPIENT:
        raise Refusal(
            f"the name has {len(recipient):,} characters; at most {LONGEST_RECIPIENT} are kept"
        )
    if not all(map(_is_printable, recipient)):
        raise Refusal("the name must stand in one line, without characters that cannot be seen")
    name("who makes the link", draft.made_by)
    if pages and draft.page not in pages:
        raise Refusal(f"there is no page {draft.page[:60]!r} to share{nearest(draft.page, pages)}")
    if draft.expires_at <= now():
        raise Refusal("a link must expire in the future")
    if draft.expires_at > now() + dt.timedelta(days=MOST_DAYS):
        raise Refusal(f"a link may be open for at most {MOST_DAYS} days")
    for key, values in draft.parameters.items():
        if key not in PARAMETERS:
            raise Refusal(f"a link cannot fix {key[:60]!r}{nearest(key, PARAMETERS)}")
        if len(values) > _MOST_VALUES:
            raise Refusal(f"a link can fix at most {_MOST_VALUES} values of {key}")
        for value in values:
            if len(value) > _LONGEST_VALUE or not all(map(_is_printable, value)):
                raise Refusal(f"a value of {key} is too long or not in one line")
    return recipient, {key: list(values) for key, values in draft.parameters.items() if values}


def _is_printable(letter: str) -> bool:
    return letter.isprintable() or letter in _JOINERS or unicodedata.category(letter) == "Zs"


def _query() -> Select[Any]:
    """Links with their revocation, how often each was opened, and when last."""
    of_this = link_openings.c.link == table.c.id
    return select(
        table,
        link_revocations.c.at.label("revoked_at"),
        link_revocations.c.by.label("revoked_by"),
        select(func.count()).where(of_this).scalar_subquery().label("opened"),
        select(func.max(link_openings.c.at)).where(of_this).scalar_subquery().label("last_opened"),
    ).outerjoin(link_revocations, link_revocations.c.link == table.c.id)


def _one(connection: Connection, id: str) -> Link:
    row = connection.execute(_query().where(table.c.id == id)).first()
    if row is None:
        raise Refusal("there is no such link")
    return _link(row)


def _link(row: Row[Any]) -> Link:
    fixed = {key: tuple(values) for key, values in json.loads(row.parameters).items()}
    return Link(**{**row._mapping, "parameters": fixed})
