"""Whether what a page shows is what the core reads, figure by figure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from playwright.sync_api import Page

from scorecard import breakdowns, readings, standing, wording
from scorecard.exhibits import membership as members
from scorecard.screen.choices import Choice
from scorecard.selection import Selection
from scorecard.snapshot import Snapshot

Check = Callable[[Page, Snapshot, Choice], None]
_TRACES = """key => {
  const plot = document.querySelector(`.st-key-figure_${key} .plot`);
  if (!plot?.data || plot.hidden) return [];
  const plain = (list) => list && Array.from(list);
  return plot.data.map(({ x, y, z, locations, customdata }) =>
    ({ x: plain(x), y: plain(y), z: plain(z), locations, customdata }));
}"""


def overview(page: Page, snap: Snapshot, choice: Choice) -> None:
    """All 29 values and statuses, the headline and the sentence."""
    as_of, compare = choice.dates(snap)
    card = readings.scorecard(snap, choice.selection(snap), "executive", as_of, compare)
    rows = page.evaluate(
        "[...document.querySelectorAll('tr.kpi')].map(row => [row.dataset.kpi, "
        "row.querySelector('.value').textContent, row.querySelector('.state .word').textContent])"
    )
    assert len(rows) == len(card.readings) == 29
    shown = {kpi: (_flat(value), word) for kpi, value, word in rows}
    for reading in card.readings:
        value = _flat(wording.value(snap.plan.kpi(reading.kpi), reading))
        assert shown[reading.kpi] == (value, wording.STATUS[reading.status]), reading.kpi
    _headline(page, standing.headline(snap.plan, card.readings, as_of))


def membership(page: Page, snap: Snapshot, choice: Choice) -> None:
    """Every point of the three figures, and the headline."""
    chosen = choice.selection(snap)
    as_of, compare = choice.dates(snap)
    card = readings.scorecard(snap, chosen, "executive", as_of, compare)
    _headline(page, standing.headline(snap.plan, [r for r in card.readings if r.goal == 3], as_of))
    upto = snap.places[as_of] + 1
    lines = [card.series[kpi][:upto] for kpi in members.MEMBERS]
    drawn = [tuple(trace["y"]) for trace in page.evaluate(_TRACES, "members")]
    assert drawn == [line for line in lines if any(line)]
    # Of pillars without companies, the map is of the members that these have.
    mapped = [name for name in members.MEMBERS if name.removesuffix("_members") in chosen.pillars]
    kpi = snap.plan.kpi(mapped[0] if mapped else "company_members")
    whole = replace(chosen, regions=())
    found = breakdowns.breakdown(snap, kpi, "country", whole, "executive", as_of).groups
    values = {group.group: group.value for group in found}
    [trace] = page.evaluate(_TRACES, "companies_map")
    known = {code: value for code, value in values.items() if code in snap.plan.countries}
    assert dict(zip(trace["locations"], trace["z"], strict=True)) == known
    bars = _bars(page, "companies_map_bars")
    assert all(values[code] == value for code, value in bars.items())
    assert bool(bars) == bool(values)


def kpi(page: Page, snap: Snapshot, choice: Choice) -> None:
    """Every point of the trend, every bar, and the finding."""
    chosen = choice.selection(snap)
    as_of, compare = choice.dates(snap)
    one = snap.plan.kpi("certified_companies")
    reading = readings.reading(snap, one, chosen, "executive", as_of, compare)
    _headline(page, wording.finding(one, reading))
    series = readings.series(snap, one, chosen, "executive").points
    values = [point.value for point in series if point.date <= as_of]
    lines = page.evaluate(_TRACES, "trend")
    assert (lines[0]["y"] if lines else []) == (
        values if any(v is not None for v in values) else []
    )
    found = breakdowns.breakdown(
        snap, one, "region", Selection((), chosen.pillars), "executive", as_of
    )
    assert _bars(page, "breakdown") == {group.group: group.value for group in found.groups}


def _bars(page: Page, key: str) -> dict[str | None, float | None]:
    """Group -> the length of its bar."""
    return {
        word[0]: value
        for trace in page.evaluate(_TRACES, key)
        for word, value in zip(trace["customdata"], trace["x"], strict=True)
    }


def _headline(page: Page, words: str) -> None:
    assert page.locator("h1.headline").first.text_content() == words


def _flat(text: str) -> str:
    """Without blanks and marks between a value, its unit and of how few it is."""
    return "".join(c for c in text if c.isalnum())
