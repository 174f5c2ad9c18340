"""A synthetic set of exports and plan: the committed sample, or any size up to a million.

Organisations, concerns and complaints are invented. The same seed and size give the same bytes.
"""

import hashlib
from pathlib import Path

import numpy as np
import pyarrow as pa

from scorecard.languages import to_say
from scorecard.refusal import Refusal
from scorecard.sample import cases, compliance, flaws, outreach, roster
from scorecard.sample.calibration import calibrated
from scorecard.sample.plan_files import write_plan
from scorecard.sample.tables import write_csv

DEFAULT_SEED = 2019
# Organisations of the calibrated sample, to which the sizes of its registers belong.
CALIBRATED_SIZE = 231


NOTICE = to_say("Synthetic sample: organisations, concerns and complaints are invented.")


def write(out: Path, organisations: int | None, seed: int) -> None:
    """Writes `out/exports` and `out/plan`.

    Without a number of organisations it is the calibrated sample, which meets the published
    figures and carries a few deliberate flaws; with one it is drawn at that size, without flaws.
    """
    if organisations is not None and not 10 <= organisations <= 1_000_000:
        raise Refusal("a sample has from 10 to 1,000,000 organisations")
    exports, plan = out / "exports", out / "plan"
    for folder in (exports, plan):
        folder.mkdir(parents=True, exist_ok=True)
    is_calibrated = organisations is None
    scale = 1.0 if organisations is None else organisations / CALIBRATED_SIZE
    # A generator for each register, so that a change of one leaves the others as they are.
    streams = (np.random.default_rng([seed, number]) for number in range(20))
    people = (
        calibrated(next(streams))
        if organisations is None
        else roster.draw(next(streams), organisations)
    )
    registers: dict[str, pa.Table] = {
        "organisations": people.organisations(),
        "memberships": people.memberships(),
        "certifications": people.certifications(),
        "board_terms": outreach.board_terms(people),
        "engagements": outreach.engagements(next(streams), scale),
        "media_mentions": outreach.mentions(next(streams), scale),
        "web_traffic": outreach.web_traffic(next(streams), scale),
        "code_references": outreach.references(next(streams), scale),
    }
    concerns, complaints = (
        (
            cases.published_concerns(next(streams), people),
            cases.published_complaints(next(streams), people),
        )
        if is_calibrated
        else (
            cases.drawn_concerns(next(streams), people, scale),
            cases.drawn_complaints(next(streams), people, scale),
        )
    )
    registers["concerns"], registers["complaints"] = concerns, complaints
    registers["events"], registers["event_attendance"] = outreach.events(next(streams))
    registers["missions"], registers["mission_visits"] = compliance.missions(
        next(streams), people, scale
    )
    registers["trainings"], registers["training_attendance"] = compliance.trainings(
        next(streams), people
    )
    asked = compliance.assessments(next(streams), people)
    registers["self_assessments"] = asked.drop_columns(["org", "cycle_code"])
    if is_calibrated:
        registers = flaws.add(registers)
    for name, table in registers.items():
        write_csv(exports / f"{name}.csv", table)
    write_csv(
        exports / "self_assessment_answers.csv",
        (compliance.ANSWER_SCHEMA, compliance.answers(next(streams), people, asked)),
    )
    digest = hashlib.sha256((exports / "organisations.csv").read_bytes()).hexdigest()
    (exports / "synthetic.txt").write_bytes(
        f"{NOTICE}\nsha256 of organisations.csv: {digest}\n".encode()
    )
    (exports / "exported_on.txt").write_bytes(f"{roster.DATA_DATE}\n".encode())
    write_plan(plan, scale, is_calibrated)
