"""The plan on one page: the finding, the four goals, what to attend to, and every KPI."""

from scorecard.screen import cards, frame

cards.overview(frame.open(), key="overview")
