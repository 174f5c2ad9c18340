"""The finding of each exhibit in one sentence, made from its numbers; plain text."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence

from scorecard import wording
from scorecard.catalogue import Kpi
from scorecard.exhibits.brand import Event, Month
from scorecard.exhibits.capacity import Expiry, Pathway
from scorecard.exhibits.compliance import Grid, Quarter
from scorecard.exhibits.membership import Move, Seat
from scorecard.exhibits.strands import Strands
from scorecard.readings import Breakdown, Group

_ONE = {"company": "company", "civil_society": "civil society", "government": "government"}


def quantity(count: float, one: str, many: str | None = None) -> str:
    """A count with its noun: 1 company, 3 companies."""
    return f"{wording.plain(count)} {one if count == 1 else many or one + 's'}"


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def pathway(found: Pathway) -> str:
    now = found.now
    text = (
        f"{quantity(now['certified'], 'company', 'companies')} certified, "
        f"{wording.plain(now['transitional'])} on the way as transitional members, "
        f"{wording.plain(now['affiliate'])} affiliated"
    )
    if now["lapsed"]:
        text += f"; {wording.plain(now['lapsed'])} full members without a valid certificate"
    return text


def expiring(found: Sequence[Expiry]) -> str:
    if not found:
        return "No certified company loses its certificate within twelve months"
    first = found[0]
    verb = "loses its certificate" if len(found) == 1 else "lose their certificates"
    return (
        f"{quantity(len(found), 'certified company', 'certified companies')} {verb} within "
        f"twelve months unless renewed, the first on {wording.date(first.expires_on)}"
    )


def sections(kpi: Kpi, grid: Grid) -> str:
    """The section in which the fewest indicators are met, and the one with the most."""
    whole = grid.columns[-1] if grid.columns else ""
    known = [
        (cell.value, row)
        for row in grid.rows
        if (cell := grid.cells.get((row, whole))) and cell.value is not None
    ]
    if not known:
        return "No self-assessment has been answered yet"
    (low, worst), (high, best) = min(known), max(known)
    if worst == best:
        return f"{worst}: {wording.number(kpi, low)} of indicators met"
    return (
        f"Companies meet least under {worst} ({wording.number(kpi, low)}), "
        f"most under {best} ({wording.number(kpi, high)})"
    )


def reviews(found: Sequence[Quarter]) -> str:
    last = sum(quarter.missions for quarter in found[-4:])
    before = sum(quarter.missions for quarter in found[-8:-4])
    text = f"{quantity(last, 'field review')} in the last four quarters"
    if len(found) < 8:
        return text
    return f"{text}, {_compared(last, before)} in the four before"


def strands(found: Strands, names: Mapping[str, str], what: str) -> str:
    """The total at the last date, and the kind that makes most of it."""
    last = [(strand.values[-1] or 0.0, strand.name) for strand in found.strands]
    total = sum(value for value, _ in last)
    if not total:
        return f"No {what}"
    value, most = max(last, key=lambda pair: pair[0])
    name = wording.lower(names.get(most, most))
    if value == total:
        return f"{wording.plain(total)} {what}, all {name}"
    return f"{wording.plain(total)} {what}; {wording.plain(value)} of them {name}"


def members(found: Strands, names: Mapping[str, str]) -> str:
    """Members of each pillar now, and the change since the first date shown."""
    parts, change = [], 0.0
    for strand in found.strands:
        known = [value for value in strand.values if value is not None]
        if known:
            parts.append(f"{wording.plain(known[-1])} {names.get(strand.name, strand.name)}")
            change += known[-1] - known[0]
    if not parts:
        return "No members are known"
    since = found.dates[0].year
    verb = "more" if change >= 0 else "fewer"
    tail = "as many as" if change == 0 else f"{wording.plain(abs(change))} {verb} than"
    return f"{wording.listed(parts)}: {tail} at the beginning of {since}"


def moves(found: Sequence[Move], start: dt.date) -> str:
    count = Counter(move.move for move in found)
    if not found:
        return f"Nobody joined or left since {wording.date(start)}"
    joined = f"{wording.plain(count['joined'])} joined" if count["joined"] else "Nobody joined"
    left = f"{wording.plain(count['left'])} left" if count["left"] else "nobody left"
    return f"{joined} and {left} since {wording.date(start)}"


def seats(found: Sequence[Seat]) -> str:
    if not found:
        return "The board has no seats in this selection"
    vacant = [seat for seat in found if seat.holder is None]
    if not vacant:
        return f"All {wording.in_words(len(found))} board seats shown are filled"
    by_pillar = Counter(seat.pillar for seat in vacant)
    pillars = [
        f"{wording.in_words(n)} {_ONE.get(pillar, pillar)}" for pillar, n in by_pillar.items()
    ]
    noun = "seat is" if len(vacant) == 1 else "seats are"
    return capital(f"{wording.listed(pillars)} {noun} vacant of {wording.in_words(len(found))}")


def groups(kpi: Kpi, found: Breakdown, names: Mapping[str | None, str]) -> str:
    """The greatest group, or the two ends of a share."""
    known = [group for group in found.groups if group.value is not None]
    if not known:
        return f"{kpi.title}: nothing to show here"
    ordered = sorted(known, key=lambda group: -(group.value or 0))
    top = ordered[0]
    if kpi.aggregate == "ratio" and len(ordered) > 1:
        last = ordered[-1]
        return (
            f"{kpi.title}: from {_share(kpi, last)} in {_name(last, names)} "
            f"to {_share(kpi, top)} in {_name(top, names)}"
        )
    total = sum(group.value or 0 for group in known)
    if kpi.aggregate == "ratio" or not total:
        return f"{kpi.title}: {_share(kpi, top)} in {_name(top, names)}"
    text = f"{_name(top, names)}: {_share(kpi, top)} of {wording.plain(total)} {kpi.unit}"
    is_alone = len(ordered) == 1 or (ordered[1].value or 0) < (top.value or 0)
    return f"{text}, more than any other" if is_alone and len(ordered) > 1 else text


def reached(kpi: Kpi, found: Breakdown) -> str:
    """In how many groups there is anything at all."""
    some = [group for group in found.groups if group.value]
    total = sum(group.value or 0 for group in some)
    return (
        f"{capital(f'{wording.plain(total)} {kpi.unit}')} in "
        f"{quantity(len(some), 'country', 'countries')}"
    )


def visits(found: Sequence[Month]) -> str:
    """The last twelve months beside the twelve before."""
    known = [month.visits or 0 for month in found]
    last, before = sum(known[-12:]), sum(known[-24:-12])
    text = f"{wording.plain(last)} visits in the last twelve months"
    if len(known) < 24 or not before:
        return text
    change = (last - before) / before
    verb = "more" if change >= 0 else "fewer"
    share = f"{wording.plain(abs(change) * 100)}{wording.NARROW}%"
    return f"{text}, {share} {verb} than in the twelve before"


def events(found: Sequence[Event]) -> str:
    if not found:
        return "No events in the last twelve months"
    total = sum(event.participants for event in found)
    most = max(found, key=lambda event: event.participants)
    return (
        f"{quantity(len(found), 'event')} with {quantity(total, 'participant')}; most came to "
        f"{most.title} ({wording.plain(most.participants)})"
    )


def _compared(now: float, before: float) -> str:
    if now == before:
        return "as many as"
    difference = wording.plain(abs(now - before))
    return f"{difference} {'more' if now > before else 'fewer'} than"


def _share(kpi: Kpi, group: Group) -> str:
    return wording.share(kpi, group.value, group.numerator, group.denominator, group.n)


def _name(group: Group, names: Mapping[str | None, str]) -> str:
    return names.get(group.group, group.group or "none")
