"""What changed since the last meeting, and why."""

from scorecard.screen import since

since.show()
