"""What is said of those who joined, left, were certified or lapsed between two dates."""

from __future__ import annotations

from collections.abc import Sequence

from scorecard import wording
from scorecard.catalogue import NOT_SPECIFIED
from scorecard.exhibits.movements import WHATS, Turnover, What
from scorecard.languages import Words, say, say_n, to_say
from scorecard.meeting import names

ENOUGH = 3
"""Of fewer it is chance, and not said, where they are."""


def counted(found: Turnover) -> str:
    """`five organisations joined and two left`; nothing where nobody did anything."""
    count = found.by_what
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
            left = say("none left")
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


def sentence(found: Turnover, waiting: Sequence[str] = ()) -> str:
    """Who came and went in one sentence. `waiting`: exports that have not arrived."""
    if waiting:
        return say("Who came and went is not known: {why}.", why=wording.missing(waiting))
    text = counted(found)
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


def concentration(found: Turnover) -> str:
    """Where most of those that joined are, or else of those that left."""
    parts = []
    whats: tuple[What, ...] = ("joined", "left")
    for what in whats:
        total, regions = found.by_what[what], found.regions(what)
        if total < ENOUGH:
            continue
        most, count = min(regions.items(), key=lambda pair: (-pair[1], pair[0]))
        if 2 * count <= total:
            continue
        if most == NOT_SPECIFIED:
            words = _ALL_NOWHERE if count == total else _MOST_NOWHERE
        else:
            words = _ALL if count == total else _MOST
        text = words[what].format(
            count=wording.in_words(count), whole=wording.in_words(total), place=names.place(most)
        )
        parts.append(wording.capital(text))
    return " ".join(parts)
