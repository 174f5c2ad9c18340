"""What the words of the scorecard mean: one text each, wherever it is shown."""

from __future__ import annotations

from collections.abc import Mapping

from scorecard import judgement, wording
from scorecard.languages import say, to_say

_TERMS: Mapping[str, tuple[str, str]] = {
    "reading": (
        to_say("Reading"),
        to_say(
            "The value of one KPI for what is selected, at one date, beside what the plan "
            "expects of it."
        ),
    ),
    "baseline": (
        to_say("Baseline"),
        to_say("Where the KPI stood when its path in the plan begins."),
    ),
    "target": (
        to_say("Target"),
        to_say("What the KPI is to reach by the last date of its path in the plan."),
    ),
    "path": (
        to_say("Required path"),
        to_say(
            "The line from the baseline over the points that the board set to the target. It is "
            "dashed in every figure."
        ),
    ),
    "expected": (
        to_say("Expected now"),
        to_say(
            "Where the required path stands at the date shown. A count is taken in whole things, "
            "to the advantage of the KPI."
        ),
    ),
    "status": (
        to_say("Status"),
        to_say(
            "Where the value stands against what is expected now: how much of the way from the "
            "baseline is done. It does not say whether the target will be reached."
        ),
    ),
    "pace": (
        to_say("Pace"),
        to_say(
            "The change of the last twelve months, as a change a year. “At this pace” goes on "
            "with it in a straight line to the target date; it is no forecast."
        ),
    ),
    "change": (
        to_say("Change"),
        to_say(
            "The value now less the value at the date compared with, which is the last meeting "
            "unless you choose another."
        ),
    ),
    "n": (
        to_say("n"),
        to_say(
            "How many companies, cases or members a share is a share of. A share of fewer than "
            "ten is written as “5 of 7”."
        ),
    ),
    "chance": (
        to_say("By chance alone"),
        to_say(
            "How far a share of few can lie from its true value without any reason: the interval "
            "of Wilson at 95 %, drawn as a thin line."
        ),
    ),
    "as_of": (
        to_say("As of"),
        to_say("The end of the day that all figures of the page are about."),
    ),
    "unfiltered": (
        to_say("Not broken down by"),
        to_say(
            "The KPI does not know that dimension, so it is shown whole, whatever you select of it."
        ),
    ),
    "not_specified": (
        to_say("Not specified"),
        to_say("What has no country, or one that the plan puts into no region."),
    ),
    "pillar": (
        to_say("Pillar"),
        to_say(
            "One of the three groups that the Association is made of: companies, civil society "
            "organisations and governments."
        ),
    ),
    "data_of": (
        to_say("Data of"),
        to_say(
            "The day to which the exports run that the figure is made from; nothing later is "
            "counted."
        ),
    ),
    "set_aside": (
        to_say("Rows set aside"),
        to_say(
            "Rows of an export that break a rule, such as a date that cannot be. They are kept "
            "with the reason and counted nowhere."
        ),
    ),
    "milestone": (
        to_say("Milestone"),
        to_say("A step of the plan that is done or not, by a day that the board has set."),
    ),
}  # fmt: skip
TERMS: tuple[str, ...] = tuple(_TERMS)
"""In the order in which they are explained."""


def word(term: str) -> str:
    """What a term or a status is called."""
    return wording.STATUS[term] if term in judgement.STATUSES else say(_TERMS[term][0])


def meaning(term: str) -> str:
    """What a term or a status means, as sentences."""
    if term in judgement.STATUSES:
        return wording.STATUS_MEANING[term]
    return say(_TERMS[term][1])
