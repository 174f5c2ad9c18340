"""Numbers, units and sentences: the words for a reading, the same on screen and on paper.

Everything here is plain text made from readings; whoever shows it escapes it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scorecard import plurals
from scorecard.catalogue import Kpi
from scorecard.days import by_when as by_when
from scorecard.days import date as date
from scorecard.days import meeting as meeting
from scorecard.days import meeting_title as meeting_title
from scorecard.days import met as met
from scorecard.days import met_shortly as met_shortly
from scorecard.days import met_titled as met_titled
from scorecard.days import month as month
from scorecard.days import month_name as month_name
from scorecard.days import short_date as short_date
from scorecard.days import the_day as the_day
from scorecard.days import until as until
from scorecard.languages import Words, current, say, say_in, say_n, to_say
from scorecard.numerals import MINUS as MINUS
from scorecard.numerals import NARROW as NARROW
from scorecard.numerals import NOTHING as NOTHING
from scorecard.numerals import alike as alike
from scorecard.numerals import change as change
from scorecard.numerals import change_words as change_words
from scorecard.numerals import counted as counted
from scorecard.numerals import difference as difference
from scorecard.numerals import is_few as is_few
from scorecard.numerals import is_still as is_still
from scorecard.numerals import moved as moved
from scorecard.numerals import number as number
from scorecard.numerals import plain as plain
from scorecard.numerals import precise as precise
from scorecard.numerals import rounded as rounded
from scorecard.numerals import sample as sample
from scorecard.numerals import share as share
from scorecard.numerals import short_change as short_change
from scorecard.numerals import value as value
from scorecard.numerals import with_sample as with_sample
from scorecard.origins import Place
from scorecard.plan import Plan
from scorecard.plurals import in_words as in_words
from scorecard.readings import Reading
from scorecard.selection import Selection

STATUS = Words(
    {
        "achieved": to_say("Achieved"),
        "on_track": to_say("On track"),
        "some_delay": to_say("Some delay"),
        "serious_delay": to_say("Serious delay"),
        "moving_away": to_say("Moving away"),
        "too_few": to_say("Too few to judge"),
        "awaiting_data": to_say("Awaiting data"),
        "no_target": to_say("No target yet"),
        "monitor": to_say("Monitor"),
        "suppressed": to_say("Not shown"),
    }
)

STATUS_MEANING = Words(
    {
        "achieved": to_say("The value has reached the target of the plan, or is better."),
        "on_track": to_say(
            "At least 95 % of the way from the baseline that the plan expects by now is done."
        ),
        "some_delay": to_say("Between 60 % and 95 % of the way expected by now is done."),
        "serious_delay": to_say("Less than 60 % of the way expected by now is done."),
        "moving_away": to_say(
            "The value is worse than where the plan started, even if it is now improving."
        ),
        "too_few": to_say(
            "A share of fewer than ten: one case more or less would change the verdict."
        ),
        "awaiting_data": to_say(
            "An export that the KPI needs has not arrived, or there was nothing to count."
        ),
        "no_target": to_say("The plan has no path for this selection, or the path has not begun."),
        "monitor": to_say("Watched without a target: more may be good or bad news."),
        "suppressed": to_say(
            "Confidential for this selection and date: so few are counted that it "
            "would tell on someone."
        ),
    }
)

ROLES = (to_say("guest"), to_say("board"), to_say("executive"))
"""Who may see what, as a refusal names them."""

ARROW = {"up": "↑", "down": "↓", "watch": "·"}
DIRECTION = Words(
    {
        "up": to_say("more is better"),
        "down": to_say("less is better"),
        "watch": to_say("watched only"),
    }
)

PILLAR = Words(
    {
        "company": to_say("companies"),
        "civil_society": to_say("civil society"),
        "government": to_say("governments"),
        "other": to_say("others"),
    }
)
DIMENSION = Words(
    {
        "region": to_say("region"),
        "pillar": to_say("pillar"),
        "category": to_say("category"),
        "country": to_say("country"),
    }
)


@dataclass(frozen=True)
class Note:
    """One remark about a KPI: its title, and what is to say of it, without a full stop."""

    kpi: str
    title: str
    text: str

    @property
    def sentence(self) -> str:
        return titled(self.title, f"{self.text}.")


def unit(kpi: Kpi) -> str:
    """What a KPI counts, or the sign of its per cent, beside its title."""
    return kpi.unit if kpi.is_percentage else plurals.unit(kpi.unit, 2)


def titled(title: str, text: str) -> str:
    """What is said of something after its name; French puts a space before the colon."""
    return say("{title}: {text}", title=title, text=text)


# The selection ------------------------------------------------------------------------------


def listed(words: Sequence[str]) -> str:
    """Words as a list in a sentence: Africa, Asia and Europe."""
    if len(words) < 2:
        return "".join(words)
    *first, last = words
    if current() == "es" and _begins_with_i(last):
        return f"{', '.join(first)} e {last}"
    return say("{first} and {last}", first=", ".join(first), last=last)


def clauses(parts: Iterable[str]) -> str:
    """Statements that stand side by side in one sentence."""
    return say_in("between clauses", "; ").join(parts)


def either(words: Sequence[str]) -> str:
    """Words of which any: region or pillar."""
    if len(words) < 2:
        return "".join(words)
    *first, last = words
    if current() == "es" and last.lower().startswith(("o", "ho", "ó")):
        return f"{', '.join(first)} u {last}"
    return say("{first} or {last}", first=", ".join(first), last=last)


def _begins_with_i(word: str) -> bool:
    """Whether Spanish says `e` before it, for `y` would not be heard."""
    word = word.lower().lstrip("“«")
    return word.startswith(("i", "hi", "í")) and not word.startswith(("hie", "hia", "io"))


def region_name(region: str) -> str:
    """What a region is called in the language of now."""
    return say_in("region", region)


def pillars(names: Iterable[str]) -> str:
    return listed([PILLAR.get(name, name) for name in names])


def scope(selection: Selection) -> str:
    """What is selected: `Africa and Asia · companies`, or `all regions and pillars`."""
    # Names such as "Asia and the Pacific" cannot be joined by one more "and".
    is_long = any(" and " in region for region in selection.regions)
    called = [region_name(region) for region in selection.regions]
    regions = " + ".join(called) if is_long else listed(called)
    parts = [regions, pillars(selection.pillars)]
    return " · ".join(part for part in parts if part) or say("all regions and pillars")


def selection_sentence(
    plan: Plan, selection: Selection, as_of: dt.date, compare: dt.date | None
) -> str:
    """Showing Africa and Asia · companies · at 31 December 2022, compared with …"""
    what, when = scope(selection), date(as_of)
    if day := meeting(plan, as_of):
        when += f" ({day})"
    if compare is None:
        return say("Showing {what} · at {when}", what=what, when=when)
    return say(
        "Showing {what} · at {when}, compared with {before}",
        what=what, when=when, before=met(plan, compare),
    )  # fmt: skip


def unfiltered(kpi: Kpi, dimensions: Sequence[str]) -> str:
    """What a reading is not restricted to though it was asked, or nothing."""
    if not dimensions:
        return ""
    return say("not broken down by {what}", what=either([DIMENSION[name] for name in dimensions]))


def lower(title: str) -> str:
    """A title within a sentence; capitals inside it stay."""
    return title[:1].lower() + title[1:]


def capital(text: str) -> str:
    """A text as the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def more(count: int) -> str:
    """The rest of a list that names only some: two more."""
    return say_n("one more", "{count} more", count, count=in_words(count))


