"""Briefings made by hand, with every block and with texts that mean harm; all invented."""

from __future__ import annotations

import datetime as dt

from scorecard.briefing.document import (
    Bullets,
    Cell,
    Chart,
    Column,
    Document,
    Line,
    Paragraph,
    Section,
    Table,
)

HOSTILE = (
    "<b>Bold & Sons</b> <script>alert(1)</script>",
    '=HYPERLINK("http://example.org","click")',
    "#set page(fill: red); #panic() $x^2$ *star* _under_ `code` @ref <label>",
    "[link](https://example.org) ![](x.png) :material/home:",
    "حراسة الصحراء \u202egnp.exe\u202c שמירה",
    "Rocket 🚀 Guards 👨‍👩‍👧 🇨🇭 ✅",
    "北京保安公司 ガード 경비",
    "N" + "a" * 297 + "me",
    "W" * 300,
    " ".join(["A long name of words"] * 15),
    "Line\nbreak\r\nand\u2028another\ttab",
    "Nul\x00 bell\x07 escape\x1b[31m c1\x9b ffff\uffff lone \ud800 end",
    "Z̸̢̛a̵l̷g̶o̴ ",
    "",
    "]]> &amp; &#0; {{template}} %s {0} \\n \\",
)

_MARKS = ("Confidential: for the board only", "Synthetic sample")
_STATUSES = (
    ("Achieved", "achieved"),
    ("On track", "on_track"),
    ("Some delay", "some_delay"),
    ("Serious delay", "serious_delay"),
    ("Moving away", "moving_away"),
    ("Too few to judge", "too_few"),
    ("Awaiting data", "awaiting_data"),
    ("No target yet", "no_target"),
    ("Monitor", "monitor"),
    ("Not shown", "suppressed"),
)
_QUARTERS = tuple(
    f"{year}-{day}" for year in range(2019, 2024) for day in ("03-31", "06-30", "09-30", "12-31")
)


def document(*sections: Section) -> Document:
    return Document(
        title="Briefing for the board meeting of 15 March 2023",
        subtitle="Strategic Plan 2019–2023",
        selection="All regions and pillars, at 31 December 2022, compared with the board "
        "meeting of 15 September 2022",
        audience="board",
        meeting=dt.date(2023, 3, 15),
        as_of=dt.date(2022, 12, 31),
        snapshot="7c1f0e2ab3d94c55",
        marks=_MARKS,
        sections=sections,
    )


def example() -> Document:
    """A briefing with every block that there is, as one for a board would have them."""
    return document(_answer(), _scorecard(), *_in_delay(), _annex())


def hostile() -> Document:
    """Every hostile text in every place that takes a text."""
    sections = [
        Section(
            title=text,
            opens_page=place % 2 == 0,
            notes=(text, text),
            blocks=(
                Paragraph(text, strong=True),
                Bullets((text, text)),
                _names_table(text),
                line_chart(text),
                bar_chart(text, HOSTILE),
                waterfall(text, HOSTILE),
            ),
            sections=(Section(title=text, level=2, blocks=(Paragraph(text),)),),
        )
        for place, text in enumerate(HOSTILE)
    ]
    found = document(*sections)
    text = HOSTILE[0] + HOSTILE[9]
    return Document(
        **{
            **vars(found),
            "title": text,
            "subtitle": HOSTILE[4],
            "selection": HOSTILE[10],
            "marks": (HOSTILE[9], HOSTILE[5]),
        }
    )


def long(count: int = 200) -> Document:
    """So many KPIs in delay, a page each, and one table of all of them."""
    rows = tuple(_row(i, f"KPI number {i}") for i in range(count))
    pages = tuple(
        Section(
            title=f"KPI number {i}: 17 fewer than planned",
            level=2,
            opens_page=True,
            notes=("(96 − 40) ÷ (113 − 40) = 77 %",),
            blocks=(
                Paragraph("96 of 113 expected; at this pace 112 by the end of 2023.", strong=True),
                line_chart("Value against path"),
                waterfall("Two regions explain the change", ("Africa", "Asia", "Europe")),
            ),
        )
        for i in range(count)
    )
    table = Table("All of them are behind", _COLUMNS, rows)
    return document(
        Section("Where we stand", (Paragraph("All are in delay.", strong=True), table)),
        Section("KPIs in delay", (), sections=pages),
    )


def line_chart(title: str) -> Chart:
    """Five years of quarters with a gap, a path to the end and a projection."""
    values = [40 + 2.6 * i for i in range(16)]
    actual: list[float | None] = [*values, None, None, None, None]
    actual[6] = None
    return Chart(
        kind="line",
        title=title,
        subtitle="Companies with a valid certificate, all regions, to 31 December 2022",
        alt=f"{title}: from 40 in March 2019 to 79 in December 2022; the plan expects 113 then.",
        categories=_QUARTERS,
        lines=(
            Line("Value", tuple(actual)),
            Line("Required path", tuple(40 + 4.2 * i for i in range(20)), "path"),
            Line(
                "At this pace",
                tuple([None] * 15 + [79.0 + 2.6 * i for i in range(5)]),
                "projection",
            ),
        ),
    )


