"""Charts that stay charts: editable ones of office programs, made by python-pptx.

The slides hold them as they are; the Word document takes over the same chart parts.
"""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
    XL_TICK_MARK,
)
from pptx.enum.dml import MSO_LINE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Pt
from xlsxwriter import Workbook

from scorecard import palette
from scorecard.briefing import scale
from scorecard.briefing.document import Chart, Line
from scorecard.briefing.letters import one_line
from scorecard.palette import Ink

FONT = "Arial"
TEXT_SIZE = 11.0
_LABEL = 40
"""Characters of a category that an axis shows; the sheet behind holds all of them."""

FORMATS = {"count": "#,##0", "percent": '0"\u202f%"', "months": "0.0"}

_BASE, _TOTAL, _MORE, _LESS, _WORDS = "Base", "Total", "Increase", "Decrease", "Labels"
_MORE_BELOW, _LESS_BELOW = "Increase below zero", "Decrease below zero"
_WATERFALL = {
    _TOTAL: palette.ACTUAL,
    _MORE: palette.STATUS["on_track"],
    _LESS: palette.STATUS["serious_delay"],
    _MORE_BELOW: palette.STATUS["on_track"],
    _LESS_BELOW: palette.STATUS["serious_delay"],
}


class _Data(CategoryChartData):
    """Chart data whose sheet keeps every text a text, whatever it begins with."""

    @property
    def xlsx_blob(self) -> bytes:
        out = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        book = Workbook(out, options)
        sheet = book.add_worksheet("Sheet1")
        days = book.add_format({"num_format": "yyyy-mm-dd"})
        for row, category in enumerate(self.categories, start=1):
            if isinstance(category.label, dt.date):
                sheet.write_datetime(row, 0, category.label, days)
            else:
                sheet.write_string(row, 0, category.label)
        for column, series in enumerate(self, start=1):
            sheet.write_string(0, column, series.name)
            for row, value in enumerate(series.values, start=1):
                if value is not None:
                    sheet.write_number(row, column, value)
        book.close()
        return out.getvalue()


def kind(chart: Chart) -> Any:
    """The chart type of the office programs. Bars lie, so that names have room."""
    if chart.kind == "line":
        return XL_CHART_TYPE.LINE
    if chart.kind == "waterfall":
        return XL_CHART_TYPE.BAR_STACKED
    return XL_CHART_TYPE.BAR_CLUSTERED


def data(chart: Chart) -> Any:
    """The values of a chart as python-pptx wants them; percentages as numbers up to 100."""
    found = _Data(number_format=FORMATS.get(chart.unit, "General"))
    days = scale.dates(chart) if chart.kind == "line" else None
    found.categories = days or [_short(category) for category in chart.categories]
    if days:
        found.categories.number_format = "mmm yyyy"
    for line in _stack(chart) if chart.kind == "waterfall" else chart.lines:
        found.add_series(_short(line.name), [_scaled(value, chart) for value in line.values])
    return found


def style(drawn: Any, chart: Chart, size: float = TEXT_SIZE) -> None:
    """Give an office chart (of python-pptx) our colours, axes and labels, in points."""
    drawn.font.size, drawn.font.name = Pt(size), FONT
    drawn.font.color.rgb = rgb(palette.TEXT)
    drawn.has_title = False
    _axes(drawn, chart)
    if chart.kind == "line":
        _style_lines(drawn, chart)
    elif chart.kind == "bar":
        _style_bars(drawn, chart)
    else:
        _style_waterfall(drawn, chart)
    drawn.has_legend = chart.kind != "waterfall" and len(chart.lines) > 1
    if drawn.has_legend:
        drawn.legend.position = XL_LEGEND_POSITION.TOP
        drawn.legend.include_in_layout = False
    _set_ground(drawn._chartSpace)
    for run in drawn._chartSpace.iter(qn("a:rPr")):
        run.set("sz", f"{size * 100:.0f}")


