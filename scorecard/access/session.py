"""The visitor of this run of the script: who they are now, or why they may not come in.

Asked anew at every run, since a session may end, a link be withdrawn and a role be taken away
while a page is open. Nothing here is cached beyond what the provider was asked minutes ago.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st

from scorecard.access import recheck, roles
from scorecard.access.settings import Settings, load
from scorecard.languages import say, to_say
from scorecard.refusal import Refusal
from scorecard.roles import ROLES
from scorecard.serving.start import is_direct, is_loopback
from scorecard.visitor import Visitor

VARIABLE = "SCORECARD_ROLE"
LINK = "link"
"""The parameter of the address that holds the token of a share link."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Turned:
    """Someone who may not come in. `said` is why, in words for them; `name` if it is known."""

    why: Literal["sign_in", "ended", "no_role", "link", "closed", "faulty"]
    said: str
    name: str = ""


@dataclass(frozen=True)
class Witness:
    """What a visitor brought, by which to judge at any later moment whether they may still be in.

    A file is made after the run that drew its button, when nothing of the visit is at hand.
    """

    link: str | None
    claims: Mapping[str, Any]
    token: str
    is_here: bool

    def judge(self) -> Visitor | Turned:
        """Who it is now. A link makes a guest of anyone, so its maker sees what a guest sees."""
        try:
            settings = load()
        except Refusal as refusal:
            _log.error("nobody can come in: %s", refusal)
            return Turned(
                "faulty", to_say("The settings of this dashboard are at fault; it stays closed.")
            )
        if self.link is not None:
            return _by_link(self.link, settings)
        if settings.providers:
            return _signed_in(self, settings)
        if settings.open:
            return Visitor(settings.open, "anyone", "open")
        return _at_the_machine(self)


def witness() -> Witness:
    """What the visitor of this run brought."""
    claims: dict[str, Any] = dict(st.user)
    tokens = claims.pop("tokens", None)
    return Witness(
        link=st.query_params.get(LINK),
        claims=claims,
        token=tokens.to_dict().get("access", "") if tokens is not None else "",
        is_here=_is_here(),
    )


def arrive() -> Visitor | Turned:
    """Who looks in this run."""
    return witness().judge()


def _at_the_machine(witness: Witness) -> Visitor | Turned:
    if witness.is_here:
        wanted = os.environ.get(VARIABLE)
        role = next((role for role in ROLES if role == wanted), "guest" if wanted else "executive")
        return Visitor(role, "this machine", "machine")
    return Turned("closed", to_say("This dashboard is not set up for visitors from elsewhere yet."))


def ends_at(settings: Settings) -> dt.datetime | None:
    """When the session of who is signed in ends: with its token, or at the age allowed."""
    return _end(dict(st.user), settings)


def _end(claims: Mapping[str, Any], settings: Settings) -> dt.datetime | None:
    moments = [_moment(claims.get("exp"))]
    began = _moment(claims.get("iat"))
    if began:
        moments.append(began + dt.timedelta(minutes=settings.max_age_minutes))
    return min((moment for moment in moments if moment), default=None)


def fingerprint() -> str:
    """Names this sign-in without telling anything of its token."""
    claims = dict(st.user)
    text = "\0".join(str(claims.get(key, "")) for key in ("iss", "sub", "iat"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _by_link(token: str, settings: Settings) -> Visitor | Turned:
    from scorecard.state import keys, links, store  # Without a link, nobody waits for the database.

    try:
        known = keys.link_keys(settings.link_keys)
    except Refusal as refusal:
        return _unanswered(refusal)
    try:
        id = links.read(token, known)
    except Refusal:
        return Turned(
            "link",
            to_say("This is no link of ours; please check that the whole address was copied."),
        )
    try:
        link = links.find(store.shared(), id)
    except Refusal as refusal:
        return _unanswered(refusal)
    if link is None:
        return Turned("link", to_say("This link is not known here."))
    return Visitor("guest", link.recipient, "link", link)


def _unanswered(refusal: Refusal) -> Turned:
    """What is wrong with keys or database names places of ours, and so is for the log alone."""
    _log.error("links cannot be opened: %s", refusal)
    return Turned(
        "faulty", to_say("Links cannot be opened just now. Please try again in a few minutes.")
    )


def _signed_in(witness: Witness, settings: Settings) -> Visitor | Turned:
    claims = witness.claims
    if not claims.get("is_logged_in"):
        return Turned("sign_in", to_say("Sign in to see where the plan stands."))
    name = roles.name(claims, settings)
    end = _end(claims, settings)
    if end is None or end <= dt.datetime.now(dt.UTC):
        return Turned("ended", to_say("Your session has ended. Sign in again to go on."), name)
    provider = settings.provider(str(claims.get("provider", "")))
    if provider is None:
        return Turned(
            "ended", to_say("The way you signed in is no longer in use. Sign in again."), name
        )
    if witness.token and settings.recheck_minutes:
        now = recheck.claims(
            provider, witness.token, str(claims.get("sub", "")), settings.recheck_minutes
        )
        if now is None:
            return Turned("ended", to_say("Your session has ended. Sign in again to go on."), name)
        if now:
            claims = {**{k: claims[k] for k in ("sub", "provider") if k in claims}, **now}
            claims["provider"] = provider.name
    role = roles.of(claims, settings)
    if role is None:
        return Turned(
            "no_role", say("You are signed in as {name}, who has no access here.", name=name), name
        )
    return Visitor(role, name, "sign-in")


def _is_here() -> bool:
    """Whether the request comes from this very machine, and not through a proxy on it."""
    headers = st.context.headers.to_dict()
    # A run without any request is a test of the script; a browser always sends headers.
    return not headers or (
        is_loopback(str(st.get_option("server.address") or "")) and is_direct(headers)
    )


def _moment(seconds: object) -> dt.datetime | None:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    return dt.datetime.fromtimestamp(seconds, dt.UTC)
