"""Exports are brought, read, checked, weighed and published here; below, what everybody sees."""

from scorecard.screen.desk import page

page.show()
