"""Everything about one KPI."""

from scorecard.screen import dossier

dossier.show()
