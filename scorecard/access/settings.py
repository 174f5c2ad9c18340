"""Who may come in, as the administrator wrote it: `[access]` beside Streamlit's own `[auth]`.

Read from the secrets files that Streamlit reads, and again when one changes, so that taking an
address off a list takes effect at the next click and needs no restart.

    [access]
    roles_claim = "roles"          # the claim of the identity token that names the role
    max_age_minutes = 480          # a session ends at this age, or with its token if sooner
    recheck_minutes = 5            # how often the provider is asked whether the role still holds
    address = "https://board.example.org"
    link_keys = ["newest key", "older key"]
    frame_hosts = ["https://www.example.org"]
    open = "guest"                 # everyone comes in, as that role, without sign-in

    [access.board]
    addresses = ["director@example.org"]
    domains = ["members.example.org"]
"""

from __future__ import annotations

import threading
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

from streamlit import config

from scorecard.refusal import Refusal, nearest
from scorecard.roles import ROLES, Role

_PROVIDER_KEYS = ("client_id", "server_metadata_url")
_GIVEN: tuple[Role, ...] = ("board", "executive")


@dataclass(frozen=True)
class People:
    """Addresses and domains of addresses, in lower case."""

    addresses: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Provider:
    """An OpenID Connect provider. `trusts_addresses`: all addresses that it names are its own."""

    name: str
    label: str
    metadata: str
    trusts_addresses: bool = False


@dataclass(frozen=True)
class Settings:
    """Minutes are whole and positive; `recheck_minutes` 0 never asks the provider again."""

    roles_claim: str = "roles"
    max_age_minutes: int = 480
    recheck_minutes: int = 5
    address: str = ""
    link_keys: tuple[str, ...] = ()
    frame_hosts: tuple[str, ...] = ()
    open: Role | None = None
    people: Mapping[Role, People] = field(default_factory=dict)
    providers: tuple[Provider, ...] = ()

    def provider(self, name: str) -> Provider | None:
        return next((known for known in self.providers if known.name == name), None)


def read(*texts: str) -> Settings:
    """The settings in the texts of secrets files; a Refusal names what is wrong in them.

    A table of a later file takes the place of that of an earlier one, as with Streamlit.
    """
    found: dict[str, Any] = {}
    for text in texts:
        try:
            found |= tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            # Its message gives line and column and repeats no value, so no secret gets out.
            raise Refusal(f"the secrets file is not TOML: {error}") from error
    access = dict(_table(found, "access"))
    people = {role: _people(role, access.pop(role)) for role in _GIVEN if role in access}
    shapes: dict[str, Any] = {
        "roles_claim": _word,
        "max_age_minutes": _minutes,
        "recheck_minutes": _minutes,
        "address": _origin,
        "link_keys": _words,
        "frame_hosts": _origins,
        "open": _role,
    }
    known: dict[str, Any] = {}
    for key, value in access.items():
        if key not in shapes:
            raise Refusal(f"[access] has no setting {key!r}{nearest(key, [*shapes, *_GIVEN])}")
        known[key] = shapes[key](key, value)
    if known.get("max_age_minutes") == 0:
        raise Refusal("max_age_minutes in [access] must be at least 1")
    return Settings(people=people, providers=_providers(_table(found, "auth")), **known)


_lock = threading.Lock()
_kept: tuple[tuple[tuple[str, int, int], ...], Settings | Refusal] | None = None


def load() -> Settings:
    """The settings as they are now; a Refusal while the file is wrong, so that nobody gets in."""
    global _kept
    files = [path for path in map(Path, config.get_option("secrets.files")) if path.is_file()]
    stamp = tuple(
        (str(path), stat.st_mtime_ns, stat.st_size) for path in files for stat in (path.stat(),)
    )
    with _lock:
        if _kept is None or _kept[0] != stamp:
            try:
                found: Settings | Refusal = read(*map(_text, files))
            except Refusal as refusal:
                found = refusal
            _kept = (stamp, found)
        settings = _kept[1]
    if isinstance(settings, Refusal):
        raise settings
    return settings


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal("the secrets file cannot be read") from error


def _table(found: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = found.get(name, {})
    if not isinstance(table, dict):
        raise Refusal(f"{name} in the secrets file must be a table, [{name}]")
    return table


def _providers(auth: Mapping[str, Any]) -> tuple[Provider, ...]:
    """The providers that Streamlit knows: one in [auth] itself, or one a table below it."""
    found = []
    if all(key in auth for key in _PROVIDER_KEYS):
        found.append(_provider("default", auth))
    for name, table in auth.items():
        if isinstance(table, dict) and all(key in table for key in _PROVIDER_KEYS):
            found.append(_provider(name, table))
    return tuple(found)


def _provider(name: str, table: Mapping[str, Any]) -> Provider:
    label = table.get("label") or ("your account" if name == "default" else name.capitalize())
    return Provider(
        name,
        _word("label", label),
        _word("server_metadata_url", table["server_metadata_url"]),
        table.get("trusts_addresses") is True,
    )


def _people(role: str, table: object) -> People:
    if not isinstance(table, dict):
        raise Refusal(f"access.{role} must be a table with addresses and domains")
    for key in table:
        if key not in ("addresses", "domains"):
            raise Refusal(f"[access.{role}] has no setting {key!r}; it has addresses and domains")
    lists = {key: _words(key, words) for key, words in table.items()}
    for word in lists.get("addresses", ()):
        if word.count("@") != 1:
            raise Refusal(f"addresses in [access.{role}] must hold whole addresses")
    for word in lists.get("domains", ()):
        if "@" in word or "." not in word.strip("."):
            raise Refusal(f"domains in [access.{role}] must be written as in example.org")
    return People(
        *(frozenset(w.strip().lower() for w in lists.get(k, ())) for k in ("addresses", "domains"))
    )


def _word(key: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Refusal(f"{key} must be a word in quotes")
    return value.strip()


def _words(key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise Refusal(f"{key} must be a list of words in quotes")
    return tuple(_word(key, word) for word in value)


def _minutes(key: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 43_200:
        raise Refusal(f"{key} must be a whole number of minutes, at most 30 days")
    return value


def _origin(key: str, value: object) -> str:
    word = _word(key, value).rstrip("/")
    parts = urlsplit(word)
    if parts.scheme not in ("http", "https") or not parts.netloc or set(word) & set(" ;,'\"*"):
        raise Refusal(f"{key} must be an address as https://board.example.org")
    return word


def _origins(key: str, value: object) -> tuple[str, ...]:
    return tuple(_origin(key, word) for word in _words(key, value))


def _role(key: str, value: object) -> Role:
    if value not in get_args(Role):
        raise Refusal(f"{key} must be one of {', '.join(ROLES)}")
    return value  # type: ignore[return-value]
