"""What was published when, by whom and why, what meetings were shown, and how to go back."""

from scorecard.screen import history

history.show()