def _set_ground(space: Any) -> None:
    """No frame, no fill, no round corners, whatever the office program would choose."""
    text = space.find(qn("c:txPr"))
    text.addprevious(
        parse_xml(f"<c:spPr {nsdecls('c', 'a')}><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>")
    )
    if space.find(qn("c:roundedCorners")) is None:
        corners = space.makeelement(qn("c:roundedCorners"), {"val": "0"})
        before = space.find(qn("c:date1904"))
        if before is None:
            space.insert(0, corners)
        else:
            before.addnext(corners)


def rgb(ink: Ink) -> Any:
    return RGBColor.from_string(ink.light[1:].upper())


def ink_of(line: Line, place: int) -> Ink:
    """The colour of a series: by its role, else by its place."""
    roles = {"actual": palette.ACTUAL, "path": palette.PATH, "projection": palette.PROJECTION}
    return roles.get(line.role, palette.SERIES[place % len(palette.SERIES)])


def _axes(drawn: Any, chart: Chart) -> None:
    axis = scale.axis(chart)
    value, category = drawn.value_axis, drawn.category_axis
    factor = 100.0 if chart.unit == "percent" else 1.0
    room = _room(axis) if chart.kind == "waterfall" else 0.0
    value.minimum_scale = axis.low * factor
    value.maximum_scale = (axis.high + room) * factor
    value.major_unit = axis.step * factor
    value.has_major_gridlines = True
    value.major_gridlines.format.line.color.rgb = rgb(palette.LINE)
    value.major_gridlines.format.line.width = Pt(0.75)
    value.format.line.fill.background()
    value.major_tick_mark = category.major_tick_mark = XL_TICK_MARK.NONE
    value.tick_labels.number_format = FORMATS.get(chart.unit, "General")
    value.tick_labels.number_format_is_linked = False
    category.format.line.color.rgb = rgb(palette.MUTED)
    category.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    category.has_major_gridlines = False
    if chart.kind == "line":
        if scale.dates(chart):
            for tag, step in (
                ("c:baseTimeUnit", "days"),
                ("c:majorUnit", "1"),
                ("c:majorTimeUnit", "years"),
            ):
                _replace(category._element, tag, step)
        else:
            _replace(category._element, "c:tickLblSkip", str(-(-len(chart.categories) // 8)))
        # The axes cross on a category, so that the line begins at the axis.
        crossing = drawn._chartSpace.find(f".//{qn('c:valAx')}/{qn('c:crossBetween')}")
        if crossing is not None:
            crossing.set("val", "midCat")
    else:
        category.reverse_order = True
        _replace(category._element, "c:tickLblSkip", "1")
        value.tick_label_position = XL_TICK_LABEL_POSITION.HIGH


def _replace(axis: Any, tag: str, value: str) -> None:
    """Set an element that comes, in the order of the schema, last but `noMultiLvlLbl`."""
    for old in axis.findall(qn(tag)):
        axis.remove(old)
    element = axis.makeelement(qn(tag), {"val": value})
    last = axis.find(qn("c:noMultiLvlLbl"))
    if last is None:
        axis.append(element)
    else:
        last.addprevious(element)


def _style_lines(drawn: Any, chart: Chart) -> None:
    dashes = {"path": MSO_LINE.DASH, "projection": MSO_LINE.ROUND_DOT}
    for place, (series, line) in enumerate(zip(drawn.plots[0].series, chart.lines, strict=True)):
        series.smooth = False
        series.marker.style = XL_MARKER_STYLE.NONE
        pen = series.format.line
        pen.color.rgb = rgb(ink_of(line, place))
        pen.width = Pt(2.5 if line.role == "actual" else 1.75)
        if line.role in dashes:
            pen.dash_style = dashes[line.role]
        last = scale.last_known(line)
        if last is None:
            continue
        if line.role == "actual":
            marker = series.points[last].marker
            marker.style, marker.size = XL_MARKER_STYLE.CIRCLE, 7
            marker.format.fill.solid()
            marker.format.fill.fore_color.rgb = rgb(palette.ACTUAL)
        where = XL_LABEL_POSITION.BELOW if line.role == "projection" else XL_LABEL_POSITION.ABOVE
        _label(series, last, scale.shown(line.values[last], chart.unit), where, ink_of(line, place))


def _style_bars(drawn: Any, chart: Chart) -> None:
    plot = drawn.plots[0]
    plot.gap_width = 60 if len(chart.lines) > 1 else 45
    plot.overlap = -5
    for place, (series, line) in enumerate(zip(plot.series, chart.lines, strict=True)):
        series.invert_if_negative = False
        series.format.fill.solid()
        ink = palette.ACCENT if place == 0 else ink_of(line, place)
        if line.role == "path":
            # Hollow, so that what is planned differs from what is without a colour too.
            series.format.fill.fore_color.rgb = rgb(palette.BACKGROUND)
            series.format.line.color.rgb = rgb(palette.PATH)
            series.format.line.dash_style = MSO_LINE.DASH
        elif place == 1 and line.role == "other":
            series.format.fill.fore_color.rgb = rgb(palette.BAND)
            series.format.line.color.rgb = rgb(palette.ACCENT)
        else:
            series.format.fill.fore_color.rgb = rgb(ink)
        labels = series.data_labels
        labels.show_value = True
        labels.position = XL_LABEL_POSITION.OUTSIDE_END
        labels.number_format = FORMATS.get(chart.unit, "General")
        labels.number_format_is_linked = False


def _style_waterfall(drawn: Any, chart: Chart) -> None:
    plot = drawn.plots[0]
    plot.gap_width, plot.overlap = 40, 100
    steps = scale.pieces(chart)
    for series in plot.series:
        series.invert_if_negative = False
        if series.name in (_BASE, _WORDS):
            series.format.fill.background()
            series.format.line.fill.background()
            if series.name == _WORDS:
                # Stacked bars take no label beside them, so an unseen one carries it.
                for place, piece in enumerate(steps):
                    text = scale.piece_shown(piece, chart.unit)
                    _label(series, place, text, XL_LABEL_POSITION.INSIDE_BASE, palette.TEXT)
            continue
        ink = _WATERFALL[series.name]
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = rgb(ink)
        if series.name in (_LESS, _LESS_BELOW):
            # Light within a dark edge: told from an increase in grey too.
            series.format.fill.fore_color.rgb = RGBColor(0xFB, 0xE3, 0xD6)
            series.format.line.color.rgb = rgb(ink)


def _label(series: Any, place: int, text: str, where: Any, ink: Ink) -> None:
    label = series.points[place].data_label
    run = label.text_frame.paragraphs[0].add_run()
    run.text = text
    run.font.name, run.font.bold = FONT, True
    run.font.color.rgb = rgb(ink)
    label.position = where


def _stack(chart: Chart) -> list[Line]:
    """A waterfall as stacked series: an invisible base, and what stands on it.

    A piece that crosses zero is one bar above and one below.
    """
    steps = scale.pieces(chart)
    parts: dict[str, list[float | None]] = {
        name: [None] * len(steps) for name in (_BASE, *_WATERFALL)
    }
    for place, piece in enumerate(steps):
        low, high = sorted((piece.start, piece.end))
        if piece.is_total:
            parts[_TOTAL][place] = piece.end
            continue
        above, below = (_MORE, _MORE_BELOW) if piece.amount >= 0 else (_LESS, _LESS_BELOW)
        if low >= 0:
            parts[_BASE][place], parts[above][place] = low, high - low
        elif high <= 0:
            parts[_BASE][place], parts[above][place] = high, low - high
        else:
            parts[above][place], parts[below][place] = high, low
    return [
        Line(name, tuple(values))
        for name, values in parts.items()
        if name == _BASE or any(value is not None for value in values)
    ] + [Line(_WORDS, (_room(scale.axis(chart)),) * len(steps))]


def _room(axis: scale.Axis) -> float:
    """What a label takes beside a bar, on the scale of the axis."""
    return (axis.high - axis.low) * 0.12


def _scaled(value: float | None, chart: Chart) -> float | None:
    return value * 100 if value is not None and chart.unit == "percent" else value


def _short(text: str) -> str:
    text = one_line(text)
    return text if len(text) <= _LABEL else f"{text[: _LABEL - 1].rstrip()}…"
