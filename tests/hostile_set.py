"""A valid set of exports and plan, the sample's, whose every free text wants to be more than text.

Each hostile text ends with a mark that says where it stood and which it is, such as
`zqregionsregion07z`; whoever finds the mark on a page can tell whether all before it is there.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
from collections.abc import Sequence
from pathlib import Path

from scorecard import contract
from scorecard.contract import Field, File
from scorecard.selection import Selection
from scorecard.snapshot import Sources
from scorecard.state import audit, commentary, items, library, links, publications
from scorecard.state.columns import now
from scorecard.state.items import Content
from scorecard.state.library import Briefing
from scorecard.state.links import Draft, Link
from scorecard.state.store import Store

HOST = "evil.invalid"
"""Where no request may go and no link may lead."""
RAN = "window.ran=1"
"""What a script does that runs; no script of ours does."""
TEXTS = (
    f'<img src=x onerror="{RAN}">',
    f"![x](https://{HOST}/p.png)",
    f"[link](https://{HOST})",
    f"https://{HOST}/x",
    f"www.{HOST}",
    f"a@{HOST}",
    "$x^2$ and $$y$$",
    ":red[x] :blue-background[y] :small[z]",
    ":material/home: :material_home: :streamlit:",
    f"</style></table></textarea><script>{RAN}</script>",
    "{{7*7}} ${7*7} %{x} %{customdata[0]}",
    f'=HYPERLINK("https://{HOST}")',
    "=1+1",
    "@SUM(1) -- -> <- <-> >= <= ~= ~~x~~ `y`",
    "\N{RIGHT-TO-LEFT OVERRIDE}txt.exe",
    ":smile: :tada: (c) **b** *i* # 1. - +",
    f'<b>b</b><i>i</i><a href="https://{HOST}">a</a><br><sub>s</sub>',
    f'<svg onload="{RAN}"><image href="https://{HOST}/i"/></svg>&lt;b&gt;&amp;lt;',
    f'javascript:{RAN}//"\' onmouseover="{RAN}" x=\'',
    f"[1]: https://{HOST} [^1] <https://{HOST}> ftp://{HOST} mailto:a@{HOST}",
    "W" * 300,
)
NAMES = tuple(text for text in TEXTS if text.isprintable() and len(text) < 100)
"""Those that a name of somebody may be: one line without unseen characters, not too long."""
MEETINGS = (dt.date(2022, 9, 15), dt.date(2022, 12, 7), dt.date(2023, 3, 15))
"""Two before the day of the sample's data and the next one."""
SAMPLE = Sources()
# What the plan's files refer to by a name of the catalogue, which no file can change.
_FIXED = ("kpi", "scope", "precision")


def mark(place: str, which: int) -> str:
    return f"zq{re.sub('[^a-z]', '', place.lower())}{which:02}z"


def marked(place: str, number: int, values: int) -> str:
    """The hostile text of one of so many values of a place; few values share them all out."""
    first = number % len(TEXTS)
    chosen = range(first, len(TEXTS), values) if values < len(TEXTS) else (first,)
    return " ".join(f"{TEXTS[which]} {mark(place, which)}" for which in chosen)


def write(folder: Path) -> Sources:
    """Writes the exports and the plan; some rows more have it where it cannot be, and are set
    aside with it."""
    sources = Sources(folder / "exports", folder / "plan")
    sources.exports.mkdir(parents=True)
    sources.plan.mkdir()
    files = {file: _rows(file) for file in contract.load()}
    free = {file: [field.name for field in file.fields if _is_free(field)] for file in files}
    # A key is written alike in every file.
    values: dict[str, set[str]] = {}
    for file, rows in files.items():
        for name in free[file]:
            values.setdefault(_place(file, name), set()).update(row[name] for row in rows)
    texts = {
        place: {
            value: f"{marked(place, number, len(found - {''}))} {value}"
            for number, value in enumerate(sorted(found - {""}))
        }
        for place, found in values.items()
    }
    for file, rows in files.items():
        for row in rows:
            for name in free[file]:
                row[name] = texts[_place(file, name)].get(row[name], "")
            dimension, _, group = row.get("scope", "").partition("=")
            if dimension == "region":
                row["scope"] = f"region={texts['region'][group]}"
        rows += [_spoilt(file, rows[0], number) for number in range(len(TEXTS))]
        folder = sources.plan if file.is_plan else sources.exports
        with (folder / f"{file.name}.csv").open("w", encoding="utf-8", newline="") as out:
            names = [*rows[0]]
            writer = csv.writer(out, lineterminator="\n")
            strangers = [marked("column", n, len(TEXTS)) for n in range(len(TEXTS))]
            more = strangers if file.name == "events" else []
            writer.writerow([*names, *more])
            writer.writerows([*row.values(), *more] for row in rows)
    for name in ("exported_on.txt", "synthetic.txt"):
        text = (SAMPLE.exports / name).read_text(encoding="utf-8")
        (sources.exports / name).write_text(text, encoding="utf-8")
    outline = (SAMPLE.plan / "plan.toml").read_text(encoding="utf-8")
    (sources.plan / "plan.toml").write_text(_outline(outline), encoding="utf-8")
    return sources


