"""The finding of each exhibit in one sentence, made from its numbers; plain text."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from scorecard import plurals, wording
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
        f"{wording.plain(now['transitional'])} on the way as "
        f"{plurals.noun('transitional members', now['transitional'])}, "
        f"{wording.plain(now['affiliate'])} affiliated"
    )
    if now["lapsed"]:
        text += f"; {quantity(now['lapsed'], 'full member')} without a valid certificate"
    return text


def expiring(found: Sequence[Expiry]) -> str:
    if not found:
        return "No certified company loses its certificate within twelve months"
    first = wording.date(found[0].expires_on)
    if len(found) == 1:
        return f"1 certified company loses its certificate on {first} unless it renews"
    return (
        f"{len(found)} certified companies lose their certificates within twelve months unless "
        f"they renew, the first on {first}"
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
    text = f"{wording.plain(total)} {_what(what, total)}"
    if value == total:
        return f"{text}, {'' if total == 1 else 'all '}{name}"
    return f"{text}; {wording.plain(value)} of them {name}"


def _what(what: str, count: float) -> str:
    """`open concern` or `mention in twelve months`: the noun is before any preposition."""
    head, word, rest = what.partition(" in ")
    return plurals.noun(head, count) + word + rest


def members(found: Strands, names: Mapping[str, str]) -> str:
    """Members of each pillar now, and the change since the first date shown."""
    parts, change = [], 0.0
    for strand in found.strands:
        known = [value for value in strand.values if value is not None]
        if known:
            name = names.get(strand.name, strand.name)
            parts.append(f"{wording.plain(known[-1])} {_members(name, known[-1])}")
            change += known[-1] - known[0]
    if not parts:
        return "No members are known"
    since = found.dates[0].year
    verb = "more" if change >= 0 else "fewer"
    tail = "as many as" if change == 0 else f"{wording.plain(abs(change))} {verb} than"
    return f"{wording.listed(parts)}: {tail} at the beginning of {since}"


def _members(name: str, count: float) -> str:
    """The name of a pillar for its count: 1 company, 2 civil society organisations."""
    return plurals.noun(name, count) if name.endswith("s") else name


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
        if len(found) == 1:
            return "The one board seat shown is filled"
        return f"All {wording.in_words(len(found))} board seats shown are filled"
    by_pillar = Counter(seat.pillar for seat in vacant)
    pillars = [
        f"{wording.in_words(n)} {_ONE.get(pillar, pillar)}" for pillar, n in by_pillar.items()
    ]
    noun = "seat is" if len(vacant) == 1 else "seats are"
    return capital(f"{wording.listed(pillars)} {noun} vacant of {wording.in_words(len(found))}")


def groups(
    kpi: Kpi,
    found: Breakdown,
    names: Mapping[str | None, str],
    by: str = "",
    chosen: Sequence[str] = (),
) -> str:
    """The greatest group, or the two ends of a share; where some are chosen, how those stand.

    `by` is the dimension, which tells how a group is called within a sentence.
    """
    known = [group for group in found.groups if group.value is not None]
    if not known:
        return f"{kpi.title}: nothing to show here"
    ordered = sorted(known, key=lambda group: -(group.value or 0))
    picked = [group for group in ordered if group.group in chosen]
    if picked and len(picked) < len(ordered):
        return _of_chosen(kpi, ordered, picked, names)
    top = ordered[0]
    if kpi.aggregate == "ratio" and len(ordered) > 1:
        low, high = _share(kpi, ordered[-1]), _share(kpi, top)
        if low == high:
            return f"{kpi.title}: the same in every {by or 'group'}: {high}"
        return (
            f"{kpi.title}: from {low} in {_inside(ordered[-1], names, by)} "
            f"to {high} in {_inside(top, names, by)}"
        )
    total = sum(group.value or 0 for group in known)
    if kpi.aggregate == "ratio" or not total:
        return f"{kpi.title}: {_share(kpi, top)} in {_inside(top, names, by)}"
    text = f"{_name(top, names)}: {_share(kpi, top)} of {_total(kpi, total)}"
    is_alone = len(ordered) == 1 or (ordered[1].value or 0) < (top.value or 0)
    return f"{text}, more than any other" if is_alone and len(ordered) > 1 else text


def within(
    kpi: Kpi,
    found: Breakdown,
    names: Mapping[str | None, str],
    chosen: Sequence[str],
    where: Sequence[str],
) -> str:
    """`groups` of the chosen countries only: `In Africa, Kenya: 5 of 12 companies`."""
    if not where:
        return groups(kpi, found, names, "country")
    mine = replace(found, groups=tuple(g for g in found.groups if g.group in chosen))
    text = groups(kpi, mine, names, "country")
    if text.startswith(kpi.title):
        text = wording.lower(text)
    return f"In {wording.listed([plurals.place(name) for name in where])}, {text}"


def _of_chosen(
    kpi: Kpi,
    ordered: Sequence[Group],
    picked: Sequence[Group],
    names: Mapping[str | None, str],
    most: int = 3,
) -> str:
    """`Africa: 12 of 48 companies, second of six`; of several their sum, or each share."""
    whole = wording.in_words(len(ordered))
    if kpi.aggregate == "ratio":
        parts = [
            f"{_name(group, names)}: {_share(kpi, group)}, {_rank(kpi, ordered, group)} of {whole}"
            for group in picked[:most]
        ]
        if len(picked) > most:
            parts.append(f"{wording.in_words(len(picked) - most)} more are selected")
        return "; ".join(parts)
    total = _total(kpi, sum(group.value or 0 for group in ordered))
    count = wording.plain(sum(group.value or 0 for group in picked))
    if len(picked) == 1:
        place = _rank(kpi, ordered, picked[0])
        return f"{_name(picked[0], names)}: {count} of {total}, {place} of {whole}"
    if len(picked) <= most:
        called = wording.listed([_name(group, names) for group in picked])
        return f"{called}: {count} of {total} together"
    return f"{capital(wording.in_words(len(picked)))} of {whole} selected: {count} of {total}"


def _rank(kpi: Kpi, ordered: Sequence[Group], group: Group) -> str:
    """The place of a group among all; where less is better, it says that the highest is first."""
    place = plurals.ordinal(1 + sum((g.value or 0) > (group.value or 0) for g in ordered))
    if kpi.direction == "up":
        return place
    return "highest" if place == "first" else f"{place} highest"


def _total(kpi: Kpi, total: float) -> str:
    return f"{wording.plain(total)} {plurals.noun(kpi.unit, total)}"


def reached(
    kpi: Kpi, found: Breakdown, chosen: Sequence[str] | None = None, where: Sequence[str] = ()
) -> str:
    """In how many groups there is anything at all; of the `chosen` ones, which are in `where`."""
    some = [
        group for group in found.groups if group.value and (chosen is None or group.group in chosen)
    ]
    head = f"{wording.listed(where)}: " if where else ""
    if kpi.aggregate == "ratio":
        # Shares cannot be added up, so only where they are known is said.
        known = [
            group
            for group in found.groups
            if group.value is not None and (chosen is None or group.group in chosen)
        ]
        what = wording.lower(kpi.title) if head else kpi.title
        return f"{head}{what} known in {quantity(len(known), 'country', 'countries')}"
    total = sum(group.value or 0 for group in some)
    if not some:
        return f"{head}{'no' if head else 'No'} {kpi.unit}"
    return f"{head}{_total(kpi, total)} in {quantity(len(some), 'country', 'countries')}"


def visits(found: Sequence[Month]) -> str:
    """The last twelve months beside the twelve before."""
    known = [month.visits or 0 for month in found]
    last, before = sum(known[-12:]), sum(known[-24:-12])
    text = f"{quantity(last, 'visit')} in the last twelve months"
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


def _inside(group: Group, names: Mapping[str | None, str], by: str) -> str:
    """The name of a group within a sentence: the Middle East, civil society."""
    name = _name(group, names)
    return wording.lower(name) if by in ("pillar", "category") else plurals.place(name)