# Where we are, and whether we will arrive ---------------------------------------------------


def gap(kpi: Kpi, reading: Reading) -> str:
    """How far from what the plan expects by now: `17 fewer than planned`."""
    if reading.value is None or reading.expected is None:
        return ""
    amount = reading.value - reading.expected
    if is_still(kpi, amount):
        return say("as planned")
    apart = difference(kpi, amount)
    if kpi.is_percentage:
        if amount > 0:
            return say("{difference} above the plan", difference=apart)
        return say("{difference} below the plan", difference=apart)
    if amount > 0:
        return say("{difference} more than planned", difference=apart)
    if kpi.aggregate == "ratio":
        return say("{difference} less than planned", difference=apart)
    return say("{difference} fewer than planned", difference=apart)


def against(kpi: Kpi, reading: Reading) -> str:
    """The value beside the expected one: `96 of 113 expected`, `29 % against 52 % expected`."""
    shown = value(kpi, reading)
    if reading.expected is None or reading.value is None:
        return shown
    if kpi.is_count and kpi.direction == "up":
        return say("{value} of {due} expected", value=shown, due=number(kpi, reading.expected))
    return say("{value} against {due} expected", value=shown, due=number(kpi, reading.expected))


def pace(kpi: Kpi, reading: Reading) -> str:
    """Whether the target will be reached: `at this pace 112 by the end of 2023; the target …`."""
    if reading.value is None or reading.target is None or reading.target_date is None:
        return ""
    if reading.status == "too_few":
        return ""
    target, until = number(kpi, reading.target), by_when(reading.target_date)
    if reading.required_pace == 0 or reading.status == "achieved":
        return say("the target of {target} is reached", target=target)
    if reading.projected is None:
        return ""
    if reading.pace is not None and is_still(kpi, reading.pace):
        return say(
            "no change in twelve months; the target is {target} by {until}",
            target=target, until=until,
        )  # fmt: skip
    arrives = reading.arrives_on
    if arrives and arrives <= reading.target_date:
        if reading.status in ("some_delay", "serious_delay", "moving_away"):
            return say(
                "but at this pace the target of {target} is reached in time, in {month}",
                target=target, month=month(arrives),
            )  # fmt: skip
        return say(
            "at this pace the target of {target} is reached in time, in {month}",
            target=target, month=month(arrives),
        )  # fmt: skip
    return say(
        "at this pace {projected} by {until}; the target is {target}",
        projected=number(kpi, reading.projected), until=until, target=target,
    )  # fmt: skip


