"""How a reading came about, step by step: what stands behind its status, in words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from scorecard import judgement, wording
from scorecard.catalogue import Kpi
from scorecard.plan import Target
from scorecard.readings import Reading


@dataclass(frozen=True)
class Step:
    """One figure of the arithmetic, and how it was got; plain text."""

    what: str
    figure: str
    how: str


def steps(kpi: Kpi, reading: Reading, path: Target | None, as_of: dt.date) -> tuple[Step, ...]:
    """Value, baseline, expected, target, ratio and pace, each with how it was got."""
    found = [Step("Value", wording.value(kpi, reading), _value_from(kpi, reading))]
    if path is None:
        return tuple(found)
    start, end = wording.date(path.starts_on), wording.date(path.ends_on)
    found.append(Step("Baseline", wording.number(kpi, path.baseline), f"first point, {start}"))
    if reading.expected is not None:
        found.append(
            Step(
                "Expected today",
                wording.number(kpi, reading.expected),
                _expected_from(kpi, path, as_of),
            )
        )
    found.append(Step("Target", wording.number(kpi, path.target), f"last point, {end}"))
    if reading.ratio_to_plan is not None and reading.value is not None:
        b, e, v = (
            wording.number(kpi, number)
            for number in (path.baseline, reading.expected, reading.value)
        )
        found.append(
            Step(
                "Share of the way done",
                wording.plain(reading.ratio_to_plan, 2),
                f"(value − baseline) ÷ (expected − baseline) = ({v} − {b}) ÷ ({e} − {b})",
            )
        )
    if reading.pace is not None:
        found.append(
            Step(
                "Pace",
                f"{wording.change(kpi, reading.pace)} a year",
                "change since the reporting date twelve months earlier",
            )
        )
    if reading.projected is not None:
        found.append(
            Step(
                f"At this pace by {wording.by_when(path.ends_on)}",
                wording.number(kpi, reading.projected),
                "value + pace × years until the target date",
            )
        )
    if reading.required_pace:
        found.append(
            Step(
                "Pace that the target takes",
                f"{wording.change(kpi, reading.required_pace)} a year",
                "(target − value) ÷ years until the target date",
            )
        )
    return tuple(found)


def status(kpi: Kpi, reading: Reading) -> str:
    """The status with its meaning, as one sentence."""
    return f"{wording.STATUS[reading.status]}: {wording.STATUS_MEANING[reading.status]}"


def will_arrive(kpi: Kpi, reading: Reading) -> str:
    """The pace as one sentence; empty where nothing can be said."""
    parts = [text for text in (wording.pace(kpi, reading), wording.needed(kpi, reading)) if text]
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _value_from(kpi: Kpi, reading: Reading) -> str:
    if reading.value is None or reading.n is None:
        return ""
    if kpi.aggregate == "ratio":
        noun = "organisations" if kpi.counts == "organisations" else "cases"
        return (
            f"{wording.plain(reading.numerator or 0, _digits(reading.numerator))} ÷ "
            f"{wording.plain(reading.denominator or 0, _digits(reading.denominator))}, "
            f"n = {wording.plain(reading.n)} {noun}"
        )
    if kpi.aggregate == "countries":
        return f"distinct countries among {wording.plain(reading.n)} rows"
    return f"sum over {wording.plain(reading.n)} rows"


def _expected_from(kpi: Kpi, path: Target, as_of: dt.date) -> str:
    if as_of >= path.ends_on:
        return "the target, as its date has come"
    before = max(point for point in path.points if point[0] <= as_of)
    after = min(point for point in path.points if point[0] > as_of)
    text = (
        f"{(as_of - before[0]).days} of {(after[0] - before[0]).days} days from "
        f"{wording.number(kpi, before[1])} on {wording.short_date(before[0])} to "
        f"{wording.number(kpi, after[1])} on {wording.short_date(after[0])}"
    )
    exact = path.at(as_of)
    due = judgement.expected(kpi, path, as_of)
    if kpi.is_count and exact is not None and due is not None and abs(exact - due) > 1e-9:
        text += f" gives {wording.plain(exact, 2)}, taken as {wording.plain(due)}"
    return text


def _digits(value: float | None) -> int:
    return 0 if value is None or float(value).is_integer() else 1
