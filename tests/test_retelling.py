"""What was kept in English is said again, whole, in the language of whoever reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scorecard import checks, contract, exports, languages, retelling, rules
from scorecard.drafts import Draft, keeping
from scorecard.intake import Report, letters
from scorecard.languages import speaking
from scorecard.refusal import Refusal
from scorecard.retelling import form_of, reasons, retold
from scorecard.state import columns, spellings
from scorecard.state.store import open_store
from tests.test_messy_corpus import CASES, taken

NAME = re.compile(r"[\w-]+")


def sentences(report: Report) -> Iterator[str]:
    for file in report.files:
        yield from (done for done in file.done if not done.startswith("Headers: "))
    for question in report.questions:
        yield question.question
        # Columns, exports and encodings stay as they are called.
        yield from (choice for choice in question.choices if not NAME.fullmatch(choice))
    yield from (finding.message for finding in report.findings)


def unknown(text: str) -> Iterator[str]:
    """The text, or what in it would be said, where no form fits."""
    found = form_of(text)
    if found is None:
        yield text
    else:
        for name, part in found[1].items():
            if name in retelling.SAID:
                yield from unknown(part)


@pytest.mark.parametrize("name", CASES)
def test_all_that_intake_says_of_a_messy_file_can_be_said_again(tmp_path: Path, name: str) -> None:
    _, report = taken(name, tmp_path)
    # What another library says of a broken file stays as it says it.
    texts = [text for text in sentences(report) if text not in letters.ASKED]
    assert not [part for text in texts for part in unknown(text)]


def of_contract() -> Iterator[str]:
    for file in contract.load():
        extra = exports._EXTRAS.get(file.name, exports._scopes(file))
        for field in file.fields:
            more = [r for r in extra.ranges if r.column == field.name]
            for _, _, message in rules.of_cell(file, field, more, countries="select 1"):
                yield message
        yield from (lack.message for lack in extra.missing)
        yield from (checks.lost_message(reference) for reference in file.references)
        if file.no_overlap:
            yield checks.overlap_message(file.no_overlap)
    yield checks.TWICE


def test_all_that_the_contract_says_can_be_said_again() -> None:
    found = set(of_contract())
    assert len(found) > 20
    assert not [part for text in found for part in unknown(text)]


def test_values_stay_as_they_stood_and_numbers_are_written_as_each_language_does() -> None:
    kept = "country: 1,234 countries turned, such as 'is blank' to 'FRA'."
    with speaking("fr"):
        assert retold(kept) == (
            "country\u00a0: conversion de 1\u202f234 pays, par exemple de 'is blank' en 'FRA'."
        )
    with speaking("es"):
        assert retold("1 row of a b.csv") == "1 row of a b.csv"
        assert retold("12,000 of 50,000 rows of x.csv are set aside") == (
            "12.000 de 50.000 filas de x.csv están apartadas"
        )
    assert retold(kept) == kept


def test_the_form_that_knows_most_of_a_sentence_is_taken() -> None:
    asked = (
        "trainings, column 'a, b': Which comes first, the day or the month? '01/02/2020' is "
        "2020-02-01 or 2020-01-02, and none tells; 7 different dates are concerned."
    )
    with speaking("es"):
        assert retold(asked) == (
            "trainings, columna 'a, b': ¿Qué va primero, el día o el mes? '01/02/2020' es "
            "2020-02-01 o 2020-01-02, y ninguna lo dice; afecta a 7 fechas distintas."
        )


def test_several_reasons_of_a_row_are_said_each() -> None:
    kept = (
        "held_on: is after the data date; it is not reached yet; "
        "org_id, year: stands on an earlier row; of another version"
    )
    with speaking("es"):
        assert reasons(kept) == (
            "held_on: es posterior a la fecha de los datos; aún no se ha alcanzado; "
            "org_id, year: está en una fila anterior; of another version"
        )
    assert reasons(kept) == kept


def test_what_nobody_foresaw_is_shown_as_it_was_kept() -> None:
    for code in languages.OFFERED:
        with speaking(code):
            assert retold("is something that a later version says") == (
                "is something that a later version says"
            )
            assert retold("") == ""


def test_what_a_person_is_refused_can_be_said_again(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/state.db")
    draft = Draft(tmp_path, "Ada", columns.now(), columns.now(), "exports")
    refused: tuple[Callable[[], object], ...] = (
        lambda: columns.text("the note", "x" * 9, longest=3),
        lambda: columns.text("the note", " ", required=True),
        lambda: spellings.save(store, "trade", "Wer", "", "Ada"),
        lambda: spellings.save(store, "organisations", "Wer", "shoe_size", "Ada"),
        lambda: spellings.save(store, "organisations", "", "", "Ada"),
        lambda: spellings.remove(store, "organisations", "Wer", "Ada"),
        lambda: keeping.add_folder(draft, tmp_path / "no"),
    )
    for ask in refused:
        with pytest.raises(Refusal) as why:
            ask()
        assert not list(unknown(str(why.value)))
    store.close()