def bar_chart(title: str, names: tuple[str, ...]) -> Chart:
    return Chart(
        kind="bar",
        title=title,
        subtitle="Share of companies certified, by region, at 31 December 2022",
        alt=f"{title}: bars for {len(names)} groups.",
        categories=names,
        lines=(
            Line("Now", tuple(None if i == 2 else 0.62 - 0.035 * i for i in range(len(names)))),
            Line("A year ago", tuple(0.5 - 0.02 * i for i in range(len(names))), "other"),
        ),
        unit="percent",
    )


def waterfall(title: str, names: tuple[str, ...]) -> Chart:
    steps = [3.0 if i % 3 else -2.0 for i in range(len(names))]
    return Chart(
        kind="waterfall",
        title=title,
        subtitle="Change from 15 September to 31 December 2022, by region",
        alt=f"{title}: from 90 to {90 + sum(steps):.0f}.",
        categories=("15 Sep 2022", *names, "31 Dec 2022"),
        lines=(Line("Companies", (90.0, *steps, 90.0 + sum(steps))),),
    )


_COLUMNS = (
    Column("KPI", width=3.2),
    Column("Value", numeric=True),
    Column("Expected", numeric=True),
    Column("Target", numeric=True),
    Column("Since the last meeting", width=1.8),
    Column("Status", width=1.7),
    Column("At this pace", width=2.4),
)


def _row(place: int, name: str) -> tuple[Cell, ...]:
    word, status = _STATUSES[place % len(_STATUSES)]
    return (
        Cell(name, name),
        Cell(f"{48 + place}", 48 + place, "count"),
        Cell("52", 52, "count"),
        Cell("60", 60, "count"),
        Cell("up from 45"),
        Cell(word, word, "text", status),
        Cell("at this pace 57 by the end of 2023"),
    )


def _names_table(text: str) -> Table:
    cells = tuple((Cell(text, text), Cell("12", 12, "count"), Cell(text)) for _ in range(3))
    columns = (Column(text, width=2), Column("Value", numeric=True), Column(text))
    return Table(title=text, columns=columns, rows=cells, note=text)


def _answer() -> Section:
    goals = (
        ("Capacity and certification", "Certified companies, 48 of 52 expected, are behind."),
        ("Compliance with the Code", "Field reviews reach 24 % against 42 % expected."),
        ("Membership and engagement", "Government members stand at 7 of 9 expected."),
        ("A credible worldwide brand", "Nothing is behind plan."),
    )
    return Section(
        title="One year before its end, 10 of 17 judged KPIs are on plan",
        blocks=(
            Paragraph(
                "Three are seriously behind: field reviews, company members and government "
                "members.",
                strong=True,
            ),
            Paragraph("The plan asks for 115 company members by the end of 2023; there are 96."),
        ),
        sections=(
            *(
                Section(f"Goal {number}: {title}", (Paragraph(text),), level=2)
                for number, (title, text) in enumerate(goals, start=1)
            ),
            Section(
                "What needs a decision",
                (
                    Bullets(
                        (
                            "Whether two field reviews more are paid for this year.",
                            "Whether the fee of small companies is halved in Africa.",
                        )
                    ),
                ),
                level=2,
            ),
            Section(
                "What we do not know",
                (Bullets(("Website visits: no web_traffic.csv.", "3 rows are quarantined.")),),
                level=2,
            ),
        ),
    )


def _scorecard() -> Section:
    titles = ("Certified companies ↑", "Certification rate ↑", "Months to certification ↓")
    rows = tuple(
        _row(i, titles[i % 3] if i % 4 else f"{titles[i % 3]} among small companies")
        for i in range(29)
    )
    return Section(
        "The scorecard: 10 of 17 on plan",
        (Table("29 KPIs, worst last", _COLUMNS, rows, note="Expected: on the required path."),),
        opens_page=True,
    )


def _in_delay() -> tuple[Section, ...]:
    regions = ("Africa", "Asia and the Pacific", "Europe", "Latin America", "Middle East")
    return (
        Section(
            "Certified companies: 4 fewer than planned",
            (
                Paragraph("48 of 52 expected; at this pace 57 by the end of 2023.", strong=True),
                Bullets(("Two certificates lapsed in Africa.", "Three companies were certified.")),
                line_chart("The gap to the path has grown since 2021"),
                waterfall("Africa and Europe lost what Asia won", regions),
                bar_chart("Africa leads", regions),
            ),
            opens_page=True,
            notes=("(48 − 20) ÷ (52 − 20) = 88 % of the way expected by now.",),
        ),
        Section(
            "Field reviews: 19 fewer than planned",
            (
                Paragraph("26 of 107 companies in three years."),
                line_chart("Reviews stopped in 2020"),
            ),
            opens_page=True,
            notes=("26 ÷ 107 = 24 %.",),
        ),
    )


def _annex() -> Section:
    rows = tuple(
        (Cell(f"Definition {i}"), Cell("One fact is a company that is a member at D. " * 3))
        for i in range(12)
    )
    return Section(
        "Annex",
        (
            Paragraph("Made from the snapshot 7c1f0e2ab3d94c55."),
            Table("Definitions", (Column("KPI"), Column("One fact is", width=3)), rows),
        ),
        opens_page=True,
    )
