"""The briefing as a workbook: a sheet of text, a sheet a table, a sheet for the charts of a KPI.

Numbers and dates are what they are, with a format that shows them as on screen; text is written
as text, so that nothing from a CSV file becomes a formula.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter

from scorecard import palette
from scorecard.briefing import fit, letters, scale
from scorecard.briefing.document import (
    Bullets,
    Cell,
    Chart,
    Document,
    Paragraph,
    Section,
    Table,
    Unit,
)
from scorecard.languages import say, to_say

_WIDE = 92
_TITLE_ROWS = 4
_ASIDE = 20
"""The column where what a chart stacks stands, out of sight."""
_STACK = (
    to_say("Base"),
    to_say("Rise"),
    to_say("Rise below"),
    to_say("Fall"),
    to_say("Fall below"),
    to_say("Change"),
)
_DATE = "d mmm yyyy"
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f']")


def write(document: Document, out: BinaryIO, template: Path | None = None) -> None:
    """Writes the workbook. Its dates are the meeting's, so the same papers are the same file."""
    options = {
        "in_memory": True,
        "default_format_properties": {"font_name": "Arial", "font_size": 10},
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties(
            {
                "title": letters.one_line(document.title)[:250],
                "subject": letters.one_line(document.subtitle)[:250],
                "comments": say("Snapshot {snapshot}", snapshot=document.snapshot),
                "created": dt.datetime.combine(document.meeting, dt.time()),
            }
        )
        _Workbook(book, document).fill()


class _Workbook:
    """One workbook while it is written."""

    def __init__(self, book: Any, document: Document) -> None:
        self.book = book
        self.document = document
        self.taken: set[str] = set()
        self.formats: dict[tuple[tuple[str, object], ...], Any] = {}
        self.text = self.sheet(say("Briefing"))
        self.row = 0

    def fill(self) -> None:
        self._opening()
        for section in self.document.sections:
            self._section(section)

    # Sheets ---------------------------------------------------------------------------------

    def sheet(self, name: str, *, landscape: bool = False) -> Any:
        """A new sheet, set up for paper: marks and page numbers below, as wide as a page."""
        sheet = self.book.add_worksheet(self._free(name))
        sheet.hide_gridlines(2)
        sheet.set_paper(9)
        if landscape:
            sheet.set_landscape()
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.8)
        sheet.fit_to_pages(1, 0)
        marks = letters.one_line(" · ".join(self.document.marks))[:190].replace("&", "&&")
        pages = say("{page} of {pages}", page="&P", pages="&N")
        sheet.set_footer(f"&L&8{marks}&R&8{pages}")
        return sheet

    def _free(self, name: str) -> str:
        """A name that Excel takes and no other sheet has."""
        kept = " ".join(_FORBIDDEN.sub(" ", letters.one_line(name)).split()) or say("Sheet")
        free, number = fit.cut(kept, 31), 1
        while free.lower() in self.taken or free.lower() == "history":
            number += 1
            tail = f" {number}"
            free = f"{fit.cut(kept, 31 - len(tail))}{tail}"
        self.taken.add(free.lower())
        return free

    def format(self, **properties: object) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format({"valign": "top", **properties})
        return self.formats[key]

    def put(self, sheet: Any, row: int, column: int, text: str, **properties: object) -> None:
        """Text, and never a formula, even where somebody edits the cell."""
        plain = letters.clean(text)[: fit.LONGEST]
        if plain.lstrip().startswith(("=", "+", "-", "@")):
            properties["quote_prefix"] = True
        sheet.write_string(row, column, plain, self.format(**properties))

    # The sheet of text ----------------------------------------------------------------------

    def _opening(self) -> None:
        document = self.document
        self.text.set_column(0, 0, _WIDE)
        self.text.set_portrait()
        self._say(document.title, font_size=18, bold=True)
        self._say(document.subtitle, font_size=13)
        self._say(document.selection)
        self._say(say("For {audience}", audience=document.audience))
        for mark in document.marks:
            self._say(mark, bold=True)
        self._say(
            say("Snapshot {snapshot}", snapshot=document.snapshot), font_color=palette.MUTED.light
        )

    def _say(self, text: str, **properties: object) -> None:
        self.put(self.text, self.row, 0, text, text_wrap=True, **properties)
        size = properties.get("font_size", 10)
        assert isinstance(size, int)
        self.text.set_row(self.row, fit.high(text, _WIDE, size, is_bold="bold" in properties))
        self.row += 1

    def _section(self, section: Section) -> None:
        self.row += 1
        self._say(section.title, bold=True, font_size=max(11, 16 - 2 * (section.level - 1)))
        charts = [block for block in section.blocks if isinstance(block, Chart)]
        for block in section.blocks:
            match block:
                case Paragraph():
                    self._say(block.text, bold=block.strong)
                case Bullets():
                    for item in block.items:
                        self._say(f"• {item}")
                case Table():
                    name = self._table(section, block)
                    self._say(
                        say("{title} → sheet “{name}”", title=block.title, name=name), italic=True
                    )
                case Chart():
                    self._say(f"{block.title}. {block.alt}", italic=True)
        if charts:
            name = self._charts(section, charts)
            self._say(say("Charts → sheet “{name}”", name=name), italic=True)
        for child in section.sections:
            self._section(child)

    # A sheet a table ------------------------------------------------------------------------

    def _head(self, sheet: Any, title: str) -> None:
        self.put(sheet, 0, 0, title, bold=True, font_size=13)
        self.put(sheet, 1, 0, self.document.selection, font_color=palette.MUTED.light)
        marks = " · ".join(self.document.marks)
        self.put(sheet, 2, 0, marks, font_color=palette.MUTED.light)

    def _table(self, section: Section, table: Table) -> str:
        sheet = self.sheet(fit.called(section, table), landscape=len(table.columns) > 4)
        self._head(sheet, table.title)
        for place, column in enumerate(table.columns):
            side = "right" if column.numeric else "left"
            self.put(sheet, _TITLE_ROWS, place, column.title, bold=True, align=side, bottom=2,
                     text_wrap=True, indent=int(place > 0 and not column.numeric))  # fmt: skip
            sheet.set_column(place, place, fit.width(table, place))
        row = _TITLE_ROWS
        widths = [fit.width(table, place) for place in range(len(table.columns))]
        for cells in table.rows:
            row += 1
            sheet.set_row(row, max(map(fit.high_of, cells, widths)))
            for place, (cell, column) in enumerate(zip(cells, table.columns, strict=True)):
                self._cell(sheet, row, place, cell, column.numeric)
        if table.note:
            self.put(sheet, row + 2, 0, table.note, font_color=palette.MUTED.light)
        sheet.freeze_panes(_TITLE_ROWS + 1, 1)
        sheet.repeat_rows(_TITLE_ROWS)
        return str(sheet.get_name())

    def _cell(self, sheet: Any, row: int, place: int, cell: Cell, is_numeric: bool) -> None:
        look: dict[str, object] = {"bottom": 1, "bottom_color": palette.LINE.light}
        look |= (
            {"align": "right"}
            if is_numeric
            else {"align": "left", "text_wrap": True, "indent": int(place > 0)}
        )
        if isinstance(cell.value, dt.date):
            look["num_format"] = _DATE
            moment = dt.datetime.combine(cell.value, dt.time())
            sheet.write_datetime(row, place, moment, self.format(**look))
        elif isinstance(cell.value, int | float) and cell.unit not in ("date", "text"):
            self._number(sheet, row, place, cell.value, cell.text, cell.unit, **look)
        elif cell.status:
            colour = palette.STATUS[cell.status].light
            words = f"{letters.SHAPES[cell.status]} {cell.text}"
            self.put(sheet, row, place, words, bold=True, font_color=colour, **look)
        else:
            self.put(sheet, row, place, cell.text, **look)

    def _number(
        self, sheet: Any, row: int, place: int, value: float, text: str, unit: Unit, **look: object
    ) -> None:
        """A number that its format shows as the text does, decimals, sign and unit alike."""
        shape, factor = fit.shape(text, unit)
        sheet.write_number(row, place, value * factor, self.format(num_format=shape, **look))

    # Charts ---------------------------------------------------------------------------------

    def _charts(self, section: Section, charts: list[Chart]) -> str:
        """The data on the left, the charts that draw them beside."""
        sheet = self.sheet(section.title, landscape=True)
        self._head(sheet, section.title)
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 3, 14)
        sheet.set_column(4, 4, 3)
        row = _TITLE_ROWS
        drawn = _TITLE_ROWS + 3
        for chart in charts:
            self.put(sheet, row, 0, chart.title, bold=True)
            self.put(sheet, row + 1, 0, chart.subtitle, font_color=palette.MUTED.light)
            top = row + 2
            if chart.kind == "line":
                below, native = self._line(sheet, top, chart)
            elif chart.kind == "waterfall":
                below, native = self._waterfall(sheet, top, chart)
            else:
                below, native = self._bars(sheet, top, chart)
            native.set_title(
                {"name": letters.one_line(chart.title)[:250], "name_font": {"size": 11}}
            )
            native.set_size({"width": 720, "height": 340})
            if not scale.is_empty(chart):
                place = {"description": letters.one_line(chart.alt)[: fit.LONGEST]}
                sheet.insert_chart(drawn, 5, native, place)
                drawn += 18
            row = below + 2
        sheet.print_area(0, 0, max(row, drawn), 16)
        return str(sheet.get_name())

    def _heads(self, sheet: Any, row: int, names: list[str]) -> None:
        for place, name in enumerate(names):
            side = "right" if place else "left"
            self.put(sheet, row, place, name, bold=True, align=side, bottom=2, text_wrap=True)

    def _line(self, sheet: Any, top: int, chart: Chart) -> tuple[int, Any]:
        """Dates and a column a line; drawn over time, gaps as gaps."""
        self._heads(sheet, top, [say("Date"), *(line.name for line in chart.lines)])
        on_day = self.format(num_format=_DATE, align="left")
        last = top + len(chart.categories)
        for i, category in enumerate(chart.categories, start=1):
            sheet.write_datetime(top + i, 0, dt.datetime.fromisoformat(category), on_day)
            for place, line in enumerate(chart.lines, start=1):
                value = line.values[i - 1]
                if value is not None:
                    text = scale.shown(value, chart.unit)
                    self._number(sheet, top + i, place, value, text, chart.unit)
        native = self.book.add_chart({"type": "line"})
        name = sheet.get_name()
        looks = {
            "actual": (palette.ACTUAL.light, 2.25, "solid"),
            "path": (palette.PATH.light, 1.5, "dash"),
            "projection": (palette.PROJECTION.light, 1.5, "round_dot"),
            "other": (palette.SERIES[0].light, 2.0, "solid"),
        }
        for place, line in enumerate(chart.lines, start=1):
            colour, width, dash = looks[line.role]
            native.add_series(
                {
                    "name": [name, top, place],
                    "categories": [name, top + 1, 0, last, 0],
                    "values": [name, top + 1, place, last, place],
                    "line": {"color": colour, "width": width, "dash_type": dash},
                }
            )
        native.set_x_axis(
            {
                "date_axis": True,
                "major_unit": 12,
                "major_unit_type": "months",
                "num_format": "yyyy",
                "num_font": {"size": 9},
            }
        )
        native.set_y_axis(self._axis(chart.unit))
        native.set_legend({"position": "bottom"})
        native.show_blanks_as("gap")
        return last, native

    def _waterfall(self, sheet: Any, top: int, chart: Chart) -> tuple[int, Any]:
        """Before, steps and after; drawn from nought to the change, each step from the last."""
        self._heads(sheet, top, [say("Step"), say("Value")])
        pieces = scale.pieces(chart)
        for i, piece in enumerate(pieces, start=1):
            self.put(sheet, top + i, 0, piece.name, text_wrap=True, bold=piece.is_total)
            sheet.set_row(top + i, fit.high(piece.name, 34))
            value = piece.end if piece.is_total else piece.amount
            said = scale.shown if piece.is_total else scale.step_shown
            text = said(value, chart.unit)
            self._number(sheet, top + i, 1, value, text, chart.unit, bold=piece.is_total)
        steps = [piece for piece in pieces if not piece.is_total]
        for place, name in enumerate((say("For the chart"), *map(say, _STACK))):
            self.put(sheet, top, _ASIDE + place, name, font_color=palette.MUTED.light)
        grey = self.format(num_format="General", font_color=palette.MUTED.light)
        reached = 0.0
        for i, piece in enumerate(steps, start=1):
            label = f"{piece.name}  {scale.step_shown(piece.amount, chart.unit)}"
            self.put(sheet, top + i, _ASIDE, label, font_color=palette.MUTED.light)
            stack = fit.stack(reached, reached + piece.amount)
            reached += piece.amount
            for place, height in enumerate(stack, start=1):
                if height:
                    sheet.write_number(top + i, _ASIDE + place, height, grey)
        end = top + len(steps) + 1
        label = f"{say('Change')}  {scale.step_shown(reached, chart.unit)}"
        self.put(sheet, end, _ASIDE, label, font_color=palette.MUTED.light)
        sheet.write_number(end, _ASIDE + len(_STACK), reached, grey)
        native = self.book.add_chart({"type": "bar", "subtype": "stacked"})
        colours = {
            "Rise": palette.SERIES[0].light,
            "Fall": palette.SERIES[1].light,
            "Change": palette.ACTUAL.light,
        }
        name = sheet.get_name()
        for place, stacked in enumerate(_STACK, start=1):
            colour = colours.get(stacked.split(" ")[0])
            native.add_series(
                {
                    "name": [name, top, _ASIDE + place],
                    "categories": [name, top + 1, _ASIDE, end, _ASIDE],
                    "values": [name, top + 1, _ASIDE + place, end, _ASIDE + place],
                    "fill": {"color": colour} if colour else {"none": True},
                    "gap": 50,
                }
            )
        native.set_y_axis({"reverse": True, "num_font": {"size": 9}, "label_position": "low"})
        native.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
        native.set_legend({"none": True})
        return top + len(pieces), native

    def _bars(self, sheet: Any, top: int, chart: Chart) -> tuple[int, Any]:
        self._heads(sheet, top, [say("Group"), *(line.name for line in chart.lines)])
        last = top + len(chart.categories)
        for i, category in enumerate(chart.categories, start=1):
            self.put(sheet, top + i, 0, category, text_wrap=True)
            for place, line in enumerate(chart.lines, start=1):
                value = line.values[i - 1]
                if value is not None:
                    text = scale.shown(value, chart.unit)
                    self._number(sheet, top + i, place, value, text, chart.unit)
        native = self.book.add_chart({"type": "bar"})
        name = sheet.get_name()
        for place in range(1, len(chart.lines) + 1):
            native.add_series(
                {
                    "name": [name, top, place],
                    "categories": [name, top + 1, 0, last, 0],
                    "values": [name, top + 1, place, last, place],
                    "fill": {"color": palette.SERIES[(place - 1) % len(palette.SERIES)].light},
                    "data_labels": {"value": True},
                }
            )
        native.set_y_axis({"reverse": True})
        native.set_x_axis(self._axis(chart.unit))
        native.set_legend({"none": len(chart.lines) == 1, "position": "bottom"})
        return last, native

    def _axis(self, unit: Unit) -> dict[str, object]:
        formats = {"percent": "0%", "months": "0"}
        return {
            "num_format": formats.get(unit, "#,##0"),
            "num_font": {"size": 9},
            "major_gridlines": {"visible": True, "line": {"color": palette.LINE.light}},
            "line": {"none": True},
        }
