"""What the commands on the written state do and answer."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from scorecard import readings
from scorecard.plan import Plan
from scorecard.refusal import Refusal
from scorecard.snapshot import Snapshot
from scorecard.state import commentary, followup, items, library, rights, sheets
from scorecard.state.store import Store

Answer = Mapping[str, object]


def meeting(plan: Plan, date: dt.date) -> dt.date:
    """A day on which the board or the Assembly meets; refuses another, naming the nearest."""
    days = {m.date for m in plan.meetings if m.kind in readings.COMPARED}
    if date not in days:
        near = min(days, key=lambda day: abs(day - date), default=None)
        known = f"; the nearest meeting is on {near}" if near else ""
        raise Refusal(f"the board does not meet on {date}{known}")
    return date


def of_meeting(options: argparse.Namespace, store: Store, snapshot: Snapshot) -> Answer:
    """The commentary of a meeting, after writing what was given, and what is missing."""
    day = meeting(snapshot.plan, options.meeting)
    kpi = snapshot.plan.kpi(options.kpi).id if options.kpi else None
    if options.set_happened is not None or options.set_planned is not None:
        _write(options, store, day, kpi)
    found = commentary.history(store, day, kpi)
    newest = {entry.kpi: entry for entry in found}
    date = followup.as_of(snapshot, day)
    card = readings.scorecard(snapshot, role=options.role, as_of=date) if date else None
    read = [r for r in card.readings if kpi in (None, r.kpi)] if card else []
    is_writer = rights.may_write(options.role)
    return {
        "meeting": day,
        "as_of": date,
        "entries": found if options.history else tuple(newest.values()),
        "missing": commentary.missing(newest, read),
        "set_aside": commentary.asides(store, day, kpi) if is_writer else (),
    }


def _write(options: argparse.Namespace, store: Store, day: dt.date, kpi: str | None) -> None:
    rights.refuse_writing(options.role)
    if kpi is None:
        raise Refusal("commentary is written for one --kpi")
    there = commentary.newest(store, day, kpi)
    happened, planned = options.set_happened, options.set_planned
    if there and options.seen not in (None, there.revision) and None in (happened, planned):
        raise Refusal(f"revision {options.seen} is not the newest; give both texts")
    saved = commentary.save(
        store,
        commentary.Draft(
            day,
            kpi,
            happened if happened is not None else there.happened if there else "",
            planned if planned is not None else there.planned if there else "",
            options.author,
            options.seen
            if options.seen is not None
            else (there.revision if there else commentary.FIRST),
        ),
    )
    if isinstance(saved, commentary.Conflict):
        theirs = saved.theirs
        raise Refusal(
            f"{theirs.author} wrote revision {theirs.revision} meanwhile; yours is set aside. "
            f"What happened: {theirs.happened} What will be done: {theirs.planned}"
        )


def of_kind(
    kind: items.Kind, options: argparse.Namespace, store: Store, snapshot: Snapshot
) -> Answer:
    """The decisions or actions asked for, or the one that was written, and what became of them."""
    plan = snapshot.plan
    kpis = tuple(plan.kpi(name).id for name in options.kpi)
    if options.add is not None or options.change is not None:
        found: tuple[items.Item, ...] = (_write_item(kind, options, store, plan, kpis),)
    else:
        found = items.of_meeting(store, options.meeting, kind)
        found = tuple(i for i in found if not kpis or set(kpis) & set(i.content.kpis))
    return {
        "meeting": options.meeting,
        "items": [
            {**sheets.item_row(i), "overdue": i.is_overdue(snapshot.data_date)} for i in found
        ],
        "movements": [
            _movement_row(item, moved)
            for item in found
            for moved in followup.movements(snapshot, item, options.role)
        ],
    }


def _write_item(
    kind: items.Kind,
    options: argparse.Namespace,
    store: Store,
    plan: Plan,
    kpis: tuple[str, ...],
) -> items.Item:
    rights.refuse_writing(options.role)
    if options.add is not None:
        if options.meeting is None:
            raise Refusal(f"a new {kind} belongs to a --meeting")
        content = items.Content(
            options.add, options.owner or "", options.due, options.done, kpis, options.withdraw
        )
        return items.add(store, kind, meeting(plan, options.meeting), content, options.author)
    there = items.one(store, options.change)
    if there.kind != kind:
        raise Refusal(f"item {there.id} is a {there.kind}, no {kind}")
    given = {
        "text": options.text,
        "owner": options.owner,
        "due_on": options.due,
        "done_on": options.done,
        "kpis": kpis or None,
        "withdrawn": options.withdraw or None,
    }
    wanted = replace(
        there.content, **{key: value for key, value in given.items() if value is not None}
    )
    seen = there.revision if options.seen is None else options.seen
    saved = items.revise(store, there.id, seen, wanted, options.author)
    if isinstance(saved, items.Overtaken):
        raise Refusal(
            f"{saved.theirs.author} wrote revision {saved.theirs.revision} meanwhile: "
            f"{saved.theirs.content.text}"
        )
    return saved.item


def _movement_row(item: items.Item, moved: followup.Movement) -> dict[str, object]:
    before, after = moved.before, moved.after
    return {
        "item": item.id,
        "kpi": moved.kpi,
        "meeting": moved.meeting,
        "later": moved.later,
        "value": before.value if before else None,
        "status": before.status if before else None,
        "value_later": after.value if after else None,
        "status_later": after.status if after else None,
        "change": moved.change,
        "verdict": moved.verdict,
    }


def briefings(options: argparse.Namespace, store: Store) -> Answer:
    """The library."""
    made = library.made(store, options.meeting)
    return {"meeting": options.meeting, "briefings": [sheets.briefing_row(b) for b in made]}


def export(options: argparse.Namespace, store: Store) -> Answer:
    """Writes the CSV files."""
    rights.refuse_writing(options.role)
    try:
        written = sheets.export(store, options.out)
    except OSError as error:
        raise Refusal(f"{options.out} cannot be written: {error.strerror}") from error
    return {"files": [{"file": name, "rows": rows} for name, rows in written.items()]}
