"""Languages: whole catalogs, plural rules, numbers and dates, and nothing left in English."""

from __future__ import annotations

import datetime as dt
import io
import re
import threading
import zipfile
from collections.abc import Iterator
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Message

from scorecard import catalogs, contract, doctor, languages, meeting, readings, standing, wording
from scorecard import snapshot as snapshots
from scorecard.briefing import content, writers
from scorecard.briefing.document import Block, Chart, Document
from scorecard.briefing.written import NOTHING
from scorecard.exhibits import arithmetic
from scorecard.languages import Tongue, say, say_in, say_n, speaking
from scorecard.numerals import plain
from scorecard.screen import choices
from scorecard.selection import Selection
from scorecard.snapshot import Snapshot, Sources
from tests import made_up
from tests.briefing_numbers import words_of

OTHERS = tuple(code for code in languages.LANGUAGES if code != languages.ENGLISH)
PLACEHOLDER = re.compile(r"\{(\w+)\}")
TINY = Path(__file__).parent / "data" / "tiny"


@cache
def tiny() -> Snapshot:
    return snapshots.in_memory(Sources(TINY / "exports", TINY / "plan"))


@cache
def sample() -> Snapshot:
    return snapshots.in_memory(Sources())


@pytest.fixture
def pseudo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The made-up language, and nothing of it afterwards."""
    monkeypatch.setattr(languages, "LANGUAGES", dict(languages.LANGUAGES))
    monkeypatch.setattr(languages, "OFFERED", languages.OFFERED)
    monkeypatch.setattr(languages, "_tongues", dict(languages._tongues))
    made_up.offer()
    for snapshot in (tiny(), sample()):
        snapshot.__dict__.pop("_plans", None)
    with speaking(made_up.CODE):
        yield
    for snapshot in (tiny(), sample()):
        snapshot.__dict__.pop("_plans", None)


# The catalogs -------------------------------------------------------------------------------


def texts(message: Message) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The forms of a message, and those of its translation."""
    ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
    said = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return tuple(map(str, ids)), tuple(str(text or "") for text in said)


def keys(found: Any) -> set[tuple[str | None, str]]:
    return {(message.context, texts(message)[0][0]) for message in found if message.id}


@pytest.mark.parametrize("code", OTHERS)
def test_every_message_of_the_code_is_in_the_catalog_and_no_other(code: str) -> None:
    assert keys(catalogs.read(code)) == keys(catalogs.extracted()), (
        "run `python -m scorecard.catalogs`, then translate what is new"
    )


@pytest.mark.parametrize("code", OTHERS)
def test_every_message_is_translated_with_the_same_placeholders(code: str) -> None:
    for message in catalogs.read(code):
        if not message.id:
            continue
        ids, said = texts(message)
        assert not message.fuzzy and all(said), f"{code}: {ids[0]!r} is not translated"
        allowed = set(PLACEHOLDER.findall(ids[-1]))
        for place, text in enumerate(said):
            wanted = set(PLACEHOLDER.findall(ids[min(place, len(ids) - 1)]))
            # The form for one may say `one` in words, or in figures.
            spare = {"count"} if len(ids) > 1 and place == 0 else set()
            found = set(PLACEHOLDER.findall(text))
            assert wanted - spare <= found <= allowed, f"{code}: {ids[0]!r} -> {text!r}"


@pytest.mark.parametrize("code", OTHERS)
def test_what_the_dashboard_reads_is_made_from_the_catalog(code: str) -> None:
    made = catalogs.compiled(catalogs.read(code))
    assert catalogs.path(code, "mo").read_bytes() == made


def test_the_languages_offered_are_those_with_a_catalog() -> None:
    assert set(languages.OFFERED) == set(languages.LANGUAGES)


