"""Sentences that were made in English and kept, said again in the language of whoever reads.

Findings stand in snapshots, what intake did in drafts, and both in JSON: there they are English and
stay so, whoever made them. Their forms stand here. A kept sentence is held against them, and what
changes in it is put into the translation; a sentence that no form fits is shown as it was kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from scorecard.languages import ENGLISH, current, grouped, say, say_n, speaking
from scorecard.wording import clauses, titled

_PLACE = re.compile(r"\{(\w+)\}")
_COUNT = "count"
SAID = ("what", "why", "noun")
"""Places for what is itself said, and not a value."""
_NUMBERS = ("aside", "fields", "most", "number", "of_all", "width")


@dataclass(frozen=True)
class Form:
    """One sentence, for one and for several, with places for what changes in it."""

    one: str
    many: str

    @cached_property
    def patterns(self) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(_pattern(text), re.DOTALL) for text in {self.one, self.many})

    def places(self, text: str) -> dict[str, str] | None:
        """What stands in the places of the form; none where the text is not of this form."""
        found = next((m for p in self.patterns if (m := p.fullmatch(text))), None)
        return found.groupdict() if found else None

    def said(self, places: Mapping[str, str]) -> str:
        """The sentence in the language of now."""
        values = {name: _value(name, text) for name, text in places.items() if name != _COUNT}
        if _COUNT in places:
            return say_n(self.one, self.many, _number(places[_COUNT]), **values)
        return say(self.one, **values)


def _value(name: str, text: str) -> str:
    if name in SAID:
        return retold(text)
    return grouped(_number(text)) if name in _NUMBERS else text


def _number(text: str) -> int:
    return int(text.replace(",", ""))


def _pattern(text: str) -> str:
    parts = _PLACE.split(text)
    return "".join(
        re.escape(part)
        if place % 2 == 0
        else rf"(?P<{part}>\d[\d,]*)"
        if part in (_COUNT, *_NUMBERS)
        else rf"(?P<{part}>.+?)"
        for place, part in enumerate(parts)
    )


def always(text: str) -> Form:
    """A sentence in which nothing is counted."""
    return Form(text, text)


def numbered(one: str, many: str) -> Form:
    """A sentence for one and for several."""
    return Form(one, many)


_CONTRACT = (
    always("must not be empty"),
    always("must be {what}"),
    always("a date such as 2019-09-02, and a real day"),
    always("a month such as 2019-09"),
    always("a year such as 2019"),
    always("a whole number"),
    always("a number such as 0.75"),
    always("true or false"),
    always("three capital letters (ISO 3166-1 alpha-3)"),
    always("a key, which holds no #"),
    always("one of {words}"),
    always("must be at least {bound}"),
    always("must be at most {bound}"),
    always("must not be before {column}"),
    always("must be after {column}"),
    always("must not be worse than the point before it"),
    always("must be a fraction between 0 and 1, as the KPI is a percentage"),
    always("must be a whole number, as the KPI is a count"),
    always("is only watched; its path is ignored"),
    always("is no country of regions.csv"),
    always("is no KPI of the catalogue"),
    always("is no {dimensions} that the KPI can be restricted to"),
    always("is not in {file}, or its row there is quarantined"),
    always("stands on an earlier row"),
    always("shares a day with an earlier one of the same {column}"),
    always("is after the data date; it is not reached yet"),
    always("differs from the first row of its region, which decides"),
    always("{fields} fields, but the header has {width}"),
    always("a quote is opened and never closed"),
    always("is not in the header; without it the whole file is set aside"),
    always("is not in the header; it reads as empty"),
    always("is not in the contract; it is ignored"),
    always("stands twice in the header; the first column counts"),
    always("is set aside whole; nothing can be computed without it"),
    always("has not arrived"),
    always("has not arrived; the latest date in the exports serves as data date"),
    always("must be a date such as 2022-12-31; the latest date in the exports serves instead"),
    always("must be UTF-8"),
    always("must be UTF-8: {error}; save it as CSV UTF-8"),
    always("cannot be read: {error}"),
)
_NOUNS = (
    numbered("{count} row", "{count} rows"),
    numbered("{count} line", "{count} lines"),
    numbered("{count} value", "{count} values"),
    numbered("{count} word", "{count} words"),
    numbered("{count} date", "{count} dates"),
    numbered("{count} month", "{count} months"),
    numbered("{count} year", "{count} years"),
    numbered("{count} number", "{count} numbers"),
    numbered("{count} country", "{count} countries"),
    numbered("{count} yes or no", "{count} yes or no"),
)
_DONE = (
    always("{column}: {noun} turned, such as {old} to {new}."),
    always("{old} turned to {new}."),
    numbered(
        "{column}: blanks around {count} value left out.",
        "{column}: blanks around {count} values left out.",
    ),
    numbered(
        "{column}: line breaks within {count} cell written as LF.",
        "{column}: line breaks within {count} cells written as LF.",
    ),
    numbered(
        "{column}: {count} empty cell read as no.", "{column}: {count} empty cells read as no."
    ),
    always("{column}: words for nothing read as empty, such as {old}."),
    always("{column}: the time of day was left out, as in {old}."),
    always("{column}: days as Excel counts them were read, as in {old}."),
    always("{column}: years of two digits are of this century, as in {old}."),
    numbered(
        "Blanks around values of {count} row left out.",
        "Blanks around values of {count} rows left out.",
    ),
    numbered(
        "{count} row left out that an earlier file has too.",
        "{count} rows left out that an earlier file has too.",
    ),
    numbered("{count} line above the header left out.", "{count} lines above the header left out."),
    numbered("{count} line left out, as each {what}.", "{count} lines left out, as each {what}."),
    always("Column {place} is blank and was left out."),
    always("Columns were separated by {what}."),
    always("semicolons"),
    always("tabs"),
    always("bars"),
    always("Named like {named}, but its header is that of {export}."),
    always("Sheet {name} was read."),
    always("A byte order mark was left out."),
    always("No byte order mark, but every other byte is NUL: read as {encoding}."),
    always("Read as {encoding} and written as UTF-8."),
    always("Read as {encoding}, as it is no UTF-8, and written as UTF-8; letters: {letters}."),
    always("Lines ended with CR alone; they end with LF now."),
)
_QUESTIONS = (
    always("Which column of {export} is {column}?"),
    always("Which export is {file}? Its header looks like {export}."),
    always(
        "Which encoding is {file} in? It is no UTF-8, and a byte of line {line} has no letter "
        "in Windows-1252."
    ),
    always("Several files state a date of the export: which one counts?"),
    always("{export}, column {column}: {what}"),
    always("Which comes first, the day or the month? {what}"),
    always("{file}: Which comes first, the day or the month? {what}"),
    numbered(
        "{example} is {first} or {second}, and {why}; {count} different dates are concerned.",
        "{example} is {first} or {second}, and {why}; {count} different dates are concerned.",
    ),
    always("some of its dates say one thing, some the other"),
    always("none tells"),
    always("Which sign stands before decimals? {example} is {first} or {second}."),
    always("Is {value} the code of Namibia, or is no country known?"),
    numbered(
        "Crosses mark what is so; what do {count} empty cells say?",
        "Crosses mark what is so; what do {count} empty cells say?",
    ),
    always("day/month/year"),
    always("month/day/year"),
    always("leave it out"),
    always("none of them"),
    always("an empty cell means no"),
    always("an empty cell is unknown"),
    always("NA is Namibia"),
    always("NA says that no country is known"),
    always("1,234.5 (the point before decimals)"),
    always("1.234,5 (the comma before decimals)"),
)
_NOTICED = (
    always("is blank"),
    always("repeats the header"),
    always("is a total or a remark at the end"),
    always("stands above the header"),
    always("is no header that is known"),
    always("was left out, as was answered; it was left out"),
    always("is not in the contract; it was left out"),
    always("stands twice in the header; it was left out"),
    always("is none of the exports, as was answered; it was left out"),
    always("is none of the exports by its name or its header"),
    always("is no export: it has no columns"),
    always("is no export: neither a text nor a workbook"),
    always("is a file of the system, no export"),
    always("is a table of another program; save it as CSV or XLSX"),
    always("is empty"),
    always("sheet {name} is empty"),
    always("sheet {name} was left out: it is named like no export"),
    always("sheet {name}, which is hidden, was left out: it is named like no export"),
    always("sheet {name} cannot be read: {error}"),
    always("holds no table: no line has more than one column"),
    always("has no column of {export}"),
    always("holds no date that can be read"),
    always("holds bytes that no text has"),
    always("stood in the folder before, and was not written now"),
    always("merged cells: only the first holds the value"),
    always("holds macros; they were not run, only values were read"),
    numbered(
        "{count} formula: the values that Excel kept were read",
        "{count} formulas: the values that Excel kept were read",
    ),
    always("cannot be opened as a workbook: {error}"),
    always("unpacks to far more than a workbook holds, as only a ZIP bomb does"),
    always("{fields} fields, but the header has {width}; the row stays as it is"),
    numbered("holds {count} NUL byte", "holds {count} NUL bytes"),
    numbered("{count} byte order mark amid the file", "{count} byte order marks amid the file"),
    numbered(
        "column {place} has no header; {count} cell with something in it left out",
        "column {place} has no header; {count} cells with something in it left out",
    ),
    numbered(
        "{count} cell over several lines with what looks like rows in it: perhaps a quote is wrong",
        "{count} cells over several lines with what looks like rows in it: perhaps a quote is "
        "wrong",
    ),
    numbered(
        "{count} value could not be turned, left as written, such as {shown}",
        "{count} values could not be turned, left as written, such as {shown}",
    ),
    numbered(
        "{count} row stand in an earlier file too, equal in every cell; each is kept once",
        "{count} rows stand in an earlier file too, equal in every cell; each is kept once",
    ),
    always(
        "has other values than the row with the same key in an earlier file; both are kept, "
        "and the contract sets the later one aside"
    ),
    numbered(
        "{count} place could not be read as {encoding} and stand as \ufffd; save the file again "
        "as CSV UTF-8",
        "{count} places could not be read as {encoding} and stand as \ufffd; save the file again "
        "as CSV UTF-8",
    ),
    always(
        "from here on some lines are no UTF-8 while others are; they were read as {encoding}: "
        "{letters}"
    ),
    always("more than {number} files lie in the folder"),
    always("more than {number} files are in the archive"),
    always("is no regular file that can be read"),
    always("is a link that leads out of the folder"),
    always("is a ZIP that cannot be opened: {error}"),
    always("cannot be unpacked: {error}"),
    always("lies in a ZIP in a ZIP in a ZIP, as only a ZIP bomb does"),
    always("has a name that leads out of the archive"),
    always("is encrypted"),
    always("the archive unpacks to more than {number} GB"),
    always("unpacks to more than {number} times its size, as only a ZIP bomb does"),
)
_REASONS = (
    numbered(
        "{file} is absent or set aside whole, so {count} KPI has no figures",
        "{file} is absent or set aside whole, so {count} KPIs have no figures",
    ),
    always("{aside} of {of_all} rows of {file} are set aside"),
    always("the data are of {date} and those shown of {shown}"),
    always("the exports are a synthetic sample and real data are shown"),
    always("not published: {why}"),
    always("regions.csv is absent or set aside whole"),
    always("there is no data date: exported_on.txt gives none, and no export holds a date"),
    always("the disk is full: this was not kept, and all that was before is"),
    always("the disk is full: nothing more was written"),
    always("the draft cannot be kept: {error}"),
    always("a draft holds at most {number} files; bring them as one ZIP"),
    always("the folder of exports, {folder}, is not there"),
    always("the folder of exports, {folder}, is empty"),
    always("the snapshot {name} is no longer kept"),
    always("the snapshot {name} cannot be opened by this version"),
    always("{file} cannot be read: {why}"),
    always("{file} is not among the exports, so nothing in it is corrected"),
    always("the corrected rows of {file} cannot be told from one another"),
    always("a row of {file} does not say in {column} which row it is; left out"),
    always("it has no column {column}, by which each row is known"),
    always("its letters cannot be told; save it as XLSX, or as CSV UTF-8"),
    numbered(
        "{count} row of {file} is not as when it was set aside, and left as it is; download the "
        "rows again",
        "{count} rows of {file} are not as when they were set aside, and left as they are; "
        "download the rows again",
    ),
    always("there is no export {export}"),
    always("{export} has no column {column}"),
    always("a header without a letter cannot be matched for good"),
    always("nobody has said what this header means, or it was taken back already"),
)
_MARK = "; "
_OF_PLACES = (
    always("there is no such link"),
    always("a link is for a person; please give a name"),
    always("the name must stand in one line, without characters that cannot be seen"),
    always("{what} has {number} characters; at most {most} are kept"),
    always("{what} is empty"),
    always("the name"),
    always("the note"),
    always("the name of who publishes"),
    always("who makes the link"),
    always("a link must expire in the future"),
    always("a link may be open for at most {number} days"),
    always(
        "share links need a key that all servers know; set link_keys in the section [access] of "
        "secrets.toml"
    ),
    always(
        "the key of share links can be neither read nor made beside the state; set link_keys in "
        "the section [access] of secrets.toml"
    ),
    always("the file {file} beside the state is damaged; delete it, or restore it"),
    always("the state at {place} does not answer: {error}"),
    always("the place where the snapshots are kept does not answer"),
    always("the snapshot {name} is damaged where it is kept"),
    always("the snapshot {name} is not where the snapshots are kept"),
    always("No figures have been published yet"),
    always("a file cannot be read"),
    always("the figures cannot be built or opened by this version; the log of the server says why"),
    always("the snapshot {name} is shown already"),
    always("the disk is full where the snapshots are kept; what was shown before stays"),
    always("somebody else has published meanwhile"),
    always("no figures have been published yet, and there are no exports to read"),
    always("what arrived is for the executive only"),
)
_HEADERS = re.compile(r"""(?P<old>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*") is (?P<new>\w+)""")


