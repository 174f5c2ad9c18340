"""What arrived, what is wrong with it, and how it compares with what was published."""

from scorecard.screen import arrivals

arrivals.show()