# Numbers, dates and plurals -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "thousands", "share", "long", "short", "first"),
    [
        ("en", "1,234.5", "50\u202f%", "31 December 2022", "31 Dec 2022", "1 March 2023"),
        ("fr", "1\u202f234,5", "50\u00a0%", "31 décembre 2022", "31 déc. 2022", "1er mars 2023"),
        (
            "es",
            "1234,5",
            "50\u00a0%",
            "31 de diciembre de 2022",
            "31 dic 2022",
            "1 de marzo de 2023",
        ),
    ],
)
def test_numbers_and_dates_are_written_as_each_language_does(
    code: str, thousands: str, share: str, long: str, short: str, first: str
) -> None:
    with speaking(code):
        assert plain(1234.5, 1) == thousands
        assert languages.per_cent("50") == share
        assert wording.date(dt.date(2022, 12, 31)) == long
        assert wording.short_date(dt.date(2022, 12, 31)) == short
        assert wording.date(dt.date(2023, 3, 1)) == first


def test_spanish_sets_thousands_apart_from_five_digits_on() -> None:
    with speaking("es"):
        assert [plain(n) for n in (999, 1234, 12345, -54321)] == [
            "999", "1234", "12.345", "−54.321",
        ]  # fmt: skip


def test_of_nothing_nothing_is_said_in_any_language() -> None:
    for code in languages.LANGUAGES:
        with languages.speaking(code):
            assert languages.say("") == ""


def test_nought_is_plural_in_english_and_spanish_and_singular_in_french() -> None:
    said = {}
    for code in ("en", "fr", "es"):
        with speaking(code):
            said[code] = [say_n("company", "companies", number) for number in (0, 1, 1.5, 2)]
    assert said["en"] == ["companies", "company", "companies", "companies"]
    assert said["fr"] == ["entreprise", "entreprise", "entreprise", "entreprises"]
    assert said["es"] == ["empresas", "empresa", "empresas", "empresas"]


def test_spanish_says_e_before_a_word_that_begins_with_its_sound() -> None:
    with speaking("es"):
        assert wording.listed(["Perú", "India"]) == "Perú e India"
        assert wording.listed(["África", "Asia", "Hierro"]) == "África, Asia y Hierro"
        assert wording.either(["región", "otros"]) == "región u otros"


@pytest.mark.parametrize(
    ("accepted", "code"),
    [
        ("fr-CH, fr;q=0.9, en;q=0.8", "fr"),
        ("de, es-419;q=0.7, en;q=0.3", "es"),
        ("en-GB,en;q=0.5, fr;q=0.4", "en"),
        ("fr;q=0, es", "es"),
        ("de", "en"),
        ("", "en"),
        (None, "en"),
        ("x-y_z;q=soon, ***, ;;;", "en"),
    ],
)
def test_the_browser_is_asked_for_its_preference(accepted: str | None, code: str) -> None:
    assert languages.preferred(accepted) == code


# Sentences ----------------------------------------------------------------------------------


def test_the_plan_speaks_the_language_of_who_reads_and_keeps_its_names() -> None:
    snapshot = sample()
    with speaking("fr"):
        plan = snapshot.plan
        assert plan.kpi("certified_companies").title == "Entreprises certifiées"
        assert plan.goal(1).title == "Capacité et certification"
        assert plan.countries["CHE"] == ("Suisse", "Europe")
        assert wording.region_name("Africa") == "Afrique"
        assert plan.regions == snapshot.planned.regions
        card = readings.scorecard(snapshot, Selection(("Africa",)))
    assert readings.scorecard(snapshot, Selection(("Africa",))).readings == card.readings
    assert snapshot.plan.kpi("certified_companies").title == "Certified companies"


@pytest.mark.parametrize("code", OTHERS)
def test_sentences_about_the_sample_are_whole(code: str) -> None:
    """No placeholder is left open, no space doubled, no word of English glue remains."""
    with speaking(code):
        for text in sentences(sample()):
            assert not PLACEHOLDER.search(text) and "  " not in text, text
            assert not re.search(r"\b(the|and|with|than|been|since)\b", text), text


