"""Who joined, left, was certified or lapsed between two dates, from the clean tables."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from scorecard import wording
from scorecard.catalogue import NOT_SPECIFIED
from scorecard.confidentiality import Role, admits
from scorecard.exhibits import narrowed
from scorecard.languages import Words, say, say_n, to_say
from scorecard.meeting import names
from scorecard.selection import Selection
from scorecard.snapshot import Snapshot

What = Literal["joined", "left", "certified", "lapsed"]
WHATS: tuple[What, ...] = ("joined", "left", "certified", "lapsed")
KPIS = ("company_members", "certified_companies")
"""Whose rules say who may see members, and certified companies, by name."""
ENOUGH = 3
"""Of fewer it is chance, and not said, where they are."""


@dataclass(frozen=True)
class Person:
    """An organisation and what it did.

    `joined` and `left`: a member at one of the dates only. `certified`: a company that counts as
    certified now and did not before. `lapsed`: one that did, and is still a member, without a
    valid certificate. So certified companies = before + certified - lapsed - those that left.
    """

    what: What
    entity: str
    name: str
    pillar: str
    country_name: str
    region: str


def between(
    snapshot: Snapshot, selection: Selection, role: Role, start: dt.date, end: dt.date
) -> tuple[Person, ...]:
    """In the order of `WHATS`, then by name; only what the role may see by name."""
    plan = snapshot.plan
    kpi = plan.kpi(KPIS[0])
    region = f"coalesce(regions.region, '{NOT_SPECIFIED}')"
    where, given = narrowed(kpi, selection, region, "members.pillar")
    # One date at a time, so that each is looked up before anything is joined.
    at = f"""
        select
            members.org_id, members.name, members.pillar,
            coalesce(regions.country_name, members.country) as country_name, {region} as region,
            certified.org_id is not null as is_certified
        from members_at as members
        left join (select org_id from certified_at where date = $day) as certified
            on certified.org_id = members.org_id
        left join regions on regions.country = members.country
        where members.date = $day{where}
    """
    rows = (
        snapshot.cursor()
        .execute(
            f"""
            with old as ({at.replace("$day", "$start")}), new as ({at.replace("$day", "$end")})
            select
                coalesce(new.org_id, old.org_id), coalesce(new.name, old.name),
                coalesce(new.pillar, old.pillar), coalesce(new.country_name, old.country_name),
                coalesce(new.region, old.region), old.org_id is not null, new.org_id is not null,
                coalesce(old.is_certified, false), coalesce(new.is_certified, false)
            from old full join new on old.org_id = new.org_id
            where old.org_id is null or new.org_id is null or old.is_certified <> new.is_certified
            """,
            {"start": start, "end": end, **given},
        )
        .fetchall()
    )
    open_to = {
        what: admits(role, plan.kpi(KPIS[what in ("certified", "lapsed")]).rows_for)
        for what in WHATS
    }
    found = []
    for entity, name, pillar, country, place, was, still, had, has in rows:
        did: dict[What, bool] = {
            "joined": still and not was,
            "left": was and not still,
            "certified": has and not had and pillar == "company",
            "lapsed": had and still and not has and pillar == "company",
        }
        found += [
            Person(what, entity, name, pillar, country, place)
            for what in WHATS
            if did[what] and open_to[what]
        ]
    return tuple(sorted(found, key=lambda p: (WHATS.index(p.what), p.name, p.entity)))


def counted(persons: Sequence[Person]) -> str:
    """`five organisations joined and two left`; nothing where nobody did anything."""
    count = Counter(person.what for person in persons)
    words = {what: wording.in_words(count[what]) for what in WHATS}
    parts = []
    if count["joined"]:
        parts.append(
            say_n(
                "one organisation joined", "{count} organisations joined",
                count["joined"], count=words["joined"],
            )
        )  # fmt: skip
        if count["left"]:
            left = say_n("one left", "{count} left", count["left"], count=words["left"])
        else:
            left = say("nobody left")
        parts[-1] = wording.listed([parts[-1], left])
    elif count["left"]:
        parts.append(
            say_n(
                "one organisation left", "{count} organisations left",
                count["left"], count=words["left"],
            )
        )  # fmt: skip
    if count["certified"]:
        parts.append(
            say_n(
                "one company was certified", "{count} companies were certified",
                count["certified"], count=words["certified"],
            )
        )  # fmt: skip
        if count["lapsed"]:
            lapsed = say_n(
                "one lost its certificate", "{count} lost their certificates",
                count["lapsed"], count=words["lapsed"],
            )  # fmt: skip
            parts[-1] = wording.listed([parts[-1], lapsed])
    elif count["lapsed"]:
        parts.append(
            say_n(
                "one company lost its certificate", "{count} companies lost their certificates",
                count["lapsed"], count=words["lapsed"],
            )
        )  # fmt: skip
    return ", ".join(parts)


def sentence(persons: Sequence[Person], waiting: Sequence[str] = ()) -> str:
    """Who came and went in one sentence. `waiting`: exports that have not arrived."""
    if waiting:
        return say("Who came and went is not known: {why}.", why=wording.missing(waiting))
    text = counted(persons)
    if not text:
        return say("Nobody joined or left, and no company was certified or lost its certificate.")
    return wording.capital(f"{text}.")


_ALL = Words(
    {
        "joined": to_say("All {whole} that joined are in {place}."),
        "left": to_say("All {whole} that left are in {place}."),
    }
)
_MOST = Words(
    {
        "joined": to_say("{count} of the {whole} that joined are in {place}."),
        "left": to_say("{count} of the {whole} that left are in {place}."),
    }
)
_ALL_NOWHERE = Words(
    {
        "joined": to_say("All {whole} that joined are of no specified region."),
        "left": to_say("All {whole} that left are of no specified region."),
    }
)
_MOST_NOWHERE = Words(
    {
        "joined": to_say("{count} of the {whole} that joined are of no specified region."),
        "left": to_say("{count} of the {whole} that left are of no specified region."),
    }
)


def concentration(persons: Sequence[Person]) -> str:
    """Where most of those that joined are, or else of those that left."""
    parts = []
    for what in ("joined", "left"):
        group = [person for person in persons if person.what == what]
        regions = Counter(person.region for person in group)
        if len(group) < ENOUGH:
            continue
        most, count = min(regions.items(), key=lambda pair: (-pair[1], pair[0]))
        if 2 * count <= len(group):
            continue
        if most == NOT_SPECIFIED:
            words = _ALL_NOWHERE if count == len(group) else _MOST_NOWHERE
        else:
            words = _ALL if count == len(group) else _MOST
        text = words[what].format(
            count=wording.in_words(count),
            whole=wording.in_words(len(group)),
            place=names.place(most),
        )
        parts.append(wording.capital(text))
    return " ".join(parts)
