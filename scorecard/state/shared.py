"""What the commands on share links and the audit trail do and answer."""

from __future__ import annotations

import argparse
import datetime as dt
import json
from collections.abc import Mapping
from urllib.parse import urlencode

from scorecard.refusal import Refusal, nearest
from scorecard.state import audit, links, rights
from scorecard.state.columns import now
from scorecard.state.store import Store

Answer = Mapping[str, object]


def links_answer(options: argparse.Namespace, store: Store) -> Answer:
    """The links, after withdrawing one where that was asked."""
    rights.refuse_sharing(options.role)
    found = links.made(store)
    if options.revoke is not None:
        if not options.by.strip():
            raise Refusal("to withdraw a link, say who does it with --by NAME")
        found = (links.revoke(store, options.revoke, options.by),)
    at = now()
    return {
        "links": [
            {
                "id": link.id,
                "recipient": link.recipient,
                "page": link.page,
                "selection": urlencode(link.parameters, doseq=True),
                "figures": link.snapshot or "live",
                "state": link.state(at),
                "made_by": link.made_by,
                "made_at": link.made_at,
                "expires_at": link.expires_at,
                "withdrawn_by": link.revoked_by,
                "withdrawn_at": link.revoked_at,
                "opened": link.opened,
                "last_opened": link.last_opened,
            }
            for link in found
        ]
    }


def audit_answer(options: argparse.Namespace, store: Store) -> Answer:
    """The rows of the trail, or whether its chain is whole."""
    rights.refuse_sharing(options.role)
    if options.verify or options.head:
        return _verdict(options, store)
    if options.event and options.event not in audit.EVENTS:
        raise Refusal(f"there is no event {options.event!r}{nearest(options.event, audit.EVENTS)}")
    since = options.since and dt.datetime.combine(options.since, dt.time(), dt.UTC)
    rows = [
        dict(entry.__dict__) for entry in audit.entries(store, event=options.event, since=since)
    ]
    if options.format == "csv":
        rows = [{**row, "subject": json.dumps(row["subject"], sort_keys=True)} for row in rows]
    return {"entries": rows}


def _verdict(options: argparse.Namespace, store: Store) -> Answer:
    if options.format == "csv":
        raise Refusal("whether the trail is whole is said as a table or as JSON")
    verdict = audit.verify(store, options.head)
    return {
        "whole": verdict.is_whole,
        "rows": verdict.rows,
        "head": verdict.head,
        "broken": verdict.broken,
        "why": verdict.why or None,
    }