def sentences(snapshot: Snapshot) -> Iterator[str]:
    plan = snapshot.plan
    start, end = meeting.last_two(snapshot)
    found = meeting.since(snapshot, Selection(), "executive", start, end)
    yield from (found.headline, found.statuses_sentence, found.courses_sentence)
    yield from (found.people_sentence, found.people_concentration, found.milestones_sentence)
    yield from (why.text for why in found.explanations.values())
    yield from (note.sentence for note in standing.changed(plan, found.after, found.before, 29))
    for selection in (Selection(), Selection(("Africa", "Europe")), Selection((), ("company",))):
        card = readings.scorecard(snapshot, selection)
        yield wording.selection_sentence(plan, selection, card.as_of, card.compare)
        yield standing.headline(plan, card.readings, card.as_of)
        for reading in card.readings:
            kpi = plan.kpi(reading.kpi)
            yield wording.finding(kpi, reading)
            yield arithmetic.will_arrive(kpi, reading)
            path = readings.target(snapshot, kpi, selection)
            for step in arithmetic.steps(kpi, reading, path, card.as_of):
                yield from (step.what, step.how)


def test_two_who_read_at_once_each_read_their_own_language() -> None:
    snapshot, wrong = tiny(), []
    gate = threading.Barrier(len(languages.OFFERED) * 2)

    def read(code: str) -> None:
        with speaking(code):
            gate.wait()
            for _ in range(30):
                labels = choices.labels(snapshot, languages.current()).pillars["company"]
                title = snapshot.plan.kpi("certified_companies").title
                month = wording.month(dt.date(2022, 1, 31))
                if (labels, title, month) != expected[code]:
                    wrong.append((code, labels, title, month))

    expected = {
        "en": ("Companies", "Certified companies", "January 2022"),
        "fr": ("Entreprises", "Entreprises certifiées", "janvier 2022"),
        "es": ("Empresas", "Empresas certificadas", "enero de 2022"),
    }
    threads = [threading.Thread(target=read, args=(code,)) for code in (*expected, *expected)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not wrong


def test_what_is_made_later_is_in_the_language_in_which_it_was_asked_for() -> None:
    with speaking("fr"):
        later = languages.as_now(lambda: say("not shown"))
    assert (later(), say("not shown")) == ("non affiché", "not shown")


def test_an_address_means_the_same_in_every_language() -> None:
    snapshot = tiny()
    date = snapshot.dates[-2]
    choice = choices.Choice(as_of=date, pillars=("company",))
    said = choice.parameters(snapshot)
    for code in OTHERS:
        with speaking(code):
            assert choice.parameters(snapshot) == said
            address = {name: [words] if isinstance(words, str) else words
                       for name, words in said.items()}  # fmt: skip
            assert choices.read(snapshot, address) == (choice, [])


# Nothing outside the brackets ---------------------------------------------------------------


def names(snapshot: Snapshot) -> list[str]:
    """Words of the data, which stay as they are written."""
    plan = snapshot.planned
    found = [name for name, _ in plan.countries.values()]
    found += [milestone.title for milestone in plan.milestones]
    found += [milestone.owner for milestone in plan.milestones]
    found += [plan.name, *(goal.title for goal in plan.goals), *(g.summary for g in plan.goals)]
    found += [meeting.title for meeting in plan.meetings]
    for query in ("select name from organisations", "select title from events"):
        found += [name for (name,) in snapshot.cursor().execute(query).fetchall()]
    found += list(made_up.MadeUp("en", made_up.Bracketed()).locale.territories.values())
    found += [kpi.id for kpi in plan.kpis if "_" not in kpi.id]
    for month in range(1, 13):
        found += [f"{dt.date(2022, month, 1):%B}", f"{dt.date(2022, month, 1):%b}"]
    return found


def document_texts(document: Document) -> Iterator[str]:
    yield from (document.title, document.subtitle, document.selection, document.audience)
    yield from (*document.marks, document.origin)
    for section in document.walk():
        for part in section.walk():
            yield from (part.title, *part.notes)
            for block in part.blocks:
                yield from block_texts(block)


def block_texts(block: Block) -> Iterator[str]:
    yield from words_of(block)
    if isinstance(block, Chart):
        yield from (line.name for line in block.lines)
        if block.kind == "waterfall":
            yield from block.categories


def test_sentences_and_papers_say_nothing_outside_the_catalogs(pseudo: None) -> None:
    snapshot = sample()
    assert not made_up.words(sentences(snapshot), names(snapshot))
    day = snapshot.planned.meetings[-1].date
    document = content.compose(snapshot, NOTHING, day, role="executive")
    assert not made_up.words(document_texts(document), names(snapshot))


def test_the_doctor_says_nothing_outside_the_catalogs(pseudo: None) -> None:
    """Files that are absent, rows in error, organisations gone, counts that fell, and jumps."""
    found = [
        ailment
        for proposed, current in ((tiny(), sample()), (sample(), tiny()))
        for ailment in doctor.examine(proposed, current).ailments
    ]
    assert {"vanished", "fell", "unique", "reference"} <= {ailment.kind for ailment in found}
    texts = [text for a in found for text in (a.title, a.words, a.remedy)]
    known = [f"{file.name}.csv" for file in contract.load()]
    known += [field.name for file in contract.load() for field in file.fields]
    assert not made_up.words(texts, [*names(sample()), *known])


@pytest.mark.parametrize("name", ["html", "docx", "pptx", "xlsx"])
def test_what_writers_add_to_papers_is_in_the_catalogs(name: str, pseudo: None) -> None:
    snapshot = sample()
    day = snapshot.planned.meetings[-1].date
    document = content.compose(snapshot, NOTHING, day, role="executive", variant="two-page")
    made = writers.as_bytes(document, name)
    assert not made_up.words(file_texts(name, made), names(snapshot))


def file_texts(name: str, made: bytes) -> Iterator[str]:
    if name == "html":
        body = made.decode("utf-8").partition("<body>")[2]
        body = re.sub(r"<script.*?</script>", "", body, flags=re.DOTALL)
        yield from re.findall(r'aria-label="([^"]*)"', body)
        yield unescape(re.sub(r"<[^>]+>", " ", body))
        return
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        for part in parts.namelist():
            wanted = {"docx": "word/document", "pptx": "ppt/slides/", "xlsx": "xl/sharedStrings"}
            if part.startswith(wanted[name]) and part.endswith(".xml"):
                text = parts.read(part).decode("utf-8")
                for found in re.findall(
                    r"<(?:w|a):t(?: [^>]*)?>([^<]*)<|<t(?: [^>]*)?>([^<]*)<", text
                ):
                    yield unescape("".join(found))


def test_numbers_in_a_workbook_stay_numbers_in_every_language() -> None:
    openpyxl = pytest.importorskip("openpyxl")
    day = tiny().planned.meetings[-1].date
    values = {}
    for code in languages.OFFERED:
        document = content.compose(tiny(), NOTHING, day, language=code)
        book = openpyxl.load_workbook(io.BytesIO(writers.as_bytes(document, "xlsx")))
        values[code] = [
            cell.value
            for sheet in book.worksheets
            for row in sheet.iter_rows()
            for cell in row
            if isinstance(cell.value, int | float)
        ]
    assert values["en"] and values["fr"] == values["en"] == values["es"]


def test_the_made_up_language_finds_what_was_never_given_to_translators() -> None:
    assert made_up.words(["⟦{count} rows⟧ set aside ⟦Value⟧ members.csv 12.5 KPI"]) == {
        "set", "aside",
    }  # fmt: skip
    assert isinstance(made_up.MadeUp("qps", made_up.Bracketed()), Tongue)
    with speaking("fr"):
        assert say_in("region", "Atlantis") == "Atlantis"
