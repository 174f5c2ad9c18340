"""Share links, who opened them, and the audit trail."""

from scorecard.screen import frame

frame.require("executive")