def say(store: Store, kpis: Sequence[str], snapshot: str) -> None:
    """Writes in every place that a person can write in."""
    for meeting in MEETINGS:
        for number, kpi in enumerate(kpis):
            texts = [marked(place, number, len(kpis)) for place in ("happened", "planned")]
            # The newest text, one before it, and one that came second.
            for words, seen in (("earlier", 0), ("", 1), ("aside", 0)):
                said = [f"{text} {words}\nnext line {text}"[:1000] for text in texts]
                commentary.save(store, commentary.Draft(meeting, kpi, *said, _name(number), seen))
        for kind in items.KINDS:
            for number in range(3):
                content = Content(
                    marked(kind, number, 3), _name(number), MEETINGS[0], None, tuple(kpis[:2])
                )
                items.add(store, kind, meeting, content, _name(number))
    for number, text in enumerate(TEXTS):
        about = {"why": f"{text} {mark('why', number)}", "file": "f"}
        audit.record(store, "refused", f"{text} {mark('who', number)}"[:300], None, about)
    # The last is of the snapshot that is shown, those before it are no longer kept.
    for number, text in enumerate(TEXTS):
        is_last = number == len(TEXTS) - 1
        with publications.deciding(store) as connection:
            publications.add(
                connection, snapshot if is_last else f"{number:020}", None, _name(number, "by"),
                f"{text} {mark('note', number)}", "published", {},
            )  # fmt: skip
    made = Briefing(
        MEETINGS[1], None, "full", "pdf", "board", Selection(), snapshot, _name(0), content="0"
    )
    library.keep(store, made)


def share(store: Store, page: str, number: int, **parameters: str) -> Link:
    """Makes a link for somebody with a hostile name."""
    week = now() + dt.timedelta(days=7)
    fixed = {name: (value,) for name, value in parameters.items()}
    return links.make(store, Draft(_name(number, "for"), page, fixed, None, _name(number), week))


def _name(number: int, place: str = "author") -> str:
    which = number % len(NAMES)
    return f"{NAMES[which]} {mark(place, TEXTS.index(NAMES[which]))}"


def _outline(text: str) -> str:
    """The plan's own name, titles and summaries."""
    lines = text.splitlines()
    for key in ("name", "title", "summary"):
        found = [i for i, line in enumerate(lines) if line.startswith(f"{key} = ")]
        for number, line in enumerate(found):
            lines[line] = f"{key} = {json.dumps(marked(f'plan{key}', number, len(found)))}"
    return "\n".join(lines) + "\n"


def _rows(file: File) -> list[dict[str, str]]:
    folder = SAMPLE.plan if file.is_plan else SAMPLE.exports
    with (folder / f"{file.name}.csv").open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def _place(file: File, name: str) -> str:
    return name if name.endswith("_id") or name == "region" else f"{file.name}{name}"


def _is_free(field: Field) -> bool:
    is_fixed = field.enum or field.country or field.name in ("country", *_FIXED)
    return field.type == "string" and not is_fixed


def _spoilt(file: File, row: dict[str, str], number: int) -> dict[str, str]:
    """The row with a text in the place of a date, a number, a word of a list, or an id."""
    typed = [f.name for f in file.fields if not _is_free(f)] or [file.fields[0].name]
    wrong = marked(f"spoilt{file.name}", number, len(TEXTS))
    return row | {typed[number % len(typed)]: wrong}
