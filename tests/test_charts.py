"""Figures show what the readings say, no more, and Plotly takes every one of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import plotly.graph_objects as go
import pytest

from scorecard import breakdowns, chance, changes, charts, readings, wording
from scorecard import snapshot as snapshots
from scorecard.breakdowns import Breakdown, Group
from scorecard.charts.canvas import escape, spread, two_lines
from scorecard.exhibits import compliance, milestones, strands
from scorecard.palette import SEQUENTIAL, TEXT, contrast
from scorecard.readings import Point, Series
from scorecard.selection import Selection
from scorecard.snapshot import Snapshot

ALL = Selection()
EVIL = "<b>bold</b> & <a href='https://elsewhere.example'>link</a>"


@pytest.fixture(scope="module")
def snapshot() -> Iterator[Snapshot]:
    yield snapshots.in_memory(snapshots.Sources())


def valid(figure: charts.Figure) -> dict[str, Any]:
    """The figure, once Plotly has checked each property of it."""
    go.Figure(figure)
    return figure


def trend(snapshot: Snapshot, kpi_id: str, role: Any = "executive", **more: Any) -> charts.Figure:
    kpi = snapshot.plan.kpi(kpi_id)
    chosen = more.pop("selection", ALL)
    date = snapshot.data_date
    series = readings.series(snapshot, kpi, chosen, role)
    reading = readings.reading(snapshot, kpi, chosen, role, date, None)
    path = readings.target(snapshot, kpi, chosen)
    return charts.trend(
        kpi, series, reading, path, snapshot.plan.meetings, date, "light",
        strands.counts(snapshot, kpi, chosen, series), snapshot.dates[-2], **more,
    )  # fmt: skip


def test_every_kpi_has_a_trend_that_plotly_takes_and_whose_points_are_its_series(
    snapshot: Snapshot,
) -> None:
    for kpi in snapshot.plan.kpis:
        figure = valid(trend(snapshot, kpi.id))
        series = readings.series(snapshot, kpi, ALL, "executive")
        assert figure["data"][0]["y"] == [point.value for point in series.points]
        assert figure["data"][0]["x"] == [point.date.isoformat() for point in series.points]


def test_a_trend_does_not_join_points_across_missing_ones(snapshot: Snapshot) -> None:
    kpi = snapshot.plan.kpi("affiliates")
    days = [dt.date(2020, month, 1) for month in range(1, 6)]
    values = [1.0, None, 3.0, None, None]
    series = Series(
        kpi.id, (), tuple(Point(d, v, v, None, False) for d, v in zip(days, values, strict=True))
    )
    reading = readings.reading(snapshot, kpi, ALL, "executive", snapshot.data_date, None)
    line = charts.trend(kpi, series, reading, None, [], days[-1], "dark")["data"][0]
    assert line["connectgaps"] is False
    assert line["y"] == values
    assert line["marker"]["size"] == [6, 0, 6, 0, 0], "a lone point must be seen as a mark"


def test_the_path_is_dashed_and_the_projection_dotted(snapshot: Snapshot) -> None:
    figure = trend(snapshot, "company_members")
    dashes = {trace["line"].get("dash") for trace in figure["data"] if "line" in trace}
    assert {"dash", "dot"} <= dashes


def test_a_trend_ends_at_the_date_looked_at_and_marks_the_meetings(snapshot: Snapshot) -> None:
    figure = trend(snapshot, "company_members")
    last = snapshot.data_date.isoformat()
    assert max(figure["data"][0]["x"]) == last
    start, end = snapshot.dates[0], snapshot.plan.ends_on
    met = {m.date.isoformat() for m in snapshot.plan.meetings if start <= m.date <= end}
    (marks,) = [trace for trace in figure["data"] if trace.get("name") == "meetings"]
    assert met and set(marks["x"]) == met


def test_a_trend_shows_which_milestones_of_its_goal_are_done(snapshot: Snapshot) -> None:
    date = dt.date(2021, 12, 31)
    found = milestones.of_goal(snapshot.plan, 3, date)
    hostile = replace(found[0], milestone=replace(found[0].milestone, title=EVIL))
    figure = trend(snapshot, "company_members", milestones=[hostile, *found[1:]])
    (marks,) = [trace for trace in figure["data"] if trace.get("name") == "milestones"]
    assert marks["x"] == [entry.milestone.due_on.isoformat() for entry in found]
    is_filled = [symbol == "diamond" for symbol in marks["marker"]["symbol"]]
    assert is_filled == [
        entry.milestone.done_on is not None and entry.milestone.done_on <= date for entry in found
    ]
    assert {True, False} == set(is_filled)
    assert "<b>" not in marks["customdata"][0][1]


def test_a_confidential_series_below_world_level_shows_no_more_than_the_core(
    snapshot: Snapshot,
) -> None:
    chosen = Selection(regions=("Africa",))
    figure = trend(snapshot, "psea_policy", "board", selection=chosen)
    series = readings.series(snapshot, snapshot.plan.kpi("psea_policy"), chosen, "board")
    assert figure["data"][0]["y"] == [point.value for point in series.points]
    assert all(
        (point.date.month, point.date.day) == (12, 31)
        for point in series.points
        if point.value is not None
    )


def test_bars_stand_in_order_from_zero_with_the_values_of_the_breakdown(
    snapshot: Snapshot,
) -> None:
    kpi = snapshot.plan.kpi("company_members")
    found = breakdowns.breakdown(snapshot, kpi, "region", ALL, "executive")
    figure = valid(charts.bars(kpi, found, {}, "light"))
    bars = figure["data"][0]
    assert bars["x"] == sorted((group.value for group in found.groups), reverse=True)
    assert {datum[0] for datum in bars["customdata"]} == {group.group for group in found.groups}
    assert figure["layout"]["xaxis"]["range"][0] == 0


def test_a_group_that_is_not_shown_is_written_and_has_no_bar(snapshot: Snapshot) -> None:
    kpi = snapshot.plan.kpi("psea_policy")
    found = Breakdown(
        kpi.id,
        snapshot.data_date,
        (),
        (
            Group("Africa", None, None, None, None, True),
            Group("Europe", 0.5, 10.0, 20.0, 20, False),
        ),
    )
    figure = valid(charts.bars(kpi, found, {}, "light"))
    assert figure["data"][0]["x"] == [0.5, None]
    assert [note["text"] for note in figure["layout"]["annotations"]] == ["not shown"]


def test_a_share_of_few_says_its_n_instead_of_a_percentage(snapshot: Snapshot) -> None:
    kpi = snapshot.plan.kpi("certification_rate")
    group = Group("Africa", 5 / 7, 5.0, 7.0, 7, False)
    figure = charts.bars(kpi, Breakdown(kpi.id, snapshot.data_date, (), (group,)), {}, "light")
    assert figure["data"][0]["text"] == ["5 of 7"]


def test_names_from_data_are_shown_letter_by_letter(snapshot: Snapshot) -> None:
    kpi = snapshot.plan.kpi("company_members")
    found = Breakdown(kpi.id, snapshot.data_date, (), (Group(EVIL, 3.0, 3.0, None, 3, False),))
    figure = valid(charts.bars(kpi, found, {}, "light"))
    drawn = [*figure["layout"]["yaxis"]["ticktext"], figure["data"][0]["customdata"][0][1]]
    assert all("<b>" not in text and "<a" not in text for text in drawn)
    assert figure["data"][0]["customdata"][0][0] == EVIL, "a click must tell the true name"
    assert escape("<a&b>") == "&lt;a&amp;b&gt;"


def test_a_stack_adds_up_to_the_kpi(snapshot: Snapshot) -> None:
    kpi = snapshot.plan.kpi("media_mentions")
    found = strands.by_category(snapshot, kpi, ALL, "guest", snapshot.data_date)
    figure = valid(charts.stacked(found, {}, "light"))
    total = [sum(at) for at in zip(*(trace["y"] for trace in figure["data"]), strict=True)]
    series = readings.series(snapshot, kpi, ALL, "guest")
    assert total == pytest.approx([point.value for point in series.points])


def test_small_multiples_share_one_scale_from_zero(snapshot: Snapshot) -> None:
    for name, by in (("company_members", "region"), ("retention", "pillar")):
        kpi = snapshot.plan.kpi(name)
        found = strands.by_group(snapshot, kpi, by, ALL, "guest", snapshot.data_date)  # type: ignore[arg-type]
        whole = None if kpi.is_count else found.whole
        met = [meeting.date for meeting in snapshot.plan.meetings]
        titles = [strand.name for strand in found.strands.strands]
        drawn = charts.panels(kpi, found.strands, titles, "dark", whole, met, titles[:1])
        figure = valid(drawn)
        axes = [axis for key, axis in figure["layout"].items() if key.startswith("yaxis")]
        assert len(axes) == len(titles) > 2
        assert len({tuple(axis["range"]) for axis in axes}) == 1
        low, high = axes[0]["range"]
        assert low == 0
        shown = [t for t in figure["data"] if t.get("name")]
        assert [trace["name"] for trace in shown] == [escape(title) for title in titles]
        assert all(v is None or 0 <= v <= high for trace in shown for v in trace["y"])
        assert len({trace["yaxis"] for trace in shown}) == len(titles)
        faint = [t for t in figure["data"] if not t.get("name") and t["mode"] == "lines"]
        assert len(faint) == (0 if whole is None else len(titles))


def test_bars_of_few_have_a_line_as_far_as_chance_may_move_them(snapshot: Snapshot) -> None:
    kpi = snapshot.plan.kpi("field_review_coverage")
    found = breakdowns.breakdown(snapshot, kpi, "region", ALL, "executive")
    spans = chance.spans(kpi, found.groups)
    assert spans and len(spans) < len(found.groups), "of many there is none"
    figure = valid(charts.bars(kpi, found, {}, "light", spans=spans))
    bars, whiskers = figure["data"]
    names = [group for group, _, _ in bars["customdata"]]
    for place, name in enumerate(names):
        said = bars["customdata"][place][2]
        assert ("chance alone" in said) == (name in spans)
    ends = [x for x in whiskers["x"] if x is not None]
    assert sorted({min(ends[i : i + 6]) for i in range(0, len(ends), 6)}) == pytest.approx(
        sorted({low for low, _ in spans.values()}), abs=1e-4
    )
    assert figure["layout"]["xaxis"]["range"][1] >= max(high for _, high in spans.values())
    assert len(charts.bars(kpi, found, {}, "light")["data"]) == 1


def test_a_waterfall_adds_up_to_the_change(snapshot: Snapshot) -> None:
    kpi = snapshot.plan.kpi("certification_rate")
    start = dt.date(2020, 12, 31)
    for by in ("region", "entity"):
        found = changes.explain(snapshot, kpi, start, snapshot.data_date, by)
        figure = valid(charts.waterfall(kpi, found, {}, "light", most=6))
        *parts, total = figure["data"][0]["x"]
        assert len(parts) <= 6
        assert sum(parts) == pytest.approx(found.change)
        assert total == found.change


def test_the_heatmap_holds_the_shares_of_the_grid(snapshot: Snapshot) -> None:
    kpi = snapshot.plan.kpi("indicators_met")
    grid = compliance.sections(snapshot, ALL, "executive", snapshot.data_date, "All")
    for theme in ("light", "dark"):
        figure = valid(charts.heatmap(kpi, grid, theme))
        cells = [cell for row in figure["data"][0]["z"] for cell in row if cell is not None]
        assert sorted(cells) == sorted(cell.value for cell in grid.cells.values())
        ground = [colour for _, colour in figure["data"][0]["colorscale"]]
        assert min(contrast(TEXT.on(theme), colour) for colour in ground) >= 4.5
    assert len(SEQUENTIAL) >= 4


def test_maps_colour_the_groups_of_the_breakdown_and_tell_the_region(
    snapshot: Snapshot,
) -> None:
    kpi = snapshot.plan.kpi("company_members")
    countries = breakdowns.breakdown(snapshot, kpi, "country", ALL, "executive")
    drawn = valid(charts.country_map(kpi, countries, snapshot.plan.countries, "light", ["Africa"]))
    trace = drawn["data"][0]
    assert dict(zip(trace["locations"], trace["z"], strict=True)) == {
        group.group: group.value for group in countries.groups
    }
    regions = breakdowns.breakdown(snapshot, kpi, "region", ALL, "executive")
    values = {group.group: group.value for group in regions.groups}
    trace = valid(charts.region_map(kpi, regions, snapshot.plan.countries, "dark"))["data"][0]
    for about, value in zip(trace["customdata"], trace["z"], strict=True):
        assert values[about[0]] == value


def test_a_region_that_is_not_shown_has_no_colour_and_is_named(snapshot: Snapshot) -> None:
    kpi = snapshot.plan.kpi("psea_policy")
    found = Breakdown(
        kpi.id,
        snapshot.data_date,
        (),
        (
            Group("Africa", None, None, None, None, True),
            Group("Europe", 0.5, 10.0, 20.0, 20, False),
        ),
    )
    figure = valid(charts.region_map(kpi, found, snapshot.plan.countries, "light"))
    assert {about[0] for about in figure["data"][0]["customdata"]} == {"Europe"}
    assert "Africa" in figure["layout"]["annotations"][0]["text"]


def test_stages_and_months_are_drawn_as_counted() -> None:
    figure = valid(charts.steps(["One", "Two"], [3, 5], [3, 4], "light"))
    assert figure["data"][0]["x"] == [3, 5]
    assert [shape["x0"] for shape in figure["layout"]["shapes"]] == [3, 4]
    figure = valid(charts.columns(["Jan\n2023", "Feb"], [2, None], "dark"))
    assert figure["data"][0]["y"] == [2, None]


def test_labels_are_moved_apart_but_stay_inside() -> None:
    assert spread([10, 12, 90], 15, 0, 100) == [10, 25, 90]
    assert spread([98, 99], 15, 0, 100) == [85, 100]


def test_long_labels_break_near_their_middle() -> None:
    assert two_lines("Latin America and the Caribbean") == "Latin America<br>and the Caribbean"
    assert two_lines("<i>") == "&lt;i&gt;"


def test_no_chart_needs_a_pie_a_gauge_or_a_second_axis(snapshot: Snapshot) -> None:
    figure = trend(snapshot, "company_members")
    assert "yaxis2" not in figure["layout"]
    assert wording.NOTHING not in figure["data"][0]["y"]
