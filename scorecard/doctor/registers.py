"""What no rule forbids and yet is odd: organisations gone or doubled, counts that fell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from scorecard import contract, numerals, readings, wording
from scorecard.doctor.diagnosis import MOST_ROWS, Ailment, Where
from scorecard.languages import per_cent, say, say_n
from scorecard.selection import Selection
from scorecard.snapshot import Snapshot

FALL = 0.2
"""A count that falls by more than this share is reported."""

REGISTER = "organisations"
_LEGAL_FORMS = (
    "ab|ag|aps|as|asbl|asa|bv|co|company|corp|corporation|doo|ev|fze|gmbh|inc|incorporated|kg|"
    "kk|limited|llc|llp|lp|ltd|ltda|mbh|nv|oy|oyj|plc|pte|pty|pvt|sa|sal|sarl|sas|se|sl|spa|srl|"
    "sro|stiftung|vzw"
)
# What stands before a name as well as behind it, or not at all.
_ARTICLES = "the|la|le|les|el|los|las|societe|sarl|sas|stiftung|asociacion|association"
_ANDS = "and|et|y|und"
# Letters that lose nothing but a sign when they are folded, and that strip_accents leaves alone.
_LETTERS = {"ß": "ss", "œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th"}


def vanished(proposed: Snapshot, current: Snapshot) -> Iterator[Ailment]:
    """Organisations of the current figures that are gone, and those that only changed their id."""
    if REGISTER in proposed.absent:
        return  # The contract says so.
    was, now = _organisations(current), _organisations(proposed)
    set_aside = {
        cell
        for (cell,) in proposed.cursor().execute(
            "select json_extract_string(cells, '$.org_id') from quarantine where export = ?",
            [REGISTER],
        ).fetchall()
    }  # fmt: skip
    # Those set aside have findings of their own.
    gone = [key for key in was if key not in now and key not in set_aside]
    fresh: dict[tuple[str, str], list[str]] = {}
    for key in now.keys() - was.keys():
        fresh.setdefault(now[key][1:], []).append(key)
    moved = [key for key in gone if was[key][1:] in fresh]
    lost = [key for key in gone if was[key][1:] not in fresh]
    if lost:
        n = len(lost)
        yield Ailment(
            "vanished",
            "warning",
            say("Organisations have vanished"),
            say_n(
                "{count} organisation of the current figures is no longer in {file}.",
                "{count} organisations of the current figures are no longer in {file}.",
                n,
                file=f"{REGISTER}.csv",
            ),
            say(
                "Send them again: an organisation that leaves keeps its row, and its membership "
                "gets an end. Without the row all that it ever did disappears from past figures."
            ),
            tuple(Where(f"{REGISTER}.csv", None, "org_id", f"{key} {was[key][0]}") for key in lost)[
                :MOST_ROWS
            ],
            n,
        )
    if moved:
        n = len(moved)
        yield Ailment(
            "renumbered",
            "warning",
            say("Organisations have another id"),
            say_n(
                "{count} organisation of the current figures has another id: the old one is gone, "
                "and a new one has the same name and country.",
                "{count} organisations of the current figures have another id: the old one is "
                "gone, and a new one has the same name and country.",
                n,
            ),
            say("Keep the id that it had, in all exports: rows under the old id lead nowhere."),
            tuple(
                Where(
                    f"{REGISTER}.csv",
                    None,
                    "org_id",
                    say(
                        "{organisation} is now {new}",
                        organisation=f"{key} {was[key][0]}",
                        new=", ".join(sorted(fresh[was[key][1:]])),
                    ),
                )
                for key in moved
            )[:MOST_ROWS],
            n,
        )


def duplicates(proposed: Snapshot) -> Iterator[Ailment]:
    """Organisations of one country whose names differ in case, accents, blanks or legal form."""
    rows = (
        proposed.cursor()
        .execute(
            f"select line, org_id || ' ' || name, count(*) over same as alike from {REGISTER} "
            f"window same as (partition by {folded('name')}, country) "
            f"qualify alike > 1 order by country, {folded('name')}, line"
        )
        .fetchall()
    )
    if rows:
        yield Ailment(
            "duplicate",
            "warning",
            say("Organisations that may be the same"),
            say_n(
                "{count} row of {file} shares name and country with another, but for case, "
                "accents, blanks and legal form.",
                "{count} rows of {file} share name and country with another, but for case, "
                "accents, blanks and legal form.",
                len(rows),
                file=f"{REGISTER}.csv",
            ),
            say(
                "If they are the same organisation, keep one id and move the rows of the other to "
                "it; if not, nothing."
            ),
            tuple(Where(f"{REGISTER}.csv", line, "name", text) for line, text, _ in rows)[
                :MOST_ROWS
            ],
            len(rows),
        )


def folded(name: str) -> str:
    """SQL for a name without case, accents, signs, blanks, articles and legal forms."""
    text = f"lower({name})"
    for letter, plain in _LETTERS.items():
        text = f"replace({text}, '{letter}', '{plain}')"
    # S.A. and A/S are one word; any other sign parts two.
    text = f"regexp_replace(strip_accents({text}), '[./''’]', '', 'g')"
    text = f"trim(regexp_replace({text}, '[^\\pL\\pN]+', ' ', 'g'))"
    text = f"regexp_replace({text}, ' ({_ANDS}) ', ' ', 'g')"
    text = f"regexp_replace({text}, '^({_ARTICLES}) ', '')"
    bare = f"regexp_replace({text}, '( ({_LEGAL_FORMS}))+$', '')"
    return f"replace({bare}, ' ', '')"


def falls(proposed: Snapshot, current: Snapshot) -> Iterator[Ailment]:
    """Rows, members by pillar and KPIs of kind count that are down by more than a fifth."""
    aside = dict(
        proposed.cursor().execute(
            "select export || '.csv', count(*) from quarantine group by export"
        ).fetchall()
    )  # fmt: skip
    for kind, what, file, was, now in _counts(proposed, current):
        if fell(was, now):
            n = aside.get(file, 0) if kind == "rows" else 0
            also = ""
            if n:
                said = say_n(
                    "{count} more arrived and is set aside.",
                    "{count} more arrived and are set aside.",
                    n,
                )
                also = f" {said}"
            share = numerals.plain((was - now) / was * 100)
            yield Ailment(
                "fell",
                "warning",
                say("{what} fell by {share}", what=what, share=per_cent(share)),
                say(
                    "{what}: {was} in the current figures, {now} now.",
                    what=what,
                    was=numerals.plain(was),
                    now=numerals.plain(now),
                )
                + also,
                say(
                    "Look whether the export is whole: a filter, a row limit or one office missing?"
                ),
                (Where(file, None, None, f"{numerals.plain(was)} → {numerals.plain(now)}"),),
                1,
            )


def fell(was: float, now: float) -> bool:
    """Whether a count is down by so much that it is reported."""
    return was > 0 and was - now > FALL * was


def _counts(
    proposed: Snapshot, current: Snapshot
) -> Iterator[tuple[Literal["rows", "kpi", "members"], str, str, float, float]]:
    """Its kind, what is counted, the file concerned, its number before and now."""
    accepted = [
        dict(side.cursor().execute("select export, accepted from ledger where present").fetchall())
        for side in (current, proposed)
    ]
    for file in contract.load().exports:
        if all(file.name in side for side in accepted):
            was, now = (side[file.name] for side in accepted)
            name = f"{file.name}.csv"
            yield "rows", say("Rows of {file}", file=name), name, was, now
    known: set[tuple[float, float]] = set()
    for kpi in proposed.plan.kpis:
        if kpi.is_count and kpi.id in current.plan.by_id:
            was_value, now_value = (
                readings.reading(
                    side, side.plan.kpi(kpi.id), Selection(), "executive", side.data_date, None
                ).value
                for side in (current, proposed)
            )
            if was_value is not None and now_value is not None:
                exports = ", ".join(f"{name}.csv" for name in kpi.exports)
                known.add((was_value, now_value))
                yield "kpi", kpi.title, exports, was_value, now_value
    members = [
        dict(
            side.cursor().execute(
                "select pillar, count(*) from members_at where date = ? group by pillar",
                [side.data_date],
            ).fetchall()
        )
        for side in (current, proposed)
    ]  # fmt: skip
    whole = not {REGISTER, "memberships"} & (proposed.absent | current.absent)
    for pillar in sorted(members[0]) if whole else ():
        was, now = members[0][pillar], members[1].get(pillar, 0)
        # What a KPI has said already need not be said twice.
        if (was, now) not in known:
            what = say("Members, {pillar}", pillar=wording.PILLAR.get(pillar, pillar))
            yield "members", what, "memberships.csv", was, now


def _organisations(side: Snapshot) -> dict[str, tuple[str, str, str]]:
    """Id -> name, folded name and country."""
    rows = side.cursor().execute(f"select org_id, name, {folded('name')}, country from {REGISTER}")
    return {key: (name, fold, country) for key, name, fold, country in rows.fetchall()}
