"""How a reading came about, step by step: what stands behind its status, in words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from scorecard import judgement, wording
from scorecard.catalogue import Kpi
from scorecard.languages import say, say_n
from scorecard.plan import Target
from scorecard.readings import Reading


@dataclass(frozen=True)
class Step:
    """One figure of the arithmetic, and how it was got; plain text."""

    what: str
    figure: str
    how: str


def steps(kpi: Kpi, reading: Reading, path: Target | None, as_of: dt.date) -> tuple[Step, ...]:
    """Value, baseline, expected, target, ratio and pace, each with how it was got.

    What is too few to judge has no share of the way and no pace: one case would change them.
    """
    found = [Step(say("Value"), wording.value(kpi, reading), _value_from(kpi, reading))]
    if path is None:
        return tuple(found)
    start, end = wording.date(path.starts_on), wording.date(path.ends_on)
    digits = _decimals(kpi, reading, path)

    def shown(amount: float) -> str:
        return wording.precise(kpi, amount, digits)

    found.append(
        Step(say("Baseline"), shown(path.baseline), say("first point, {date}", date=start))
    )
    if reading.expected is not None:
        found.append(
            Step(say("Expected today"), shown(reading.expected), _expected_from(kpi, path, as_of))
        )
    found.append(
        Step(say("Target"), wording.number(kpi, path.target), say("last point, {date}", date=end))
    )
    if reading.status == "too_few":
        return tuple(found)
    if reading.ratio_to_plan is not None and reading.value is not None:
        assert reading.expected is not None
        b, e, v = shown(path.baseline), shown(reading.expected), shown(reading.value)
        found.append(
            Step(
                say("Share of the way done"),
                wording.plain(reading.ratio_to_plan, 2),
                say(
                    "(value − baseline) ÷ (expected − baseline) = ({v} − {b}) ÷ ({e} − {b})",
                    v=v,
                    b=b,
                    e=e,
                ),  # fmt: skip
            )
        )
    return (*found, *_paces(kpi, reading, path))


def _paces(kpi: Kpi, reading: Reading, path: Target) -> list[Step]:
    """The pace, where it leads and the one that is needed."""
    found = []
    if reading.pace is not None:
        found.append(
            Step(
                say("Pace"),
                say("{change} a year", change=wording.change(kpi, reading.pace)),
                say("change since the reporting date twelve months earlier"),
            )
        )
    if reading.projected is not None:
        found.append(
            Step(
                say("At this pace by {until}", until=wording.by_when(path.ends_on)),
                wording.number(kpi, reading.projected),
                say("value + pace × years until the target date"),
            )
        )
    if reading.required_pace:
        found.append(
            Step(
                say("Pace that the target takes"),
                say("{change} a year", change=wording.change(kpi, reading.required_pace)),
                say("(target − value) ÷ years until the target date"),
            )
        )
    return found


def _decimals(kpi: Kpi, reading: Reading, path: Target) -> int:
    """The fewest decimals at which the printed numbers give the printed share of the way."""
    least = 0 if kpi.is_count else 1
    if reading.ratio_to_plan is None or reading.value is None or reading.expected is None:
        return least
    wanted = wording.plain(reading.ratio_to_plan, 2)
    for digits in range(least, 4):
        v, b, e = (
            wording.rounded(kpi, amount, digits)
            for amount in (reading.value, path.baseline, reading.expected)
        )
        if e != b and wording.plain((v - b) / (e - b), 2) == wanted:
            return digits
    return 4


def status(kpi: Kpi, reading: Reading) -> str:
    """The status with its meaning, as one sentence."""
    return wording.titled(wording.STATUS[reading.status], wording.STATUS_MEANING[reading.status])


def will_arrive(kpi: Kpi, reading: Reading) -> str:
    """The pace as one sentence; empty where nothing can be said."""
    parts = [text for text in (wording.pace(kpi, reading), wording.needed(kpi, reading)) if text]
    text = wording.clauses(parts)
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _value_from(kpi: Kpi, reading: Reading) -> str:
    if reading.value is None or reading.n is None:
        return ""
    if kpi.aggregate == "ratio":
        return (
            f"{wording.plain(reading.numerator or 0, _digits(reading.numerator))} ÷ "
            f"{wording.plain(reading.denominator or 0, _digits(reading.denominator))} · "
            f"{wording.sample(kpi, reading.n)}"
        )
    if kpi.aggregate == "countries":
        return say_n(
            "distinct countries among {count} row", "distinct countries among {count} rows",
            reading.n,
        )  # fmt: skip
    return say_n("sum over {count} row", "sum over {count} rows", reading.n)


def _expected_from(kpi: Kpi, path: Target, as_of: dt.date) -> str:
    if as_of >= path.ends_on:
        return say("the target, as its date has come")
    before = max(point for point in path.points if point[0] <= as_of)
    after = min(point for point in path.points if point[0] > as_of)
    span = (after[0] - before[0]).days
    text = say_n(
        "{done} of {count} day from {low} on {start} to {high} on {end}",
        "{done} of {count} days from {low} on {start} to {high} on {end}",
        span,
        done=(as_of - before[0]).days,
        low=wording.number(kpi, before[1]),
        start=wording.short_date(before[0]),
        high=wording.number(kpi, after[1]),
        end=wording.short_date(after[0]),
    )
    exact = path.at(as_of)
    due = judgement.expected(kpi, path, as_of)
    if kpi.is_count and exact is not None and due is not None and abs(exact - due) > 1e-9:
        return say(
            "{text} gives {exact}, taken as {due}",
            text=text, exact=wording.plain(exact, 2), due=wording.plain(due),
        )  # fmt: skip
    return text


def _digits(value: float | None) -> int:
    return 0 if value is None or float(value).is_integer() else 1
