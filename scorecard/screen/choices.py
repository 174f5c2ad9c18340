"""What can be chosen, as one frozen value, and how it stands in an address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from scorecard import readings, selection, wording
from scorecard.languages import ENGLISH, say, speaking, to_say
from scorecard.selection import Selection
from scorecard.snapshot import Snapshot

AS_OF, COMPARE, REGION, PILLAR = "as_of", "compare", "region", "pillar"
KEYS = (AS_OF, COMPARE, REGION, PILLAR)

LAST_MEETING = to_say("Last meeting")
"""What the comparison is called where none is chosen."""


PILLARS_IN_ADDRESSES = {
    "company": "companies",
    "civil_society": "civil society",
    "government": "governments",
    "other": "others",
}
"""Code -> English name, with which an address names a pillar in every language."""


def last_meeting() -> str:
    return say(LAST_MEETING)


Address = Mapping[str, Sequence[str]]
"""Parameters of an address, each with all its words."""

_T = TypeVar("_T")


@dataclass(frozen=True)
class Choice:
    """What was chosen; none and empty where it is left to the default.

    Regions and pillars stand in the order of the plan, so that two ways to the same are equal.
    """

    as_of: dt.date | None = None
    compare: dt.date | None = None
    regions: tuple[str, ...] = ()
    pillars: tuple[str, ...] = ()

    def dates(self, snapshot: Snapshot) -> tuple[dt.date, dt.date | None]:
        """The two dates; a comparison that is not earlier falls back to the last meeting."""
        as_of = self.as_of or snapshot.data_date
        if self.compare is None or self.compare >= as_of:
            return as_of, readings.last_meeting(snapshot, as_of)
        return as_of, self.compare

    def selection(self, snapshot: Snapshot) -> Selection:
        return selection.select(snapshot.plan, self.regions, self.pillars)

    def key(self, snapshot: Snapshot) -> str:
        """Its short name within a page, which the browser puts together from the controls."""
        return "|".join(
            (
                str(self.as_of or ""),
                str(self.compare or ""),
                _places(self.regions, snapshot.plan.regions),
                _places(self.pillars, snapshot.plan.pillars),
            )
        )

    def parameters(self, snapshot: Snapshot) -> dict[str, str | list[str]]:
        """What the address says of it: only what differs from the defaults."""
        known = labels(snapshot, ENGLISH)
        found: dict[str, str | list[str]] = {}
        if self.as_of is not None:
            found[AS_OF] = known.dates[self.as_of]
        if self.compare is not None:
            found[COMPARE] = known.dates[self.compare]
        if self.regions:
            found[REGION] = list(self.regions)
        if self.pillars:
            found[PILLAR] = [known.pillars[name] for name in self.pillars]
        return found


@dataclass(frozen=True)
class Labels:
    """What the choices are called, in the bar and in the address; dates the newest first."""

    dates: Mapping[dt.date, str]
    pillars: Mapping[str, str]


def labels(snapshot: Snapshot, language: str) -> Labels:
    """The words of all choices of a snapshot; the address has the English ones for everybody."""
    key = snapshot.id, language
    found = _known.get(key)
    if found is None:
        found = _known[key] = _labels(snapshot, language)
    return found


def _labels(snapshot: Snapshot, language: str) -> Labels:
    with speaking(language):
        found = Labels(
            {date: _date_label(snapshot, date) for date in snapshot.dates[::-1]},
            {
                name: wording.capital(wording.PILLAR.get(name, name))
                for name in snapshot.plan.pillars
            },
        )
    if len(_known) >= _MOST_KNOWN:
        _known.clear()
    return found


# Asked many times for each page.
_known: dict[tuple[str, str], Labels] = {}
_MOST_KNOWN = 16


def read(snapshot: Snapshot, address: Address) -> tuple[Choice, list[tuple[str, str]]]:
    """The choice that an address means, and (what, word) of the words that mean none.

    The address holds the labels that people read, but was written by anyone: a date may also be
    2022-12-31, a pillar its code, whatever its capitals.
    """
    known = labels(snapshot, ENGLISH)
    lost: list[tuple[str, str]] = []

    def found(name: str, what: str, meant: Callable[[str], _T | None]) -> list[_T]:
        pairs = [(word, meant(word)) for word in address.get(name, ())]
        lost.extend((what, word) for word, value in pairs if value is None)
        return [value for _, value in pairs if value is not None]

    def date(word: str) -> dt.date | None:
        day = _as_date(word)
        return day if day in snapshot.places else None

    def compared(word: str) -> dt.date | str | None:
        return word if _flat(word) == _flat(LAST_MEETING) else date(word)

    regions = {_flat(name): name for name in snapshot.plan.regions}
    pillars = {_flat(word): name for name, word in known.pillars.items()}
    pillars |= {_flat(name): name for name in snapshot.plan.pillars}
    as_of = found(AS_OF, "date", date)
    compare = found(COMPARE, "date", compared)
    picked = found(REGION, "region", lambda word: regions.get(_flat(word)))
    columns = found(PILLAR, "pillar", lambda word: pillars.get(_flat(word)))
    first = compare[0] if compare else None
    return _settled(
        snapshot,
        Choice(
            as_of[0] if as_of else None,
            first if isinstance(first, dt.date) else None,
            tuple(picked),
            tuple(columns),
        ),
    ), lost


def told(snapshot: Snapshot, message: object) -> Choice | None:
    """The choice that a page tells by the places of its controls; none where it tells nonsense."""
    if not isinstance(message, Mapping):
        return None
    dates = {str(date): date for date in snapshot.dates}
    try:
        as_of, compare = (str(message.get(name) or "") for name in (AS_OF, COMPARE))
        return _settled(
            snapshot,
            Choice(
                dates[as_of] if as_of else None,
                dates[compare] if compare else None,
                _named(message.get(REGION), snapshot.plan.regions),
                _named(message.get(PILLAR), snapshot.plan.pillars),
            ),
        )
    except (KeyError, ValueError):
        return None


def steps(snapshot: Snapshot, choice: Choice) -> Iterator[Choice]:
    """The choices one step away, the likeliest first, each once: a region or pillar more or less,
    one alone, all; the next and previous date, meetings, ends of years and the data date."""
    seen = {choice}
    for step in _steps(snapshot, choice):
        if step not in seen:
            seen.add(step)
            yield step


def _steps(snapshot: Snapshot, choice: Choice) -> Iterator[Choice]:
    plan = snapshot.plan
    for region in plan.regions:
        yield replace(choice, regions=_toggled(choice.regions, region, plan.regions))
    for pillar in plan.pillars:
        yield replace(choice, pillars=_toggled(choice.pillars, pillar, plan.pillars))
    yield Choice()
    for date in _dates(snapshot, choice):
        yield replace(choice, as_of=None if date == snapshot.data_date else date)
    if choice.regions:
        yield replace(choice, regions=())
        yield from (replace(choice, regions=(region,)) for region in plan.regions)
    if choice.pillars:
        yield replace(choice, pillars=())
        yield from (replace(choice, pillars=(pillar,)) for pillar in plan.pillars)


def _dates(snapshot: Snapshot, choice: Choice) -> Iterator[dt.date]:
    """The neighbouring dates, then meetings and ends of years, the newest first."""
    as_of = choice.as_of or snapshot.data_date
    place = snapshot.places[as_of]
    if place > 0:
        yield snapshot.dates[place - 1]
    if place + 1 < len(snapshot.dates):
        yield snapshot.dates[place + 1]
    yield snapshot.data_date
    met = {m.date for m in snapshot.plan.meetings if m.kind in readings.COMPARED}
    for date in reversed(snapshot.dates):
        if date in met or (date.month, date.day) == (12, 31):
            yield date


def _toggled(chosen: tuple[str, ...], name: str, order: tuple[str, ...]) -> tuple[str, ...]:
    wanted = set(chosen) ^ {name}
    return tuple(word for word in order if word in wanted)


def _settled(snapshot: Snapshot, choice: Choice) -> Choice:
    """The same with the defaults left out and everything in the order of the plan."""
    plan = snapshot.plan
    return Choice(
        None if choice.as_of == snapshot.data_date else choice.as_of,
        choice.compare,
        tuple(name for name in plan.regions if name in choice.regions),
        tuple(name for name in plan.pillars if name in choice.pillars),
    )


def _named(places: object, names: tuple[str, ...]) -> tuple[str, ...]:
    if not isinstance(places, list) or not all(type(place) is int for place in places):
        raise ValueError("no places")
    if any(not 0 <= place < len(names) for place in places):
        raise ValueError("no such place")
    return tuple(names[place] for place in places)


def _places(names: Iterable[str], order: tuple[str, ...]) -> str:
    return ",".join(str(order.index(name)) for name in names)


def _date_label(snapshot: Snapshot, date: dt.date) -> str:
    name = wording.meeting(snapshot.plan, date)
    return f"{wording.date(date)} · {name}" if name else wording.date(date)


def _flat(word: str) -> str:
    return " ".join(word.split()).casefold()


def _as_date(word: str) -> dt.date | None:
    """The date that a word begins with, as 2022-12-31 or 31 December 2022."""
    head = word.split("·")[0].strip()
    for shape in ("%Y-%m-%d", "%d %B %Y"):
        try:
            return dt.datetime.strptime(head, shape).date()
        except ValueError:
            continue
    return None
