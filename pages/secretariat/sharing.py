"""Share links, who opened them, and the audit trail."""

from scorecard.screen import sharing

sharing.show()
