"""The finding of each exhibit in one sentence, made from its numbers; plain text."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from scorecard import plurals, wording
from scorecard.breakdowns import Breakdown, Group
from scorecard.catalogue import Kpi
from scorecard.exhibits.brand import Event, Month
from scorecard.exhibits.capacity import Expiring, Pathway
from scorecard.exhibits.compliance import Grid, Quarter
from scorecard.exhibits.membership import Moves, Seat
from scorecard.exhibits.strands import Strands
from scorecard.languages import Words, per_cent, say, say_in, say_n, to_say, to_say_n

_PILLARS = Words(
    {
        "company": to_say("company"),
        "civil_society": to_say("civil society"),
        "government": to_say("government"),
    }
)
"""Whose seats are vacant: two company seats."""


def quantity(count: float, one: str, many: str) -> str:
    """A count with its noun: 1 company, 3 companies."""
    return f"{wording.plain(count)} {say_n(one, many, count)}"


def pathway(found: Pathway) -> str:
    now = found.now
    parts = [
        say_n("{count} company certified", "{count} companies certified", now["certified"]),
        say_n(
            "{count} on the way as transitional member",
            "{count} on the way as transitional members",
            now["transitional"],
        ),
        say_n("{count} affiliated", "{count} affiliated", now["affiliate"]),
    ]
    text = ", ".join(parts)
    if not now["lapsed"]:
        return text
    lapsed = say_n(
        "{count} full member without a valid certificate",
        "{count} full members without a valid certificate",
        now["lapsed"],
    )
    return wording.clauses([text, lapsed])


def expiring(found: Expiring) -> str:
    if found.first_on is None:
        return say("No certified company loses its certificate within twelve months")
    first = wording.the_day(found.first_on)
    if found.total == 1:
        return say(
            "1 certified company loses its certificate on {first} unless it renews", first=first
        )
    return say_n(
        "{count} certified company loses its certificate within twelve months unless it renews, "
        "the first on {first}",
        "{count} certified companies lose their certificates within twelve months unless they "
        "renew, the first on {first}",
        found.total, first=first,
    )  # fmt: skip


def sections(kpi: Kpi, grid: Grid) -> str:
    """The section in which the fewest indicators are met, and the one with the most."""
    whole = grid.columns[-1] if grid.columns else ""
    known = [
        (cell.value, row)
        for row in grid.rows
        if (cell := grid.cells.get((row, whole))) and cell.value is not None
    ]
    if not known:
        return say("No self-assessment has been answered yet")
    (low, worst), (high, best) = min(known), max(known)
    if worst == best:
        share = wording.number(kpi, low)
        return say("{section}: {share} of indicators met", section=_section(worst), share=share)
    return say(
        "Companies meet least under {worst} ({low}), most under {best} ({high})",
        worst=_section(worst),
        low=wording.number(kpi, low),
        best=_section(best),
        high=wording.number(kpi, high),
    )


def _section(name: str) -> str:
    return say_in("category", name)


def reviews(found: Sequence[Quarter]) -> str:
    last = sum(quarter.missions for quarter in found[-4:])
    before = sum(quarter.missions for quarter in found[-8:-4])
    text = say_n(
        "{count} field mission in the last four quarters",
        "{count} field missions in the last four quarters",
        last,
    )
    if len(found) < 8:
        return text
    if last == before:
        return say("{text}, as many as in the four before", text=text)
    if last > before:
        return say_n(
            "{text}, {count} more than in the four before",
            "{text}, {count} more than in the four before",
            last - before, text=text,
        )  # fmt: skip
    return say_n(
        "{text}, {count} fewer than in the four before",
        "{text}, {count} fewer than in the four before",
        before - last, text=text,
    )  # fmt: skip


def strands(found: Strands, names: Mapping[str, str], what: str) -> str:
    """The total at the last date, and the kind that makes most of it."""
    last = [(strand.values[-1] or 0.0, strand.name) for strand in found.strands]
    total = sum(value for value, _ in last)
    none, one, many = _COUNTED[what]
    if not total:
        return say(none)
    value, most = max(last, key=lambda pair: pair[0])
    name = wording.lower(names.get(most, most))
    text = say_n(one, many, total)
    if value < total:
        return say(
            "{text}; {count} of them {name}", text=text, count=wording.plain(value), name=name
        )
    return f"{text}, {name}" if total == 1 else say("{text}, all {name}", text=text, name=name)


_COUNTED = {
    "mentions in twelve months": (
        to_say("No mentions in twelve months"),
        "{count} mention in twelve months",
        to_say_n("{count} mention in twelve months", "{count} mentions in twelve months"),
    ),
    "open concerns": (
        to_say("No open concerns"),
        "{count} open concern",
        to_say_n("{count} open concern", "{count} open concerns"),
    ),
    "complaints in twelve months": (
        to_say("No complaints in twelve months"),
        "{count} complaint in twelve months",
        to_say_n("{count} complaint in twelve months", "{count} complaints in twelve months"),
    ),
}


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
        return say("No members are known")
    text, year = wording.listed(parts), found.dates[0].year
    if change == 0:
        return say("{members}: as many as at the beginning of {year}", members=text, year=year)
    if change > 0:
        return say_n(
            "{members}: {count} more than at the beginning of {year}",
            "{members}: {count} more than at the beginning of {year}",
            change, members=text, year=year,
        )  # fmt: skip
    return say_n(
        "{members}: {count} fewer than at the beginning of {year}",
        "{members}: {count} fewer than at the beginning of {year}",
        -change, members=text, year=year,
    )  # fmt: skip


def _members(name: str, count: float) -> str:
    """The name of a pillar for its count: 1 company, 2 civil society organisations."""
    return plurals.unit(name, count) if name.endswith("s") else say(name)


def moves(found: Moves, start: dt.date) -> str:
    since = wording.the_day(start)
    if not found.total:
        return say("Nobody joined or left since {date}", date=since)
    joined, left = say("Nobody joined"), say("nobody left")
    if found.joined:
        joined = say_n("{count} joined", "{count} joined", found.joined)
    if found.left:
        left = say_n("{count} left", "{count} left", found.left)
    return say("{joined} and {left} since {date}", joined=joined, left=left, date=since)


def seats(found: Sequence[Seat]) -> str:
    if not found:
        return say("The board has no seats in this selection")
    vacant = [seat for seat in found if seat.holder is None]
    whole = wording.in_words(len(found))
    if not vacant:
        if len(found) == 1:
            return say("The one board seat shown is filled")
        return say("All {whole} board seats shown are filled", whole=whole)
    by_pillar = Counter(seat.pillar for seat in vacant)
    pillars = [
        say_in(
            "vacant seats",
            "{count} {pillar}",
            count=wording.in_words(n),
            pillar=_PILLARS.get(pillar, pillar),
        )
        for pillar, n in by_pillar.items()
    ]
    return wording.capital(
        say_n(
            "{pillars} seat is vacant of {whole}",
            "{pillars} seats are vacant of {whole}",
            len(vacant), pillars=wording.listed(pillars), whole=whole,
        )
    )  # fmt: skip


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
        return say("{title}: nothing to show here", title=kpi.title)
    ordered = sorted(known, key=lambda group: -(group.value or 0))
    picked = [group for group in ordered if group.group in chosen]
    if picked and len(picked) < len(ordered):
        return _of_chosen(kpi, ordered, picked, names)
    top = ordered[0]
    if kpi.aggregate == "ratio" and len(ordered) > 1:
        low, high = _share(kpi, ordered[-1]), _share(kpi, top)
        if low == high:
            what = wording.DIMENSION.get(by, say("group"))
            return say(
                "{title}: the same in every {what}: {share}",
                title=kpi.title, what=what, share=high,
            )  # fmt: skip
        return say(
            "{title}: from {low} in {lowest} to {high} in {highest}",
            title=kpi.title,
            low=low,
            lowest=_inside(ordered[-1], names, by),
            high=high,
            highest=_inside(top, names, by),
        )
    total = sum(group.value or 0 for group in known)
    if kpi.aggregate == "ratio" or not total:
        share, name = _share(kpi, top), _inside(top, names, by)
        return say("{title}: {share} in {name}", title=kpi.title, share=share, name=name)
    text = _part(_name(top, names), _share(kpi, top), _total(kpi, total))
    is_alone = len(ordered) == 1 or (ordered[1].value or 0) < (top.value or 0)
    if is_alone and len(ordered) > 1:
        return say("{text}, more than any other", text=text)
    return text


def _part(name: str, part: str, whole: str) -> str:
    return say("{name}: {part} of {whole}", name=name, part=part, whole=whole)


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
    places = [plurals.place(wording.region_name(name)) for name in where]
    return say("In {places}, {text}", places=wording.listed(places), text=text)


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
            _ranked(kpi, ordered, group, wording.titled(_name(group, names), _share(kpi, group)))
            for group in picked[:most]
        ]
        if rest := len(picked) - most if len(picked) > most else 0:
            parts.append(
                say_n(
                    "one more is selected", "{count} more are selected",
                    rest, count=wording.in_words(rest),
                )
            )  # fmt: skip
        return wording.clauses(parts)
    total = _total(kpi, sum(group.value or 0 for group in ordered))
    count = wording.plain(sum(group.value or 0 for group in picked))
    if len(picked) == 1:
        return _ranked(kpi, ordered, picked[0], _part(_name(picked[0], names), count, total))
    if len(picked) <= most:
        called = wording.listed([_name(group, names) for group in picked])
        return say("{names}: {part} of {whole} together", names=called, part=count, whole=total)
    return wording.capital(
        say(
            "{some} of {all} selected: {part} of {whole}",
            some=wording.in_words(len(picked)), all=whole, part=count, whole=total,
        )
    )  # fmt: skip


def _ranked(kpi: Kpi, ordered: Sequence[Group], group: Group, text: str) -> str:
    """The place of a group among all; where less is better, it says that the highest is first."""
    whole = wording.in_words(len(ordered))
    place = 1 + sum((g.value or 0) > (group.value or 0) for g in ordered)
    rank = plurals.ordinal(place)
    if kpi.direction == "up":
        return say("{text}, {rank} of {whole}", text=text, rank=rank, whole=whole)
    if place == 1:
        return say("{text}, highest of {whole}", text=text, whole=whole)
    return say("{text}, {rank} highest of {whole}", text=text, rank=rank, whole=whole)


def _total(kpi: Kpi, total: float) -> str:
    return f"{wording.plain(total)} {plurals.unit(kpi.unit, total)}"


def reached(
    kpi: Kpi, found: Breakdown, chosen: Sequence[str] | None = None, where: Sequence[str] = ()
) -> str:
    """In how many groups there is anything at all; of the `chosen` ones, which are in `where`."""
    some = [
        group for group in found.groups if group.value and (chosen is None or group.group in chosen)
    ]
    places = wording.listed([wording.region_name(name) for name in where])
    if kpi.aggregate == "ratio":
        # Shares cannot be added up, so only where they are known is said.
        known = [
            group
            for group in found.groups
            if group.value is not None and (chosen is None or group.group in chosen)
        ]
        return _headed(
            places,
            say_n(
                "{what} known in {count} country", "{what} known in {count} countries",
                len(known), what=wording.lower(kpi.title) if places else kpi.title,
            ),
        )  # fmt: skip
    total = sum(group.value or 0 for group in some)
    if not some:
        unit = plurals.unit(kpi.unit, 0)
        text = say("No {unit}", unit=unit)
        return _headed(places, wording.lower(text) if places else text)
    return _headed(
        places,
        say_n(
            "{total} in {count} country", "{total} in {count} countries",
            len(some), total=_total(kpi, total),
        ),
    )  # fmt: skip


def _headed(places: str, text: str) -> str:
    return wording.titled(places, text) if places else text


def visits(found: Sequence[Month]) -> str:
    """The last twelve months beside the twelve before."""
    known = [month.visits or 0 for month in found]
    last, before = sum(known[-12:]), sum(known[-24:-12])
    text = say_n(
        "{count} visit in the last twelve months", "{count} visits in the last twelve months", last
    )
    if len(known) < 24 or not before:
        return text
    change = (last - before) / before
    share = per_cent(wording.plain(abs(change) * 100))
    if change >= 0:
        return say("{text}, {share} more than in the twelve before", text=text, share=share)
    return say("{text}, {share} fewer than in the twelve before", text=text, share=share)


def events(found: Sequence[Event]) -> str:
    if not found:
        return say("No events in the last twelve months")
    total = sum(event.participants for event in found)
    most = max(found, key=lambda event: event.participants)
    return say(
        "{events} with {participants}; the largest was {title} ({count})",
        events=say_n("{count} event", "{count} events", len(found)),
        participants=say_n("{count} participant", "{count} participants", total),
        title=most.title,
        count=wording.plain(most.participants),
    )


def _share(kpi: Kpi, group: Group) -> str:
    return wording.share(kpi, group.value, group.numerator, group.denominator, group.n)


def _name(group: Group, names: Mapping[str | None, str]) -> str:
    return names.get(group.group, group.group or say("none"))


def _inside(group: Group, names: Mapping[str | None, str], by: str) -> str:
    """The name of a group within a sentence: the Middle East, civil society."""
    name = _name(group, names)
    return wording.lower(name) if by in ("pillar", "category") else plurals.place(name)
