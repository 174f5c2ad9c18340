"""Asks the provider again, while a session lasts, who someone is and which role they have.

An identity token says what was true at sign-in. Where Streamlit is told to hand over the access
token (`expose_tokens = ["access"]` in [auth]), the provider's answer of some minutes ago at most
counts instead, so that a role taken away there ends the session here.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scorecard.access.settings import Provider

_PATIENCE = 5.0
_MOST = 2_000
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Answer:
    """What the provider said at a moment of the monotonic clock; no claims: it refused."""

    at: float
    claims: Mapping[str, Any] | None


_answers: dict[str, _Answer] = {}
_endpoints: dict[str, str] = {}
_lock = threading.Lock()


def claims(provider: Provider, token: str, subject: str, minutes: int) -> Mapping[str, Any] | None:
    """What the provider says of the bearer of the token now; none where it no longer vouches.

    Asked at most once in so many minutes for a token. A provider that does not answer changes
    nothing before the token ends: a board must not be locked out by a network at fault.
    """
    key = hashlib.sha256(f"{provider.name}\0{token}".encode()).hexdigest()
    now = time.monotonic()
    with _lock:
        known = _answers.get(key)
    if known and now - known.at < minutes * 60:
        return known.claims
    import httpx  # Takes long to load, and is needed only where somebody signed in.

    try:
        found = _ask(provider, token, subject)
    except (httpx.HTTPError, ValueError, KeyError) as error:
        _log.warning("the provider %s does not answer: %s", provider.name, type(error).__name__)
        # Not at each click: a provider at fault answers late, and every visitor would wait.
        found = known.claims if known else {}
    with _lock:
        if len(_answers) >= _MOST:
            _answers.clear()
        _answers[key] = _Answer(now, found)
    return found


def _ask(provider: Provider, token: str, subject: str) -> Mapping[str, Any] | None:
    import httpx

    with httpx.Client(timeout=_PATIENCE) as client:
        if provider.metadata not in _endpoints:
            metadata = client.get(provider.metadata).raise_for_status().json()
            _endpoints[provider.metadata] = str(metadata["userinfo_endpoint"])
        response = client.get(
            _endpoints[provider.metadata], headers={"Authorization": f"Bearer {token}"}
        )
    if response.status_code in (400, 401, 403):
        return None
    found = response.raise_for_status().json()
    # The answer about another person than the one who signed in is no answer.
    return found if isinstance(found, dict) and found.get("sub") == subject else None
