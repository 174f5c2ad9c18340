"""What arrives -> the canonical exports of the contract, with a report of all that was done.

Intake stands before the contract: it turns what it can and leaves the rest as it was, so that the
contract's own checks report it. `take` does all of it; `python -m scorecard intake` prints it.
"""

from scorecard.intake.mapping import load
from scorecard.intake.report import Finding, Question, Report, Taken
from scorecard.intake.taking import Answer, read_answers, take

__all__ = [
    "Answer", "Finding", "Question", "Report", "Taken", "load", "read_answers", "take",
]  # fmt: skip
