"""Whether the server may start at all, and what comes from this very machine."""

from __future__ import annotations

import ipaddress
import os
import sys
from collections.abc import Mapping
from typing import NoReturn
from urllib.parse import urlsplit

from streamlit import config

from scorecard.access import settings
from scorecard.refusal import Refusal

MISCONFIGURED = 78
"""What the process ends with; the same as other servers, so that nobody starts it again."""

_FORWARDED = ("forwarded", "via", "x-real-ip")


def is_loopback(address: str) -> bool:
    """Whether a name or number means this very machine, as `127.0.0.1`, `localhost`, `[::1]`."""
    if address == "localhost":
        return True
    try:
        number = ipaddress.ip_address(address.strip("[]"))
    except ValueError:
        return False
    # A socket that takes both versions of IP writes 127.0.0.1 as ::ffff:127.0.0.1.
    return (getattr(number, "ipv4_mapped", None) or number).is_loopback


def is_direct(headers: Mapping[str, str]) -> bool:
    """Whether a request names this machine as its host and was passed on by no proxy.

    Headers can be forged by who sends them, so this only tells apart what came to a server that
    listens on its own machine alone.
    """
    known = {name.lower(): value for name, value in headers.items()}
    if any(name in _FORWARDED or name.startswith("x-forwarded-") for name in known):
        return False
    return is_loopback(_host(known.get("host", "")))


def may_serve(address: str) -> bool:
    """Whether a server may answer at this address: its own machine, or who may come is settled.

    Asked at each request too, as the address that another server than `streamlit run` listens
    on is known only then.
    """
    if is_loopback(address):
        return True
    known = settings.load()
    return bool(known.providers or known.open)


def check() -> None:
    """Ends the process with one message where the dashboard would be open to nobody knows whom."""
    address = _address()
    try:
        if may_serve(address):
            # A mistake in them shows itself now and not to the first visitor.
            settings.load()
            return
    except Refusal as refusal:
        _end(f"The dashboard does not start, as its settings are at fault: {refusal}.")
    _end(
        f"The dashboard does not start: it would listen on {address} with no sign-in configured, "
        "so anyone could read it. Configure a provider in [auth] of .streamlit/secrets.toml, or "
        'write open = "guest" in [access] there to open it to everyone, or listen on 127.0.0.1 '
        "only."
    )


def _end(message: str) -> NoReturn:
    print(message, file=sys.stderr, flush=True)
    raise SystemExit(MISCONFIGURED)


def _address() -> str:
    """Where the server is about to listen, as far as can be known before it does."""
    if config._server_mode is not None:  # `streamlit run`; it is set later for other servers.
        return config.get_option("server.address") or "0.0.0.0"
    found = os.environ.get("UVICORN_HOST", "127.0.0.1")
    for word, following in zip(sys.argv, [*sys.argv[1:], ""], strict=True):
        if word == "--host":
            found = following
        elif word.startswith("--host="):
            found = word.partition("=")[2]
    return found


def _host(value: str) -> str:
    """The name in a Host header, without the port."""
    try:
        return urlsplit(f"//{value}").hostname or ""
    except ValueError:
        return ""
