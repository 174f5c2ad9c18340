"""Bars, always from zero: groups, months, stages, and the parts of a change."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from scorecard import chance, palette, wording
from scorecard.breakdowns import Breakdown, Group
from scorecard.catalogue import Kpi
from scorecard.chance import Interval
from scorecard.changes import Explanation, Part
from scorecard.charts.canvas import (
    SIZE,
    Figure,
    escape,
    faint,
    figure,
    ink,
    left_margin,
    note,
    two_lines,
    value_axis,
)
from scorecard.languages import say, say_n
from scorecard.meeting.why import effect
from scorecard.palette import Theme

_BAR = 30
"""Pixels a bar and its gap take."""


def not_shown() -> str:
    return say("not shown")


def bars(
    kpi: Kpi,
    breakdown: Breakdown,
    names: Mapping[str | None, str],
    theme: Theme,
    selected: Collection[str] = (),
    most: int = 16,
    spans: Mapping[str | None, Interval] | None = None,
) -> Figure:
    """Groups as horizontal bars, the greatest on top; a click tells the group's own name.

    Groups that are not shown stand last, without a bar. `selected` are drawn in full colour
    and the others fainter, where any is selected. `spans`: how far chance can move a group, as a
    thin line below its bar.
    """
    spans = spans or {}
    groups = ranked(breakdown)[:most]
    labels = [two_lines(names.get(g.group, g.group or say("none")), 20) for g in groups]
    texts = [text(kpi, group) for group in groups]
    strong, weak = ink(palette.ACCENT, theme), faint(palette.ACCENT, theme, 0.35)
    trace = {
        "type": "bar",
        "orientation": "h",
        "y": list(range(len(groups))),
        "x": [group.value for group in groups],
        "text": [escape(word) for word in texts],
        "textposition": "outside",
        "textfont": {"size": SIZE, "color": ink(palette.TEXT, theme)},
        "cliponaxis": False,
        "marker": {
            "color": [
                strong if not selected or group.group in selected else weak for group in groups
            ]
        },
        "customdata": [
            [group.group, label, _by_chance(kpi, spans.get(group.group))]
            for group, label in zip(groups, labels, strict=True)
        ],
        "hovertemplate": "%{customdata[1]}<br><b>%{text}</b>%{customdata[2]}<extra></extra>",
    }
    hidden = [
        note(not_shown(), theme, x=0, y=place, xanchor="left", yanchor="middle", xshift=4)
        for place, group in enumerate(groups)
        if group.suppressed or group.value is None
    ]
    values = [group.value for group in groups if group.value is not None]
    high = max(values, default=1) or 1
    ends = [spans[group.group][1] for group in groups if group.group in spans]
    longest = max([high * _room(groups, texts, high), *ends])
    return figure(
        [trace, *_whiskers(groups, spans, theme)],
        theme,
        max(90, _BAR * len(groups) + 20),
        margin={"l": 8, "r": 8, "t": 4, "b": 4},
        bargap=0.35,
        xaxis={
            "visible": False,
            "range": [min(0.0, *values, 0.0), longest],
            "fixedrange": True,
        },
        yaxis=_names(labels, theme),
        annotations=hidden,
        clickmode="event",
    )


def _by_chance(kpi: Kpi, span: Interval | None) -> str:
    """How far chance can move a group, on a line of its own below its value."""
    return f"<br>{escape(chance.words(kpi, span))}" if span else ""


def _whiskers(
    groups: Sequence[Group], spans: Mapping[str | None, Interval], theme: Theme
) -> list[dict[str, Any]]:
    """One thin line for each span, with ends, below the bar so that it crosses no figure."""
    x: list[float | None] = []
    y: list[float | None] = []
    for place, group in enumerate(groups):
        if group.group in spans:
            low, high = (round(end, 4) for end in spans[group.group])
            x += [low, low, low, high, high, high, None]
            y += [place + 0.34, place + 0.46, place + 0.4, place + 0.4, place + 0.34, place + 0.46,
                  None]  # fmt: skip
    if not x:
        return []
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": x,
            "y": y,
            "line": {"color": ink(palette.MUTED, theme), "width": 1},
            "hoverinfo": "skip",
            "cliponaxis": False,
        }
    ]


def _room(groups: Sequence[Group], texts: Sequence[str], high: float) -> float:
    """How much longer than its longest bar a plot is, so that each text fits beside its bar.

    On a phone names leave some 190 pixels, and a letter takes 7.
    """
    shares = [
        max(group.value or 0.0, 0.0) / high / max(1 - (7 * len(text) + 8) / 190, 0.3)
        for group, text in zip(groups, texts, strict=True)
    ]
    return max(1.25, *shares, 1.25)


def steps(
    names: Sequence[str],
    values: Sequence[float],
    before: Sequence[float] | None,
    theme: Theme,
) -> Figure:
    """Stages in their order from top to bottom, each with a tick where it stood before."""
    labels = [two_lines(name, 20) for name in names]
    high = max([*values, *(before or ())], default=1) or 1
    texts = [wording.plain(value) for value in values]
    if before:
        for place, (now, then) in enumerate(zip(values, before, strict=True)):
            if now != then:
                sign = "+" if now > then else wording.MINUS
                texts[place] += f"  ({sign}{wording.plain(abs(now - then))})"
    trace = {
        "type": "bar",
        "orientation": "h",
        "y": list(range(len(values))),
        "x": list(values),
        "text": texts,
        "textposition": "outside",
        "cliponaxis": False,
        "textfont": {"size": SIZE, "color": ink(palette.TEXT, theme)},
        "marker": {"color": ink(palette.ACCENT, theme)},
        "customdata": [[label] for label in labels],
        "hovertemplate": "%{customdata[0]}<br><b>%{text}</b><extra></extra>",
    }
    ticks = [
        {
            "type": "line",
            "x0": then,
            "x1": then,
            "y0": place - 0.42,
            "y1": place + 0.42,
            "line": {"color": ink(palette.TEXT, theme), "width": 2},
        }
        for place, then in enumerate(before or ())
    ]
    return figure(
        [trace],
        theme,
        46 * len(values) + 16,
        bargap=0.35,
        margin={"l": 8, "r": 8, "t": 4, "b": 4},
        xaxis={"visible": False, "range": [0, high * 1.35], "fixedrange": True},
        yaxis=_names(labels, theme),
        shapes=ticks,
    )


def columns(
    labels: Sequence[str],
    values: Sequence[float | None],
    theme: Theme,
    hover: Sequence[str] = (),
    tick_every: int = 1,
    height: int = 260,
    written: bool = True,
) -> Figure:
    """Upright bars in their order, such as months; `written` puts each value above its bar.

    A label may have two lines, parted by a line break.
    """
    shown = [escape(label).replace("\n", "<br>") for label in labels]
    is_tall = any("\n" in label for label in labels)
    trace = {
        "type": "bar",
        "x": list(range(len(values))),
        "y": list(values),
        "text": ["" if not v else wording.plain(v) for v in values] if written else None,
        "textposition": "outside",
        "cliponaxis": False,
        "textfont": {"size": SIZE, "color": ink(palette.TEXT, theme)},
        "marker": {"color": ink(palette.ACCENT, theme)},
        "customdata": [
            [escape(words), "" if value is None else wording.plain(value)]
            for words, value in zip(hover or labels, values, strict=True)
        ],
        "hovertemplate": "%{customdata[0]}<br><b>%{customdata[1]}</b><extra></extra>",
    }
    high = max((value for value in values if value is not None), default=0) or 1
    places = list(range(0, len(values), tick_every))
    return figure(
        [trace],
        theme,
        height,
        margin={
            "l": 8 if written else left_margin(None, high * 1.1),
            "r": 8,
            "t": 22,
            "b": 42 if is_tall else 26,
        },
        bargap=0.3,
        xaxis={
            "tickvals": places,
            "ticktext": [shown[place] for place in places],
            "tickfont": {"color": ink(palette.MUTED, theme), "size": SIZE - 1},
            "tickangle": 0,
            "showgrid": False,
            "zeroline": False,
            "linecolor": ink(palette.LINE, theme),
            "showline": True,
            "fixedrange": True,
        },
        yaxis=value_axis(
            theme, None, range=[0, high * 1.1], rangemode="tozero", visible=not written,
            automargin=False,
        ),
    )  # fmt: skip


def waterfall(
    kpi: Kpi,
    explanation: Explanation,
    names: Mapping[str | None, str],
    theme: Theme,
    most: int = 10,
) -> Figure:
    """The parts of a change one after the other, the greatest first, and their sum."""
    parts = sorted(explanation.parts, key=lambda part: -abs(part.contribution))
    seen = [part for part in parts if not wording.is_still(kpi, part.contribution)]
    shown = seen if len(seen) <= most else seen[: most - 1]
    rest = parts[len(shown) :]
    labels = [_part_name(part, names) for part in shown]
    amounts = [part.contribution for part in shown]
    if rest:
        labels.append(say_n("1 smaller part", "{count} other parts", len(rest)))
        amounts.append(sum(part.contribution for part in rest))
    total = explanation.change or 0.0
    reached = [0.0]
    for amount in amounts:
        reached.append(reached[-1] + amount)
    widest = max(reached) - min(reached) or 1
    trace = {
        "type": "waterfall",
        "orientation": "h",
        "y": list(range(len(amounts) + 1)),
        "x": [*amounts, total],
        "measure": [*["relative"] * len(amounts), "total"],
        "text": [wording.change(kpi, amount) for amount in (*amounts, total)],
        "textposition": "outside",
        "cliponaxis": False,
        "textfont": {"size": SIZE, "color": ink(palette.TEXT, theme)},
        "increasing": {"marker": {"color": ink(palette.SERIES[0], theme)}},
        "decreasing": {"marker": {"color": ink(palette.SERIES[1], theme)}},
        "totals": {"marker": {"color": ink(palette.ACTUAL, theme)}},
        "connector": {"line": {"color": ink(palette.LINE, theme), "width": 1}},
        "customdata": [[label] for label in (*labels, say("Change"))],
        "hovertemplate": "%{customdata[0]}<br><b>%{text}</b><extra></extra>",
    }
    return figure(
        [trace],
        theme,
        max(110, _BAR * (len(amounts) + 1) + 20),
        margin={"l": 8, "r": 8, "t": 4, "b": 4},
        waterfallgap=0.35,
        xaxis={
            "visible": True,
            "showticklabels": False,
            "showgrid": False,
            "zeroline": True,
            "zerolinecolor": ink(palette.MUTED, theme),
            # Room for the figures beside the bars, also on a phone; left of them stand only
            # those of parts that fall.
            "range": [
                min(reached) - widest * (0.3 if min(amounts, default=0) < 0 else 0.02),
                max(reached) + widest * 0.38,
            ],
            "fixedrange": True,
        },
        yaxis=_names([*labels, f"<b>{say('Change')}</b>"], theme),
    )


def ranked(breakdown: Breakdown) -> list[Group]:
    """The groups by value, the greatest first; those not shown last, then by name."""
    return sorted(
        breakdown.groups,
        key=lambda g: (
            g.value is None,
            -(g.value or 0),
            (g.group is None, g.group or ""),
        ),
    )


def text(kpi: Kpi, group: Group) -> str:
    """The value of a group as it may be shown; nothing where a note stands in its place."""
    if group.suppressed or group.value is None:
        return ""
    words = wording.share(kpi, group.value, group.numerator, group.denominator, group.n)
    if not kpi.is_percentage or kpi.is_count or group.n is None:
        return words
    # Where answers are divided, the few that gave them are not the denominator.
    if group.n >= 10 or kpi.counts == "organisations":
        return f"{words} · n = {wording.plain(group.n)}"
    return words


def _part_name(part: Part, names: Mapping[str | None, str]) -> str:
    name = names.get(part.group, part.group or say("none"))
    return two_lines(f"{name}, {effect(part)}" if part.effect in ("rate", "mix") else name, 24)


def _names(labels: Sequence[str], theme: Theme) -> dict[str, Any]:
    """An axis of names, the first on top; places are numbers, as two names may be the same."""
    return {
        "tickvals": list(range(len(labels))),
        "ticktext": list(labels),
        "range": [len(labels) - 0.5, -0.5],
        "tickfont": {"color": ink(palette.TEXT, theme), "size": SIZE},
        "ticklabelstandoff": 6,
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
        "automargin": True,
    }
