"""The role of someone who signed in, from what the provider says of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scorecard.access.settings import Settings
from scorecard.roles import Role

_GIVEN: tuple[Role, ...] = ("executive", "board")
"""Roles that can be given, the highest first; a guest comes by a link."""


def of(claims: Mapping[str, Any], settings: Settings) -> Role | None:
    """The highest role that the claim or the lists give; none, and so no entry, without one."""
    named = claims.get(settings.roles_claim)
    words = {named} if isinstance(named, str) else set(_texts(named))
    address = known_address(claims, settings)
    domain = address.rpartition("@")[2]
    for role in _GIVEN:
        people = settings.people.get(role)
        listed = people and (address in people.addresses or domain in people.domains)
        if role in words or (address and listed):
            return role
    return None


def known_address(claims: Mapping[str, Any], settings: Settings) -> str:
    """The address, in lower case, where the provider vouches that it is theirs; else empty.

    Anyone may type the director's address into an account of some provider, so an address
    counts only where it was verified, or where the administrator trusts the provider with it.
    """
    address = claims.get("email")
    provider = settings.provider(str(claims.get("provider", "")))
    is_vouched = claims.get("email_verified") is True or (
        provider is not None
        and provider.trusts_addresses
        and claims.get("email_verified") is not False
    )
    if not is_vouched or not isinstance(address, str) or address.count("@") != 1:
        return ""
    return address.strip().lower()


def name(claims: Mapping[str, Any], settings: Settings) -> str:
    """What someone is called on screen and in the audit trail: the address, else the name.

    Who may type it themselves could stand in the trail as somebody else, so that what nobody
    vouches for is given with the number that the provider knows them by.
    """
    vouched = known_address(claims, settings)
    if vouched:
        return vouched[:120]
    found = [
        " ".join(word.split())[:120]
        for key in ("email", "preferred_username", "name", "sub")
        if isinstance(word := claims.get(key), str) and word.strip()
    ]
    if not found:
        return "someone without a name"
    return found[0] if len(found) == 1 else f"{found[0]} (not verified, {found[-1]})"


def _texts(value: object) -> list[str]:
    return [word for word in value if isinstance(word, str)] if isinstance(value, list) else []
