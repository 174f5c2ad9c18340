"""`python -m scorecard intake`: what arrived -> canonical exports, questions and findings.

`--from DIR|ZIP --out DIR` writes the exports in the form of the contract and says what was done to
each file. Where a question is open it ends with 1 and the export concerned is not written; the
answers go into a TOML file of `[[answers]]` with `answer`, `file` and `column`, as the question
names them, and `--answers FILE` goes on from there. `--mapping FILE` adds spellings to those of
`data/mapping.toml`; what people said of headers on the page Data counts before both.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from scorecard.intake.report import Report, counted


def add(sub: argparse.ArgumentParser) -> None:
    """Gives the command its options."""
    sub.add_argument("--from", dest="source", type=Path, required=True, metavar="DIR|ZIP")
    sub.add_argument("--out", type=Path, required=True, metavar="DIR")
    sub.add_argument("--mapping", type=Path, action="append", default=[], metavar="FILE")
    sub.add_argument("--answers", type=Path, metavar="FILE")


def run(options: argparse.Namespace) -> int:
    """0 where all is written, 1 where a question is open."""
    # Imported here, as no other command needs to know the countries of the world.
    from scorecard.intake import load, read_answers, take
    from scorecard.state import spellings

    answers = read_answers(options.answers) if options.answers else ()
    known = spellings.in_use(load(*options.mapping))
    report = take(options.source, options.out, known, answers)
    if options.format == "json":
        answer = asdict(report)
        for question in answer["questions"]:
            # The file and the column tell a program which export it is.
            del question["export"]
        print(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        print(_text(report))
    return 1 if report.questions else 0


def _text(report: Report) -> str:
    """The report for a person: a paragraph a file, then what is asked and what was found."""
    lines = []
    for file in report.files:
        lines += [f"{file.file} -> {file.export}, {counted(file.rows, 'row')}"]
        lines += [f"    {sentence}" for sentence in file.done]
    for question in report.questions:
        lines += ["", f"? {question.question}"]
        lines += [f"    {choice}" for choice in question.choices]
    lines += [""] if report.findings else []
    for found in report.findings:
        places = (found.file, found.line and f"line {found.line}", found.column)
        where = ", ".join(str(place) for place in places if place)
        value = f" ({found.value})" if found.value else ""
        lines += [f"{found.severity}: {where}: {found.message}{value}"]
    return "\n".join(lines)