def course(kpi: Kpi, first: dt.date, start: float, last: dt.date, end: float) -> str:
    """A line in words: from its first value to its last."""
    return say(
        "from {start} in {first} to {end} in {last}",
        start=number(kpi, start), first=month(first), end=number(kpi, end), last=month(last),
    )  # fmt: skip


def needed(kpi: Kpi, reading: Reading) -> str:
    """The pace that the target asks for, beside the one of the last year, a year."""
    if not reading.required_pace or reading.target_date is None or reading.target is None:
        return ""
    if reading.status == "too_few":
        return ""
    target, until = number(kpi, reading.target), by_when(reading.target_date)
    pace = _signed(kpi, reading.required_pace)
    if reading.pace is None:
        return say(
            "to reach {target} by {until} it takes {pace} a year",
            target=target, until=until, pace=pace,
        )  # fmt: skip
    return say(
        
            "to reach {target} by {until} it takes {pace} a year; the last twelve months "
            "brought {past}",
        target=target, until=until, pace=pace, past=_signed(kpi, reading.pace),
    )  # fmt: skip


def finding(kpi: Kpi, reading: Reading) -> str:
    """One sentence on a KPI, from its reading alone."""
    if reading.suppressed:
        return hidden(kpi)
    if reading.value is None:
        return say("{title}: awaiting data.", title=kpi.title)
    shown = counted(kpi, reading.value) if _is_large(reading) else value(kpi, reading)
    parts = [shown]
    if reading.status == "too_few":
        parts = [say("{value}, too few to judge", value=shown)]
    elif reading.expected is not None:
        parts = [f"{shown}, {gap(kpi, reading)}"]
        if text := pace(kpi, reading):
            parts.append(text)
    elif reading.status == "monitor":
        parts = [say("{value}, watched without a target", value=shown)]
    elif reading.status == "no_target":
        parts.append(say("the plan has no target for this selection yet"))
    return titled(kpi.title, f"{clauses(parts)}.")


def hidden(kpi: Kpi) -> str:
    """Why nothing is said of a KPI."""
    return say(
        "{title}: not shown, since it is confidential for this selection and date.",
        title=kpi.title,
    )


def missing(exports: Sequence[str]) -> str:
    """Which exports have not arrived: `no complaints.csv`."""
    files = either([f"{name}.csv" for name in exports])
    return say("no {files}", files=files) if exports else ""


def _is_large(reading: Reading) -> bool:
    return reading.n is None or reading.n >= 10 or reading.denominator is None


def _signed(kpi: Kpi, amount: float) -> str:
    if is_still(kpi, amount):
        return say("no change")
    return f"{MINUS if amount < 0 else '+'}{difference(kpi, amount)}"


def stood(place: Place) -> str:
    """Where a row stood in what arrived: `Membres.csv, line 12 (corrected)`."""
    # Lines are not grouped: an editor shows them so.
    told = {"file": place.file, "sheet": place.sheet, "line": str(place.line)}
    if place.sheet is None:
        where = say("{file}, line {line}", **told)
    else:
        where = say("{file}, sheet {sheet}, row {line}", **told)
    return say("{place} (corrected)", place=where) if place.corrected else where
