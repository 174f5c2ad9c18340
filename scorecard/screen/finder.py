"""What the quick search finds: KPIs, pages, terms and statuses, with where each leads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from scorecard import glossary, judgement, wording
from scorecard.languages import say
from scorecard.screen import links
from scorecard.screen.frame import View


@dataclass(frozen=True)
class Entry:
    """One thing to find. `words` are looked through too, but not shown."""

    kind: str
    title: str
    note: str
    page: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    words: str = ""


def entries(view: View, pages: Mapping[str, str]) -> list[dict[str, object]]:
    """All that a visitor can go to. `pages`: name -> title of the pages that are open to them.

    Only definitions and the status that the scorecard shows are told; no value is.
    """
    found = [Entry(say("Page"), title, "", name) for name, title in pages.items() if name != "kpi"]
    plan = view.snapshot.plan
    for reading in view.scorecard.readings:
        kpi, goal = plan.kpi(reading.kpi), plan.goal(reading.goal)
        status = wording.STATUS[reading.status]
        words = (kpi.definition, kpi.why, kpi.limitation, kpi.owner, kpi.unit, kpi.id)
        found.append(
            Entry(
                say("KPI"),
                kpi.title,
                say("{status} · goal {number}: {goal}", status=status, number=goal.number,
                    goal=goal.title),
                "kpi",
                {links.KPI: kpi.id},
                " ".join(words),
            )
        )  # fmt: skip
    found += [
        Entry(
            say("Status") if term in judgement.STATUSES else say("Term"),
            glossary.word(term),
            glossary.meaning(term),
            "definitions",
            {links.STATUS if term in judgement.STATUSES else links.TERM: term},
        )
        for term in (*judgement.STATUSES, *glossary.TERMS)
    ]
    return [asdict(entry) for entry in found]
