"""The papers for a meeting: chosen, looked at, commented on, made, and found again."""

from scorecard.papers import page

page.show()
