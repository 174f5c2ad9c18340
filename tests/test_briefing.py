"""The papers for a meeting say what the screen says, whoever reads them, in every format."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from scorecard import __main__ as command_line
from scorecard import cells, meeting, readings, snapshot, standing, wording
from scorecard.briefing import content, writers, written
from scorecard.briefing.brief import occasion
from scorecard.briefing.document import Bullets, Cell, Chart, Document, Paragraph, Table
from scorecard.confidentiality import Role
from scorecard.refusal import Refusal
from scorecard.selection import Selection
from scorecard.snapshot import Snapshot
from tests.briefing_example import HOSTILE
from tests.briefing_numbers import READ, numbers, of_kpi, of_reading, said, said_in

NEXT, LAST, AS_OF = dt.date(2023, 3, 15), dt.date(2022, 9, 15), dt.date(2022, 12, 31)
ALL = Selection()
AFRICA = Selection(("Africa",))
COMMENT = written.Comment("Two companies joined.", "Visits in spring.", "A. Director", AS_OF)
WRITTEN = written.Written(
    {"company_members": COMMENT},
    (written.Item("Approve the budget", "Chair", NEXT, None, ("company_members",)),),
    (written.Item("Write to governments", "Secretariat", LAST),),
)


@pytest.fixture(scope="module")
def sample() -> Snapshot:
    return snapshot.in_memory(snapshot.Sources())


def made(sample: Snapshot, role: Role = "board", selection: Selection = ALL) -> Document:
    return content.compose(sample, WRITTEN, NEXT, LAST, selection, role)


def blocks(document: Document, kind: type[Any]) -> Iterator[Any]:
    for section in document.walk():
        yield from (block for block in section.blocks if isinstance(block, kind))


def allowed(sample: Snapshot, selection: Selection, role: Role) -> set[str]:
    """Every number that the snapshot gives reason to write."""
    plan = sample.plan
    card = readings.scorecard(sample, selection, role, AS_OF, LAST)
    then = readings.scorecard(sample, selection, role, LAST)
    changes = meeting.since(sample, selection, role, LAST, AS_OF, explain=())
    texts = [plan.name, sample.synthetic, sample.id, wording.date(sample.data_date)]
    texts += [wording.date(d) for d in (NEXT, LAST, AS_OF)] + [str(NEXT)]
    texts += [text for goal in plan.goals for text in (f"Goal {goal.number}", goal.title)]
    texts += [changes.headline, changes.people_sentence, changes.people_concentration]
    texts += [move.sentence for move in changes.statuses]
    texts += [f"{p.name} {p.country_name}" for p in changes.people]
    texts += [standing.headline(plan, card.readings, AS_OF)]
    for mark in plan.milestones:
        texts += [mark.title, mark.owner, wording.date(mark.due_on)]
        texts += [wording.date(mark.done_on)] if mark.done_on else []
    for now, old in zip(card.readings, then.readings, strict=True):
        texts += of_reading(sample, now, old)
        texts += of_kpi(sample, selection, role, LAST, AS_OF, now.kpi)
    for goal in (None, *plan.goals):
        mine = [r for r in card.readings if goal is None or r.goal == goal.number]
        texts += [str(count) for count in standing.counts(mine).values()]
        texts += [str(sum(r.status in standing.ON_PLAN for r in mine)), str(len(mine))]
        texts += [str(sum(standing.counts(mine).get(s, 0) for s in standing.BEHIND))]
        judged = [r for r in mine if r.status in (*standing.ON_PLAN, *standing.BEHIND)]
        texts += [str(len(judged))]
        marks = [m for m in plan.milestones if goal is None or m.goal == goal.number]
        done = [m for m in marks if m.done_on and m.done_on <= AS_OF]
        texts += [str(len(marks)), str(len(done))]
    for row in (
        sample.cursor().execute('select "rows", accepted, quarantined from ledger').fetchall()
    ):
        texts += map(str, row)
    texts += ["10", str(sample.cursor().execute("from quarantine").df().shape[0]), "1"]
    texts += list(wording.STATUS_MEANING.values())
    return numbers(texts)


# What is said ---------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["executive", "board", "guest"])
@pytest.mark.parametrize("selection", [ALL, AFRICA], ids=["all", "Africa"])
def test_every_number_of_the_papers_is_one_of_the_snapshot(
    sample: Snapshot, role: Role, selection: Selection
) -> None:
    document = content.compose(sample, written.NOTHING, NEXT, LAST, selection, role)
    texts = [
        text
        for section in document.walk()
        for text in said_in(replace(section, blocks=tuple(map(_without_path, section.blocks))))
    ]
    assert numbers(texts) - allowed(sample, selection, role) == set()


def _without_path(block: Any) -> Any:
    """The path between its points is drawn, not said."""
    if not isinstance(block, Chart):
        return block
    return replace(block, lines=tuple(ln for ln in block.lines if ln.role in ("actual", "other")))


def test_every_row_of_the_scorecard_is_the_row_on_screen(sample: Snapshot) -> None:
    card = readings.scorecard(sample, ALL, "board", AS_OF, LAST)
    rows = [row for table in _scorecard(made(sample)) for row in table.rows]
    for reading, row in zip(card.readings, rows, strict=True):
        kpi = sample.plan.kpi(reading.kpi)
        assert row[0].text.startswith(kpi.title)
        assert row[1].text == wording.value(kpi, reading)
        assert row[2].text == wording.number(kpi, reading.expected)
        assert row[3].text == wording.number(kpi, reading.target)
        assert row[4].text == wording.change(kpi, reading.change)
        assert row[6] == Cell(wording.STATUS[reading.status], row[6].value, status=reading.status)


def _scorecard(document: Document) -> list[Table]:
    section = next(s for s in document.walk() if s.title == "The scorecard")
    return [block for block in section.blocks if isinstance(block, Table)]


def test_the_steps_of_every_waterfall_lead_from_before_to_now(sample: Snapshot) -> None:
    charts = [c for c in blocks(made(sample), Chart) if c.kind == "waterfall"]
    assert charts
    for chart in charts:
        start, *steps, end = (value or 0.0 for value in chart.lines[0].values)
        assert start + sum(steps) == pytest.approx(end, abs=1e-9)


def test_a_section_follows_for_each_kpi_in_delay_the_furthest_first(sample: Snapshot) -> None:
    document = made(sample)
    slow = standing.behind(readings.scorecard(sample, as_of=AS_OF, role="board").readings)
    within = next(s for s in document.sections if s.title == "Behind plan").sections
    assert [s.title for s in within] == [sample.plan.kpi(r.kpi).title for r in slow]
    assert all(any(isinstance(b, Chart) for b in s.blocks) for s in within)
    assert all(s.notes for s in within)


def test_missing_commentary_is_said_and_what_is_written_is_shown(sample: Snapshot) -> None:
    texts = " ".join(said(made(sample)))
    assert "What happened: Two companies joined." in texts
    assert "What will be done: Visits in spring." in texts
    assert "Commentary: none has been written for this meeting." in texts
    assert "Approve the budget (Company members; Chair; by 15 March 2023)" in texts
    unknown = next(t for t in said(made(sample)) if t.startswith("No commentary yet"))
    assert "government members" in unknown and "company members" not in unknown


def test_a_guest_reads_nothing_that_people_wrote(sample: Snapshot) -> None:
    texts = " ".join(said(made(sample, "guest")))
    assert "Two companies joined" not in texts
    assert "Approve the budget" not in texts
    assert "ommentary" not in texts


def test_below_world_level_the_board_sees_no_confidential_figure(sample: Snapshot) -> None:
    document = content.compose(sample, WRITTEN, dt.date(2022, 12, 6), LAST, AFRICA, "board")
    rows = {row[0].text[:-2]: row for table in _scorecard(document) for row in table.rows}
    for kpi in sample.plan.kpis:
        if kpi.confidential:
            row = rows[kpi.title]
            assert row[1] == Cell("not shown") and row[4].value is None
            assert row[6].status == "suppressed"


def test_nothing_is_said_of_the_change_of_a_share_of_few(sample: Snapshot) -> None:
    document = made(sample)
    few = [r for r in readings.scorecard(sample, as_of=AS_OF).readings if r.status == "too_few"]
    assert few
    answer = document.sections[0]
    changed = next(s for s in answer.sections if s.title.startswith("What changed"))
    for reading in few:
        title = sample.plan.kpi(reading.kpi).title
        assert not any(text.startswith(f"{title}:") for text in said_in(changed))


def test_what_is_not_known_is_said(sample: Snapshot) -> None:
    unknown = next(s for s in made(sample).walk() if s.title == "What we do not know")
    text = " ".join(said_in(unknown))
    assert "Too few to judge" in text and "set aside" in text and "between the data date" in text


@pytest.mark.parametrize("role", ["executive", "board", "guest"])
def test_marks_say_who_may_read_and_that_the_sample_is_synthetic(
    sample: Snapshot, role: Role
) -> None:
    first, second = made(sample, role).marks
    assert first.startswith("Confidential" if role != "guest" else "For the reader")
    assert "ynthetic" in second


def test_the_same_snapshot_and_writing_give_the_same_papers(sample: Snapshot) -> None:
    assert made(sample) == made(sample)
    assert content.content_hash(made(sample)) == content.content_hash(made(sample))
    assert content.content_hash(made(sample)) != content.content_hash(made(sample, "guest"))
    for name in ("html", "xlsx"):
        assert writers.as_bytes(made(sample), name) == writers.as_bytes(made(sample), name)


# The occasion ---------------------------------------------------------------------------------


def test_a_meeting_is_compared_with_the_last_one_of_another_week(sample: Snapshot) -> None:
    assert occasion(sample, dt.date(2022, 12, 7)).compare == dt.date(2022, 9, 15)
    assert occasion(sample, NEXT).as_of == AS_OF
    assert occasion(sample, NEXT).compare == dt.date(2022, 12, 7)


def test_what_cannot_be_asked_is_refused(sample: Snapshot) -> None:
    for call in (
        lambda: content.compose(sample, WRITTEN, dt.date(2023, 3, 16)),
        lambda: content.compose(sample, WRITTEN, NEXT, AS_OF),
        lambda: content.compose(sample, WRITTEN, NEXT, dt.date(2022, 9, 16)),
        lambda: content.compose(sample, WRITTEN, NEXT, variant="kpi"),
        lambda: content.compose(sample, WRITTEN, NEXT, kpi="retention"),
        lambda: content.compose(sample, WRITTEN, dt.date(2018, 11, 28)),
        lambda: writers.as_bytes(made(sample), "odt"),
        lambda: writers.as_bytes(made(sample), "html", Path("template.html")),
    ):
        with pytest.raises(Refusal):
            call()


def test_variants_are_shorter_than_the_whole(sample: Snapshot) -> None:
    two = content.compose(sample, WRITTEN, NEXT, variant="two-page")
    assert [s.title for s in two.sections] == ["The answer", "The scorecard"]
    for kpi in sample.plan.kpis:
        one = content.compose(sample, WRITTEN, NEXT, variant="kpi", kpi=kpi.id)
        assert one.sections[0].title == kpi.title and one.sections[1].title == "Annex"


# The formats ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", writers.WRITERS)
def test_every_number_of_a_file_is_one_of_its_document(sample: Snapshot, name: str) -> None:
    document = made(sample)
    found = numbers(READ[name](writers.as_bytes(document, name)))
    pages = {str(page) for page in range(1, 80)}
    assert found - numbers(said(document)) - pages - set(_axes(document)) == set()
    assert len(found) > 100


def _axes(document: Document) -> Iterator[str]:
    """What stands at the axes of charts that a writer draws as text."""
    from scorecard.briefing import scale

    for chart in blocks(document, Chart):
        for tick in scale.axis(chart).ticks():
            yield from numbers([scale.shown(tick, chart.unit), scale.step_shown(tick, chart.unit)])


@pytest.mark.parametrize("name", writers.WRITERS)
def test_every_row_of_the_scorecard_is_in_every_format(sample: Snapshot, name: str) -> None:
    document = made(sample)
    text = " ".join(" ".join(READ[name](writers.as_bytes(document, name))).split())
    assert all(" ".join(mark.split()) in text for mark in document.marks) or name == "docx"
    for table in _scorecard(document):
        for row in table.rows:
            assert row[0].text[:-2] in text and row[6].text in text


def test_the_workbook_holds_numbers_and_dates_and_no_formula(sample: Snapshot) -> None:
    book = openpyxl.load_workbook(io.BytesIO(writers.as_bytes(made(sample), "xlsx")))
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds and {"n", "d", "s"} <= kinds
    sheet = book["Scorecard goal 1"]
    card = readings.scorecard(sample, ALL, "board", AS_OF, LAST)
    values = [row[1].value for row in sheet.iter_rows(min_row=6, max_row=12)]
    assert values == [reading.value for reading in card.readings[:7]]
    assert sheet.freeze_panes == "B6" and sheet.print_title_rows == "$5:$5"
    assert sheet.page_setup.fitToHeight == 0 and sheet.sheet_properties.pageSetUpPr.fitToPage
    due = book["Milestones goal 1"]["B6"]
    assert isinstance(due.value, dt.datetime) and due.number_format == "d mmm yyyy"
    charts = [len(sheet._charts) for sheet in book]
    assert sum(charts) == sum(1 for _ in blocks(made(sample), Chart))


def test_the_page_of_html_names_nothing_outside(sample: Snapshot) -> None:
    text = writers.as_bytes(made(sample), "html").decode("utf-8")
    body = text[: text.index('<script type="application/json"')]
    assert "http:" not in body and "https:" not in body and "src=" not in body
    assert "default-src &#x27;none&#x27;" in body and text.count("Plotly.react(") == 1
    assert body.count("<h1>") == 1 and body.count('role="img"') == body.count("data-chart=")


# Hostile ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def crowded() -> Snapshot:
    """The sample with 200 KPIs in delay and names that mean harm."""
    base = snapshot.in_memory(snapshot.Sources())
    plan = base.plan
    model = plan.kpi("company_members")
    clones = [
        replace(model, id=f"clone_{i}", title=HOSTILE[i % len(HOSTILE)] or "=1+1")
        for i in range(200)
    ]
    for clone in clones:
        base.base.execute(
            "insert into cells select * replace (? as kpi) from cells where kpi = ?",
            [clone.id, model.id],
        )
        base.base.execute(f"create view {clone.view} as from {model.view}")
    kpis = (*plan.kpis, *clones)
    names = [text or "none" for text in HOSTILE]
    targets = {(k.id, ""): plan.targets[(model.id, "")] for k in clones}
    hostile = replace(
        plan,
        name=HOSTILE[0],
        kpis=kpis,
        goals=tuple(replace(g, title=names[g.number]) for g in plan.goals),
        milestones=tuple(
            replace(m, title=names[i % len(names)], owner=names[-1 - i % len(names)])
            for i, m in enumerate(plan.milestones)
        ),
        targets=plan.targets | targets,
    )
    cube = cells.load(base.base, kpis, base.dates, plan.regions, plan.countries)
    return replace(base, planned=hostile, cube=cube)


@pytest.mark.parametrize("name", writers.WRITERS)
def test_two_hundred_kpis_in_delay_with_hostile_names_break_no_format(
    crowded: Snapshot, name: str
) -> None:
    comments = {
        kpi.id: written.Comment(HOSTILE[i % len(HOSTILE)], HOSTILE[-1], HOSTILE[3], AS_OF)
        for i, kpi in enumerate(crowded.plan.kpis)
    }
    decisions = tuple(written.Item(text, HOSTILE[1]) for text in HOSTILE)
    document = content.compose(
        crowded, written.Written(comments, decisions), NEXT, LAST, role="board"
    )
    slow = standing.behind(readings.scorecard(crowded, as_of=AS_OF).readings)
    assert len(slow) >= 200
    file = writers.as_bytes(document, name)
    text = " ".join(READ[name](file))
    assert "alert(1)" in text
    if name == "html":
        assert b"<script>alert" not in file and b"<b>Bold" not in file
    if name == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(file))
        kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
        assert "f" not in kinds


# The command line -------------------------------------------------------------------------------


def test_the_command_writes_the_papers_and_nothing_where_it_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["briefing", "--meeting", "2023-03-15", "--state", f"sqlite:///{tmp_path}/none.db"]
    out = tmp_path / "papers.html"
    code = command_line.main([*words, "--format", "html", "--variant", "two-page", "--role",
                              "board", "--region", "Africa", "--out", str(out)])  # fmt: skip
    assert code == 0 and "Showing Africa" in out.read_text(encoding="utf-8")
    assert capsys.readouterr().out == ""
    bad = tmp_path / "bad.html"
    for extra in (["--variant", "kpi"], ["--kpi", "retention"], ["--template", str(out)],
                  ["--compare", "2022-09-14"], ["--region", "Afrika"]):  # fmt: skip
        assert command_line.main([*words, "--format", "html", *extra, "--out", str(bad)]) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["papers.html"]


def test_the_same_command_writes_the_same_file(tmp_path: Path) -> None:
    files = [tmp_path / "one.xlsx", tmp_path / "two.xlsx"]
    for out in files:
        words = ["briefing", "--meeting", "2022-12-06", "--format", "xlsx", "--out", str(out)]
        assert command_line.main([*words, "--state", f"sqlite:///{tmp_path}/none.db"]) == 0
    assert files[0].read_bytes() == files[1].read_bytes()


def test_readings_before_the_plan_make_no_papers_fail(sample: Snapshot) -> None:
    first = min(m.date for m in sample.plan.meetings if m.date >= sample.dates[0])
    document = content.compose(sample, written.NOTHING, first)
    assert any(isinstance(b, Paragraph | Bullets) for b in document.sections[0].blocks)
    for name in ("html", "xlsx"):
        assert writers.as_bytes(document, name)