@cache
def _forms() -> tuple[Form, ...]:
    return (*_CONTRACT, *_NOUNS, *_DONE, *_QUESTIONS, *_NOTICED, *_REASONS, *_OF_PLACES)


def retold(text: str) -> str:
    """A kept sentence in the language of now."""
    code = current()
    return text if code == ENGLISH or not text else _retold(text, code)


def form_of(text: str) -> tuple[Form, Mapping[str, str]] | None:
    """The form of a kept sentence, with what stands in its places; none where no form fits."""
    fitting = [(form, places) for form in _forms() if (places := form.places(text)) is not None]
    return min(fitting, key=_looseness) if fitting else None


@lru_cache(4096)
def _retold(text: str, code: str) -> str:
    with speaking(code):
        found = form_of(text)
        return found[0].said(found[1]) if found else _headers(text) or text


def _looseness(fitting: tuple[Form, Mapping[str, str]]) -> tuple[int, int]:
    """How much of a text a form does not know; the form that knows most of it is the right one."""
    form, places = fitting
    unknown = sum(_unknown(name, text) for name, text in places.items())
    return unknown, -len(_PLACE.sub("", form.many))


def _unknown(name: str, text: str) -> int:
    found = form_of(text) if name in SAID else None
    return _looseness(found)[0] if found else len(text)


def _headers(text: str) -> str:
    """Which header became which column, of all that had another name."""
    begin, pairs = "Headers: ", list(_HEADERS.finditer(text))
    if not text.startswith(begin) or not pairs:
        return ""
    each = (say("{old} is {new}", **pair.groupdict()) for pair in pairs)
    return say("Headers: {each}.", each=", ".join(each))


def reasons(text: str) -> str:
    """Kept sentences one after the other, `column: what is wrong; column: what is wrong`."""
    pieces, said = text.split(_MARK), []
    while pieces:
        # A sentence may hold the mark itself.
        wholes = (_MARK.join(pieces[:number]) for number in range(1, len(pieces) + 1))
        whole = next((whole for whole in wholes if _is_known(whole)), pieces[0])
        said.append(_of_column(whole))
        del pieces[: whole.count(_MARK) + 1]
    return clauses(said)


def _is_known(text: str) -> bool:
    return _of_column(text) != text


def _of_column(text: str) -> str:
    column, colon, rest = text.partition(": ")
    if colon and re.fullmatch(r"[\w, ]+", column) and (said := retold(rest)) != rest:
        return titled(column, said)
    return retold(text)
