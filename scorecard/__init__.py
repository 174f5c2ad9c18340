"""Exports become facts, facts become readings, readings become charts and words."""
