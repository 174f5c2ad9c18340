"""The page Papers: those of a meeting are chosen, looked at, written for, made, and made again.

It alone knows both the screen and the briefing, which do not know each other.
"""
