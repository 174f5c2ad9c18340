"""The headers that tell a browser what a page of ours may do, and who may frame it."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache

Headers = list[tuple[bytes, bytes]]

_YEAR = 365 * 24 * 60 * 60
_INLINE = re.compile(rb"<script>(.*?)</script>", re.DOTALL)

# Streamlit's styles are written by script as the page grows, so they have no hash. Components
# come as text that becomes a blob of its own; nothing may come from another host or go to one.
_POLICY = (
    "default-src 'self'; script-src 'self'{scripts}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; "
    "worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'self'{framers}"
)
# What is handed out as a file has nothing to run, whoever opens it by its address.
_FILE = b"default-src 'none'; sandbox; frame-ancestors 'none'"
# A share link is copied by a button; no page of ours asks for anything else.
_PERMISSIONS = ", ".join(
    [
        *(
            f"{feature}=()"
            for feature in (
                "accelerometer", "autoplay", "bluetooth", "camera", "clipboard-read",
                "display-capture", "encrypted-media", "fullscreen", "geolocation", "gyroscope",
                "hid", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi",
                "payment", "picture-in-picture", "publickey-credentials-get",
                "screen-wake-lock", "serial", "storage-access", "usb", "web-share",
                "xr-spatial-tracking",
            )
        ),
        "clipboard-write=(self)",
    ]
)  # fmt: skip
_ALWAYS = [
    (b"referrer-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
    (b"permissions-policy", _PERMISSIONS.encode()),
    (b"cross-origin-opener-policy", b"same-origin"),
]


def for_page(page: bytes, framers: Iterable[str]) -> Headers:
    """Headers of an HTML page. `framers` are other origins that may frame it."""
    return [*_guard(_scripts(page), tuple(framers)), (b"cache-control", b"no-store")]


def for_file() -> Headers:
    """Headers of a file that is downloaded; it may be confidential, so no cache keeps it."""
    return [
        (b"content-security-policy", _FILE),
        (b"x-frame-options", b"DENY"),
        (b"cache-control", b"private, no-store"),
        *_ALWAYS,
    ]


def for_rest() -> Headers:
    """Headers of all else: scripts, styles, answers to the browser's questions."""
    return _guard("", ())


def for_tls() -> Headers:
    """What is added where the browser came by TLS: it shall never come without."""
    return [(b"strict-transport-security", f"max-age={_YEAR}".encode())]


@lru_cache(maxsize=16)
def _guard(scripts: str, framers: tuple[str, ...]) -> Headers:
    others = "".join(f" {origin}" for origin in framers)
    found = [(b"content-security-policy", _POLICY.format(scripts=scripts, framers=others).encode())]
    if not framers:
        # It knows no list of hosts, so it would shut out those that may.
        found.append((b"x-frame-options", b"SAMEORIGIN"))
    return found + _ALWAYS


@lru_cache(maxsize=16)
def _scripts(page: bytes) -> str:
    """The scripts that stand in the page itself, by their hashes."""
    hashes = [base64.b64encode(hashlib.sha256(text).digest()) for text in _INLINE.findall(page)]
    return " blob:" + "".join(f" 'sha256-{found.decode()}'" for found in hashes)
