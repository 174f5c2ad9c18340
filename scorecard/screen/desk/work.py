"""What is computed of a draft: its snapshot, what is wrong with it, what it would change.

All of it takes seconds, so that it is kept for the next run, by what it was computed from.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from scorecard import depot as depots
from scorecard import doctor, objections, publication
from scorecard import effect as effects
from scorecard.confidentiality import Role, admits
from scorecard.doctor.diagnosis import Diagnosis
from scorecard.drafts import corrections
from scorecard.effect import Effect
from scorecard.languages import current, say
from scorecard.publication import Objected
from scorecard.refusal import Refusal
from scorecard.screen import store
from scorecard.snapshot import Progress, Snapshot, Sources

Signature = tuple[tuple[str, int, int], ...]
_KEPT = 3


@dataclass(frozen=True)
class Proposal:
    """What publishing a draft would mean, against what everybody sees now."""

    sources: Sources
    id: str
    """The hash of the inputs, and so the name of the snapshot."""
    against: Snapshot | None
    """None where nothing was published yet."""
    snapshot: Snapshot | None
    """None where no figures can be computed at all."""
    diagnosis: Diagnosis
    at_data_dates: tuple[Effect, ...]
    at_same_date: tuple[Effect, ...]
    reasons: tuple[str, ...]
    """What speaks against showing it to the board."""
    correctable: dict[str, int]
    """Export -> rows that are set aside and can be corrected one by one."""

    @property
    def is_shown_already(self) -> bool:
        return self.against is not None and self.id == self.against.id


_lock = threading.Lock()
_kept: OrderedDict[tuple[Signature, str, str], Proposal] = OrderedDict()


def propose(exports: Path, shown: Snapshot | None, role: Role, progress: Progress) -> Proposal:
    """Everything there is to know of exports before they are published; for the executive only.

    Raises Refusal where the disk is full or a place does not answer.
    """
    if not admits(role, "executive"):
        raise Refusal(say("what is proposed is for the executive only"))
    sources = Sources(exports)
    # What is wrong or odd is said in the language of whoever asks.
    key = (sources.signature(), shown.id if shown else "", current())
    with _lock:
        found = _kept.get(key)
        if found:
            _kept.move_to_end(key)
    if found is None:
        found = _propose(sources, sources.hash(), shown, progress)
        with _lock:
            _kept[key] = found
            while len(_kept) > _KEPT:
                _kept.popitem(last=False)
    return found


def _propose(sources: Sources, id: str, shown: Snapshot | None, progress: Progress) -> Proposal:
    try:
        path = publication.built(
            depots.open_depot(), sources, lambda share, what: progress(0.1 + 0.6 * share, what)
        )
    except Objected as error:
        found = doctor.traced(doctor.examine_exports(sources), sources.exports)
        return Proposal(sources, id, shown, None, found, (), (), error.reasons, {})
    proposed = store.opened(path)
    progress(0.75, say("looking for what is wrong or odd"))
    diagnosis = doctor.traced(doctor.examine(proposed, shown), sources.exports)
    newest: tuple[Effect, ...] = ()
    common: tuple[Effect, ...] = ()
    if shown:
        progress(0.85, say("comparing with what everybody sees"))
        comparison = effects.compare(shown, proposed)
        newest = comparison.effects("executive")
        if date := next(iter(comparison.dates), None):
            common = comparison.effects("executive", as_of=date)
    return Proposal(
        sources=sources,
        id=id,
        against=shown,
        snapshot=proposed,
        diagnosis=diagnosis,
        at_data_dates=newest,
        at_same_date=common,
        reasons=objections.to(proposed, shown),
        correctable=corrections.countable(proposed),
    )
